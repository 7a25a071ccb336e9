"""Reading about what payers set aside, and what goes back to them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.payments.models import Chargeback, Hold, Refund, Settlement
from marketplace.payments.rules import (
    CHECK_EVERY,
    ENDED,
    OPEN_CHARGEBACKS,
    ChargebackStatus,
    HoldStatus,
    RefundCause,
    RefundStatus,
)

CHECKS_AT_ONCE = 50


def lock_hold(session: Session, hold_id: int) -> Hold:
    """Hold on to a hold until the transaction ends, or raise `NotFound`."""
    hold = session.scalar(
        select(Hold).filter_by(id=hold_id).with_for_update().execution_options(populate_existing=True)
    )
    if hold is None:
        raise NotFound(hold_id=hold_id)
    return hold


def lock_holds(session: Session, purpose: str, subject_id: int) -> list[Hold]:
    """Hold on to the last hold of each part of a subject, the first part first; the subject is locked already.

    Whoever needs several locks all of them before anything else: between two of them nobody may wait for their payee.
    """
    return [lock_hold(session, one.id) for one in latest_holds(session, purpose, subject_id)]


def hold(session: Session, hold_id: int) -> Hold:
    """Find a hold, or raise `NotFound`."""
    found = session.get(Hold, hold_id)
    if found is None:
        raise NotFound(hold_id=hold_id)
    return found


def may_refund(hold: Hold) -> bool:
    """Tell whether there is something to give back, so that the page offers it; the command decides."""
    return bool(hold.kept) and hold.status in {HoldStatus.CAPTURED, HoldStatus.SETTLED}


def hold_of_payer(session: Session, hold_id: int, payer_id: int) -> Hold:
    """Find a hold of this payer, or raise `NotFound`."""
    hold = session.scalar(select(Hold).filter_by(id=hold_id, payer_id=payer_id))
    if hold is None:
        raise NotFound(hold_id=hold_id)
    return hold


def live_hold(session: Session, purpose: str, subject_id: int, part: int = 1) -> Hold | None:
    """Find the one hold of a part of a subject that has not ended."""
    of_part = select(Hold).filter_by(purpose=purpose, subject_id=subject_id, part=part)
    return session.scalar(of_part.where(Hold.status.not_in(ENDED)))


def live_holds(session: Session, purpose: str, subject_id: int) -> list[Hold]:
    """List the holds of all parts of a subject that have not ended."""
    of_subject = select(Hold).filter_by(purpose=purpose, subject_id=subject_id)
    return list(session.scalars(of_subject.where(Hold.status.not_in(ENDED)).order_by(Hold.part)))


def latest_hold(session: Session, purpose: str, subject_id: int, part: int = 1) -> Hold | None:
    """Find the last hold of a part of a subject, ended or not."""
    of_part = select(Hold).filter_by(purpose=purpose, subject_id=subject_id, part=part)
    return session.scalar(of_part.order_by(Hold.id.desc()).limit(1))


def latest_holds(session: Session, purpose: str, subject_id: int) -> list[Hold]:
    """List the last hold of each part of a subject, ended or not, the first part first."""
    of_subject = select(Hold).filter_by(purpose=purpose, subject_id=subject_id).order_by(Hold.id)
    by_part = {hold.part: hold for hold in session.scalars(of_subject)}
    return [by_part[part] for part in sorted(by_part)]


def holds_by_part(session: Session, purpose: str, subject_ids: Collection[int]) -> dict[tuple[int, int], Hold]:
    """Find the last hold of each part of several subjects, ended or not, by subject and part."""
    of_subjects = select(Hold).filter_by(purpose=purpose).where(Hold.subject_id.in_(subject_ids))
    return {(hold.subject_id, hold.part): hold for hold in session.scalars(of_subjects.order_by(Hold.id))}


def hold_by_stripe(session: Session, *, session_id: str | None = None, intent_id: str | None = None) -> Hold | None:
    """Find the hold to which an object of Stripe belongs."""
    if session_id is not None:
        return session.scalar(select(Hold).filter_by(checkout_session_id=session_id))
    return session.scalar(
        select(Hold).where(or_(Hold.payment_intent_id == intent_id, Hold.tried_intent_id == intent_id))
    )


def lock_silent_holds(session: Session, now: datetime, *, but: Collection[int] = ()) -> list[Hold]:
    """Hold on to holds of which nothing has been heard for a while, so that a lost message costs time, not money.

    Those that somebody else is at are passed over: they are of many requests, so nobody may wait for one of them here.
    """
    waiting = Hold.status.in_({HoldStatus.AWAITING, HoldStatus.HELD})
    overdue = select(Hold).where(waiting, Hold.asked_minor > 0, Hold.checked_at <= now - CHECK_EVERY)
    if but:  # An empty list would be looked at as a table.
        overdue = overdue.where(Hold.id.not_in(but))
    in_order = overdue.order_by(Hold.checked_at, Hold.id).limit(CHECKS_AT_ONCE)
    return list(session.scalars(in_order.with_for_update(skip_locked=True)))


def holds_by_subject(session: Session, subjects: Collection[tuple[str, int]]) -> dict[tuple[str, int], Hold]:
    """Find the latest hold of each subject, a purpose and an id: it knows what the subject is called, and its page."""
    ids = {subject_id for _purpose, subject_id in subjects}
    found = session.scalars(select(Hold).where(Hold.subject_id.in_(ids)).order_by(Hold.id))
    return {(hold.purpose, hold.subject_id): hold for hold in found}


def settlement(session: Session, hold_id: int) -> Settlement | None:
    """Find how a hold was shared; None before it was."""
    return session.get(Settlement, hold_id)


def settled_besides(session: Session, payee_id: int, purpose: str, subject_id: int) -> int:
    """Count the subjects of a purpose of which a payee was given a share, without one of them."""
    shared = select(Hold.subject_id).join(Settlement, Settlement.hold_id == Hold.id).filter(Hold.purpose == purpose)
    others = shared.where(Settlement.payee_id == payee_id, Hold.subject_id != subject_id).distinct()
    return session.scalar(select(func.count()).select_from(others.subquery())) or 0


def lock_refund(session: Session, refund_id: int) -> Refund:
    """Hold on to a refund, and before it to its hold, or raise `NotFound`."""
    hold_id = session.scalar(select(Refund.hold_id).filter_by(id=refund_id))
    if hold_id is None:
        raise NotFound(refund_id=refund_id)
    lock_hold(session, hold_id)
    return session.scalars(
        select(Refund).filter_by(id=refund_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def refund_of_hold(session: Session, hold_id: int | None, refund_id: str | None) -> int | None:
    """Find a refund of ours by what Stripe keeps of it as text; None if there is none, or of another hold."""
    if hold_id is None or refund_id is None or not refund_id.isdecimal():
        return None
    return session.scalar(select(Refund.id).filter_by(hold_id=hold_id, id=int(refund_id)))


def refund(session: Session, refund_id: int) -> Refund:
    """Find a refund that is there."""
    return session.get_one(Refund, refund_id)


def chargeback(session: Session, chargeback_id: int) -> Chargeback:
    """Find a chargeback, or raise `NotFound`."""
    found = session.get(Chargeback, chargeback_id)
    if found is None:
        raise NotFound(chargeback_id=chargeback_id)
    return found


def refunds_to_cover(session: Session, hold_id: int) -> list[Refund]:
    """List the refunds of a hold that have not reached its payer and are not on their way, the oldest first."""
    here = Refund.status.in_({RefundStatus.WAITING, RefundStatus.FAILED})
    return list(session.scalars(select(Refund).filter_by(hold_id=hold_id).where(here).order_by(Refund.id)))


def refunds_due(session: Session, hold_id: int) -> list[Refund]:
    """List the refunds of a hold that Stripe does not know of yet."""
    to_come = Refund.status.in_({RefundStatus.WAITING, RefundStatus.DUE})
    return list(session.scalars(select(Refund).filter_by(hold_id=hold_id).where(to_come)))


def refunds_waiting(session: Session, hold_id: int) -> list[Refund]:
    """List the refunds of a hold that wait for a bank's decision, the oldest first."""
    waiting = select(Refund).filter_by(hold_id=hold_id, status=RefundStatus.WAITING)
    return list(session.scalars(waiting.order_by(Refund.id)))


def refunds_of(session: Session, hold_ids: Collection[int]) -> list[Refund]:
    """List the refunds of several holds, the first first."""
    return list(session.scalars(select(Refund).where(Refund.hold_id.in_(hold_ids)).order_by(Refund.id)))


def goodwill_of(session: Session, hold: Hold) -> Money:
    """Add up what was given back of a hold out of goodwill."""
    given = select(func.coalesce(func.sum(Refund.amount_minor), 0))
    minor = session.scalar(given.filter_by(hold_id=hold.id, cause=RefundCause.GOODWILL)) or 0
    return Money(int(minor), hold.currency)


def refunds_to_pay_by_hand(session: Session) -> list[Refund]:
    """List the refunds that came back, the oldest first."""
    return list(session.scalars(select(Refund).filter_by(status=RefundStatus.FAILED).order_by(Refund.id)))


def chargeback_by_stripe(session: Session, dispute_id: str) -> Chargeback | None:
    """Find the chargeback to which an object of Stripe belongs."""
    return session.scalar(select(Chargeback).filter_by(stripe_dispute_id=dispute_id))


def open_chargebacks(session: Session, hold_id: int) -> list[Chargeback]:
    """List the chargebacks of a hold that no bank has decided yet."""
    open_ones = Chargeback.status.in_(OPEN_CHARGEBACKS)
    return list(session.scalars(select(Chargeback).filter_by(hold_id=hold_id).where(open_ones)))


def chargebacks_to_decide(session: Session) -> list[Chargeback]:
    """List the chargebacks that no bank has decided yet, and open questions of banks, the most urgent first."""
    open_ones = select(Chargeback).where(Chargeback.ended_at.is_(None))
    return list(session.scalars(open_ones.order_by(Chargeback.due_by, Chargeback.id)))


def losses(session: Session, hold_id: int) -> list[Chargeback]:
    """List the lost chargebacks of a hold of which the vendor bears something alone, the oldest first."""
    lost = select(Chargeback).filter_by(hold_id=hold_id, status=ChargebackStatus.LOST)
    return list(session.scalars(lost.where(Chargeback.loss_minor > 0).order_by(Chargeback.id)))


def chargebacks_of(session: Session, hold_ids: Collection[int]) -> list[Chargeback]:
    """List the chargebacks of several holds, the first first."""
    return list(session.scalars(select(Chargeback).where(Chargeback.hold_id.in_(hold_ids)).order_by(Chargeback.id)))


def holds_of_subject(session: Session, purpose: str, subject_id: int) -> list[Hold]:
    """List every hold of a subject, the first first, or raise `NotFound`."""
    found = list(session.scalars(select(Hold).filter_by(purpose=purpose, subject_id=subject_id).order_by(Hold.id)))
    if not found:
        raise NotFound(purpose=purpose, subject_id=subject_id)
    return found
