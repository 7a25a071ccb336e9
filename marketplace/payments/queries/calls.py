"""Reading about what was asked of Stripe."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.payments.models import StripeCall
from marketplace.payments.rules import CallKind


def latest_call(session: Session, kind: CallKind, about_id: int) -> StripeCall | None:
    """Find the latest call of a kind about a row."""
    calls = select(StripeCall).filter_by(kind=kind, about_id=about_id)
    return session.scalar(calls.order_by(StripeCall.attempt.desc()).limit(1))


def is_called(session: Session, kind: CallKind, about_id: int) -> bool:
    """Tell whether such a call was ever owed."""
    return latest_call(session, kind, about_id) is not None


def is_under_way(session: Session, kind: CallKind, about_id: int) -> bool:
    """Tell whether such a call is owed, and its answer not certain yet."""
    call = latest_call(session, kind, about_id)
    return call is not None and call.answered_at is None
