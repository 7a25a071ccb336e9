"""Reading about what was asked of Stripe."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.payments.models import Chargeback, Clawback, Hold, Payout, ReadMark, Refund, Renewal, StripeCall
from marketplace.payments.rules import EVENTS_READ, CallKind


def call(session: Session, call_id: int) -> StripeCall:
    """Find a call that is there."""
    return session.get_one(StripeCall, call_id)


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


def is_refused(session: Session, kind: CallKind, about_id: int) -> bool:
    """Tell whether the latest such call has come to nothing because Stripe refused it."""
    call = latest_call(session, kind, about_id)
    return call is not None and call.error is not None


def refused_calls(session: Session, *, since: datetime, limit: int) -> list[StripeCall]:
    """List the calls that have come to nothing since a moment because Stripe refused them, the newest first."""
    refused = select(StripeCall).where(StripeCall.error.is_not(None), StripeCall.answered_at >= since)
    return list(session.scalars(refused.order_by(StripeCall.answered_at.desc(), StripeCall.id.desc()).limit(limit)))


_Row = type[Refund | Payout | Clawback | Chargeback | Renewal]
_OF_HOLDS = frozenset({CallKind.CHECKOUT, CallKind.CAPTURE, CallKind.RELEASE})
_ABOUT: Mapping[CallKind, _Row] = {
    CallKind.REFUND: Refund,
    CallKind.TRANSFER: Payout,
    CallKind.REVERSE: Clawback,
    CallKind.RESPOND: Chargeback,
    CallKind.RENEW: Renewal,
    CallKind.ASK: Renewal,
    CallKind.LET_GO: Renewal,
}


def hold_of_call(session: Session, call: StripeCall) -> Hold | None:
    """Find the payment that a call is about; None if it is about a person, a payee or a period."""
    if call.kind in _OF_HOLDS:
        return session.get_one(Hold, call.about_id)
    if call.kind not in _ABOUT:
        return None
    about: Any = session.get_one(_ABOUT[call.kind], call.about_id)
    hold_id = about.payout.hold_id if isinstance(about, Clawback) else about.hold_id
    return None if hold_id is None else session.get_one(Hold, hold_id)


def events_read_until(session: Session) -> datetime | None:
    """Tell until when Stripe's events were asked for; None before the first time."""
    mark = session.get(ReadMark, EVENTS_READ)
    return mark.until if mark else None
