"""What is owed to Stripe, and what Stripe sends."""

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.payments import queries
from marketplace.payments.gateway import Event
from marketplace.payments.models import ReceivedEvent, StripeCall
from marketplace.payments.rules import CallKind

CALL = "stripe_call"  # Kinds of outbox messages, performed by `effects`.
EVENT = "stripe_event"
REFRESH = "stripe_refresh"
ACCOUNT = "stripe_account"


def owe_call(session: Session, kind: CallKind, about_id: int, now: datetime) -> int:
    """Owe a call to Stripe; gives the outbox message that makes it."""
    earlier = select(func.count(StripeCall.id)).filter_by(kind=kind, about_id=about_id)
    attempt = (session.scalar(earlier) or 0) + 1
    call = StripeCall(
        kind=kind,
        about_id=about_id,
        attempt=attempt,
        # A part by chance: a database that was restored counts its ids again, and Stripe remembers keys.
        key=f"{kind}:{about_id}:{attempt}:{secrets.token_hex(8)}",
        created_at=now,
    )
    session.add(call)
    session.flush()  # The message needs the call's id.
    return outbox.enqueue(session, CALL, at=now, call_id=call.id).id


def note_answer(session: Session, kind: CallKind, about_id: int, now: datetime, *, stripe_id: str | None) -> None:
    """Note that the answer to a call is certain."""
    call = queries.latest_call(session, kind, about_id)
    if call is not None and call.answered_at is None:
        call.stripe_id = stripe_id
        call.answered_at = now


def store_event(session: Session, event: Event, *, now: datetime) -> bool:
    """Keep a delivery and owe its application; False when an earlier delivery already did."""
    try:
        with session.begin_nested():
            session.add(
                ReceivedEvent(
                    id=event.id, type=event.type, account_id=event.account_id, payload=event.payload, received_at=now
                )
            )
    except IntegrityError:  # The primary key decides; looking first would race.
        return False
    outbox.enqueue(session, EVENT, at=now, event_id=event.id)
    return True
