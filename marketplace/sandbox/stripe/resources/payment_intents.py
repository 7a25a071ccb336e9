"""Payment intents: what somebody is asked to pay, from the first try to the capture."""

from enum import StrEnum

from marketplace.kernel.money import smallest_step
from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.cards import NOT_AUTHENTICATED, TEST_CARDS, UNKNOWN, Decline
from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Choice,
    Flag,
    Given,
    Metadata,
    Text,
    Whole,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import charges, refunds

KIND = "payment_intent"
URL = "/v1/payment_intents"


class Status(StrEnum):
    """Where a payment stands."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_ACTION = "requires_action"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class Action(StrEnum):
    """What can happen to a payment."""

    CHALLENGE = "challenge"
    DECLINE = "decline"
    HOLD = "hold"
    PAY = "pay"
    CAPTURE = "capture"
    CANCEL = "cancel"
    LAPSE = "lapse"


LIFECYCLE = StateTable[Status, Action]({
    (Status.REQUIRES_PAYMENT_METHOD, Action.CHALLENGE): Status.REQUIRES_ACTION,
    (Status.REQUIRES_PAYMENT_METHOD, Action.DECLINE): Status.REQUIRES_PAYMENT_METHOD,
    (Status.REQUIRES_PAYMENT_METHOD, Action.HOLD): Status.REQUIRES_CAPTURE,
    (Status.REQUIRES_PAYMENT_METHOD, Action.PAY): Status.SUCCEEDED,
    (Status.REQUIRES_PAYMENT_METHOD, Action.CANCEL): Status.CANCELED,
    (Status.REQUIRES_ACTION, Action.CHALLENGE): Status.REQUIRES_ACTION,
    (Status.REQUIRES_ACTION, Action.DECLINE): Status.REQUIRES_PAYMENT_METHOD,
    (Status.REQUIRES_ACTION, Action.HOLD): Status.REQUIRES_CAPTURE,
    (Status.REQUIRES_ACTION, Action.PAY): Status.SUCCEEDED,
    (Status.REQUIRES_ACTION, Action.CANCEL): Status.CANCELED,
    (Status.REQUIRES_CAPTURE, Action.CAPTURE): Status.SUCCEEDED,
    (Status.REQUIRES_CAPTURE, Action.CANCEL): Status.CANCELED,
    (Status.REQUIRES_CAPTURE, Action.LAPSE): Status.CANCELED,
})  # fmt: skip


def present_card(world: World, intent: Record, method: Record) -> None:
    """Try to pay with a card; the status of the intent tells what came of it."""
    card = TEST_CARDS.get(method.hidden["number"])
    intent.body |= {"next_action": None, "payment_method": method.id}
    decline = card.decline if card else UNKNOWN
    if decline:
        _decline(world, intent, method, decline)
    elif card and card.asks_for_authentication:
        _challenge(world, intent)
    else:
        _charge(world, intent, method, is_authenticated=False)


def authenticate(world: World, intent: Record, *, is_confirmed: bool) -> None:
    """Go on after the visit to the bank's page."""
    method = world.find(intent.body["payment_method"])
    assert method, intent
    intent.body["next_action"] = None
    if is_confirmed:
        _charge(world, intent, method, is_authenticated=True)
    else:
        _refuse(world, intent, method, NOT_AUTHENTICATED, charge=None)


def challenge_of(intent: Record) -> str | None:
    """Tell the secret of the bank's page that the payment waits for; None when it waits for none."""
    is_waiting = intent.body["status"] == Status.REQUIRES_ACTION
    return str(intent.hidden["challenge"]) if is_waiting else None


def capture(world: World, given: Given, intent: str) -> Json:
    """Take the money that is held, or a part of it; the rest is released."""
    record = world.get(KIND, intent, asked_by="intent")
    check(record, Action.CAPTURE, "captured")
    held = int(record.body["amount_capturable"])
    amount: int = given.get("amount_to_capture", held)
    if not given.get("final_capture", True):
        raise Refused("This payment can be captured only once.", param="final_capture")
    if amount > held:
        raise Refused(
            f"The amount to capture ({amount} {record.body['currency']}) is greater than the amount that is held "
            f"({held} {record.body['currency']}).",
            code="amount_too_large",
            param="amount_to_capture",
        )
    check_amount(amount, record.body["currency"], param="amount_to_capture")
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    charges.capture(world, latest_charge(world, record), amount)
    _move(record, Action.CAPTURE)
    record.body |= {"amount_capturable": 0, "amount_received": amount}
    record.due_at = None
    world.save(record, "payment_intent.succeeded")
    for session in world.every("checkout.session", payment_intent=record.id):
        session.body["payment_status"] = "paid"
        world.save(session)
    return record.body


def cancel(world: World, given: Given, intent: str) -> Json:
    """Give a payment up; what is held is released."""
    record = world.get(KIND, intent, asked_by="intent")
    check(record, Action.CANCEL, "canceled")
    if record.body["status"] != Status.REQUIRES_CAPTURE:
        raise Refused("You cannot cancel the PaymentIntent of an open Checkout Session. Expire the session instead.")
    refunds.release(world, latest_charge(world, record), "charge.refunded")
    end(world, record, Action.CANCEL, reason=given.get("cancellation_reason"))
    return record.body


def lapse(world: World, record: Record) -> None:
    """Let go of a hold that nobody captured in time."""
    refunds.release(world, latest_charge(world, record), "charge.expired", reason="expired_uncaptured_charge")
    end(world, record, Action.LAPSE, reason="expired")


def end(world: World, record: Record, action: Action, *, reason: str | None) -> None:
    """Close a payment that will bring no money."""
    _move(record, action)
    record.due_at = None
    record.body |= {
        "amount_capturable": 0,
        "canceled_at": world.timestamp,
        "cancellation_reason": reason,
        "next_action": None,
    }
    world.save(record, "payment_intent.canceled")


def retrieve(world: World, _given: Given, intent: str) -> Json:
    """Show a payment intent."""
    return world.get(KIND, intent, asked_by="intent").body


def list_all(world: World, given: Given) -> Json:
    """List payment intents."""
    return page(world, KIND, URL, given, by=["customer"])


def latest_charge(world: World, intent: Record) -> Record:
    """Look up the last charge of a payment that has one."""
    charge = world.find(intent.body["latest_charge"])
    assert charge, intent
    return charge


def check(record: Record, action: Action, done: str) -> None:
    """Refuse an action that the state does not allow; `done` is its participle, for the message."""
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


def check_amount(amount: int, currency: str, *, param: str) -> None:
    """Refuse an amount that is nothing, or finer than the currency allows."""
    step = smallest_step(currency.upper())
    if amount < 1 or amount % step:
        raise Refused(
            f"Invalid amount: {amount} {currency}. It must be a positive multiple of {step}.",
            code="parameter_invalid_integer",
            param=param,
        )


def _charge(world: World, intent: Record, method: Record, *, is_authenticated: bool) -> None:
    if intent.body["capture_method"] == "manual":
        charge = charges.add_hold(world, intent.body, method, is_authenticated=is_authenticated)
        _move(intent, Action.HOLD)
        intent.due_at = charge.body["payment_method_details"]["card"]["capture_before"]
        changed, told = {"amount_capturable": intent.body["amount"]}, "payment_intent.amount_capturable_updated"
    else:
        charge = charges.add_payment(world, intent.body, method, is_authenticated=is_authenticated)
        _move(intent, Action.PAY)
        changed, told = {"amount_received": intent.body["amount"]}, "payment_intent.succeeded"
    intent.body |= {**changed, "last_payment_error": None, "latest_charge": charge.id}
    world.save(intent, told)


def _challenge(world: World, intent: Record) -> None:
    _move(intent, Action.CHALLENGE)
    intent.hidden["challenge"] = new_id("challenge")
    url = f"{world.base_url}/c/confirm/{intent.id}/{intent.hidden['challenge']}"
    intent.body["next_action"] = {"redirect_to_url": {"return_url": None, "url": url}, "type": "redirect_to_url"}
    world.save(intent, "payment_intent.requires_action")


def _decline(world: World, intent: Record, method: Record, decline: Decline) -> None:
    charge = charges.add_failure(world, intent.body, method, decline)
    _refuse(world, intent, method, decline, charge=charge.id)


def _refuse(world: World, intent: Record, method: Record, decline: Decline, *, charge: str | None) -> None:
    _move(intent, Action.DECLINE)
    intent.body |= {
        "last_payment_error": _payment_error(method, decline, charge),
        "latest_charge": charge or intent.body["latest_charge"],
        "payment_method": None,
    }
    world.save(intent, "payment_intent.payment_failed")


def _payment_error(method: Record, decline: Decline, charge: str | None) -> Json:
    said = {
        "advice_code": decline.advice_code,
        "charge": charge,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://docs.stripe.com/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": method.body,
        "type": "card_error",
    }
    return {name: value for name, value in said.items() if value is not None}


def _move(record: Record, action: Action) -> None:
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))


CAPTURE = takes(
    optional={
        "amount_to_capture": Whole(minimum=1),
        "final_capture": Flag(),
        "metadata": Metadata(),
    }
)
CANCEL = takes(
    optional={"cancellation_reason": Choice("abandoned", "duplicate", "fraudulent", "requested_by_customer")}
)

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("GET", URL, lists_by(customer=Text()), list_all),
        Endpoint("GET", f"{URL}/<intent>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<intent>/capture", CAPTURE, capture),
        Endpoint("POST", f"{URL}/<intent>/cancel", CANCEL, cancel),
    ),
    links=frozenset({"customer", "latest_charge", "payment_method"}),
    when_due=lapse,
)
