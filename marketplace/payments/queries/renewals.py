"""Reading about holds that are set aside once more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.payments.models import Hold, Renewal, SavedCard
from marketplace.payments.queries.holds import lock_hold
from marketplace.payments.rules import ENDED_RENEWALS, RenewalStatus

ASKED = frozenset({RenewalStatus.OPENING, RenewalStatus.ASKED})


def lock_renewal(session: Session, renewal_id: int) -> tuple[Hold, Renewal]:
    """Hold on to a renewal, and before it to its hold, or raise `NotFound`."""
    hold_id = session.scalar(select(Renewal.hold_id).filter_by(id=renewal_id))
    if hold_id is None:
        raise NotFound(renewal_id=renewal_id)
    hold = lock_hold(session, hold_id)
    locked = select(Renewal).filter_by(id=renewal_id).with_for_update()
    return hold, session.scalars(locked.execution_options(populate_existing=True)).one()


def live_renewal(session: Session, hold_id: int) -> Renewal | None:
    """Find the one renewal of a hold that has not ended."""
    return session.scalar(select(Renewal).filter_by(hold_id=hold_id).where(Renewal.status.not_in(ENDED_RENEWALS)))


def renewal_of(session: Session, hold_id: int, capture_before: datetime) -> Renewal | None:
    """Find the renewal for a moment at which a bank lets go, ended or not."""
    return session.scalar(select(Renewal).filter_by(hold_id=hold_id, capture_before=capture_before))


def asked_renewals(session: Session, hold_ids: Collection[int]) -> dict[int, Renewal]:
    """Find the renewals for which payers are asked, or are to be asked in a moment, by hold."""
    found = select(Renewal).where(Renewal.hold_id.in_(hold_ids), Renewal.status.in_(ASKED))
    return {one.hold_id: one for one in session.scalars(found)}


def asked_renewals_of(session: Session, payer_id: int) -> list[tuple[Renewal, Hold]]:
    """List what a payer is asked to set aside once more, the most urgent first."""
    found = select(Renewal, Hold).join(Hold, Hold.id == Renewal.hold_id).where(Hold.payer_id == payer_id)
    asked = found.where(Renewal.status.in_(ASKED)).order_by(Renewal.capture_before, Renewal.id)
    return [(renewal, hold) for renewal, hold in session.execute(asked)]


def hold_of_renewal(session: Session, *, session_id: str | None = None, intent_id: str | None = None) -> Hold | None:
    """Find the hold whose renewal an object of Stripe belongs to: its page, or else its payment.

    Only one of them is asked about: a renewal with a saved card has no page, and one that waits has no payment yet.
    """
    renewed = select(Hold).join(Renewal, Renewal.hold_id == Hold.id)
    if session_id is not None:
        return session.scalar(renewed.where(Renewal.checkout_session_id == session_id))
    assert intent_id is not None, "nothing is asked about"
    return session.scalar(renewed.where(Renewal.payment_intent_id == intent_id))


def was_renewed_by_card(session: Session, hold_id: int) -> bool:
    """Tell whether the last renewal of a hold was done with a saved card, its owner away."""
    done = (
        select(Renewal)
        .filter_by(hold_id=hold_id)
        .where(Renewal.status.in_({RenewalStatus.REPLACING, RenewalStatus.DONE}))
    )
    last = session.scalar(done.order_by(Renewal.id.desc()).limit(1))
    return last is not None and last.card_id is not None


def card_to_renew_with(session: Session, person_id: int, now: datetime) -> SavedCard | None:
    """Find the newest saved card that its owner allows to be used while they are away."""
    allowed = select(SavedCard).filter_by(person_id=person_id, may_renew=True, removed_at=None)
    found = session.scalars(allowed.order_by(SavedCard.id.desc()))
    return next((card for card in found if not card.is_over(now)), None)
