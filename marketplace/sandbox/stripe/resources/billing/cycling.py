"""Cycling: a subscription is billed for one period after the other, and ends when its time has come."""

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources.billing import collecting, invoicing, prorating
from marketplace.sandbox.stripe.resources.billing.invoice_body import invoice_body, of_subscription
from marketplace.sandbox.stripe.resources.billing.invoice_lines import ITEM, item_line, subscription_line
from marketplace.sandbox.stripe.resources.billing.periods import Period
from marketplace.sandbox.stripe.resources.billing.subscription_body import cycle_of, items_of, period_of, set_period
from marketplace.sandbox.stripe.resources.billing.subscription_states import (
    TOLD,
    Action,
    Status,
    end,
    expire,
    move,
    save,
    status_of,
    trial_warning,
    upcoming_notice,
)


def go_on(world: World, record: Record) -> None:
    """Let happen what is due, one after the other."""
    if status_of(record) in {Status.INCOMPLETE, Status.PAUSED}:
        expire(world, record)
        return
    resumes_at = (record.body["pause_collection"] or {}).get("resumes_at")
    if resumes_at is not None and resumes_at <= world.timestamp:
        record.body["pause_collection"] = None
    _tell_what_comes(world, record)
    ends_at = record.body["cancel_at"]
    if ends_at is not None and ends_at <= world.timestamp:
        end_in_time(world, record)
    elif period_of(record.body).end <= world.timestamp:
        renew(world, record)
    else:
        save(world, record)


def renew(world: World, record: Record) -> None:
    """Begin the next period: it is billed, and charged an hour later."""
    if status_of(record) == Status.TRIALING and not _ends_trial(world, record):
        return
    set_period(record.body, next_period(record.body))
    lines = lines_for(world, record, period_of(record.body), is_noted=True)
    invoice = bill(world, record, lines, reason="subscription_cycle")
    pause = record.body["pause_collection"]
    if pause is None and status_of(record) != Status.UNPAID:
        invoice.body |= {
            "auto_advance": True,
            "automatically_finalizes_at": world.timestamp + int(collecting.DRAFT_FOR.total_seconds()),
        }
        invoice.due_at = invoice.body["automatically_finalizes_at"]
    world.save(invoice)
    world.announce("invoice.created", invoice.body, account=invoice.account)
    save(world, record)
    if pause and pause["behavior"] != "keep_as_draft":
        invoicing.finalize(world, invoice)
        if invoicing.allows(invoice, invoicing.Action.VOID):
            (invoicing.void if pause["behavior"] == "void" else invoicing.write_off)(world, invoice)


def end_in_time(world: World, record: Record) -> None:
    """End a subscription at the moment that was set; what is still to be settled for changes goes on a last invoice."""
    settle_rest(world, record)
    end(world, record)


def settle_rest(world: World, record: Record) -> None:
    """Put what is still to be settled for changes on a last invoice, if there is anything."""
    if pending_items(world, record, only_own=True):
        invoice = invoice_now(world, record, [])
        if invoicing.allows(invoice, invoicing.Action.PAY):
            collecting.try_to_collect(world, invoice)


def next_period(subscription: Json) -> Period:
    """Tell the period after the one in which a subscription is; it may end with the subscription."""
    start = period_of(subscription).end
    stop = cycle_of(subscription).around(start).end
    ends_at = subscription["cancel_at"]
    return Period(start, min(stop, ends_at) if ends_at is not None else stop)


def lines_for(
    world: World, record: Record, period: Period, *, is_noted: bool = False, is_free: bool = False
) -> list[Json]:
    """Write the lines for a period; `is_noted` remembers that they were billed, `is_free` bills nothing."""
    lines = []
    for item in items_of(record.body):
        amount = 0 if is_free else prorating.price_for(record.body, item, period)
        if is_noted:
            prorating.note_billed(record, item, period, amount, anew=True)
        is_trial = status_of(record) == Status.TRIALING and is_free
        lines.append(subscription_line(world, item, period, amount, is_trial=is_trial))
    return lines


def pending_items(world: World, record: Record, *, only_own: bool = False) -> list[Record]:
    """List what waits for the next invoice of a subscription, the oldest first."""
    found = []
    for item in world.every(ITEM, customer=record.body["customer"]):
        about = (item.body["parent"] or {}).get("subscription_details")
        whose = about and about["subscription"]
        is_ours = whose == record.id or (whose is None and not only_own)
        if is_ours and item.body["invoice"] is None and item.body["currency"] == record.body["currency"]:
            found.append(item)
    return found[::-1]


def bill(world: World, record: Record, lines: list[Json], *, reason: str, only_own: bool = False) -> Record:
    """Draft an invoice with these lines and all that waited for it; whoever asks announces it."""
    pending = pending_items(world, record, only_own=only_own)
    return _drafted(world, record, [*(item_line(one.body) for one in pending), *lines], pending, reason=reason)


def invoice_now(world: World, record: Record, lines: list[Json]) -> Record:
    """Make an invoice over a change at once, with all that waited for it; it is not charged yet."""
    invoice = bill(world, record, lines, reason="subscription_update", only_own=True)
    world.announce("invoice.created", invoice.body, account=invoice.account)
    invoicing.finalize(world, invoice)
    return invoice


def upcoming(world: World, record: Record) -> Json:
    """Write the invoice that will come with the next period, without making it."""
    period = next_period(record.body)
    lines = [item_line(one.body) for one in pending_items(world, record)]
    lines += lines_for(world, record, period)
    return {
        **_body(world, record, lines, reason="upcoming", period=period_of(record.body)),
        "id": new_id("upcoming_in"),
        "next_payment_attempt": period.start + int(collecting.DRAFT_FOR.total_seconds()),
    }


def _drafted(world: World, record: Record, lines: list[Json], taken: list[Record], *, reason: str) -> Record:
    body = _body(world, record, lines, reason=reason, period=Period(world.timestamp, world.timestamp))
    invoice = world.add(body)
    for one in taken:
        one.body["invoice"] = invoice.id
        world.save(one)
    record.body["latest_invoice"] = invoice.id
    return invoice


def _body(world: World, record: Record, lines: list[Json], *, reason: str, period: Period) -> Json:
    return invoice_body(
        world,
        invoicing.customer_of(world, record).body,
        lines,
        reason=reason,
        currency=record.body["currency"],
        period=period,
        details={"parent": of_subscription(record.id, record.body["metadata"])},
    )


def _tell_what_comes(world: World, record: Record) -> None:
    told = record.hidden.setdefault(TOLD, {})
    moment = trial_warning(record)
    if moment is not None and moment <= world.timestamp:
        told["trial"] = record.body["trial_end"]
        world.announce("customer.subscription.trial_will_end", record.body, account=record.account)
    moment = upcoming_notice(record)
    if moment is not None and moment <= world.timestamp:
        told["upcoming"] = period_of(record.body).end
        world.announce("invoice.upcoming", upcoming(world, record), account=record.account)


def _ends_trial(world: World, record: Record) -> bool:
    """End a trial; tell whether the subscription goes on. Without a card that depends on what was asked for."""
    has_card = collecting.default_for(world, record) is not None
    wanted = record.body["trial_settings"]["end_behavior"]["missing_payment_method"]
    if has_card or wanted == "create_invoice":
        move(record, Action.END_TRIAL)
        return True
    if wanted == "cancel":
        end(world, record)
    else:
        move(record, Action.PAUSE)
        save(world, record, "customer.subscription.paused")
    return False
