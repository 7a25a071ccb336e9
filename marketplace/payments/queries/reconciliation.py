"""Reading Stripe's book beside ours."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, select
from sqlalchemy.orm import Session

from marketplace.kernel.money import Money
from marketplace.payments.models import BalanceTransaction, LedgerAccount, LedgerTransaction, Posting
from marketplace.payments.rules import GRACE, AccountKind, StripeLine


def read_until(session: Session) -> datetime | None:
    """Tell the moment of the last line of Stripe's book that was read; None before the first."""
    return session.scalar(select(func.max(BalanceTransaction.created_at)))


def lines_read(session: Session) -> int:
    """Count the lines of Stripe's book that were read."""
    return session.scalar(select(func.count(BalanceTransaction.id))) or 0


def unexplained(session: Session) -> list[BalanceTransaction]:
    """List the lines of Stripe's book that no booking of ours says by now, the oldest first."""
    return [one for one in lines_to_explain(session) if booking_of(session, line_of(one)) is None]


def lines_to_explain(session: Session) -> list[BalanceTransaction]:
    """List the lines of Stripe's book for which no booking of ours was found when they were read."""
    open_lines = select(BalanceTransaction).filter_by(ledger_transaction_id=None)
    return list(session.scalars(open_lines.order_by(BalanceTransaction.created_at, BalanceTransaction.id)))


def unknown_to_stripe(session: Session, now: datetime) -> list[LedgerTransaction]:
    """List the bookings that changed the balance at Stripe, and of which Stripe's book has no line after a day."""
    ours = select(LedgerTransaction).where(LedgerTransaction.postings.any(_came_in() | _went_out()))
    late = ours.where(LedgerTransaction.id.not_in(_explaining()), LedgerTransaction.at <= now - GRACE)
    return list(session.scalars(late.order_by(LedgerTransaction.id)))


def booking_of(session: Session, line: StripeLine) -> int | None:
    """Find the booking that says what a line of Stripe's book says, unless another line has it already.

    A payment of which Stripe's fee took all changes the balance by nothing, and is a line all the same.
    """
    same = (
        select(LedgerTransaction.id)
        .where(LedgerTransaction.stripe_id.in_([one for one in (line.id, line.source_id) if one]))
        .where(_change_in(line.net.currency) == line.net.minor)
        .where(LedgerTransaction.id.not_in(_explaining()))
    )
    return session.scalar(same.order_by(LedgerTransaction.id).limit(1))


def _explaining() -> Select[int | None]:
    used = BalanceTransaction.ledger_transaction_id
    return select(used).where(used.is_not(None))


def _change_in(currency: str) -> ScalarSelect[int]:
    """Tell by how much a booking changed the balance at Stripe; NULL if it moved nothing in that currency."""
    change = case((_came_in(), Posting.amount_minor), (_went_out(), -Posting.amount_minor), else_=0)
    moved = select(func.sum(change)).where(Posting.transaction_id == LedgerTransaction.id, Posting.currency == currency)
    return moved.correlate(LedgerTransaction).scalar_subquery()


def _came_in() -> ColumnElement[bool]:
    return Posting.debit_id.in_(_balances())


def _went_out() -> ColumnElement[bool]:
    return Posting.credit_id.in_(_balances())


def _balances() -> Select[int]:
    return select(LedgerAccount.id).where(LedgerAccount.kind == AccountKind.STRIPE_BALANCE)


def line_of(read: BalanceTransaction) -> StripeLine:
    """Give a line that was read as the value that the rules take."""
    amount, fee = Money(read.amount_minor, read.currency), Money(read.fee_minor, read.currency)
    return StripeLine(read.id, read.kind, read.source_id, amount, fee, read.created_at)
