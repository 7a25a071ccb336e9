"""The page of an invoice: its owner sees what is owed, and pays."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import _, use_locale
from marketplace.sandbox.stripe.cards import decline_for
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages import card_choice, card_form
from marketplace.sandbox.stripe.pages.card_form import Typed
from marketplace.sandbox.stripe.pages.checkout import NOT_AS_IT_SHOULD_BE, SEE_OTHER, base_url
from marketplace.sandbox.stripe.pages.frame import language, money, nothing_here, page
from marketplace.sandbox.stripe.pages.words import INVOICE_LABELS, day
from marketplace.sandbox.stripe.resources.billing import collecting, invoicing
from marketplace.sandbox.stripe.resources.billing.invoice_body import KIND
from marketplace.sandbox.stripe.resources.billing.invoicing import Action

blueprint = Blueprint("invoices", __name__, url_prefix="/i")


@blueprint.get("/<invoice_id>/<secret>")
def show(invoice_id: str, secret: str) -> ResponseReturnValue:
    """Show an invoice, with a form if it can be paid."""
    with simulator().world(base_url=base_url()) as world:
        invoice = _find(world, invoice_id, secret)
        if invoice is None:
            return nothing_here(world)
        cards = card_choice.stored(world, invoice.body["customer"])
        first = cards[0].id if cards else card_form.NEW_CARD
        return _invoice_page(world, invoice, Typed(pay_with=first), _last_fault(world, invoice))


@blueprint.post("/<invoice_id>/<secret>")
def pay(invoice_id: str, secret: str) -> ResponseReturnValue:
    """Try to pay with what was chosen."""
    with simulator().world(base_url=base_url()) as world:
        invoice = _find(world, invoice_id, secret)
        if invoice is None:
            return nothing_here(world)
        here = url_for(".show", invoice_id=invoice_id, secret=secret)
        if not invoicing.allows(invoice, Action.PAY):  # A second click, or it was paid or taken back meanwhile.
            return redirect(here, SEE_OTHER)
        typed = card_choice.read()
        if "use_card" in request.form:
            filled = card_form.filled_in(typed, request.form["use_card"], world.now)
            return _invoice_page(world, invoice, filled, {})
        with use_locale(language()):
            found = card_choice.faults(world, invoice_id, typed)
        choice = card_choice.stored(world, invoice.body["customer"])
        method = None if found else card_choice.method(world, typed, choice, invoice.body["customer_email"])
        if method is None:
            return _invoice_page(world, invoice, typed.without_code(), found, status=NOT_AS_IT_SHOULD_BE)
        collecting.charge(world, invoice, method, is_off_session=False)
        return _after(world, invoice, typed, here)


def _after(world: World, invoice: Record, typed: Typed, here: str) -> Response:
    intent = invoicing.intent_of(world, invoice)
    assert intent, invoice
    if invoice.body["status"] == invoicing.Status.PAID:
        return redirect(here, SEE_OTHER)
    if intent.body["next_action"]:
        return redirect(intent.body["next_action"]["redirect_to_url"]["url"], SEE_OTHER)
    fault = _last_fault(world, invoice)
    return _invoice_page(world, invoice, typed.without_code(), fault, status=NOT_AS_IT_SHOULD_BE)


def _find(world: World, invoice_id: str, secret: str) -> Record | None:
    record = world.find(invoice_id)
    if record is None or record.body["object"] != KIND or record.hidden.get("secret") != secret:
        return None
    world.follow(record)
    return record


def _last_fault(world: World, invoice: Record) -> dict[str, str]:
    intent = invoicing.intent_of(world, invoice)
    error = intent.body["last_payment_error"] if intent and intent.body["status"] != "succeeded" else None
    if error is None:
        return {}
    with use_locale(language()):
        return {"card_number": str(decline_for(error["code"], error.get("decline_code")).words)}


def _invoice_page(world: World, invoice: Record, typed: Typed, found: dict[str, str], *, status: int = 200) -> Response:
    body = invoice.body
    intent = invoicing.intent_of(world, invoice)
    question = intent.body["next_action"] if intent else None
    with use_locale(language()):
        shown = _summary(body)
    return page(
        "sandbox/invoice.html",
        world=world,
        subject=invoice.id,
        status=status,
        here=url_for(".pay", invoice_id=invoice.id, secret=invoice.hidden["secret"]),
        order=shown,
        is_payable=invoicing.allows(invoice, Action.PAY),
        question=question["redirect_to_url"]["url"] if question else None,
        typed=typed,
        faults=found if invoicing.allows(invoice, Action.PAY) else {},
        stored=[one.body for one in card_choice.stored(world, body["customer"])],
        card_groups=card_choice.CARD_GROUPS,
    )


def _summary(body: Json) -> Json:
    currency = body["currency"]
    credit = body["total"] - body["amount_due"]
    lines = [
        {"amount": money(line["amount"], currency), "name": line["description"] or _("Item"), "quantity": 1}
        for line in body["lines"]["data"]
    ]
    if credit:
        lines.append({"amount": money(-credit, currency), "name": _("Credit, or what was owed"), "quantity": 1})
    return {
        "created": day(body["created"]),
        "description": body["description"],
        "due": money(body["amount_remaining"], currency),
        "is_hold": False,
        "items": lines,
        "number": body["number"],
        "status": str(INVOICE_LABELS[body["status"]]),
        "total": money(body["amount_due"], currency),
        "who": body["customer_name"] or body["customer_email"],
    }
