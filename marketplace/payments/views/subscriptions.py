"""To the page on which somebody subscribes, and back."""

from flask import flash as tell
from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import _
from marketplace.payments import commands, queries
from marketplace.payments.rules import WAITING, PaymentNotReady, SubscriptionStatus
from marketplace.payments.views import blueprint


@blueprint.get("/payments/subscriptions/<int:subscription_id>/pay")
@open_to(Role.PERSON)
def subscribe(subscription_id: int) -> ResponseReturnValue:
    """Lead the payer to Checkout, or wait until its page is made."""
    subscription = queries.subscription_of_payer(reading(), subscription_id, caller_id())
    if subscription.status is SubscriptionStatus.OPENING:
        return render_template("payments/subscribing.html", subscription=subscription), 202, {"Refresh": "2"}
    if subscription.status is not SubscriptionStatus.AWAITING:
        return redirect(subscription.return_path)
    if subscription.checkout_url is None:
        raise PaymentNotReady
    return redirect(subscription.checkout_url, code=303)


@blueprint.get("/payments/subscriptions/<int:subscription_id>/back")
@open_to(Role.PERSON)
def subscribed(subscription_id: int) -> ResponseReturnValue:
    """Take the payer back. Coming back proves nothing: Stripe is asked how it stands, unless its word came first."""
    subscription = queries.subscription_of_payer(reading(), subscription_id, caller_id())
    return_path, is_known = subscription.return_path, subscription.status not in WAITING
    if not is_known:
        with transaction() as session:
            message_id = commands.look_at_subscription(session, subscription_id, now=utcnow())
        outbox.deliver_now(message_id)
    if queries.subscription_of_payer(reading(), subscription_id, caller_id()).status is SubscriptionStatus.LAPSED:
        tell(_("This payment is not needed any more. If you have paid, all of it goes back to you."))
    return redirect(return_path)
