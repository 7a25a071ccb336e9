"""Issuing a paper: it gets the next number, and is as it is from then on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kernel.events import announce
from marketplace.kernel.money import Money, total
from marketplace.kernel.translate import use_reader
from marketplace.papers.events import PaperIssued
from marketplace.papers.models import Paper, PaperTax, Series
from marketplace.papers.rules import PaperKind, Sheet, TaxedAmount, number_of

ZONE = ZoneInfo("UTC")  # Of the days on all papers, and of the year in their numbers.


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A paper without its number.

    Attributes:
        kind: what it is.
        fact: why it is issued; the same fact issues nothing twice.
        recipient: the name that stands on it.
        language: of whoever gets it.
        currency: of all amounts.
        taxes: what was sold, by rate.
        write: gives what stands on it, with its number; called as if the recipient read.
        person_id: who gets it, if it is a customer.
        provider_id: who gets it, if it is a partner.
        hold_id: the payment that it is about,
        payment_id: or that for a period.
        corrects_id: the paper that it corrects.
        supersedes_id: the paper whose place it takes.
        month: the first day of the month that it is about.
        closing: what the partner is owed at the end of it.
    """

    kind: PaperKind
    fact: str
    recipient: str
    language: str
    currency: str
    taxes: Sequence[TaxedAmount]
    write: Callable[[str], Sheet]
    person_id: int | None = None
    provider_id: int | None = None
    hold_id: int | None = None
    payment_id: int | None = None
    corrects_id: int | None = None
    supersedes_id: int | None = None
    month: date | None = None
    closing: Money | None = None


def issue(session: Session, draft: Draft, *, now: datetime) -> Paper | None:
    """Issue a paper; gives None if one was issued for the same fact before.

    Numbers have no gaps, so whoever wants one waits for whoever has taken one and not committed yet: call it at the
    end of a transaction, see `kernel.database.at_end`.
    """
    year = now.astimezone(UTC).year
    series = _lock_series(session, draft.kind, year)
    if session.scalar(select(Paper.id).filter_by(fact=draft.fact)) is not None:
        return None
    series.issued += 1
    number = number_of(draft.kind, year, series.issued)
    with use_reader(draft.language, ZONE):
        sheet = draft.write(number)
    net = total((one.net for one in draft.taxes), draft.currency)
    tax = total((one.tax for one in draft.taxes), draft.currency)
    paper = Paper(
        kind=draft.kind,
        year=year,
        serial=series.issued,
        number=number,
        fact=draft.fact,
        person_id=draft.person_id,
        provider_id=draft.provider_id,
        recipient=draft.recipient,
        hold_id=draft.hold_id,
        payment_id=draft.payment_id,
        corrects_id=draft.corrects_id,
        supersedes_id=draft.supersedes_id,
        month=draft.month,
        language=draft.language,
        currency=draft.currency,
        net_minor=net.minor,
        tax_minor=tax.minor,
        total_minor=(net + tax).minor,
        closing_minor=draft.closing.minor if draft.closing is not None else None,
        issued_at=now,
        content=sheet.as_json(),
    )
    session.add(paper)
    session.flush()  # Its taxes and the event need its id.
    _add_taxes(session, paper, draft.taxes)
    announce(session, PaperIssued(paper.id, now))
    return paper


def _add_taxes(session: Session, paper: Paper, taxes: Sequence[TaxedAmount]) -> None:
    amounts = ({"rate": one.rate, "net_minor": one.net.minor, "tax_minor": one.tax.minor} for one in taxes)
    session.add_all(PaperTax(paper_id=paper.id, currency=paper.currency, **each) for each in amounts)
    session.flush()


def _lock_series(session: Session, kind: PaperKind, year: int) -> Series:
    """Hold on to all series of a year at once, so that nobody who needs several waits in a circle."""
    of_year = select(Series).filter_by(year=year).order_by(Series.kind)
    locked = of_year.with_for_update().execution_options(populate_existing=True)
    found = {series.kind: series for series in session.scalars(locked)}
    if kind not in found:
        _open_year(session, year)
        found = {series.kind: series for series in session.scalars(locked)}
    return found[kind]


def _open_year(session: Session, year: int) -> None:
    for kind in sorted(PaperKind):
        try:
            with session.begin_nested():
                session.add(Series(kind=kind, year=year, issued=0))
        except IntegrityError:  # Somebody opened it while we looked.
            continue
