"""What policies have promised and paid, by year."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.insurance.models.policies import Policy
from marketplace.insurance.rules import ClaimStatus, claim_status
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money


class PolicyYear(Model):
    """A year of a policy, with what of its limit is promised and paid; the CHECKs are what no race gets past."""

    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        CheckConstraint("number >= 0", "number_counted"),
        CheckConstraint("ends_at > starts_at", "moments_in_order"),
        CheckConstraint("reserved_minor >= 0 AND used_minor >= 0", "amounts_not_negative"),
        CheckConstraint("reserved_minor + used_minor <= limit_minor", "never_overdrawn"),
        CheckConstraint("reserved_minutes >= 0 AND used_minutes >= 0", "time_not_negative"),
        CheckConstraint("reserved_minutes + used_minutes <= limit_minutes", "time_never_overdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    number: Mapped[int]  # 0 for the first.
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(Currency)
    limit_minor: Mapped[int]
    reserved_minor: Mapped[int] = mapped_column(default=0)
    used_minor: Mapped[int] = mapped_column(default=0)
    limit_minutes: Mapped[int | None]
    reserved_minutes: Mapped[int] = mapped_column(default=0)
    used_minutes: Mapped[int] = mapped_column(default=0)

    policy: Mapped[Policy] = relationship(viewonly=True)

    @property
    def limit(self) -> Money:
        """The most that cover pays in it."""
        return Money(self.limit_minor, self.currency)

    @property
    def reserved(self) -> Money:
        """What is promised."""
        return Money(self.reserved_minor, self.currency)

    @property
    def used(self) -> Money:
        """What is paid."""
        return Money(self.used_minor, self.currency)

    @property
    def left(self) -> Money:
        """What can still be promised."""
        return self.limit - self.reserved - self.used

    @property
    def left_minutes(self) -> int | None:
        """What working time can still be promised; None if only money counts."""
        return None if self.limit_minutes is None else self.limit_minutes - self.reserved_minutes - self.used_minutes


class Claim(Model):
    """The use of a policy for one subject: a purpose of a slice further up, and its id."""

    __table_args__ = (
        UniqueConstraint("purpose", "subject_id", "policy_id"),
        Index("ix_claim_event", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))  # The first claim about the same cause.
    purpose: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    description: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(200))  # Of the subject, on our site.
    made_at: Mapped[datetime]

    policy: Mapped[Policy] = relationship(viewonly=True)
    parts: Mapped[list["ClaimPart"]] = relationship(viewonly=True, order_by="ClaimPart.id")

    @property
    def status(self) -> ClaimStatus:
        """Where it stands."""
        reserved, used = (sum(getattr(one, name) for one in self.parts) for name in ("reserved_minor", "used_minor"))
        return claim_status(reserved, used)


class ClaimPart(Model):
    """What a claim takes of a year, for one payment of its subject."""

    __table_args__ = (
        CheckConstraint("reserved_minor >= 0 AND used_minor >= 0", "amounts_not_negative"),
        CheckConstraint("reserved_minor = 0 OR used_minor = 0", "reserved_or_used"),
        CheckConstraint("reserved_minor + used_minor <= promised_minor", "within_promise"),
        CheckConstraint("promised_minor > 0 AND promised_minor <= price_minor", "promised_within_price"),
        CheckConstraint("promised_minutes >= 0 AND own_minor >= 0", "promise_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    year_id: Mapped[int] = mapped_column(ForeignKey("policy_year.id"), index=True)
    part: Mapped[int]  # Of the subject.
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), unique=True)  # None until it is opened.
    currency: Mapped[str] = mapped_column(Currency)
    price_minor: Mapped[int]  # For which it was promised.
    own_minor: Mapped[int]  # The deductible that was left.
    promised_minor: Mapped[int]
    promised_minutes: Mapped[int]
    reserved_minor: Mapped[int]
    used_minor: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]

    claim: Mapped[Claim] = relationship(viewonly=True)
    year: Mapped[PolicyYear] = relationship(viewonly=True)

    @property
    def covered(self) -> Money:
        """What it takes now, promised or paid."""
        return Money(self.reserved_minor + self.used_minor, self.currency)
