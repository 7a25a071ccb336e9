"""Tables of jobs: the frozen terms of what was agreed, and what fixed it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.rules import Shares, Terms, share_out
from marketplace.support_requests.models import SupportRequest
from providers.profiles.models import Member, Provider


class Job(Model):
    """An accepted request, from the provider's side; its terms never change."""

    __table_args__ = (
        CheckConstraint("price_minor >= 0", "price_not_negative"),
        CheckConstraint("commission_percent BETWEEN 0 AND 100", "commission_in_range"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", "tax_in_range"),
        CheckConstraint("commission_tax_rate BETWEEN 0 AND 10000", "commission_tax_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), unique=True)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency)
    commission_percent: Mapped[int]
    tax_rate: Mapped[int] = mapped_column(default=0)  # In hundredths of a percent, as in `payments.rules.Terms`.
    commission_tax_rate: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime]
    first_answer_at: Mapped[datetime | None]

    support_request: Mapped[SupportRequest] = relationship(viewonly=True)
    provider: Mapped[Provider] = relationship(viewonly=True)
    member: Mapped[Member] = relationship(viewonly=True)

    @property
    def price(self) -> Money:
        """What the customer pays."""
        return Money(self.price_minor, self.currency)

    @property
    def terms(self) -> Terms:
        """By what the price is shared."""
        return Terms(self.commission_percent, self.tax_rate, self.commission_tax_rate)

    @property
    def shares(self) -> Shares:
        """The price, shared."""
        return share_out(self.price, self.terms)


class Resolution(Model):
    """What fixed it; a request that is reopened gets another."""

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    cause: Mapped[str] = mapped_column(Text)
    fix: Mapped[str] = mapped_column(Text)
    prevention: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
