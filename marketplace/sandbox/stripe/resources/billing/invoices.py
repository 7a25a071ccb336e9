"""Invoices: what a customer owes, once or for one period of a subscription."""

from datetime import timedelta

from sqlalchemy import ColumnElement

from marketplace.sandbox.stripe.cards import decline_for
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import CardRefused, InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.listing import list_object, page, page_of
from marketplace.sandbox.stripe.engine.searching import SEARCH, search
from marketplace.sandbox.stripe.engine.shapes import (
    PAGING,
    RETRIEVE,
    Fields,
    Flag,
    Given,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import payment_methods, storing
from marketplace.sandbox.stripe.resources.billing import collecting, cycling, invoicing, subscribing
from marketplace.sandbox.stripe.resources.billing.invoice_body import KIND, PAYMENT, URL, add_lines
from marketplace.sandbox.stripe.resources.billing.invoice_lines import ITEM, item_line
from marketplace.sandbox.stripe.resources.billing.invoice_shapes import CREATE, DETAILS, FILTERS, PAY
from marketplace.sandbox.stripe.resources.billing.invoicing import Action, Status
from marketplace.sandbox.stripe.resources.billing.periods import Period
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND as SUBSCRIPTION

COLLECTED_AFTER = timedelta(hours=1)
USUAL_CURRENCY = "eur"


def create(world: World, given: Given) -> Json:
    """Draft an invoice over what waits for one, or with no lines yet.

    Raises:
        Refused: nothing waits for an invoice of that subscription.
    """
    if "subscription" in given:
        return _create_for_subscription(world, given)
    if "customer" not in given:
        raise InvalidParameters("Missing required param: customer.", code="parameter_missing", param="customer")
    customer = world.referred("customer", given["customer"], param="customer")
    currency = given.get("currency") or customer.body["currency"] or USUAL_CURRENCY
    details: Given = {name: given[name] for name in ("description", "footer", "metadata", "number") if name in given}
    if "default_payment_method" in given:
        param = "default_payment_method"
        details[param] = subscribing.own_method(world, given[param], customer, param=param).id
    auto_advance = given.get("auto_advance", False)
    record = invoicing.add(
        world,
        customer,
        [],
        reason="manual",
        currency=currency,
        period=Period(world.timestamp, world.timestamp),
        details={**details, "auto_advance": auto_advance},
        finalizes_at=world.timestamp + int(COLLECTED_AFTER.total_seconds()) if auto_advance else None,
    )
    if given.get("pending_invoice_items_behavior") == "include":
        for item in reversed(list(world.every(ITEM, customer=customer.id, currency=currency))):
            if item.body["invoice"] is None and item.body["parent"] is None:
                put_on(world, record, item)
    return record.body


def put_on(world: World, invoice: Record, item: Record) -> None:
    """Put an invoice item on a draft."""
    item.body["invoice"] = invoice.id
    world.save(item)
    add_lines(invoice.body, [item_line(item.body)])
    world.save(invoice, "invoice.updated")


def update(world: World, given: Given, invoice: str) -> Json:
    """Change what was given; of an invoice that is final only words that are not on it."""
    record = world.get(KIND, invoice, asked_by="invoice")
    change = dict(given)
    if change.keys() - {"auto_advance", "default_payment_method", "metadata"}:
        invoicing.check(record, Action.FINALIZE, "updated")
    if "metadata" in change:
        change["metadata"] = merged(record.body["metadata"], change["metadata"])
    if "default_payment_method" in change:
        customer = invoicing.customer_of(world, record)
        subscribing.own_method(world, change["default_payment_method"], customer, param="default_payment_method")
    if "auto_advance" in change:
        _plan(world, record, auto_advance=change["auto_advance"])
    record.body.update(change)
    world.save(record, "invoice.updated")
    return record.body


def delete(world: World, _given: Given, invoice: str) -> Json:
    """Forget a draft that no subscription made; what was on it waits again."""
    record = world.get(KIND, invoice, asked_by="invoice")
    invoicing.check(record, Action.FINALIZE, "deleted")
    if record.body["billing_reason"] != "manual":
        raise Refused("You can only delete draft invoices that were created by hand. Void or finalize this one.")
    for item in list(world.every(ITEM, invoice=invoice)):
        item.body["invoice"] = None
        world.save(item)
    world.announce("invoice.deleted", record.body, account=record.account)
    world.remove(record)
    return {"id": invoice, "object": KIND, "deleted": True}


def finalize(world: World, given: Given, invoice: str) -> Json:
    """Make a draft final; with `auto_advance` it is charged an hour later."""
    record = world.get(KIND, invoice, asked_by="invoice")
    invoicing.check(record, Action.FINALIZE, "finalized")
    record.body["auto_advance"] = given.get("auto_advance", record.body["auto_advance"])
    invoicing.finalize(world, record)
    _plan(world, record, auto_advance=record.body["auto_advance"])
    world.save(record)
    return record.body


def pay(world: World, given: Given, invoice: str) -> Json:
    """Charge an invoice now, with the card that is given or the one by default.

    Raises:
        CardRefused: the bank said no, or wants to ask the owner; the invoice stays open.
        Refused: it is paid or void, or there is no card.
    """
    record = world.get(KIND, invoice, asked_by="invoice")
    if record.body["status"] == Status.DRAFT:
        invoicing.finalize(world, record)
    if record.body["status"] == Status.PAID:
        raise Refused("Invoice is already paid", code="invoice_already_paid")
    invoicing.check(record, Action.PAY, "paid")
    if "payment_method" in given:
        method: Record | None = payment_methods.referred(world, given["payment_method"])
        assert method
        storing.check_owner(method, record.body["customer"])
        storing.check_unspent(method)
    else:
        method = collecting.default_method(world, record)
    if method is None:
        raise Refused("There is no `default_payment_method` set on this Customer or Invoice.", code="resource_missing")
    collecting.charge(world, record, method, is_off_session=given.get("off_session", True))
    if record.body["status"] != Status.PAID:
        raise _not_paid(world, record)
    return record.body


def void(world: World, _given: Given, invoice: str) -> Json:
    """Take an invoice back."""
    record = world.get(KIND, invoice, asked_by="invoice")
    invoicing.check(record, Action.VOID, "voided")
    invoicing.void(world, record)
    return record.body


def mark_uncollectible(world: World, _given: Given, invoice: str) -> Json:
    """Give an invoice up."""
    record = world.get(KIND, invoice, asked_by="invoice")
    invoicing.check(record, Action.WRITE_OFF, "marked uncollectible")
    invoicing.write_off(world, record)
    return record.body


def retrieve(world: World, _given: Given, invoice: str) -> Json:
    """Show an invoice."""
    return world.get(KIND, invoice, asked_by="invoice").body


def list_all(world: World, given: Given) -> Json:
    """List invoices."""
    where: list[ColumnElement[bool]] = []
    if "subscription" in given:
        about = objects.c.body["parent"]["subscription_details"]["subscription"]
        where.append(about.as_string() == given["subscription"])
    return page(world, KIND, URL, given, by=["customer", "status"], where=where)


def search_all(world: World, given: Given) -> Json:
    """Find invoices by a query."""
    texts = ("currency", "customer", "number", "status")
    return search(world, KIND, f"{URL}/search", given, texts=texts, numbers=("created", "total"))


def list_lines(world: World, given: Given, invoice: str) -> Json:
    """List what is on an invoice."""
    lines = world.get(KIND, invoice, asked_by="invoice").body["lines"]
    return page_of(lines["data"], lines["url"], given)


def _create_for_subscription(world: World, given: Given) -> Json:
    plan = world.referred(SUBSCRIPTION, given["subscription"], param="subscription")
    if given.get("customer", plan.body["customer"]) != plan.body["customer"]:
        raise Refused("The subscription belongs to another customer.", param="subscription")
    if not cycling.pending_items(world, plan, only_own=True):
        raise Refused("Nothing to invoice for subscription", code="invoice_no_subscription_line_items")
    invoice = cycling.bill(world, plan, [], reason="manual", only_own=True)
    invoice.body["metadata"] = merged({}, given.get("metadata", {}))
    world.save(invoice, "invoice.created")
    world.save(plan)
    return invoice.body


def _plan(world: World, record: Record, *, auto_advance: bool) -> None:
    """Note when an invoice goes on by itself."""
    soon = world.timestamp + int(COLLECTED_AFTER.total_seconds()) if auto_advance else None
    if record.body["status"] == Status.DRAFT:
        record.body["automatically_finalizes_at"] = record.due_at = soon
    elif record.body["status"] == Status.OPEN:
        record.body["next_payment_attempt"] = record.due_at = soon


def _not_paid(world: World, record: Record) -> CardRefused:
    intent = invoicing.intent_of(world, record)
    assert intent, record
    error = intent.body["last_payment_error"]
    if intent.body["status"] == "requires_action" or error is None:
        return CardRefused(
            "This payment requires additional user action before it can be completed successfully. Payment can be "
            "completed using the PaymentIntent that is associated with the invoice.",
            code="invoice_payment_intent_requires_action",
            payment_intent=intent.body,
        )
    decline = decline_for(error["code"], error.get("decline_code"))
    return storing.card_refused(decline, charge=error["charge"], payment_intent=intent.body)


def _payments(world: World, invoice: Json) -> Json:
    found = [one.body for one in world.every(PAYMENT, invoice=invoice["id"])]
    return list_object(f"/v1/invoice_payments?invoice={invoice['id']}", found)


def _confirmation_secret(world: World, invoice: Json) -> Json | None:
    record = world.find(invoice["id"])
    intent = invoicing.intent_of(world, record) if record else None
    return {"client_secret": intent.body["client_secret"], "type": KIND_OF_SECRET} if intent else None


KIND_OF_SECRET = "payment_intent"  # noqa: S105 -- The name of a kind.
RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("POST", URL, CREATE, create),
        Endpoint("GET", URL, lists_by(**FILTERS), list_all),
        Endpoint("GET", f"{URL}/search", SEARCH, search_all),
        Endpoint("GET", f"{URL}/<invoice>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<invoice>", takes(optional=DETAILS), update),
        Endpoint("DELETE", f"{URL}/<invoice>", Fields(), delete),
        Endpoint("GET", f"{URL}/<invoice>/lines", takes(optional=PAGING), list_lines),
        Endpoint("POST", f"{URL}/<invoice>/finalize", takes(optional={"auto_advance": Flag()}), finalize),
        Endpoint("POST", f"{URL}/<invoice>/pay", PAY, pay),
        Endpoint("POST", f"{URL}/<invoice>/void", RETRIEVE, void),
        Endpoint("POST", f"{URL}/<invoice>/mark_uncollectible", RETRIEVE, mark_uncollectible),
    ),
    links=frozenset({"customer", "default_payment_method", "parent.subscription_details.subscription"}),
    parts={"confirmation_secret": _confirmation_secret, "payments": _payments},
    when_due=collecting.go_on,
    hears={
        "payment_intent.payment_failed": collecting.hear_of_failure,
        "payment_intent.requires_action": collecting.hear_of_question,
        "payment_intent.succeeded": collecting.hear_of_payment,
    },
)
