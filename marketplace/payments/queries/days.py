"""How balances came about, day by day."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.payments.models import LedgerAccount, LedgerTransaction, Posting
from marketplace.payments.rules import CREDIT_ACCOUNTS, AccountKind

_DAY = timedelta(days=1)


def balances_by_day(
    session: Session, kinds: Collection[AccountKind], currency: str, *, since: date, until: date
) -> dict[AccountKind, list[int]]:
    """Tell what stood on all accounts of some kinds at the end of each day, in UTC.

    Args:
        session: for reading.
        kinds: of the accounts.
        currency: of the accounts.
        since: the first day.
        until: the last day.

    Returns:
        minor units by kind, one for each day, positive on the side on which the kind grows. The last ones are what the
        ledger says, whatever was booked before the first day.
    """
    moved: Counter[tuple[AccountKind, date]] = Counter()
    for side, sign in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        sums = (
            select(LedgerAccount.kind, LedgerTransaction.at, func.sum(Posting.amount_minor))
            .join(Posting, side == LedgerAccount.id)
            .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
            .where(LedgerAccount.kind.in_(kinds), LedgerAccount.currency == currency)
            .where(LedgerTransaction.at < datetime.combine(until + _DAY, time(), UTC))
            .group_by(LedgerAccount.kind, LedgerTransaction.at)
        )
        for kind, at, minor in session.execute(sums):
            moved[kind, max(at.astimezone(UTC).date(), since)] += sign * int(minor)
    days = [since + number * _DAY for number in range((until - since).days + 1)]
    return {
        kind: list(accumulate((-1 if kind in CREDIT_ACCOUNTS else 1) * moved[kind, day] for day in days))
        for kind in kinds
    }


def moved_by_subject(
    session: Session, kind: AccountKind, currency: str, *, since: datetime | None = None, until: datetime | None = None
) -> dict[tuple[str, int], int]:
    """Tell what was booked to all accounts of a kind about each subject, from one moment to before another.

    Returns:
        minor units by purpose and subject id, positive on the side on which the kind grows.
    """
    account, booking, posting = LedgerAccount.__table__.c, LedgerTransaction.__table__.c, Posting.__table__.c
    moved: dict[tuple[str, int], int] = {}
    for side, sign in ((posting.debit_id, 1), (posting.credit_id, -1)):
        sums = (
            select(booking.purpose, booking.subject_id, func.sum(posting.amount_minor))
            .select_from(Posting.__table__)
            .join(LedgerTransaction.__table__, booking.id == posting.transaction_id)
            .join(LedgerAccount.__table__, account.id == side)
            .where(account.kind == kind, account.currency == currency)
            .group_by(booking.purpose, booking.subject_id)
        )
        if since is not None:
            sums = sums.where(booking.at >= since)
        if until is not None:
            sums = sums.where(booking.at < until)
        signed = -sign if kind in CREDIT_ACCOUNTS else sign
        for purpose, subject_id, minor in session.execute(sums).all():
            subject = purpose, subject_id
            moved[subject] = moved.get(subject, 0) + signed * int(minor)
    return moved
