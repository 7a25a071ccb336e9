"""Reading about appeals."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.insurance.models import Appeal, Policy
from marketplace.insurance.rules import AppealStatus
from marketplace.kernel.errors import NotFound

ANSWERED_SHOWN = 50


def appeals_of(session: Session, policy_id: int) -> list[Appeal]:
    """List the appeals about a policy, the newest first."""
    return list(session.scalars(select(Appeal).filter_by(policy_id=policy_id).order_by(Appeal.id.desc())))


def open_appeals(session: Session) -> list[Appeal]:
    """List what waits for an answer, the oldest first."""
    waiting = select(Appeal).filter_by(status=AppealStatus.OPEN).order_by(Appeal.id)
    return list(session.scalars(waiting.options(joinedload(Appeal.policy).joinedload(Policy.person))))


def answered_appeals(session: Session) -> list[Appeal]:
    """List what was answered last, the newest first."""
    answered = select(Appeal).filter_by(status=AppealStatus.ANSWERED).order_by(Appeal.answered_at.desc())
    return list(session.scalars(answered.options(joinedload(Appeal.policy)).limit(ANSWERED_SHOWN)))


def appeal(session: Session, appeal_id: int) -> Appeal:
    """Find an appeal, or raise `NotFound`."""
    found = session.get(Appeal, appeal_id)
    if found is None:
        raise NotFound(appeal_id=appeal_id)
    return found


def lock_appeal(session: Session, appeal_id: int) -> Appeal:
    """Hold on to an appeal until the transaction ends, or raise `NotFound`."""
    locked = select(Appeal).filter_by(id=appeal_id).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(locked)
    if found is None:
        raise NotFound(appeal_id=appeal_id)
    return found
