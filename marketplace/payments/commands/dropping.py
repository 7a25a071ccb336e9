"""Calls that somebody of the staff drops: what waits for the answer ends as if Stripe had said no."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.payments.commands.accounts import refuse_account
from marketplace.payments.commands.billing import refuse_subscription
from marketplace.payments.commands.calls import note_refusal
from marketplace.payments.commands.cards import forgotten, refuse_setup
from marketplace.payments.commands.outcomes import lapse, refuse_checkout
from marketplace.payments.commands.renewals import ask_payer, refuse_renewal, renewal_let_go
from marketplace.payments.models import StripeCall
from marketplace.payments.rules import ONLY_STRIPE_KNOWS, CallKind, OnlyStripeKnows

Ending = Callable[[Session, int, str, datetime], None]

# What comes too late is let go of when Stripe tells of it, and banks let go by themselves after some days.
_ENDINGS: Mapping[CallKind, Ending] = {
    CallKind.CHECKOUT: lambda session, about_id, reason, now: refuse_checkout(session, about_id, reason, now=now),
    CallKind.RELEASE: lambda session, about_id, _reason, now: lapse(session, about_id, now=now),
    CallKind.SETUP: lambda session, about_id, reason, now: refuse_setup(session, about_id, reason, now=now),
    CallKind.FORGET: lambda session, about_id, _reason, now: forgotten(session, about_id, now=now),
    CallKind.ACCOUNT: lambda session, about_id, reason, now: refuse_account(session, about_id, reason, now=now),
    CallKind.RENEW: lambda session, about_id, reason, now: ask_payer(session, about_id, reason, now=now),
    CallKind.ASK: lambda session, about_id, reason, now: refuse_renewal(session, about_id, reason, now=now),
    CallKind.LET_GO: lambda session, about_id, _reason, now: renewal_let_go(session, about_id, now=now),
    CallKind.SUBSCRIBE: lambda session, about_id, reason, now: refuse_subscription(session, about_id, reason, now=now),
    CallKind.PORTAL: lambda session, about_id, reason, now: note_refusal(
        session, CallKind.PORTAL, about_id, now, reason=reason
    ),
}


def drop_call(session: Session, payload: Mapping[str, Any], reason: str, now: datetime) -> None:
    """Make a call no more.

    Raises:
        OnlyStripeKnows: it moves money, or can be done only once, and may have happened.
    """
    call = session.get_one(StripeCall, payload["call_id"])
    if call.kind in ONLY_STRIPE_KNOWS and call.answered_at is None:
        raise OnlyStripeKnows
    if call.answered_at is None:
        _ENDINGS[call.kind](session, call.about_id, reason, now)
