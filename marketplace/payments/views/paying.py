"""To Checkout and back, and what Stripe calls."""

from flask import current_app, redirect, render_template, request
from flask import flash as tell
from flask.typing import ResponseReturnValue

from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction, writing
from marketplace.kernel.translate import _
from marketplace.payments import commands, queries
from marketplace.payments.gateway import BadDelivery, gateway
from marketplace.payments.rules import CallKind, HoldStatus, PaymentNotReady
from marketplace.payments.views import blueprint

MAX_EVENT_BYTES = 1024 * 1024
RECEIVED = '{"received": true}', {"Content-Type": "application/json"}  # As it is: Stripe waits, and sends storms.
NEEDED_NO_MORE = frozenset({HoldStatus.RELEASING, HoldStatus.RELEASED, HoldStatus.LAPSED})


@blueprint.get("/payments/<int:hold_id>/pay")
@open_to(Role.PERSON)
def pay(hold_id: int) -> ResponseReturnValue:
    """Lead the payer to Checkout, or wait until its page is made or the bank of a saved card has answered."""
    hold = queries.hold_of_payer(reading(), hold_id, caller_id())
    renewal = queries.asked_renewals(reading(), [hold_id]).get(hold_id)
    if hold.status is HoldStatus.OPENING or (renewal is not None and renewal.checkout_url is None):
        return render_template("payments/preparing.html", hold=hold), 202, {"Refresh": "2"}
    if renewal is not None:
        return redirect(str(renewal.checkout_url), code=303)
    if hold.status is HoldStatus.LAPSED and queries.is_refused(reading(), CallKind.CHECKOUT, hold_id):
        tell(_("Stripe did not make the payment page, and nothing was taken. The vendor sees it. Try again later."))
    if hold.status is not HoldStatus.AWAITING:
        return redirect(hold.return_path)
    if hold.checkout_url is None:
        raise PaymentNotReady
    if hold.card_refusal is not None:  # Whoever expected to be done reads why there is a page after all.
        return render_template("payments/preparing.html", hold=hold)
    return redirect(hold.checkout_url, code=303)


@blueprint.get("/payments/<int:hold_id>/back")
@open_to(Role.PERSON)
def back(hold_id: int) -> ResponseReturnValue:
    """Take the payer back to the request.

    Coming back proves nothing: Stripe is asked how it stands, unless its own word came first. Stripe sends people here
    by a link, so this writes on a GET. That is harmless, however often the link is followed: what is noted is what
    Stripe says, as its webhook would have it noted, and any order and any repetition end the same.
    """
    hold = queries.hold_of_payer(reading(), hold_id, caller_id())
    is_asked = hold_id in queries.asked_renewals(reading(), [hold_id])
    return_path, is_known = hold.return_path, hold.status is not HoldStatus.AWAITING and not is_asked
    if not is_known:
        with transaction() as session:
            message_id = outbox.enqueue(session, commands.REFRESH, at=utcnow(), hold_id=hold_id)
        outbox.deliver_now(message_id)
    if queries.hold_of_payer(reading(), hold_id, caller_id()).status in NEEDED_NO_MORE:
        tell(_("This payment is not needed any more. What your bank has set aside is let go; nothing is charged."))
    return redirect(return_path)


@blueprint.post("/webhooks/stripe")
@open_to(Role.ANYONE)
def receive() -> ResponseReturnValue:
    """Take an event of the platform from Stripe."""
    return _receive(current_app.extensions["handrail_settings"].stripe_webhook_secret)


@blueprint.post("/webhooks/stripe/connect")
@open_to(Role.ANYONE)
def receive_connect() -> ResponseReturnValue:
    """Take an event of a connected account from Stripe."""
    return _receive(current_app.extensions["handrail_settings"].stripe_connect_webhook_secret)


def _receive(secret: str) -> ResponseReturnValue:
    """Verify, store, commit, and only then say yes; a worker applies it."""
    now = utcnow()
    request.max_content_length = MAX_EVENT_BYTES
    try:
        event = gateway().verify(request.get_data(), request.headers.get("Stripe-Signature", ""), secret, now)
    except BadDelivery as refusal:
        current_app.logger.warning("a webhook call was refused: %s", refusal)
        return {"received": False}, 400
    with writing() as connection:
        commands.store_event(connection, event, now=now)
    return RECEIVED
