"""Collecting: an invoice is charged to a card, by itself or by somebody, and hears what came of it."""

from datetime import timedelta

from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.resources import paying
from marketplace.sandbox.stripe.resources.billing import invoicing, retrying
from marketplace.sandbox.stripe.resources.billing.invoice_body import subscription_of
from marketplace.sandbox.stripe.resources.billing.invoicing import Action, Status

DRAFT_FOR = timedelta(hours=1)  # So long a renewal can still be changed.
LAST_TRY = "is_last_try"


def go_on(world: World, invoice: Record) -> None:
    """Let happen what is due: a draft becomes final, an open invoice is tried again."""
    if invoice.body["status"] == Status.DRAFT:
        invoicing.finalize(world, invoice)
    if invoice.body["status"] == Status.OPEN:
        try_to_collect(world, invoice)


def try_to_collect(world: World, invoice: Record, *, is_off_session: bool = True) -> None:
    """Charge the stored card, as a rule while its owner is away; plan the next try in case it fails."""
    invoice.body |= {"attempt_count": invoice.body["attempt_count"] + 1, "attempted": True}
    again = None
    if subscription_of(invoice.body):
        again = retrying.retries(world).next_try(invoice.body["attempt_count"], world.timestamp)
        invoice.hidden[LAST_TRY] = again is None
    invoice.body |= {"auto_advance": again is not None, "next_payment_attempt": again}
    invoice.due_at = again
    _pass_on_what_levers_said(world, invoice)
    method = default_method(world, invoice)
    if method is None:
        world.save(invoice, "invoice.updated", "invoice.payment_failed")
        return
    world.save(invoice, "invoice.updated")
    charge(world, invoice, method, is_off_session=is_off_session)


def charge(world: World, invoice: Record, method: Record, *, is_off_session: bool) -> None:
    """Charge a card; the invoice hears what came of it."""
    intent = invoicing.intent_of(world, invoice)
    assert intent, invoice
    paying.move(intent, paying.Action.CHOOSE)
    intent.hidden.setdefault("return_url", invoice.body["hosted_invoice_url"])
    paying.present(world, intent, method, is_off_session=is_off_session)


def default_method(world: World, invoice: Record) -> Record | None:
    """Look up the card that pays an invoice by default: its own, or that of its subscription or customer."""
    subscription = subscription_of(invoice.body)
    plan = world.find(subscription) if subscription else None
    own = invoice.body["default_payment_method"]
    return world.find(own) if own else default_for(world, plan or invoice)


def default_for(world: World, record: Record) -> Record | None:
    """Look up the card that pays for a subscription by default: its own, or that of the customer."""
    customer = invoicing.customer_of(world, record)
    method_id = record.body["default_payment_method"] or customer.body["invoice_settings"]["default_payment_method"]
    return world.find(method_id) if method_id else None


def hear_of_payment(world: World, intent: Record) -> None:
    """Note that the payment of an invoice succeeded."""
    invoice = _invoice_of(world, intent)
    if invoice and invoicing.allows(invoice, Action.PAY):
        invoicing.mark_paid(world, invoice)


def hear_of_failure(world: World, intent: Record) -> None:
    """Note that the payment of an invoice failed."""
    invoice = _invoice_of(world, intent)
    if invoice:
        invoice.body["attempted"] = True
        world.save(invoice, "invoice.updated", "invoice.payment_failed")


def hear_of_question(world: World, intent: Record) -> None:
    """Note that the owner of the card has to confirm the payment of an invoice."""
    invoice = _invoice_of(world, intent)
    if invoice:
        invoice.body["attempted"] = True
        world.save(invoice, "invoice.updated", "invoice.payment_failed", "invoice.payment_action_required")


def _invoice_of(world: World, intent: Record) -> Record | None:
    invoice_id = intent.hidden.get("invoice")
    return world.find(invoice_id) if invoice_id else None


def _pass_on_what_levers_said(world: World, invoice: Record) -> None:
    """Let the bank do with this try what was said of the next renewal."""
    subscription = subscription_of(invoice.body)
    plan = world.find(subscription) if subscription else None
    intent = invoicing.intent_of(world, invoice)
    if plan is None or intent is None:
        return
    for said in (paying.ASKS, paying.FAILS):
        if plan.hidden.pop(said, False):
            intent.hidden[said] = True
    world.save(plan)
