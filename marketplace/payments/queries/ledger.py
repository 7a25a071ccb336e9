"""Reading the ledger."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, selectinload

from marketplace.kernel.money import Money
from marketplace.payments.models import LedgerAccount, LedgerTransaction, Posting
from marketplace.payments.rules import CREDIT_ACCOUNTS, PAYEE_ACCOUNTS, AccountKind, BookFilter

EVERYTHING = BookFilter()


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
    """What stands on all accounts of a kind, in one currency.

    Attributes:
        kind: of the accounts.
        on_debit: what was debited to them less what was credited; negative where more was credited.
    """

    kind: AccountKind
    on_debit: Money

    @property
    def debit(self) -> Money:
        """The balance if it stands on the debit side, else zero."""
        return max(self.on_debit, Money.zero(self.on_debit.currency))

    @property
    def credit(self) -> Money:
        """The balance if it stands on the credit side, else zero."""
        return self.debit - self.on_debit

    @property
    def amount(self) -> Money:
        """The balance, positive on the side on which the kind grows."""
        return Money.zero(self.on_debit.currency) - self.on_debit if self.kind in CREDIT_ACCOUNTS else self.on_debit


def trial_balance(session: Session) -> dict[str, list[BalanceRow]]:
    """List what stands on each kind of account, by currency; debits and credits of all rows are equal."""
    by_currency: dict[str, list[BalanceRow]] = {}
    for row in _balances(session):
        by_currency.setdefault(row.on_debit.currency, []).append(row)
    return by_currency


def payee_balances(session: Session, payee_id: int) -> list[BalanceRow]:
    """List what stands on each account of a payee, by currency."""
    return _balances(session, LedgerAccount.kind.in_(PAYEE_ACCOUNTS), LedgerAccount.owner_id == payee_id)


def _balances(session: Session, *which: ColumnElement[bool]) -> list[BalanceRow]:
    """List the accounts on which anything stands, by currency and in the order of `AccountKind`."""
    sums: Counter[tuple[str, AccountKind]] = Counter()
    for side, sign in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        moved = select(LedgerAccount.currency, LedgerAccount.kind, func.sum(Posting.amount_minor)).where(*which)
        moved = moved.join(Posting, side == LedgerAccount.id).group_by(LedgerAccount.currency, LedgerAccount.kind)
        for currency, kind, minor in session.execute(moved):
            sums[currency, kind] += sign * int(minor)
    order = list(AccountKind)
    known = sorted(sums, key=lambda one: (one[0], order.index(one[1])))
    return [BalanceRow(kind, Money(sums[currency, kind], currency)) for currency, kind in known if sums[currency, kind]]


def ledger(
    session: Session, wanted: BookFilter = EVERYTHING, *, zone: tzinfo = UTC, limit: int | None = 50
) -> list[LedgerTransaction]:
    """List what was booked, the newest first.

    Args:
        session: for reading.
        wanted: which bookings.
        zone: of the reader, whose days are meant.
        limit: how many at most; None for all.
    """
    found = select(LedgerTransaction).order_by(LedgerTransaction.id.desc()).limit(limit)
    return _with_sides(session, found.where(*_moments(wanted, zone), *_facts(wanted)))


def ledger_of_subject(session: Session, purpose: str, subject_id: int) -> list[LedgerTransaction]:
    """List all that was booked about a subject, the first first."""
    about = select(LedgerTransaction).filter_by(purpose=purpose, subject_id=subject_id)
    return _with_sides(session, about.order_by(LedgerTransaction.id))


def _with_sides(session: Session, found: Select[LedgerTransaction]) -> list[LedgerTransaction]:
    sides = selectinload(LedgerTransaction.postings)
    return list(session.scalars(found.options(sides.joinedload(Posting.debit), sides.joinedload(Posting.credit))))


def _moments(wanted: BookFilter, zone: tzinfo) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield LedgerTransaction.at >= datetime.combine(wanted.since, time(), zone)
    if wanted.until is not None and wanted.until < date.max:
        yield LedgerTransaction.at < datetime.combine(wanted.until + timedelta(days=1), time(), zone)
    if wanted.before_id is not None:
        yield LedgerTransaction.id < wanted.before_id


def _facts(wanted: BookFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.fact is not None:
        yield LedgerTransaction.fact == wanted.fact
    if wanted.stripe_id is not None:
        yield LedgerTransaction.stripe_id == wanted.stripe_id
    accounts = select(LedgerAccount.id)
    if wanted.account is not None:
        yield _touches(accounts.where(LedgerAccount.kind == wanted.account))
    if wanted.payee is not None:
        of_payee = (LedgerAccount.kind.in_(PAYEE_ACCOUNTS), LedgerAccount.owner_id == wanted.payee)
        yield _touches(accounts.where(*of_payee))
    if wanted.currency is not None:
        yield LedgerTransaction.postings.any(Posting.currency == wanted.currency)


def _touches(accounts: Select[int]) -> ColumnElement[bool]:
    return LedgerTransaction.postings.any(Posting.debit_id.in_(accounts) | Posting.credit_id.in_(accounts))


def currencies_booked(session: Session) -> list[str]:
    """List the currencies in which anything was booked."""
    return list(session.scalars(select(LedgerAccount.currency).distinct().order_by(LedgerAccount.currency)))


def payees_booked(session: Session) -> list[int]:
    """List the payees about whom anything was booked."""
    of_payees = select(LedgerAccount.owner_id).where(LedgerAccount.kind.in_(PAYEE_ACCOUNTS))
    return list(session.scalars(of_payees.distinct()))
