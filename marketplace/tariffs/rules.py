"""What holds on a day: a table's latest row that has begun. Rows are added, never changed: the past stays as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _, _l, format_money, format_number, format_percent, localized
from marketplace.payments.rules import NO_RESERVE, Reserve, Terms, share_out

ANY_COUNTRY = ""  # Of the row for all countries that have none of their own.
PERCENT = 100  # Rates of tax are whole hundredths of a percent.
MAX_RATE = 100 * PERCENT
MAX_TAX_NAME_LENGTH = 40
FARTHEST = timedelta(days=5 * 366)  # What is to hold later than this is a slip of the pen.


class DatedRow(Protocol):
    """A row that holds from a day on."""

    @property
    def valid_from(self) -> date:
        """The first day."""


Row = TypeVar("Row", bound=DatedRow)


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """Find the row that holds on a day; None before the first."""
    begun = [row for row in rows if row.valid_from <= day]
    return max(begun, key=lambda row: row.valid_from, default=None)


class Taxed(StrEnum):
    """What a rate of tax is for."""

    SALE = "sale"
    COVER = "cover"  # Where it has no rate, that of a sale holds.
    COMMISSION = "commission"

    @property
    def label(self) -> LazyText:
        """What is taxed, in words."""
        return TAXED_LABELS[self]


TAXED_LABELS = {
    Taxed.SALE: _l("What customers buy"),
    Taxed.COVER: _l("What customers pay to be covered"),
    Taxed.COMMISSION: _l("Your commission"),
}


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax as it is taken.

    Attributes:
        names: by language, as its payer reads it.
        rate: in hundredths of a percent of the price without tax.
        country: whose tax it is.
        is_reversed: the payer, a business abroad, owes it to its own tax office; the rate is 0.
    """

    names: Mapping[str, str]
    rate: int
    country: str = ANY_COUNTRY
    is_reversed: bool = False

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return localized(self.names)

    @property
    def text(self) -> str:
        """Rate and name, such as "21% VAT"; empty if nothing is taken."""
        if not self.rate:
            return ""
        return _("%(rate)s %(tax)s") % {"rate": format_percent(Decimal(self.rate) / PERCENT), "tax": self.name}

    def included(self, price: Money) -> Money:
        """Tell how much of a price it is."""
        return share_out(price, Terms(0, self.rate)).tax

    def said_of(self, price: Money) -> str:
        """Say to a customer how much of a price it is; empty if nothing is taken."""
        if not self.rate:
            return ""
        facts = {"tax": self.text, "amount": format_money(self.included(price), exact=True)}
        return _("Includes %(tax)s (%(amount)s)") % facts


NO_TAX = Tax({}, 0)


def rate_text(rate: int) -> str:
    """Write a rate of tax as a percentage."""
    return format_number(rate / PERCENT)


def read_rate(text: str) -> int:
    """Read a percentage with at most two decimals, such as "21" or "5,5".

    Raises:
        ValueError: it is no number, has more decimals, or is not between 0 and 100.
    """
    try:
        rate = Decimal(text.strip().removesuffix("%").strip().replace(",", ".")) * PERCENT
    except ArithmeticError:
        raise ValueError(text) from None
    if not rate.is_finite() or rate != int(rate) or not 0 <= rate <= MAX_RATE:
        raise ValueError(text)
    return int(rate)


@dataclass(frozen=True, slots=True)
class TaxOrder:
    """A tax that the vendor wants to hold for a country, or with `ANY_COUNTRY` for all without a row of their own."""

    taxed: Taxed
    country: str
    names: Mapping[str, str]
    rate: int
    may_be_reversed: bool = False


class PartnerLevel(StrEnum):
    """How far a partner has come; the vendor decides, and asks less commission of those who have come further."""

    NEW = "new"
    ESTABLISHED = "established"
    LEADING = "leading"

    @property
    def label(self) -> LazyText:
        """The level in words."""
        return PARTNER_LEVEL_LABELS[self]


PARTNER_LEVEL_LABELS = {
    PartnerLevel.NEW: _l("New partner"),
    PartnerLevel.ESTABLISHED: _l("Established partner"),
    PartnerLevel.LEADING: _l("Leading partner"),
}
FIRST_PERCENT = 15  # The commission of a level for which the vendor has not set any.


@dataclass(frozen=True, slots=True)
class Commission:
    """What the vendor keeps of a price without tax, in percent, by the level or as agreed with one partner."""

    percent: int
    is_agreed: bool = False


@dataclass(frozen=True, slots=True)
class ReserveOrder:
    """How the vendor wants to keep back a part of the shares of new partners.

    Attributes:
        percent: of each share; 0 keeps nothing back.
        days: for how long.
        jobs: so many jobs of a partner are kept back from; then the partner is no longer new.
    """

    percent: int
    days: int
    jobs: int

    def of_next(self, settled: int) -> Reserve:
        """Tell what is kept back of the next share of a partner who has had so many jobs settled."""
        return Reserve(self.percent, self.days) if settled < self.jobs else NO_RESERVE


MAX_RESERVE_DAYS = 180  # As long as banks may take a payment back.
MAX_RESERVE_JOBS = 1000


class CountryRow(DatedRow, Protocol):
    """A row for a country, or for all that have none of their own."""

    @property
    def country(self) -> str:
        """ISO 3166, or `ANY_COUNTRY`."""


OfCountry = TypeVar("OfCountry", bound=CountryRow)


def for_country(rows: Iterable[OfCountry], country: str | None, day: date) -> OfCountry | None:
    """Find what holds for a country on a day: its own row before the one for all."""
    listed = list(rows)
    own = [row for row in listed if country and row.country == country]
    return in_force(own, day) or in_force([row for row in listed if row.country == ANY_COUNTRY], day)


class TooLateToTakeBack(Conflict):
    """What has begun to hold stays in the table."""

    message = _l("This holds already, and jobs may have been agreed by it. Add a row for a later day instead.")
