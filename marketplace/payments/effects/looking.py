"""Looking at what Stripe says of a subscription, and of what goes back of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call, ask_once, or_hopeless
from marketplace.payments.gateway import Refused, gateway
from marketplace.payments.models import PeriodRefund

Note = Callable[[Session], None]


def look_at(subscription_id: int, now: datetime) -> Note:
    """Fetch how a subscription stands, with its invoices; gives what is to be written down."""
    subscription = queries.subscription(reading(), subscription_id)
    stripe_id, session_id, looks = (
        subscription.stripe_subscription_id,
        subscription.checkout_session_id,
        subscription.looks,
    )
    known = queries.invoices_known(reading(), subscription_id)
    reading().rollback()
    if stripe_id is None and session_id is not None:
        checkout = gateway().checkout(session_id)
        if checkout.status == "expired":
            return lambda session: commands.lapse_subscription(session, subscription_id, now=now)
        stripe_id = checkout.subscription_id
    if stripe_id is None:  # Nobody has paid yet.
        return lambda _session: None
    state = gateway().subscription(stripe_id)
    invoices = gateway().invoices(stripe_id, known=known)
    return lambda session: commands.describe_subscription(
        session, subscription_id, state, invoices, looks=looks, now=now
    )


def subscription_named(session: Session, kind: str | None, own_id: str, about: dict[str, Any]) -> int | None:
    """Find the subscription that an object of Stripe is about; what it claims only says where to look."""
    if kind == "checkout.session":
        return queries.subscription_by_stripe(session, session_id=own_id)
    if kind == "subscription":
        return queries.subscription_by_stripe(session, stripe_id=own_id, call=_mark(about))
    if kind == "invoice":
        details = (about.get("parent") or {}).get("subscription_details") or {}
        return queries.subscription_by_stripe(session, stripe_id=details.get("subscription"), call=_mark(details))
    return None


def _mark(about: dict[str, Any]) -> str | None:
    mark = (about.get("metadata") or {}).get("call")
    return str(mark) if mark else None


def period_refund_named(session: Session, about: dict[str, Any]) -> int | None:
    """Find the refund of a period that a refund of Stripe is, which our row may not know yet."""
    return queries.period_refund_of(
        session, str(about.get("charge")), (about.get("metadata") or {}).get("period_refund_id")
    )


def look_at_period_refund(refund_id: int, stripe_refund_id: str, now: datetime) -> Note:
    """Fetch how a refund of a period stands; gives what is to be written down."""
    state = gateway().refund_state(stripe_refund_id)
    return lambda session: commands.describe_period_refund(session, refund_id, state, now=now)


def look_at_period_dispute(payment_id: int, dispute_id: str, now: datetime) -> Note:
    """Fetch how it stands with what a bank takes back of a period; gives what is to be written down."""
    dispute = gateway().dispute(dispute_id)
    return lambda session: commands.apply_period_dispute(session, payment_id, dispute, now=now)


@or_hopeless()
def refresh_disputes(due: outbox.Due) -> None:
    """Look at what banks have taken back of a payment for a period before it stood in our book."""
    payment_id = due.payload["payment_id"]
    charge_id = queries.period_payment(reading(), payment_id).charge_id
    reading().rollback()
    for dispute in gateway().disputes_of(charge_id):
        with transaction() as session:
            commands.apply_period_dispute(session, payment_id, dispute, now=due.now)


def refund_period(call: Call, now: datetime) -> None:
    """Give back a part of what was paid for a period."""
    owed = reading().get_one(PeriodRefund, call.about_id)
    charge_id, amount = owed.payment.charge_id, owed.amount
    reading().rollback()
    try:
        state = ask_once(
            call,
            now,
            look=lambda: gateway().find_refund_of_charge(charge_id, call.mark),
            ask=lambda: gateway().refund_charge(
                charge_id, amount, refund_id=call.about_id, mark=call.mark, key=call.key
            ),
        )
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_period_refund(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.describe_period_refund(session, call.about_id, state, now=now)


def earn(now: datetime) -> None:
    """Book what is earned by today; days on which nobody did are made up for at once."""
    due = queries.payments_to_earn(reading(), now.astimezone(UTC).date())
    reading().rollback()
    for payment_id in due:
        with transaction() as session:
            commands.earn(session, payment_id, now=now)
