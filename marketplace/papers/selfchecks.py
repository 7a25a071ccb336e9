"""What must always hold of papers; `handrail check` and the worker ask every day. Each check names what is broken."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from marketplace.papers import queries
from marketplace.papers.models import Paper, Series
from marketplace.papers.rules import PaperKind


def numbers_with_gaps(session: Session) -> list[str]:
    """Series in which a number was left out, or given twice."""
    given = select(Paper.kind, Paper.year, func.count(Paper.id), func.max(Paper.serial))
    found = {
        (kind, year): (count, last)
        for kind, year, count, last in session.execute(given.group_by(Paper.kind, Paper.year))
    }
    counted = {(one.kind, one.year): one.issued for one in session.scalars(select(Series))}
    return [
        f"{kind} of {year}: {counted.get((kind, year), 0)} were given out, {count} are there, the last is {last}"
        for kind, year in sorted(found.keys() | counted.keys())
        for count, last in [found.get((kind, year), (0, 0))]
        if not count == last == counted.get((kind, year), 0)
    ]


def payments_without_their_papers(session: Session) -> list[str]:
    """Payments whose papers do not add up to what was kept of them."""
    return [
        f"hold {hold_id}: {kept} is kept of it, its papers say {papers}"
        for hold_id, papers, kept in queries.unpapered(session)
    ]


def premiums_without_their_papers(session: Session) -> list[str]:
    """Payments for periods of policies whose papers do not add up to what was kept of them, and to the tax in it."""
    return [
        f"payment {one.payment_id}: {one.kept} with {one.kept_tax} tax is kept of it, "
        f"its papers say {one.papers} with {one.papers_tax}"
        for one in queries.unpapered_premiums(session)
    ]


def statements_that_disagree_with_the_ledger(session: Session) -> list[str]:
    """Statements that end with something else than the one before and what was booked since."""
    changes = queries.changes_stated(session)
    broken, last = [], Counter[tuple[int | None, str]]()
    for paper in session.scalars(select(Paper).filter_by(kind=PaperKind.STATEMENT).order_by(Paper.month, Paper.id)):
        whose, booked = (paper.provider_id, paper.currency), changes.get(paper.id, 0)
        expected = last[whose] + booked
        last[whose] = paper.closing_minor or 0
        if paper.closing_minor != expected:
            broken.append(f"{paper.number} ends with {paper.closing_minor}, by the ledger it is {expected}")
    return broken


def invoices_that_say_something_else_than_their_receipts(session: Session) -> list[str]:
    """Invoices that took the place of a receipt for another payment, or with another price or tax."""
    receipt = aliased(Paper)
    pairs = select(Paper.number, receipt.number).join(receipt, receipt.id == Paper.supersedes_id)
    same = Paper.hold_id.is_not_distinct_from(receipt.hold_id)
    same &= Paper.payment_id.is_not_distinct_from(receipt.payment_id) & (Paper.total_minor == receipt.total_minor)
    agreed = same & (Paper.tax_minor == receipt.tax_minor) & (receipt.kind == PaperKind.RECEIPT)
    return [f"{one} took the place of {other}, and differs" for one, other in session.execute(pairs.where(~agreed))]


CHECKS = (
    numbers_with_gaps,
    payments_without_their_papers,
    premiums_without_their_papers,
    statements_that_disagree_with_the_ledger,
    invoices_that_say_something_else_than_their_receipts,
)
