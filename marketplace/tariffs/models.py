"""Tables of what holds from which day; rows are added, never changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.kernel.database import Model
from marketplace.tariffs.rules import (
    ANY_COUNTRY,
    MAX_RESERVE_DAYS,
    MAX_RESERVE_JOBS,
    PartnerLevel,
    ReserveOrder,
    Tax,
    Taxed,
)


class TaxRate(Model):
    """A tax of a country, on what customers of that country buy or on the commission of partners there."""

    __table_args__ = (
        CheckConstraint("rate BETWEEN 0 AND 10000", "rate_in_range"),
        CheckConstraint("taxed = 'commission' OR NOT may_be_reversed", "only_business_is_reversed"),
        UniqueConstraint("taxed", "country", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    taxed: Mapped[Taxed]
    country: Mapped[str] = mapped_column(String(2), default=ANY_COUNTRY)
    names: Mapped[dict[str, str]]  # By language.
    rate: Mapped[int]  # In hundredths of a percent, as in `Tax`.
    may_be_reversed: Mapped[bool] = mapped_column(default=False)  # Partners with a VAT number owe it themselves.
    valid_from: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person] = relationship(viewonly=True)

    @property
    def tax(self) -> Tax:
        """What is taken."""
        return Tax(self.names, self.rate, self.country)


class LevelCommission(Model):
    """What the vendor keeps of the prices of partners of a level."""

    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", "percent_in_range"),
        UniqueConstraint("level", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[PartnerLevel]
    percent: Mapped[int]
    valid_from: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person] = relationship(viewonly=True)


class AgreedCommission(Model):
    """What the vendor keeps of the prices of one partner, whatever the level."""

    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", "percent_in_range"),
        UniqueConstraint("payee_id", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    percent: Mapped[int | None]  # None: from this day on the level decides again.
    valid_from: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: from the time before this table.

    author: Mapped[Person | None] = relationship(viewonly=True)


class ReserveRule(Model):
    """What is kept back of the shares of new partners, and for how long."""

    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", "percent_in_range"),
        CheckConstraint(f"days BETWEEN 1 AND {MAX_RESERVE_DAYS}", "days_in_range"),
        CheckConstraint(f"jobs BETWEEN 1 AND {MAX_RESERVE_JOBS}", "jobs_in_range"),
        UniqueConstraint("valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    percent: Mapped[int]
    days: Mapped[int]
    jobs: Mapped[int]
    valid_from: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person] = relationship(viewonly=True)

    @property
    def order(self) -> ReserveOrder:
        """What holds."""
        return ReserveOrder(self.percent, self.days, self.jobs)
