"""What payers set aside, and what goes back to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.rules import ENDED, ChargebackStatus, HoldStatus, RefundCause, RefundStatus, Shares, Terms

_LIVE = "status NOT IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(ENDED)))


class Hold(Model):
    """An amount that a payer sets aside for a subject, until it is taken or let go."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint("captured_minor >= 0 AND captured_minor <= amount_minor", "captured_within_hold"),
        CheckConstraint(
            "refunded_minor >= 0 AND lost_minor >= 0 AND refunded_minor + lost_minor <= captured_minor",
            "given_back_within_captured",
        ),
        CheckConstraint("part > 0", "part_counted"),
        CheckConstraint("fee_minor >= 0", "fee_not_negative"),  # It may be more than a small amount that was taken.
        Index(
            "uq_hold_live",
            "purpose",
            "subject_id",
            "part",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(index=True)
    part: Mapped[int] = mapped_column(default=1)  # 1: what was agreed at first; more: what was added to it later.
    payer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    captured_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)  # Given back, or to be given back.
    lost_minor: Mapped[int] = mapped_column(default=0)  # Taken back by the payer's bank for good.
    fee_minor: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(String(200))
    return_path: Mapped[str] = mapped_column(String(200))  # Where the payer comes back to, on our site.
    status: Mapped[HoldStatus] = mapped_column(default=HoldStatus.OPENING)
    checkout_session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    checkout_url: Mapped[str | None] = mapped_column(Text)
    payment_intent_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    charge_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    capture_before: Mapped[datetime | None]
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime]  # When Stripe was last asked how it stands.
    held_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """What is set aside."""
        return Money(self.amount_minor, self.currency)

    @property
    def captured(self) -> Money:
        """What is, or is to be, taken of it, whether or not some was given back."""
        return Money(self.captured_minor, self.currency)

    @property
    def kept(self) -> Money:
        """What of it was not given back."""
        return Money(self.captured_minor - self.refunded_minor - self.lost_minor, self.currency)

    @property
    def fee(self) -> Money:
        """What Stripe kept of what was taken."""
        return Money(self.fee_minor, self.currency)


class Settlement(Model):
    """How what was taken of a hold was shared: the frozen terms, and with them every later change."""

    __table_args__ = (
        CheckConstraint("commission_percent BETWEEN 0 AND 100", "commission_in_range"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", "tax_in_range"),
        CheckConstraint("commission_tax_rate BETWEEN 0 AND 10000", "commission_tax_in_range"),
    )

    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), primary_key=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    commission_percent: Mapped[int]
    tax_rate: Mapped[int]  # In hundredths of a percent, as in `Terms`.
    commission_tax_rate: Mapped[int]
    at: Mapped[datetime]

    @property
    def terms(self) -> Terms:
        """By what was shared."""
        return Terms(self.commission_percent, self.tax_rate, self.commission_tax_rate)


class Refund(Model):
    """An amount that goes back to the payer of a hold, and what each side gave up for it."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint(
            "payee_minor + commission_minor + commission_tax_minor + tax_minor IN (0, amount_minor)", "shares_add_up"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    payee_minor: Mapped[int] = mapped_column(default=0)  # All shares are 0 when nothing was shared yet.
    commission_minor: Mapped[int] = mapped_column(default=0)
    commission_tax_minor: Mapped[int] = mapped_column(default=0)
    tax_minor: Mapped[int] = mapped_column(default=0)
    cause: Mapped[RefundCause]
    note: Mapped[str | None] = mapped_column(Text)  # What staff say of it.
    status: Mapped[RefundStatus] = mapped_column(default=RefundStatus.DUE)
    stripe_refund_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    failure: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(String(120))  # Of a payment by hand.
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    hold: Mapped[Hold] = relationship(viewonly=True)

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def shares(self) -> Shares:
        """What each side gave up for it."""
        parts = (self.payee_minor, self.commission_minor, self.commission_tax_minor, self.tax_minor)
        return Shares(*(Money(part, self.currency) for part in parts))


class Chargeback(Model):
    """A payer's bank takes a payment back, as Stripe last described it."""

    __table_args__ = (CheckConstraint("amount_minor > 0", "amount_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    stripe_dispute_id: Mapped[str] = mapped_column(String(255), unique=True)
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    reason: Mapped[str] = mapped_column(String(60))  # Stripe's word for it, such as "fraudulent".
    status: Mapped[ChargebackStatus] = mapped_column(default=ChargebackStatus.NEEDS_RESPONSE)
    due_by: Mapped[datetime | None]  # Until when the vendor may answer.
    evidence: Mapped[str | None] = mapped_column(Text)
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # Who answered.
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    hold: Mapped[Hold] = relationship(viewonly=True)

    @property
    def amount(self) -> Money:
        """What the bank takes back."""
        return Money(self.amount_minor, self.currency)
