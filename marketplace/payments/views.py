"""Pages of money: to Checkout and back, what Stripe calls, and the vendor's book."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask import flash as tell
from flask.typing import ResponseReturnValue

from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, row_id, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.payments import commands, queries
from marketplace.payments.gateway import BadDelivery, gateway
from marketplace.payments.rules import HoldStatus, PaymentNotReady
from marketplace.payments.schemas import PaidByHandSchema

MAX_EVENT_BYTES = 1024 * 1024
LEDGER_PAGE = 40

blueprint = Blueprint("payments", __name__)


@blueprint.get("/payments/<int:hold_id>/pay")
@open_to(Role.PERSON)
def pay(hold_id: int) -> ResponseReturnValue:
    """Lead the payer to Checkout, or wait until its page is made."""
    hold = queries.hold_of_payer(reading(), hold_id, caller_id())
    if hold.status is HoldStatus.OPENING:
        return render_template("payments/preparing.html", hold=hold), 202, {"Refresh": "2"}
    if hold.status is not HoldStatus.AWAITING:
        return redirect(hold.return_path)
    if hold.checkout_url is None:
        raise PaymentNotReady
    return redirect(hold.checkout_url, code=303)


@blueprint.get("/payments/<int:hold_id>/back")
@open_to(Role.PERSON)
def back(hold_id: int) -> ResponseReturnValue:
    """Take the payer back to the request.

    Coming back proves nothing: Stripe is asked how it stands, unless its own word came first.
    """
    hold = queries.hold_of_payer(reading(), hold_id, caller_id())
    return_path, is_known = hold.return_path, hold.status is not HoldStatus.AWAITING
    if not is_known:
        with transaction() as session:
            message_id = outbox.enqueue(session, commands.REFRESH, at=utcnow(), hold_id=hold_id).id
        outbox.deliver_now(message_id)
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
    with transaction() as session:
        commands.store_event(session, event, now=now)
    return {"received": True}


@blueprint.get("/vendor/money")
@open_to(Role.STAFF)
def money() -> ResponseReturnValue:
    """Show what stands where, what is owed, and every booking."""
    return _money_page({})


def _money_page(errors: dict[str, list[str]]) -> ResponseReturnValue:
    before_id = request.args.get("before", type=row_id)
    rows = queries.ledger(reading(), before_id=before_id, limit=LEDGER_PAGE + 1)
    payouts = queries.payouts_due(reading())
    subjects = {(one.purpose, one.subject_id) for one in payouts} | {(one.purpose, one.subject_id) for one in rows}
    page = render_template(
        "payments/money.html",
        balances=queries.trial_balance(reading()),
        payouts=payouts,
        payees=queries.payee_names(reading(), [payout.payee_id for payout in payouts]),
        holds=queries.holds_by_subject(reading(), subjects),
        rows=rows[:LEDGER_PAGE],
        older=rows[LEDGER_PAGE - 1].id if len(rows) > LEDGER_PAGE else None,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/money/payouts/<int:payout_id>/paid")
@open_to(Role.FINANCE)
def paid_by_hand(payout_id: int) -> ResponseReturnValue:
    """Note that a partner was paid by hand."""
    try:
        values = load_form(PaidByHandSchema())
    except InvalidInput as error:
        return _money_page({f"reference-{payout_id}": texts for texts in error.fields.values()})
    with transaction() as session:
        commands.mark_paid_by_hand(session, payout_id, reference=values["reference"], by=caller_id(), now=utcnow())
    tell(_("The payment is noted, and booked."))
    return redirect(url_for(".money"))
