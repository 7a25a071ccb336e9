"""What a partner has earned in a month, and what became of it. Months are those of UTC, the same for everybody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from marketplace.kernel.money import Money, total
from marketplace.papers.rules.taxes import TaxedAmount
from marketplace.payments.rules import Fact, Shares, Terms, share_out

# So long after its end a month is stated; what is booked later still stands on the next statement.
STATED_AFTER = timedelta(hours=2)
JANUARY, DECEMBER = 1, 12


def month_of(moment: datetime) -> date:
    """Give the first day of the month of a moment."""
    return moment.astimezone(UTC).date().replace(day=1)


def month_after(month: date) -> date:
    """Give the first day of the month that follows."""
    if month.month == DECEMBER:
        return date(month.year + 1, JANUARY, 1)
    return month.replace(month=month.month + 1)


def begin_of(month: date) -> datetime:
    """Give the moment at which a month begins."""
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def last_to_state(now: datetime) -> date:
    """Give the last month that is over, and has been for long enough."""
    running = month_of(now - STATED_AFTER)
    return (running - timedelta(days=1)).replace(day=1)


def replay(terms: Terms, price: Money, taken_off: Sequence[Money]) -> list[Shares]:
    """Tell how a price was shared, and then what each side gave up, as negative amounts, for each part taken off it."""
    found, left = [share_out(price, terms)], price
    for amount in taken_off:
        found.append(share_out(left - amount, terms) - share_out(left, terms))
        left -= amount
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A booking, as its partner sees it.

    Attributes:
        at: when it was booked.
        fact: what happened.
        what: the job that it is about.
        shares: how it was shared, or what of that was given up; None if it is about something else.
        commission_tax_rate: at which the tax on the commission is taken, in hundredths of a percent.
        change: by how much the partner is owed more, or less.
        in_reserve: how much of that went into the reserve, or came out of it.
        reference: by which the partner finds a payment in its own books.
    """

    at: datetime
    fact: Fact
    what: str
    shares: Shares | None
    commission_tax_rate: int
    change: Money
    in_reserve: Money
    reference: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What stood on a partner's accounts before, what was booked since, and which bookings these are."""

    opening: Money
    opening_reserve: Money
    lines: Sequence[Line]
    transaction_ids: Sequence[int]

    @property
    def closing(self) -> Money:
        """What the partner is owed in the end, less what it owes."""
        return self.opening + total((line.change for line in self.lines), self.opening.currency)

    @property
    def closing_reserve(self) -> Money:
        """How much of it is in reserve."""
        return self.opening_reserve + total((line.in_reserve for line in self.lines), self.opening.currency)

    @property
    def says_something(self) -> bool:
        """Tell whether anything was booked, or is owed from before."""
        return bool(self.lines) or bool(self.opening) or bool(self.opening_reserve)

    @property
    def is_due(self) -> bool:
        """Tell whether there is something to state: on the partner's own accounts, or in what the vendor charges."""
        return any(
            line.shares is None or line.change or line.in_reserve or line.shares.commission for line in self.lines
        )

    @property
    def jobs(self) -> list[Line]:
        """List what was shared, and what was given up of it."""
        return [line for line in self.lines if line.shares is not None]

    @property
    def payments(self) -> list[Line]:
        """List what else changed what the partner is owed: payments, and what was taken back or written off."""
        return [line for line in self.lines if line.shares is None and line.change]

    @property
    def inner(self) -> list[Line]:
        """List what only moved between what is due, what is in reserve and what is owed."""
        return [line for line in self.lines if line.in_reserve or (line.shares is None and not line.change)]

    @property
    def charged(self) -> list[TaxedAmount]:
        """Tell what the vendor charges for its mediation: the commission, with its tax, by rate."""
        currency = self.opening.currency
        net, tax = Counter[int](), Counter[int]()
        for line in self.jobs:
            assert line.shares is not None
            net[line.commission_tax_rate] += line.shares.commission.minor
            tax[line.commission_tax_rate] += line.shares.commission_tax.minor
        return [TaxedAmount(rate, Money(net[rate], currency), Money(tax[rate], currency)) for rate in sorted(net)]
