"""Reading about payees: their accounts at Stripe, what they get, and what they owe."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.payments.models import Clawback, Payout
from marketplace.payments.rules import ClawbackStatus, PayoutStatus


def lock_payee(session: Session, payee_id: int) -> None:
    """Hold on to all that a payee gets and owes.

    Whoever locks one of its payouts or debts has locked the payee before, so nobody waits in a circle for single rows.
    """
    payee = Payout.metadata.tables["provider"].c
    session.execute(select(payee.id).where(payee.id == payee_id).with_for_update(key_share=True))


def lock_payout(session: Session, payout_id: int) -> Payout:
    """Hold on to a payout, and before it to its payee, or raise `NotFound`."""
    payee_id = session.scalar(select(Payout.payee_id).filter_by(id=payout_id))
    if payee_id is None:
        raise NotFound(payout_id=payout_id)
    lock_payee(session, payee_id)
    return session.scalars(
        select(Payout).filter_by(id=payout_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def payout(session: Session, payout_id: int) -> Payout:
    """Find a payout that is there."""
    return session.get_one(Payout, payout_id)


def payout_to(session: Session, payout_id: int, payee_id: int) -> Payout:
    """Find a payout to a payee, or raise `NotFound`."""
    found = session.scalar(select(Payout).filter_by(id=payout_id, payee_id=payee_id))
    if found is None:
        raise NotFound(payout_id=payout_id)
    return found


def lock_payouts(
    session: Session,
    *,
    hold_id: int | None = None,
    payee_id: int | None = None,
    currency: str | None = None,
    statuses: Collection[PayoutStatus] | None = None,
) -> list[Payout]:
    """Hold on to the payouts of a hold or of a payee, which is locked: what is in reserve first, then the oldest.

    Of a payee, only those in some states: what was paid in all the years is never read again.
    """
    assert hold_id is not None or statuses is not None, "all payouts of a payee are too many"
    payees = select(Payout.payee_id).filter_by(hold_id=hold_id).distinct().order_by(Payout.payee_id)
    for one in session.scalars(payees).all() if payee_id is None else [payee_id]:
        lock_payee(session, one)
    given = {"hold_id": hold_id, "payee_id": payee_id, "currency": currency}
    found = select(Payout).filter_by(**{name: value for name, value in given.items() if value is not None})
    if statuses is not None:
        found = found.where(Payout.status.in_(statuses))
    in_order = found.order_by((Payout.status == PayoutStatus.WAITING).desc(), Payout.id)
    return list(session.scalars(in_order.with_for_update().execution_options(populate_existing=True)))


def lock_clawback(session: Session, clawback_id: int) -> Clawback:
    """Hold on to a clawback, and before it to its payee, or raise `NotFound`."""
    payee_id = session.scalar(select(Clawback.payee_id).filter_by(id=clawback_id))
    if payee_id is None:
        raise NotFound(clawback_id=clawback_id)
    lock_payee(session, payee_id)
    return session.scalars(
        select(Clawback).filter_by(id=clawback_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def lock_debts(session: Session, payee_id: int, currency: str) -> list[Clawback]:
    """Hold on to a payee, and to what it owes, the oldest first."""
    lock_payee(session, payee_id)
    owed = select(Clawback).filter_by(payee_id=payee_id, currency=currency, status=ClawbackStatus.OWED)
    return list(session.scalars(owed.order_by(Clawback.id).with_for_update().execution_options(populate_existing=True)))


def clawback(session: Session, clawback_id: int) -> Clawback:
    """Find a clawback, or raise `NotFound`."""
    found = session.get(Clawback, clawback_id)
    if found is None:
        raise NotFound(clawback_id=clawback_id)
    return found


def clawbacks_of(session: Session, payout_ids: Collection[int]) -> list[Clawback]:
    """List what payees give back of several payouts, the first first."""
    return list(session.scalars(select(Clawback).where(Clawback.payout_id.in_(payout_ids)).order_by(Clawback.id)))


def debts_of(session: Session, payee_id: int) -> list[Clawback]:
    """List what a payee owes, the oldest first."""
    owed = select(Clawback).filter_by(payee_id=payee_id, status=ClawbackStatus.OWED)
    return list(session.scalars(owed.order_by(Clawback.id)))


def debts(session: Session) -> list[Clawback]:
    """List what payees owe, the oldest first."""
    return list(session.scalars(select(Clawback).filter_by(status=ClawbackStatus.OWED).order_by(Clawback.id)))


def reserves_to_release(session: Session, now: datetime) -> list[int]:
    """List the reserves whose day has come."""
    waiting = select(Payout.id).filter_by(status=PayoutStatus.WAITING).where(Payout.falls_due_at <= now)
    return list(session.scalars(waiting.order_by(Payout.id)))


def payouts_due(session: Session) -> list[Payout]:
    """List what payees are owed and have not got yet, the oldest first."""
    return list(session.scalars(select(Payout).filter_by(status=PayoutStatus.DUE).order_by(Payout.id)))


def payouts_of(session: Session, payee_id: int) -> list[Payout]:
    """List a payee's payouts, the newest first."""
    return list(session.scalars(select(Payout).filter_by(payee_id=payee_id).order_by(Payout.id.desc())))


def payouts_by_subject(session: Session, subject_ids: Collection[int]) -> dict[int, list[Payout]]:
    """Find the payouts of several subjects, the first first."""
    found: defaultdict[int, list[Payout]] = defaultdict(list)
    for payout in session.scalars(select(Payout).where(Payout.subject_id.in_(subject_ids)).order_by(Payout.id)):
        found[payout.subject_id].append(payout)
    return dict(found)


def payee_names(session: Session, payee_ids: Collection[int]) -> dict[int, str]:
    """Name payees; theirs is the table of a slice further up, so it is known by its name only."""
    payee = Payout.metadata.tables["provider"].c
    return dict(session.execute(select(payee.id, payee.name).where(payee.id.in_(payee_ids))).all())


def payee_name(session: Session, payee_id: int) -> str:
    """Name a payee, or raise `NotFound`."""
    name = payee_names(session, [payee_id]).get(payee_id)
    if name is None:
        raise NotFound(payee_id=payee_id)
    return name
