"""Reading the ledger."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, selectinload

from marketplace.kernel.money import Money
from marketplace.payments.models import LedgerAccount, LedgerTransaction, Posting
from marketplace.payments.rules import CREDIT_ACCOUNTS, AccountKind


def balance(session: Session, kind: AccountKind, currency: str, owner_id: int | None = None) -> Money:
    """Tell the balance of an account, or of all accounts of a kind; positive on the side on which the kind grows."""
    accounts = select(LedgerAccount.id).filter_by(kind=kind, currency=currency)
    if owner_id is not None:
        accounts = accounts.filter_by(owner_id=owner_id)
    signed = case((Posting.debit_id.in_(accounts), Posting.amount_minor), else_=0) - case(
        (Posting.credit_id.in_(accounts), Posting.amount_minor), else_=0
    )
    minor = session.scalar(select(func.coalesce(func.sum(signed), 0)).filter_by(currency=currency)) or 0
    return Money(-int(minor) if kind in CREDIT_ACCOUNTS else int(minor), currency)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """The balance of all accounts of a kind, in one currency."""

    kind: AccountKind
    amount: Money


def trial_balance(session: Session) -> list[BalanceRow]:
    """List what stands on each kind of account, by currency; debits and credits of all rows are equal."""
    kinds = session.execute(
        select(LedgerAccount.kind, LedgerAccount.currency)
        .distinct()
        .order_by(LedgerAccount.currency, LedgerAccount.kind)
    )
    rows = [BalanceRow(kind, balance(session, kind, currency)) for kind, currency in kinds]
    return [row for row in rows if row.amount]


def ledger(
    session: Session, *, subject_id: int | None = None, before_id: int | None = None, limit: int = 50
) -> list[LedgerTransaction]:
    """List what was booked, the newest first."""
    found = select(LedgerTransaction).order_by(LedgerTransaction.id.desc()).limit(limit)
    if subject_id is not None:
        found = found.filter_by(subject_id=subject_id)
    if before_id is not None:
        found = found.where(LedgerTransaction.id < before_id)
    sides = selectinload(LedgerTransaction.postings)
    return list(session.scalars(found.options(sides.joinedload(Posting.debit), sides.joinedload(Posting.credit))))
