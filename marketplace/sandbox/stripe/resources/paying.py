"""Paying: what happens to a payment intent, from the first try to the capture."""

from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.cards import EXPIRED, GENERIC, NOT_AUTHENTICATED, OWNER_NEEDED, Card, Decline, card_of
from marketplace.sandbox.stripe.debits import REFUSED, TEST_ACCOUNTS
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.resources import charging, refunding, storing


class Status(StrEnum):
    """Where a payment stands."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class Action(StrEnum):
    """What can happen to a payment."""

    CHOOSE = "choose"
    CHALLENGE = "challenge"
    PROCESS = "process"
    DECLINE = "decline"
    HOLD = "hold"
    PAY = "pay"
    CAPTURE = "capture"
    CANCEL = "cancel"
    LAPSE = "lapse"


# What levers note of a payment, for what the bank does next, and of a card.
ASKS, FAILS, HAS_EXPIRED = "asks_next", "fails_next", "has_expired"

# Before anything is taken, a card may be chosen and tried, again and again.
OPEN = (Status.REQUIRES_PAYMENT_METHOD, Status.REQUIRES_CONFIRMATION, Status.REQUIRES_ACTION)
LIFECYCLE = StateTable[Status, Action]({
    **{(status, Action.CHOOSE): Status.REQUIRES_CONFIRMATION for status in OPEN},
    **{(status, Action.CHALLENGE): Status.REQUIRES_ACTION for status in OPEN},
    **{(status, Action.PROCESS): Status.PROCESSING for status in OPEN},
    **{(status, Action.DECLINE): Status.REQUIRES_PAYMENT_METHOD for status in (*OPEN, Status.PROCESSING)},
    **{(status, Action.HOLD): Status.REQUIRES_CAPTURE for status in OPEN},
    **{(status, Action.PAY): Status.SUCCEEDED for status in (*OPEN, Status.PROCESSING)},
    **{(status, Action.CANCEL): Status.CANCELED for status in OPEN},
    (Status.REQUIRES_CAPTURE, Action.CAPTURE): Status.SUCCEEDED,
    (Status.REQUIRES_CAPTURE, Action.CANCEL): Status.CANCELED,
    (Status.REQUIRES_CAPTURE, Action.LAPSE): Status.CANCELED,
})  # fmt: skip


def present(
    world: World, intent: Record, method: Record, *, is_off_session: bool = False, may_ask: bool = True
) -> None:
    """Try to pay with a card; the status of the intent tells what came of it.

    Args:
        world: when.
        intent: what is paid.
        method: the card.
        is_off_session: whether its owner is away.
        may_ask: whether somebody can lead the owner to the bank's page.
    """
    card = card_of(method.hidden["number"])
    asks = card.asks(is_off_session=is_off_session, is_stored=bool(method.hidden.get("is_set_up")))
    asks = intent.hidden.pop(ASKS, False) or asks
    intent.body |= {"next_action": None, "payment_method": method.id}
    if asks and not may_ask:
        _decline(world, intent, method, OWNER_NEEDED)
    elif asks:
        _challenge(world, intent)
    else:
        _take(world, intent, method, card, is_authenticated=False, is_off_session=is_off_session)


def authenticate(world: World, intent: Record, *, is_confirmed: bool) -> None:
    """Go on after the visit to the bank's page."""
    method = world.find(intent.body["payment_method"])
    assert method, intent
    intent.body["next_action"] = None
    if is_confirmed:
        card = card_of(method.hidden["number"])
        _take(world, intent, method, card, is_authenticated=True, is_off_session=False)
    else:
        _refuse(world, intent, method, NOT_AUTHENTICATED, charge=None)


def debit(world: World, intent: Record, method: Record) -> None:
    """Ask the bank of somebody to pay; it answers later."""
    charge = charging.add_pending(world, intent.body, method)
    move(intent, Action.PROCESS)
    intent.body |= {"last_payment_error": None, "latest_charge": charge.id, "payment_method": method.id}
    account = TEST_ACCOUNTS[method.hidden["iban"]]
    intent.due_at = world.timestamp + int(account.answers_after.total_seconds())
    world.save(intent, "payment_intent.processing")


def go_on(world: World, record: Record) -> None:
    """Let happen what is due: the bank answers, or a hold lapses that nobody captured."""
    if record.body["status"] == Status.PROCESSING:
        _answer(world, record)
    else:
        _lapse(world, record)


def challenge_of(intent: Record) -> str | None:
    """Tell the secret of the bank's page that the payment waits for; None when it waits for none."""
    is_waiting = intent.body["status"] == Status.REQUIRES_ACTION
    return str(intent.hidden["challenge"]) if is_waiting else None


def capture(world: World, record: Record, amount: int) -> None:
    """Take what is held, or a part of it; the rest is released."""
    move(record, Action.CAPTURE)
    charging.capture(world, latest_charge(world, record), amount)
    record.body |= {"amount_capturable": 0, "amount_received": amount}
    record.due_at = None
    world.save(record, "payment_intent.succeeded")
    for session in world.every("checkout.session", payment_intent=record.id):
        session.body["payment_status"] = "paid"
        world.save(session)


def release(world: World, record: Record, *, reason: str | None) -> None:
    """Give a payment up; what is held is released."""
    if record.body["status"] == Status.REQUIRES_CAPTURE:
        refunding.release(world, latest_charge(world, record), "charge.refunded")
    end(world, record, Action.CANCEL, reason=reason)


def end(world: World, record: Record, action: Action, *, reason: str | None) -> None:
    """Close a payment that will bring no money."""
    move(record, action)
    record.due_at = None
    record.body |= {
        "amount_capturable": 0,
        "canceled_at": world.timestamp,
        "cancellation_reason": reason,
        "next_action": None,
    }
    world.save(record, "payment_intent.canceled")


def latest_charge(world: World, intent: Record) -> Record:
    """Look up the last charge of a payment that has one."""
    charge = world.find(intent.body["latest_charge"])
    assert charge, intent
    return charge


def check(record: Record, action: Action, done: str) -> None:
    """Refuse an action that the state does not allow; `done` is its participle, for the message.

    Raises:
        Refused: with the intent as it is.
    """
    status = Status(record.body["status"])
    if LIFECYCLE.allows(status, action):
        return
    possible = ", ".join(state for state, move, _next in LIFECYCLE if move == action)
    raise Refused(
        f"This PaymentIntent could not be {done} because it has a status of {status}. Only a PaymentIntent with one "
        f"of the following statuses may be {done}: {possible}.",
        code="payment_intent_unexpected_state",
        payment_intent=record.body,
    )


def move(record: Record, action: Action) -> None:
    """Bring a payment to its next state."""
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))


def _lapse(world: World, record: Record) -> None:
    refunding.release(world, latest_charge(world, record), "charge.expired", reason="expired_uncaptured_charge")
    end(world, record, Action.LAPSE, reason="expired")


def _answer(world: World, record: Record) -> None:
    method = world.find(record.body["payment_method"])
    assert method, record
    is_paid = TEST_ACCOUNTS[method.hidden["iban"]].pays
    charge = latest_charge(world, record)
    charging.settle_pending(world, charge, None if is_paid else REFUSED)
    if is_paid:
        move(record, Action.PAY)
        record.body["amount_received"] = record.body["amount"]
        world.save(record, "payment_intent.succeeded")
        _keep(world, record, method)
    else:
        _refuse(world, record, method, REFUSED, charge=charge.id)
    for session in world.every("checkout.session", payment_intent=record.id):
        session.body["payment_status"] = "paid" if is_paid else "unpaid"
        world.save(session)
        told = "checkout.session.async_payment_succeeded" if is_paid else "checkout.session.async_payment_failed"
        world.announce(told, session.body, account=session.account)


def _take(
    world: World, intent: Record, method: Record, card: Card, *, is_authenticated: bool, is_off_session: bool
) -> None:
    decline = _decline_by_card(card, method) or _decline_by_chance(world, intent)
    if decline:
        _decline(world, intent, method, decline)
        return
    if intent.body["capture_method"] == "manual":
        charge = charging.add_hold(
            world, intent.body, method, is_authenticated=is_authenticated, is_off_session=is_off_session
        )
        move(intent, Action.HOLD)
        intent.due_at = charge.body["payment_method_details"]["card"]["capture_before"]
        changed, told = {"amount_capturable": intent.body["amount"]}, "payment_intent.amount_capturable_updated"
    else:
        charge = charging.add_payment(world, intent.body, method, is_authenticated=is_authenticated)
        move(intent, Action.PAY)
        changed, told = {"amount_received": intent.body["amount"]}, "payment_intent.succeeded"
    intent.body |= {**changed, "last_payment_error": None, "latest_charge": charge.id}
    world.save(intent, told)
    _keep(world, intent, method)


def _decline_by_card(card: Card, method: Record) -> Decline | None:
    return EXPIRED if method.hidden.get(HAS_EXPIRED) else card.decline


def _decline_by_chance(world: World, intent: Record) -> Decline | None:
    is_declined = intent.hidden.pop(FAILS, False) or world.is_declined(intent.body["customer"])
    return GENERIC if is_declined else None


def _keep(world: World, intent: Record, method: Record) -> None:
    """Store the card if that was asked for; without a customer it was good for this one time."""
    usage = intent.body["setup_future_usage"]
    if usage and intent.body["customer"]:
        storing.attach(world, method, intent.body["customer"])
        storing.set_up(world, method, usage)
    else:
        storing.spend(world, method)


def _challenge(world: World, intent: Record) -> None:
    move(intent, Action.CHALLENGE)
    intent.hidden["challenge"] = new_id("challenge")
    url = f"{world.base_url}/c/confirm/{intent.id}/{intent.hidden['challenge']}"
    return_url = intent.hidden.get("return_url")
    intent.body["next_action"] = {"redirect_to_url": {"return_url": return_url, "url": url}, "type": "redirect_to_url"}
    world.save(intent, "payment_intent.requires_action")


def _decline(world: World, intent: Record, method: Record, decline: Decline) -> None:
    charge = charging.add_failure(world, intent.body, method, decline)
    _refuse(world, intent, method, decline, charge=charge.id)


def _refuse(world: World, intent: Record, method: Record, decline: Decline, *, charge: str | None) -> None:
    move(intent, Action.DECLINE)
    intent.body |= {
        "last_payment_error": storing.problem(decline, method, charge=charge),
        "latest_charge": charge or intent.body["latest_charge"],
        "payment_method": None,
    }
    world.save(intent, "payment_intent.payment_failed")
