"""Subscriptions: what somebody pays for again and again."""

from datetime import timedelta

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import InvalidParameters, NotPaid, Refused
from marketplace.sandbox.stripe.engine.listing import page, page_of
from marketplace.sandbox.stripe.engine.searching import SEARCH, search
from marketplace.sandbox.stripe.engine.shapes import PAGING, RETRIEVE, Given, Text, lists_by, takes
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing import (
    changing,
    collecting,
    cycling,
    invoicing,
    prorating,
    subscribing,
    updating,
)
from marketplace.sandbox.stripe.resources.billing.changing import Manner
from marketplace.sandbox.stripe.resources.billing.subscribing import Plan
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND, URL, items_of
from marketplace.sandbox.stripe.resources.billing.subscription_shapes import CANCEL, CREATE, FILTERS, RESUME, UPDATE
from marketplace.sandbox.stripe.resources.billing.subscription_states import (
    EXPIRES_AT,
    INCOMPLETE_FOR,
    OVER,
    Action,
    Status,
    check,
    end,
    hear_of_customer,
    hear_of_failure,
    hear_of_payment,
    save,
    status_of,
)

TAKEN_OVER = ("description", "metadata", "payment_settings", "trial_settings")
LINKS = ("customer", "default_payment_method", "latest_invoice", "pending_setup_intent")


def create(world: World, given: Given) -> Json:
    """Begin a subscription, and charge its first invoice as `payment_behavior` says.

    Raises:
        NotPaid: it was to be paid at once or not at all.
        Refused: there is no card to charge, or there can be no such subscription.
    """
    plan = _plan(world, given)
    behavior = given.get("payment_behavior", "allow_incomplete")
    record = subscribing.begin(world, plan)
    if given.get("cancel_at_period_end"):
        changing.change_end(world, record, updating.end_of(record, given), Manner("none", world.timestamp))
        save(world, record)
    method = collecting.default_for(world, record)
    invoice = subscribing.latest_invoice(world, record)
    if not invoicing.allows(invoice, invoicing.Action.PAY):
        if method is None and behavior == "default_incomplete":
            subscribing.ask_for_card(world, record)
    elif behavior == "default_incomplete":
        _choose(world, invoice, method)
    else:
        _pay_first(world, invoice, method, is_off_session=given.get("off_session", False))
        if behavior == "error_if_incomplete" and status_of(record) == Status.INCOMPLETE:
            raise NotPaid("The payment failed, and no subscription was created.", code="card_declined")
    return record.body


def update(world: World, given: Given, subscription: str) -> Json:
    """Change what was given."""
    record = world.get(KIND, subscription, asked_by="subscription")
    updating.update(world, record, given)
    return record.body


def cancel(world: World, given: Given, subscription: str) -> Json:
    """End a subscription at once; `prorate` gives back what is not used, `invoice_now` settles it."""
    record = world.get(KIND, subscription, asked_by="subscription")
    check(record, Action.CANCEL, "canceled")
    record.body["cancellation_details"].update(given.get("cancellation_details", {}))
    if given.get("prorate"):
        for item in items_of(record.body):
            prorating.give_back(world, record, item, world.timestamp)
    if given.get("invoice_now"):
        cycling.settle_rest(world, record)
    end(world, record)
    return record.body


def resume(world: World, _given: Given, subscription: str) -> Json:
    """Go on with a subscription that is paused: a new period begins once it is paid.

    Raises:
        Refused: it is not paused, or there is no card to charge.
    """
    record = world.get(KIND, subscription, asked_by="subscription")
    if status_of(record) != Status.PAUSED:
        raise Refused(f"Only a subscription that is paused can be resumed. {record.id} is {record.body['status']}.")
    method = collecting.default_for(world, record)
    if method is None:
        raise _no_card()
    record.hidden[EXPIRES_AT] = world.timestamp + int(INCOMPLETE_FOR.total_seconds())
    changing.begin_anew(world, record, Manner("none", world.timestamp))
    invoice = cycling.invoice_now(world, record, changing.lines_of_new_period(world, record))
    save(world, record)
    if invoicing.allows(invoice, invoicing.Action.PAY):
        _pay_first(world, invoice, method, is_off_session=True)
    return record.body


def retrieve(world: World, _given: Given, subscription: str) -> Json:
    """Show a subscription."""
    return world.get(KIND, subscription, asked_by="id").body


def list_all(world: World, given: Given) -> Json:
    """List subscriptions; those that are over only when asked for."""
    status = objects.c.body["status"].as_string()
    wanted = given.get("status")
    where = []
    if wanted is None:
        where.append(status != Status.CANCELED)
    elif wanted == "ended":
        where.append(status.in_(OVER))
    elif wanted != "all":
        where.append(status == wanted)
    if not {"customer", "test_clock"} & given.keys():  # What lives in the time of a clock is shown with it only.
        where.append(objects.c.body["test_clock"].as_string().is_(None))
    if "price" in given:
        where.append(objects.c.body["items"]["data"].as_string().contains(f'"{given["price"]}"', autoescape=True))
    return page(world, KIND, URL, given, by=["customer", "test_clock"], where=where)


def search_all(world: World, given: Given) -> Json:
    """Find subscriptions by a query."""
    return search(world, KIND, f"{URL}/search", given, texts=("status",), numbers=("created",))


def list_items(world: World, given: Given) -> Json:
    """List the items of a subscription."""
    record = world.referred(KIND, given["subscription"], param="subscription")
    return page_of(items_of(record.body), record.body["items"]["url"], given)


def hear_of_detached(world: World, method: Record) -> None:
    """Forget a card that is stored no more."""
    for record in list(world.every(KIND, default_payment_method=method.id)):
        record.body["default_payment_method"] = None
        world.save(record, "customer.subscription.updated")


def hear_of_price(world: World, price: Record) -> None:
    """Show a price that changed as it is now."""
    for record in list(world.every(KIND)):
        for item in items_of(record.body):
            if item["price"]["id"] == price.id:
                item["price"] = price.body
        world.save(record)


def _plan(world: World, given: Given) -> Plan:
    customer = world.referred("customer", given["customer"], param="customer")
    items = [subscribing.chosen(world, one, param=f"items[{at}]") for at, one in enumerate(given["items"])]
    subscribing.check_items(items)
    if given.get("currency", items[0].price["currency"]) != items[0].price["currency"]:
        raise Refused("The price has no such currency.", param="currency")
    details = {name: given[name] for name in TAKEN_OVER if name in given}
    if "default_payment_method" in given:
        param = "default_payment_method"
        details[param] = subscribing.own_method(world, given[param], customer, param=param).id
    elif given.get("payment_behavior") != "default_incomplete" and _needs_card(world, customer, items, given):
        raise _no_card()
    ends_at = given.get("cancel_at")
    if isinstance(ends_at, str) or (ends_at is not None and ends_at <= world.timestamp):
        raise Refused("cancel_at must be a moment that is still to come.", param="cancel_at")
    return Plan(
        customer,
        items,
        details,
        trial_end=_trial_end(world, given),
        anchor=_anchor(world, given),
        ends_at=ends_at,
        is_prorated=given.get("proration_behavior") != "none",
    )


def _needs_card(world: World, customer: Record, items: list[subscribing.Chosen], given: Given) -> bool:
    if customer.body["invoice_settings"]["default_payment_method"] or _trial_end(world, given):
        return False
    return any(one.price["unit_amount"] * one.quantity for one in items)


def _trial_end(world: World, given: Given) -> int | None:
    if {"trial_end", "trial_period_days"} <= given.keys():
        raise InvalidParameters("You may give only one of these parameters: trial_end, trial_period_days.")
    if "trial_period_days" in given:
        return world.timestamp + int(timedelta(days=given["trial_period_days"]).total_seconds())
    trial_end: str | int | None = given.get("trial_end")
    if isinstance(trial_end, str) or trial_end is None:
        return None
    longest = world.timestamp + int(subscribing.TRIAL_MAX.total_seconds())
    if not world.timestamp < trial_end <= longest:
        raise Refused("trial_end must be a moment to come, at most 730 days away.", param="trial_end")
    return trial_end


def _anchor(world: World, given: Given) -> int | None:
    anchor: int | None = given.get("billing_cycle_anchor")
    if anchor is not None and anchor <= world.timestamp:
        raise Refused("billing_cycle_anchor must be a moment that is still to come.", param="billing_cycle_anchor")
    if anchor is not None and _trial_end(world, given) is not None:
        raise InvalidParameters("Give either a trial or billing_cycle_anchor.", param="billing_cycle_anchor")
    return anchor


def _choose(world: World, invoice: Record, method: Record | None) -> None:
    """Leave the first payment to whoever confirms it, with the card that is known."""
    intent = invoicing.intent_of(world, invoice)
    if intent and method:
        intent.body |= {"payment_method": method.id, "status": "requires_confirmation"}
        world.save(intent)


def _pay_first(world: World, invoice: Record, method: Record | None, *, is_off_session: bool) -> None:
    if method is None:
        raise _no_card()
    invoice.body |= {"attempt_count": 1, "attempted": True}
    world.save(invoice, "invoice.updated")
    collecting.charge(world, invoice, method, is_off_session=is_off_session)


def _no_card() -> Refused:
    return Refused(
        "This customer has no attached payment source or default payment method. Please consider adding a default "
        "payment method.",
        code="resource_missing",
    )


RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(**FILTERS), list_all),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<subscription>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<subscription>", UPDATE, update),
        Endpoint("DELETE", f"{URL}/<subscription>", CANCEL, cancel),
        Endpoint("POST", f"{URL}/<subscription>/resume", RESUME, resume),
        Endpoint(
            "GET", "/v1/subscription_items", takes(required={"subscription": Text()}, optional=PAGING), list_items
        ),
    ),
    links=frozenset(LINKS),
    when_due=cycling.go_on,
    hears={
        "customer.deleted": hear_of_customer,
        "invoice.paid": hear_of_payment,
        "invoice.payment_failed": hear_of_failure,
        "payment_method.detached": hear_of_detached,
        "price.updated": hear_of_price,
        "setup_intent.succeeded": subscribing.hear_of_card,
    },
)
