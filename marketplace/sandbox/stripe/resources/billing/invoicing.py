"""Invoicing: what happens to an invoice, from the draft until it is paid or given up."""

from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import amounts, paying
from marketplace.sandbox.stripe.resources.billing import customer_balance
from marketplace.sandbox.stripe.resources.billing.invoice_body import (
    PAYMENT,
    add_up,
    invoice_body,
    payment_body,
    subscription_of,
)
from marketplace.sandbox.stripe.resources.billing.periods import Period
from marketplace.sandbox.stripe.resources.payment_intent_body import intent_body


class Status(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class Action(StrEnum):
    """What can happen to an invoice."""

    FINALIZE = "finalize"
    PAY = "pay"
    VOID = "void"
    WRITE_OFF = "write_off"


LIFECYCLE = StateTable[Status, Action]({
    (Status.DRAFT, Action.FINALIZE): Status.OPEN,
    (Status.OPEN, Action.PAY): Status.PAID,
    (Status.OPEN, Action.VOID): Status.VOID,
    (Status.OPEN, Action.WRITE_OFF): Status.UNCOLLECTIBLE,
    (Status.UNCOLLECTIBLE, Action.PAY): Status.PAID,
    (Status.UNCOLLECTIBLE, Action.VOID): Status.VOID,
})  # fmt: skip

NAMES = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
    "subscription_update": "Subscription update",
}


def add(
    world: World,
    customer: Record,
    lines: list[Json],
    *,
    reason: str,
    currency: str,
    period: Period,
    details: Given,
    finalizes_at: int | None = None,
) -> Record:
    """Draft an invoice; with `finalizes_at` it goes on by itself then."""
    customer_balance.check_currency(customer, currency)
    if customer.body["currency"] is None:
        customer.body["currency"] = currency
        world.save(customer, "customer.updated")
    body = invoice_body(world, customer.body, lines, reason=reason, currency=currency, period=period, details=details)
    body |= {"automatically_finalizes_at": finalizes_at}
    return world.add(body, "invoice.created", due_at=finalizes_at)


def finalize(world: World, invoice: Record, *, paid_by: Record | None = None) -> None:
    """Fix what is owed: number it, take off the customer's credit, and ask for the rest.

    Args:
        world: when.
        invoice: a draft.
        paid_by: the payment that was made for it before it was there.
    """
    customer = customer_of(world, invoice)
    invoice.due_at = None
    invoice.body["starting_balance"] = customer.body["balance"]
    add_up(invoice.body)
    _move(invoice, Action.FINALIZE)
    _number(invoice, customer)
    _settle_balance(world, invoice, customer)
    invoice.hidden["secret"] = new_id("invst")
    invoice.body |= {
        "automatically_finalizes_at": None,
        "effective_at": world.timestamp,
        "hosted_invoice_url": f"{world.base_url}/i/{invoice.id}/{invoice.hidden['secret']}",
    }
    invoice.body["status_transitions"]["finalized_at"] = world.timestamp
    world.save(customer)
    if invoice.body["amount_due"]:
        intent = paid_by or _new_intent(world, invoice)
        invoice.hidden["intent"] = intent.id
        intent.hidden["invoice"] = invoice.id
        world.save(intent)
        world.add(payment_body(world, invoice.body, intent.id))
    world.save(invoice, "invoice.finalized")
    if not invoice.body["amount_due"] or paid_by:
        mark_paid(world, invoice)


def mark_paid(world: World, invoice: Record) -> None:
    """Note that all that is owed came in."""
    _move(invoice, Action.PAY)
    invoice.due_at = None
    owed = invoice.body["amount_due"]
    invoice.body |= {
        "amount_paid": owed,
        "amount_remaining": 0,
        "attempted": True,
        "auto_advance": False,
        "next_payment_attempt": None,
    }
    invoice.body["status_transitions"]["paid_at"] = world.timestamp
    for payment in world.every(PAYMENT, invoice=invoice.id):
        payment.body |= {"amount_paid": owed, "status": "paid"}
        payment.body["status_transitions"]["paid_at"] = world.timestamp
        world.save(payment, "invoice_payment.paid")
    world.save(invoice, "invoice.updated", "invoice.paid", "invoice.payment_succeeded")


def void(world: World, invoice: Record) -> None:
    """Take an invoice back, as if it had never been there; credit that it used is there again."""
    _move(invoice, Action.VOID)
    used = (invoice.body["ending_balance"] or 0) - invoice.body["starting_balance"]
    _end(world, invoice, "voided_at")
    if used:
        customer = customer_of(world, invoice)
        about = {"invoice": invoice.id}
        currency = invoice.body["currency"]
        customer_balance.change(world, customer, -used, kind="unapplied_from_invoice", currency=currency, **about)
    world.save(invoice, "invoice.updated", "invoice.voided")


def write_off(world: World, invoice: Record) -> None:
    """Give an invoice up; it may still be paid."""
    _move(invoice, Action.WRITE_OFF)
    invoice.due_at = None
    invoice.body |= {"auto_advance": False, "next_payment_attempt": None}
    invoice.body["status_transitions"]["marked_uncollectible_at"] = world.timestamp
    world.save(invoice, "invoice.updated", "invoice.marked_uncollectible")


def rest(world: World, invoice: Record) -> None:
    """Leave an invoice as it is: it does not go on by itself any more."""
    invoice.due_at = None
    invoice.body |= {"auto_advance": False, "automatically_finalizes_at": None, "next_payment_attempt": None}
    world.save(invoice, "invoice.updated")


def customer_of(world: World, invoice: Record) -> Record:
    """Look up who is to pay."""
    customer = world.find(invoice.body["customer"])
    assert customer, invoice
    return customer


def intent_of(world: World, invoice: Record) -> Record | None:
    """Look up the payment of an invoice; None before it is final, and when nothing is owed."""
    intent_id = invoice.hidden.get("intent")
    return world.find(intent_id) if intent_id else None


def allows(invoice: Record, action: Action) -> bool:
    """Tell whether something can happen to an invoice now."""
    return LIFECYCLE.allows(Status(invoice.body["status"]), action)


def check(invoice: Record, action: Action, done: str) -> None:
    """Refuse an action that the state does not allow; `done` is its participle, for the message.

    Raises:
        Refused: it says in which state it is.
    """
    if not allows(invoice, action):
        possible = " or ".join(state for state, move, _next in LIFECYCLE if move == action)
        raise Refused(
            f"Only an invoice that is {possible} can be {done}. {invoice.id} is {invoice.body['status']}.",
            code="invoice_not_editable",
        )


def _end(world: World, invoice: Record, transition: str) -> None:
    invoice.due_at = None
    invoice.body |= {"amount_remaining": 0, "auto_advance": False, "next_payment_attempt": None}
    invoice.body["status_transitions"][transition] = world.timestamp
    intent = intent_of(world, invoice)
    if intent and paying.LIFECYCLE.allows(paying.Status(intent.body["status"]), paying.Action.CANCEL):
        intent.hidden.pop("invoice")
        paying.end(world, intent, paying.Action.CANCEL, reason="void_invoice")
    for payment in world.every(PAYMENT, invoice=invoice.id):
        payment.body["status"] = "canceled"
        payment.body["status_transitions"]["canceled_at"] = world.timestamp
        world.save(payment)


def _number(invoice: Record, customer: Record) -> None:
    sequence = customer.body["next_invoice_sequence"]
    invoice.body["number"] = invoice.body["number"] or f"{customer.body['invoice_prefix']}-{sequence:04}"
    customer.body["next_invoice_sequence"] = sequence + 1


def _settle_balance(world: World, invoice: Record, customer: Record) -> None:
    """Use up the customer's credit; what is too little to be charged is owed with the next invoice."""
    body = invoice.body
    before, due = body["starting_balance"], body["amount_due"]
    kind = "applied_to_invoice"
    if 0 < due < amounts.least(body["currency"]):
        kind, due = "invoice_too_small", 0
        body |= {"amount_due": 0, "amount_remaining": 0}
    after = 0 if due else before + body["total"]
    body["ending_balance"] = after
    if after != before:
        about = {"invoice": invoice.id}
        customer_balance.change(world, customer, after - before, kind=kind, currency=body["currency"], **about)


def _new_intent(world: World, invoice: Record) -> Record:
    body = invoice.body
    asked = {
        "amount": body["amount_due"],
        "capture_method": "automatic",
        "currency": body["currency"],
        "customer": body["customer"],
        "description": NAMES.get(body["billing_reason"], f"Payment for Invoice {body['number']}"),
        # What comes again is charged again: the card that pays is stored.
        "setup_future_usage": "off_session" if subscription_of(body) else None,
    }
    return world.add(intent_body(world, asked), "payment_intent.created")


def _move(invoice: Record, action: Action) -> None:
    invoice.body["status"] = str(LIFECYCLE.after(Status(invoice.body["status"]), action))
