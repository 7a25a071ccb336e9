"""Reading all papers, for the vendor's accountant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from marketplace.kernel.database import MAX_ID
from marketplace.kernel.money import Money
from marketplace.papers.models import Paper
from marketplace.papers.rules import PaperKind, Sold, TaxedAmount, month_of


@dataclass(frozen=True, slots=True)
class PaperFilter:
    """Which papers are looked for; what is None does not matter. Days are those of UTC, the last one included."""

    text: str | None = None  # Part of the number, or of the name on it.
    kind: PaperKind | None = None
    since: date | None = None
    until: date | None = None
    before_id: int = MAX_ID


EVERY_PAPER = PaperFilter()


_RELATED = (selectinload(Paper.corrects), selectinload(Paper.supersedes))


def register(session: Session, wanted: PaperFilter = EVERY_PAPER, *, limit: int | None = None) -> list[Paper]:
    """List papers, the newest first."""
    found = select(Paper).where(*_conditions(wanted)).options(selectinload(Paper.taxes), *_RELATED)
    return list(session.scalars(found.order_by(Paper.id.desc()).limit(limit)))


def _conditions(wanted: PaperFilter) -> Iterable[ColumnElement[bool]]:
    yield Paper.id < wanted.before_id
    if wanted.text is not None:
        named = Paper.recipient.icontains(wanted.text, autoescape=True)
        yield or_(Paper.number.icontains(wanted.text, autoescape=True), named)
    if wanted.kind is not None:
        yield Paper.kind == wanted.kind
    if wanted.since is not None:
        yield Paper.issued_at >= datetime.combine(wanted.since, time(), UTC)
    if wanted.until is not None and wanted.until < date.max:
        yield Paper.issued_at < datetime.combine(wanted.until + timedelta(days=1), time(), UTC)


@dataclass(frozen=True, slots=True)
class TaxSum:
    """What was sold in a month at one rate."""

    month: date
    sold: Sold
    taxed: TaxedAmount

    @property
    def currency(self) -> str:
        """Of the amounts."""
        return self.taxed.net.currency


def tax_summary(papers: Iterable[Paper]) -> list[TaxSum]:
    """Add up papers by month, by what was sold, by currency and rate; the newest month first.

    An invoice in place of a receipt is the same sale: it counts where the receipt does, in the month of that.
    """
    sums: dict[tuple[date, Sold, str, int], tuple[int, int]] = {}
    for paper in papers:
        if paper.supersedes_id is not None:
            continue
        month = paper.month or month_of(paper.issued_at)
        for one in paper.taxes:
            key = (month, paper.sold, paper.currency, one.rate)
            net, tax = sums.get(key, (0, 0))
            sums[key] = (net + one.net_minor, tax + one.tax_minor)
    return [
        TaxSum(month, sold, TaxedAmount(rate, Money(net, currency), Money(tax, currency)))
        for (month, sold, currency, rate), (net, tax) in sorted(sums.items(), key=_place)
    ]


def _place(one: tuple[tuple[date, Sold, str, int], tuple[int, int]]) -> tuple[int, int, str, int]:
    (month, sold, currency, rate), _amounts = one
    return -month.toordinal(), list(Sold).index(sold), currency, rate
