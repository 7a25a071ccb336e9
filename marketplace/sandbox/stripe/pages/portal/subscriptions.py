"""A subscription in the portal: end it, go on with it after all, or switch to another price."""

from functools import partial

from flask import redirect
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import _
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Json, Record
from marketplace.sandbox.stripe.pages.checkout import NOT_AS_IT_SHOULD_BE, SEE_OTHER
from marketplace.sandbox.stripe.pages.frame import money, nothing_here
from marketplace.sandbox.stripe.pages.portal.home import summary
from marketplace.sandbox.stripe.pages.portal.visit import Visit, attempt, blueprint, chosen, visited
from marketplace.sandbox.stripe.pages.words import day, price_words
from marketplace.sandbox.stripe.resources.billing import previewing, subscriptions, updating
from marketplace.sandbox.stripe.resources.billing.invoice_lines import product_name
from marketplace.sandbox.stripe.resources.billing.product_body import PRICE
from marketplace.sandbox.stripe.resources.billing.subscription_body import items_of, period_of
from marketplace.sandbox.stripe.resources.billing.subscription_states import Action, allows

CANCEL, UPDATE = "subscription_cancel", "subscription_update"
AT_ONCE = "immediately"
QUANTITY_MAX = 999_999


@blueprint.get("/subscriptions/<subscription_id>/cancel")
@visited(CANCEL)
def cancel(visit: Visit, subscription_id: str) -> ResponseReturnValue:
    """Ask whether it shall really end."""
    record = visit.subscription(subscription_id)
    if record is None or not allows(record, Action.CHANGE):
        return nothing_here(visit.world)
    return _cancel_page(visit, record)


@blueprint.post("/subscriptions/<subscription_id>/cancel")
@visited(CANCEL)
def end(visit: Visit, subscription_id: str) -> ResponseReturnValue:
    """End it, now or with its period, as the platform chose."""
    record = visit.subscription(subscription_id)
    if record is None:
        return nothing_here(visit.world)
    if not visit.has_token:
        return redirect(visit.url("cancel", subscription_id=subscription_id), SEE_OTHER)
    feature = visit.features[CANCEL]
    details: Given = {}
    reasons = feature["cancellation_reason"]
    if reasons["enabled"] and chosen("feedback") in reasons["options"]:
        details["cancellation_details"] = {"feedback": chosen("feedback")}
    if feature["mode"] == AT_ONCE:
        behavior = feature["proration_behavior"]
        asked = {**details, "prorate": behavior != "none", "invoice_now": behavior == "always_invoice"}
        act = partial(subscriptions.cancel, visit.world, asked, record.id)
    else:
        asked = {**details, "cancel_at_period_end": True, "proration_behavior": "none"}
        act = partial(subscriptions.update, visit.world, asked, record.id)
    fault = attempt(visit.world, act)
    return _cancel_page(visit, record, fault) if fault else visit.done(CANCEL)


@blueprint.post("/subscriptions/<subscription_id>/renew")
@visited(CANCEL)
def renew(visit: Visit, subscription_id: str) -> ResponseReturnValue:
    """Go on with it after all."""
    record = visit.subscription(subscription_id)
    if record is None:
        return nothing_here(visit.world)
    if visit.has_token and allows(record, Action.CHANGE) and record.body["cancel_at"] is not None:
        updating.update(visit.world, record, {"cancel_at_period_end": False})
    return redirect(visit.url("home"), SEE_OTHER)


@blueprint.get("/subscriptions/<subscription_id>/switch")
@visited(UPDATE)
def switch(visit: Visit, subscription_id: str) -> ResponseReturnValue:
    """Offer the prices that there are."""
    record = visit.subscription(subscription_id)
    if record is None or not allows(record, Action.CHANGE):
        return nothing_here(visit.world)
    offers = _offers(visit, record)
    return visit.page("portal_switch.html", subscription=summary(visit.world, record), offers=offers)


@blueprint.post("/subscriptions/<subscription_id>/switch")
@visited(UPDATE)
def look(visit: Visit, subscription_id: str) -> ResponseReturnValue:
    """Say what the choice costs now and later, before it is made."""
    record = visit.subscription(subscription_id)
    if record is None or not allows(record, Action.CHANGE):
        return nothing_here(visit.world)
    wanted = _wanted(visit, record)
    if wanted is None:
        return redirect(visit.url("switch", subscription_id=subscription_id), SEE_OTHER)
    return _confirm_page(visit, record, wanted)


@blueprint.get("/subscriptions/<subscription_id>/confirm")
@visited(UPDATE)
def confirm_flow(visit: Visit, subscription_id: str) -> ResponseReturnValue:
    """Say what a change costs that the link was made for."""
    record = visit.subscription(subscription_id)
    flow = (visit.flow or {}).get("subscription_update_confirm")
    if record is None or not flow or not allows(record, Action.CHANGE):
        return nothing_here(visit.world)
    item = flow["items"][0]
    present = next(one for one in items_of(record.body) if one["id"] == item["id"])
    wanted = {
        "id": item["id"],
        "price": item["price"] or present["price"]["id"],
        "quantity": item.get("quantity", present["quantity"]),
    }
    return _confirm_page(visit, record, wanted)


@blueprint.post("/subscriptions/<subscription_id>/confirm")
@visited(UPDATE)
def confirm(visit: Visit, subscription_id: str) -> ResponseReturnValue:
    """Make the change."""
    record = visit.subscription(subscription_id)
    wanted = _wanted(visit, record) if record else None
    if record is None or wanted is None or not allows(record, Action.CHANGE):
        return nothing_here(visit.world)
    if not visit.has_token:
        return _confirm_page(visit, record, wanted)
    fault = attempt(visit.world, partial(subscriptions.update, visit.world, _change(visit, wanted), record.id))
    if fault:
        return _confirm_page(visit, record, wanted, fault)
    kind = visit.flow["type"] if visit.flow else UPDATE
    return visit.done(kind if kind.startswith(UPDATE) else UPDATE)


def _change(visit: Visit, wanted: Json) -> Given:
    behavior = visit.features[UPDATE]["proration_behavior"]
    # Who changes something here is there to pay for it: without payment nothing changes.
    return {"items": [wanted], "payment_behavior": "error_if_incomplete", "proration_behavior": behavior}


def _offers(visit: Visit, record: Record) -> list[Json]:
    """List the prices that may be switched to, in the currency of the subscription."""
    present = items_of(record.body)[0]["price"]["id"]
    found = []
    for product in visit.features[UPDATE]["products"] or ():
        for price_id in product["prices"]:
            price = visit.world.find(price_id)
            if price is None or not price.body["active"] or price.body["currency"] != record.body["currency"]:
                continue
            found.append(
                {
                    "id": price_id,
                    "is_present": price_id == present,
                    "name": product_name(visit.world, price.body),
                    "words": price_words(price.body),
                }
            )
    return found


def _wanted(visit: Visit, record: Record) -> Json | None:
    """Read what was chosen; None when it is not offered, or is as it is now."""
    item = items_of(record.body)[0]
    price = chosen("price")
    quantity = chosen("quantity") or str(item["quantity"])
    offered = {one["id"] for one in _offers(visit, record)} | _of_flow(visit)
    if price not in offered or not quantity.isdecimal() or not 1 <= int(quantity) <= QUANTITY_MAX:
        return None
    wanted = {"id": item["id"], "price": price, "quantity": int(quantity)}
    return wanted if (price, int(quantity)) != (item["price"]["id"], item["quantity"]) else None


def _of_flow(visit: Visit) -> set[str]:
    flow = (visit.flow or {}).get("subscription_update_confirm")
    return {item["price"] for item in flow["items"] if item["price"]} if flow else set()


def _confirm_page(visit: Visit, record: Record, wanted: Json, fault: str = "") -> Response:
    price = visit.world.get(PRICE, wanted["price"]).body
    change = {name: one for name, one in _change(visit, wanted).items() if name != "payment_behavior"}
    asked = {"subscription": record.id, "subscription_details": change}
    try:
        costs: Json = previewing.preview(visit.world, asked)
    except Refused as refusal:
        return visit.page("portal_done.html", status=NOT_AS_IT_SHOULD_BE, words=str(refusal))
    is_now = costs["billing_reason"] != "upcoming"
    return visit.page(
        "portal_confirm.html",
        status=NOT_AS_IT_SHOULD_BE if fault else 200,
        faults={"": fault} if fault else {},
        subscription=summary(visit.world, record),
        wanted=wanted,
        words=price_words(price, wanted["quantity"]),
        is_now=is_now,
        due=money(costs["amount_due"], costs["currency"]),
        when=day(visit.world.timestamp if is_now else period_of(record.body).end),
        lines=[
            {"name": one["description"], "amount": money(one["amount"], costs["currency"])}
            for one in costs["lines"]["data"]
        ],
    )


def _cancel_page(visit: Visit, record: Record, fault: str = "") -> Response:
    feature = visit.features[CANCEL]
    reasons = feature["cancellation_reason"]
    labels = {
        "customer_service": _("The service was not good"),
        "low_quality": _("The quality was not good"),
        "missing_features": _("Something is missing"),
        "other": _("Another reason"),
        "switched_service": _("I use something else now"),
        "too_complex": _("It is too complicated"),
        "too_expensive": _("It is too expensive"),
        "unused": _("I do not use it"),
    }
    return visit.page(
        "portal_cancel.html",
        status=NOT_AS_IT_SHOULD_BE if fault else 200,
        faults={"": fault} if fault else {},
        subscription=summary(visit.world, record),
        is_at_once=feature["mode"] == AT_ONCE,
        ends=day(period_of(record.body).end),
        reasons={one: labels[one] for one in reasons["options"]} if reasons["enabled"] else {},
    )
