"""The first page of the portal: what the customer has, and what they can do about it."""

from flask import redirect
from flask.typing import ResponseReturnValue

from marketplace.kernel.translate import _
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages import card_choice
from marketplace.sandbox.stripe.pages.checkout import SEE_OTHER
from marketplace.sandbox.stripe.pages.frame import money
from marketplace.sandbox.stripe.pages.portal.visit import Visit, blueprint, visited
from marketplace.sandbox.stripe.pages.words import INVOICE_LABELS, STATUS_LABELS, day, price_words
from marketplace.sandbox.stripe.resources.billing import collecting
from marketplace.sandbox.stripe.resources.billing.invoice_body import KIND as INVOICE
from marketplace.sandbox.stripe.resources.billing.invoice_lines import product_name
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND as SUBSCRIPTION
from marketplace.sandbox.stripe.resources.billing.subscription_body import items_of, period_of
from marketplace.sandbox.stripe.resources.billing.subscription_states import OVER, Action, allows, status_of

INVOICES = 20


@blueprint.get("")
@visited()
def home(visit: Visit) -> ResponseReturnValue:
    """Show everything, or lead to the one thing that the link was made for."""
    elsewhere = _flow_page(visit)
    if elsewhere:
        return redirect(elsewhere, SEE_OTHER)
    world, customer = visit.world, visit.customer
    found = [one for one in world.every(SUBSCRIPTION, customer=customer.id) if status_of(one) not in OVER]
    main = customer.body["invoice_settings"]["default_payment_method"]
    return visit.page(
        "portal.html",
        subscriptions=[summary(world, one) for one in found],
        cards=[{**one.body, "is_main": one.id == main} for one in card_choice.stored(world, customer.id)],
        invoices=_invoices(visit) if visit.features["invoice_history"]["enabled"] else [],
    )


@blueprint.get("/done")
@visited()
def done(visit: Visit) -> ResponseReturnValue:
    """Say that it is done."""
    words = visit.flow["after_completion"]["hosted_confirmation"] if visit.flow else None
    return visit.page("portal_done.html", words=words and words["custom_message"])


def summary(world: World, record: Record) -> Json:
    """Tell about a subscription what the pages show."""
    items = items_of(record.body)
    card = collecting.default_for(world, record)
    return {
        "id": record.id,
        "card": card.body["card"]["last4"] if card else "",
        "ends": record.body["cancel_at"] is not None,
        "is_changeable": allows(record, Action.CHANGE),
        "name": ", ".join(product_name(world, item["price"]) for item in items),
        "next": _next(record),
        "price": ", ".join(price_words(item["price"], item["quantity"]) for item in items),
        "status": str(STATUS_LABELS[record.body["status"]]),
    }


def _next(record: Record) -> str:
    when = record.body["cancel_at"]
    if when is not None:
        return _("Ends on %(day)s.") % {"day": day(when)}
    if not allows(record, Action.CHANGE):
        return ""
    return _("Renews on %(day)s.") % {"day": day(period_of(record.body).end)}


def _invoices(visit: Visit) -> list[Json]:
    found = [one.body for one in visit.world.every(INVOICE, customer=visit.customer.id) if one.body["number"]]
    return [
        {
            "amount": money(body["amount_due"], body["currency"]),
            "created": day(body["created"]),
            "number": body["number"],
            "status": str(INVOICE_LABELS[body["status"]]),
            "url": body["hosted_invoice_url"],
        }
        for body in found[:INVOICES]
    ]


def _flow_page(visit: Visit) -> str | None:
    flow = visit.flow
    if flow is None or visit.session.hidden.get("is_flow_over"):
        return None
    kind = flow["type"]
    if kind == "payment_method_update":
        return visit.url("card")
    about = flow[kind]
    if kind == "subscription_cancel":
        return visit.url("cancel", subscription_id=about["subscription"])
    if kind == "subscription_update":
        return visit.url("switch", subscription_id=about["subscription"])
    return visit.url("confirm_flow", subscription_id=about["subscription"])
