"""The cards of a customer: another one pays from now on."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import _
from marketplace.sandbox.stripe.cards import decline_for
from marketplace.sandbox.stripe.engine.world import Record
from marketplace.sandbox.stripe.pages import card_choice, card_form
from marketplace.sandbox.stripe.pages.card_form import Typed
from marketplace.sandbox.stripe.pages.checkout import NOT_AS_IT_SHOULD_BE, SEE_OTHER, base_url
from marketplace.sandbox.stripe.pages.portal.visit import Visit, blueprint, chosen, visited
from marketplace.sandbox.stripe.resources import setting_up, storing
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND as SUBSCRIPTION

FEATURE = "payment_method_update"


@blueprint.get("/card")
@visited(FEATURE)
def card(visit: Visit) -> ResponseReturnValue:
    """Show the form for another card; who comes back from the bank has stored it, or reads why not."""
    intent = _tried(visit)
    if intent and intent.body["status"] == setting_up.Status.SUCCEEDED:
        visit.session.hidden.pop("setup_intent")
        visit.world.save(visit.session)
        _use(visit, intent.body["payment_method"])
        return visit.done(FEATURE)
    return _card_page(visit, Typed(), _last_fault(intent))


@blueprint.post("/card")
@visited(FEATURE)
def store(visit: Visit) -> ResponseReturnValue:
    """Store the card that was typed, and let it pay from now on."""
    typed = card_choice.read()
    if "use_card" in request.form:
        return _card_page(visit, card_form.filled_in(typed, request.form["use_card"], visit.world.now), {})
    found = card_choice.faults(visit.world, visit.session.id, typed)
    method = None if found else card_choice.method(visit.world, typed, (), visit.customer.body["email"])
    if method is None:
        return _card_page(visit, typed.without_code(), found, status=NOT_AS_IT_SHOULD_BE)
    asked = {"customer": visit.customer.id, "usage": "off_session"}
    intent = visit.world.add(setting_up.intent_body(visit.world, asked), "setup_intent.created")
    intent.hidden["return_url"] = f"{base_url()}{visit.url('card')}"
    visit.session.hidden["setup_intent"] = intent.id
    visit.world.save(visit.session)
    setting_up.present(visit.world, intent, method)
    if intent.body["next_action"]:
        return redirect(intent.body["next_action"]["redirect_to_url"]["url"], SEE_OTHER)
    if intent.body["status"] == setting_up.Status.SUCCEEDED:
        return redirect(visit.url("card"), SEE_OTHER)
    return _card_page(visit, typed.without_code(), _last_fault(intent), status=NOT_AS_IT_SHOULD_BE)


@blueprint.post("/card/use")
@visited(FEATURE)
def use(visit: Visit) -> ResponseReturnValue:
    """Let a card pay that is stored already."""
    if visit.has_token and _own(visit):
        _use(visit, chosen("method"))
    return redirect(visit.url("home"), SEE_OTHER)


@blueprint.post("/card/remove")
@visited(FEATURE)
def remove(visit: Visit) -> ResponseReturnValue:
    """Forget a card."""
    method = _own(visit) if visit.has_token else None
    if method:
        storing.detach(visit.world, method)
    return redirect(visit.url("home"), SEE_OTHER)


def _use(visit: Visit, method_id: str) -> None:
    """Let a card pay for everything, also for what had a card of its own."""
    visit.customer.body["invoice_settings"]["default_payment_method"] = method_id
    visit.world.save(visit.customer, "customer.updated")
    for record in visit.world.every(SUBSCRIPTION, customer=visit.customer.id):
        if record.body["default_payment_method"]:
            record.body["default_payment_method"] = method_id
            visit.world.save(record, "customer.subscription.updated")


def _own(visit: Visit) -> Record | None:
    cards = card_choice.stored(visit.world, visit.customer.id)
    return next((one for one in cards if one.id == chosen("method")), None)


def _tried(visit: Visit) -> Record | None:
    intent_id = visit.session.hidden.get("setup_intent")
    return visit.world.find(intent_id) if intent_id else None


def _last_fault(intent: Record | None) -> dict[str, str]:
    error = intent.body["last_setup_error"] if intent else None
    return {"card_number": str(decline_for(error["code"], error.get("decline_code")).words)} if error else {}


def _card_page(visit: Visit, typed: Typed, found: dict[str, str], *, status: int = 200) -> Response:
    return visit.page(
        "portal_card.html",
        status=status,
        faults=found,
        typed=typed,
        title=_("Pay with another card"),
        card_groups=card_choice.CARD_GROUPS,
    )
