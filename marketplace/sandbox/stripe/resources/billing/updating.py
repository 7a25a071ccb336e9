"""Updating: what the API and the portal may change of a subscription, settled and charged as one."""

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, NotPaid, Refused
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.resources.billing import changing, collecting, cycling, invoicing
from marketplace.sandbox.stripe.resources.billing.changing import Manner
from marketplace.sandbox.stripe.resources.billing.subscribing import own_method
from marketplace.sandbox.stripe.resources.billing.subscription_body import period_of
from marketplace.sandbox.stripe.resources.billing.subscription_states import (
    Action,
    Status,
    check,
    move,
    save,
    status_of,
)

PLAIN = ("description", "pause_collection", "trial_settings")
WITHOUT_COSTS = {"default_payment_method", "description", "metadata", "payment_settings"}


def update(world: World, record: Record, given: Given) -> None:
    """Change what was given.

    Raises:
        NotPaid: it was to be paid at once or not at all.
        Refused: in its state it cannot be changed so.
    """
    if status_of(record) not in {Status.INCOMPLETE, Status.PAUSED} or given.keys() - WITHOUT_COSTS:
        check(record, Action.CHANGE, "updated")
    _change_details(world, record, given)
    manner = _manner(world, record, given)
    invoice = _change_what_costs(world, record, given, manner)
    save(world, record)
    if invoice is not None:
        settle(world, record, invoice, given)


def settle(world: World, record: Record, invoice: Record, given: Given) -> None:
    """Charge an invoice that was made at once, as the caller wants it.

    Raises:
        NotPaid: it was to be paid at once or not at all.
    """
    if not invoicing.allows(invoice, invoicing.Action.PAY):
        return
    behavior = given.get("payment_behavior", "allow_incomplete")
    if behavior == "default_incomplete":
        move(record, Action.FAIL)
        save(world, record)
        return
    collecting.try_to_collect(world, invoice, is_off_session=given.get("off_session", False))
    if behavior == "error_if_incomplete" and invoice.body["status"] != invoicing.Status.PAID:
        raise NotPaid("The payment failed, and nothing was changed.", code="payment_intent_payment_attempt_failed")


def _change_details(world: World, record: Record, given: Given) -> None:
    body = record.body
    body.update({name: given[name] for name in PLAIN if name in given})
    if given.get("pause_collection"):
        body["pause_collection"] = {"resumes_at": None, **given["pause_collection"]}
    if "metadata" in given:
        body["metadata"] = merged(body["metadata"], given["metadata"])
    body["payment_settings"].update(given.get("payment_settings", {}))
    body["cancellation_details"].update(given.get("cancellation_details", {}))
    if "default_payment_method" in given:
        customer = invoicing.customer_of(world, record)
        method = own_method(world, given["default_payment_method"], customer, param="default_payment_method")
        body["default_payment_method"] = method.id


def _manner(world: World, record: Record, given: Given) -> Manner:
    since = given.get("proration_date", world.timestamp)
    period = period_of(record.body)
    if "proration_date" in given and not period.start <= since <= period.end:
        raise Refused("proration_date must be within the current period.", param="proration_date")
    return Manner(given.get("proration_behavior", "create_prorations"), since)


def _change_what_costs(world: World, record: Record, given: Given, manner: Manner) -> Record | None:
    """Change the items, the trial and the end; give the invoice that was made at once, if one was."""
    resets = given.get("billing_cycle_anchor") == "now"
    if resets and status_of(record) == Status.TRIALING:
        raise Refused("End the trial with trial_end=now instead.", param="billing_cycle_anchor")
    if "trial_end" in given:
        if resets or "items" in given:
            raise InvalidParameters("Change the trial in a call of its own.", param="trial_end")
        return _change_trial(world, record, given["trial_end"], manner)
    before = period_of(record.body)
    is_due = False
    if "items" in given:
        is_due = changing.change_items(world, record, given["items"], manner, resets=resets)
    elif resets:
        changing.begin_anew(world, record, manner)
        is_due = True
    is_new = period_of(record.body) != before
    lines = changing.lines_of_new_period(world, record) if is_new else []
    if "cancel_at" in given or "cancel_at_period_end" in given:
        changing.change_end(world, record, end_of(record, given), manner)
        is_due = is_due or manner.behavior == changing.AT_ONCE
    return _invoiced(world, record, lines) if is_due else None


def _invoiced(world: World, record: Record, lines: list[dict[str, object]]) -> Record | None:
    if not lines and not cycling.pending_items(world, record, only_own=True):
        return None
    return cycling.invoice_now(world, record, lines)


def _change_trial(world: World, record: Record, trial_end: str | int, manner: Manner) -> Record | None:
    if isinstance(trial_end, int) and trial_end <= world.timestamp:
        raise Refused("trial_end must be a moment that is still to come.", param="trial_end")
    before = period_of(record.body)
    changing.change_trial(world, record, None if isinstance(trial_end, str) else trial_end, manner)
    if period_of(record.body) == before:
        return None
    return cycling.invoice_now(world, record, changing.lines_of_new_period(world, record))


def end_of(record: Record, given: Given) -> int | None:
    """Read when a subscription is to end.

    Raises:
        InvalidParameters: it was said twice.
    """
    if {"cancel_at", "cancel_at_period_end"} <= given.keys() and given["cancel_at_period_end"]:
        raise InvalidParameters("You may give only one of these parameters: cancel_at, cancel_at_period_end.")
    if given.get("cancel_at_period_end") or given.get("cancel_at") in {"min_period_end", "max_period_end"}:
        return period_of(record.body).end
    ends_at = given.get("cancel_at")
    return ends_at if isinstance(ends_at, int) else None
