"""What is owed to Stripe, and what Stripe sends."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.payments import queries
from marketplace.payments.gateway import Event
from marketplace.payments.models import ReadMark, StripeCall
from marketplace.payments.rules import EVENTS_READ, CallKind

CALL = "stripe_call"  # Kinds of outbox messages, performed by `effects`.
EVENT = "stripe_event"
REFRESH = "stripe_refresh"
CARDS = "stripe_cards"
SUBSCRIPTION_LOOK = "stripe_subscription"
DISPUTES_LOOK = "stripe_disputes"


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
    return outbox.enqueue(session, CALL, at=now, call_id=call.id)


def note_answer(session: Session, kind: CallKind, about_id: int, now: datetime, *, stripe_id: str | None) -> None:
    """Note that the answer to a call is certain."""
    call = queries.latest_call(session, kind, about_id)
    if call is not None and call.answered_at is None:
        call.stripe_id = stripe_id
        call.answered_at = now


def note_refusal(session: Session, kind: CallKind, about_id: int, now: datetime, *, reason: str) -> None:
    """Note that a call has come to nothing, for certain, and why."""
    call = queries.latest_call(session, kind, about_id)
    if call is not None and call.answered_at is None:
        call.error, call.answered_at = reason, now


def renew_key(session: Session, call_id: int, renewals: int) -> None:
    """Give a call a new key, because the one it has is spent and nothing has come of it.

    Nothing happens if it has another one already: two workers that have looked at the same time share the new key.
    """
    same = update(StripeCall).where(StripeCall.id == call_id, StripeCall.renewals == renewals)
    session.execute(same.values(renewals=renewals + 1))


def mark_events_read(session: Session, *, until: datetime) -> None:
    """Note that every event up to a moment was asked for."""
    session.merge(ReadMark(name=EVENTS_READ, until=until))


def store_event(connection: Connection, event: Event, *, now: datetime) -> bool:
    """Keep a delivery, as the message that owes its application; False when an earlier delivery already did.

    Events come in storms, and Stripe waits for each: one row is written, and no object is made for it. Its key decides
    whether the event is new, so messages of events are never deleted.
    """
    return outbox.owe_once(
        connection, EVENT, at=now, key=f"event:{event.id}", account_id=event.account_id, event=event.payload
    )
