"""The states of a subscription: what moves it from one to the other, and when it is due next."""

from datetime import timedelta
from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.resources.billing import collecting, invoicing, retrying
from marketplace.sandbox.stripe.resources.billing.invoice_body import KIND as INVOICE
from marketplace.sandbox.stripe.resources.billing.invoice_body import subscription_of
from marketplace.sandbox.stripe.resources.billing.retrying import Ending
from marketplace.sandbox.stripe.resources.billing.subscription_body import KIND, period_of

INCOMPLETE_FOR = timedelta(hours=23)
UPCOMING_BEFORE = timedelta(days=7)
TRIAL_ENDS_BEFORE = timedelta(days=3)
# What only the stand-in knows: until when a first payment is waited for, and of which ends somebody was told.
EXPIRES_AT, TOLD = "expires_at", "told_before"


class Status(StrEnum):
    """Where a subscription stands."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    CANCELED = "canceled"
    PAUSED = "paused"


class Action(StrEnum):
    """What can happen to a subscription."""

    PAY = "pay"
    FAIL = "fail"
    EXPIRE = "expire"
    END_TRIAL = "end_trial"
    TRY_OUT = "try_out"
    PAUSE = "pause"
    GIVE_UP = "give_up"
    CANCEL = "cancel"
    CHANGE = "change"


RUNNING = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.UNPAID)
LIFECYCLE = StateTable[Status, Action]({
    (Status.INCOMPLETE, Action.PAY): Status.ACTIVE,
    (Status.INCOMPLETE, Action.FAIL): Status.INCOMPLETE,
    (Status.INCOMPLETE, Action.EXPIRE): Status.INCOMPLETE_EXPIRED,
    (Status.INCOMPLETE, Action.CANCEL): Status.INCOMPLETE_EXPIRED,
    (Status.TRIALING, Action.PAY): Status.TRIALING,
    (Status.TRIALING, Action.FAIL): Status.PAST_DUE,
    (Status.TRIALING, Action.END_TRIAL): Status.ACTIVE,
    (Status.TRIALING, Action.PAUSE): Status.PAUSED,
    (Status.ACTIVE, Action.PAY): Status.ACTIVE,
    (Status.ACTIVE, Action.FAIL): Status.PAST_DUE,
    (Status.ACTIVE, Action.TRY_OUT): Status.TRIALING,
    (Status.PAST_DUE, Action.PAY): Status.ACTIVE,
    (Status.PAST_DUE, Action.FAIL): Status.PAST_DUE,
    (Status.PAST_DUE, Action.GIVE_UP): Status.UNPAID,
    (Status.UNPAID, Action.PAY): Status.ACTIVE,
    (Status.UNPAID, Action.FAIL): Status.UNPAID,
    (Status.PAUSED, Action.PAY): Status.ACTIVE,
    (Status.PAUSED, Action.FAIL): Status.PAUSED,
    (Status.PAUSED, Action.CANCEL): Status.CANCELED,
    **{(status, Action.CANCEL): Status.CANCELED for status in RUNNING},
    **{(status, Action.CHANGE): status for status in RUNNING},
})  # fmt: skip
OVER = (Status.CANCELED, Status.INCOMPLETE_EXPIRED)


def status_of(record: Record) -> Status:
    """Tell where a subscription stands."""
    return Status(record.body["status"])


def allows(record: Record, action: Action) -> bool:
    """Tell whether something can happen to a subscription now."""
    return LIFECYCLE.allows(status_of(record), action)


def move(record: Record, action: Action) -> None:
    """Bring a subscription to its next state."""
    record.body["status"] = str(LIFECYCLE.after(status_of(record), action))


def check(record: Record, action: Action, done: str) -> None:
    """Refuse an action that the state does not allow; `done` is its participle, for the message.

    Raises:
        Refused: it says in which state it is.
    """
    if not allows(record, action):
        raise Refused(
            f"The subscription {record.id} cannot be {done}, because it is {record.body['status']}.",
            code="resource_missing" if status_of(record) in OVER else None,
        )


def save(world: World, record: Record, *more: str) -> None:
    """Keep and announce a change, and note when something is due next."""
    record.due_at = next_moment(world, record)
    world.save(record, "customer.subscription.updated", *more)


def next_moment(world: World, record: Record) -> int | None:
    """Tell when time alone changes a subscription, or lets something be told about it."""
    status = status_of(record)
    if status in {Status.INCOMPLETE, Status.PAUSED}:
        expires_at: int | None = record.hidden.get(EXPIRES_AT)
        return expires_at
    if status in OVER:
        return None
    pause = record.body["pause_collection"] or {}
    moments = [
        period_of(record.body).end,
        record.body["cancel_at"],
        pause.get("resumes_at"),
        trial_warning(record),
        upcoming_notice(record),
    ]
    return max(world.timestamp + 1, int(min(moment for moment in moments if moment is not None)))


def trial_warning(record: Record) -> int | None:
    """Tell when to say that a trial ends soon; None when that was said, or there is none."""
    ends_at = record.body["trial_end"]
    if status_of(record) != Status.TRIALING or record.hidden.get(TOLD, {}).get("trial") == ends_at:
        return None
    return int(ends_at) - int(TRIAL_ENDS_BEFORE.total_seconds())


def upcoming_notice(record: Record) -> int | None:
    """Tell when to announce the next invoice; None when that was done, or there is none, or it is too near."""
    period = period_of(record.body)
    told = record.hidden.get(TOLD, {}).get("upcoming") == period.end
    moment = period.end - int(UPCOMING_BEFORE.total_seconds())
    ends = record.body["cancel_at"] is not None and record.body["cancel_at"] <= period.end
    return None if told or ends or moment <= period.start else moment


def end(world: World, record: Record, *, reason: str = "cancellation_requested") -> None:
    """End a subscription; invoices that are not paid rest."""
    is_expired = status_of(record) == Status.INCOMPLETE
    move(record, Action.CANCEL)
    record.due_at = None
    record.body["ended_at"] = world.timestamp
    record.body["canceled_at"] = record.body["canceled_at"] or world.timestamp
    record.body["cancellation_details"]["reason"] = record.body["cancellation_details"]["reason"] or reason
    for invoice in _invoices(world, record):
        if is_expired and invoicing.allows(invoice, invoicing.Action.VOID):
            invoicing.void(world, invoice)
        elif invoice.body["status"] in {invoicing.Status.DRAFT, invoicing.Status.OPEN}:
            invoicing.rest(world, invoice)
    world.save(record, "customer.subscription.updated" if is_expired else "customer.subscription.deleted")


def expire(world: World, record: Record) -> None:
    """Wait no longer for a payment: a subscription that did not begin is over, one that is paused stays so."""
    if status_of(record) == Status.INCOMPLETE:
        end(world, record)
        return
    record.hidden.pop(EXPIRES_AT)
    for invoice in _invoices(world, record):
        if invoicing.allows(invoice, invoicing.Action.VOID):
            invoicing.void(world, invoice)
    save(world, record)


def hear_of_payment(world: World, invoice: Record) -> None:
    """Go on with a subscription whose latest invoice was paid."""
    record = _subscription(world, invoice)
    if record is None or not allows(record, Action.PAY) or record.body["latest_invoice"] != invoice.id:
        return
    resumed = ["customer.subscription.resumed"] if status_of(record) == Status.PAUSED else []
    move(record, Action.PAY)
    record.hidden.pop(EXPIRES_AT, None)
    intent = invoicing.intent_of(world, invoice)
    if intent and record.body["payment_settings"]["save_default_payment_method"] == "on_subscription":
        record.body["default_payment_method"] = intent.body["payment_method"]
    save(world, record, *resumed)


def hear_of_failure(world: World, invoice: Record) -> None:
    """Note that an invoice of a subscription was not paid; after the last try it ends as the settings say."""
    record = _subscription(world, invoice)
    if record is None or not allows(record, Action.FAIL):
        return
    move(record, Action.FAIL)
    save(world, record)
    if not invoice.hidden.get(collecting.LAST_TRY) or not invoicing.allows(invoice, invoicing.Action.PAY):
        return
    ending = retrying.retries(world).ending
    if ending == Ending.CANCEL:
        end(world, record, reason="payment_failed")
    elif ending == Ending.UNPAID and allows(record, Action.GIVE_UP):
        move(record, Action.GIVE_UP)
        save(world, record)


def hear_of_customer(world: World, customer: Record) -> None:
    """End the subscriptions of a customer who is deleted."""
    for record in list(world.every(KIND, customer=customer.id)):
        if allows(record, Action.CANCEL):
            end(world, record)


def _subscription(world: World, invoice: Record) -> Record | None:
    subscription = subscription_of(invoice.body)
    return world.find(subscription) if subscription else None


def _invoices(world: World, record: Record) -> list[Record]:
    found = world.every(INVOICE, customer=record.body["customer"])
    return [invoice for invoice in found if subscription_of(invoice.body) == record.id]
