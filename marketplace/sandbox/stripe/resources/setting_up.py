"""Setting up: a card is stored, with its owner's consent, without being charged."""

from enum import StrEnum

from marketplace.kernel.states import StateTable
from marketplace.sandbox.stripe.cards import SETUP_NOT_AUTHENTICATED, Authentication, Decline, card_of
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given, merged
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.resources import storing
from marketplace.sandbox.stripe.resources.payment_intent_body import automatic

KIND = "setup_intent"
URL = "/v1/setup_intents"

NOTHING = (
    "application cancellation_reason customer_account excluded_payment_method_types "
    "flow_directions last_setup_error latest_attempt mandate next_action on_behalf_of "
    "payment_method_configuration_details single_use_mandate"
).split()


class Status(StrEnum):
    """Where it stands."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class Action(StrEnum):
    """What can happen to it."""

    CHOOSE = "choose"
    CHALLENGE = "challenge"
    DECLINE = "decline"
    SUCCEED = "succeed"
    CANCEL = "cancel"


OPEN = (Status.REQUIRES_PAYMENT_METHOD, Status.REQUIRES_CONFIRMATION, Status.REQUIRES_ACTION)
LIFECYCLE = StateTable[Status, Action]({
    **{(status, Action.CHOOSE): Status.REQUIRES_CONFIRMATION for status in OPEN},
    **{(status, Action.CHALLENGE): Status.REQUIRES_ACTION for status in OPEN},
    **{(status, Action.DECLINE): Status.REQUIRES_PAYMENT_METHOD for status in OPEN},
    **{(status, Action.SUCCEED): Status.SUCCEEDED for status in OPEN},
    **{(status, Action.CANCEL): Status.CANCELED for status in OPEN},
})  # fmt: skip


def intent_body(world: World, given: Given) -> Json:
    """Write a setup intent for which nobody has named a card yet."""
    intent_id = new_id("seti")
    return {
        **dict.fromkeys(NOTHING),
        "id": intent_id,
        "object": KIND,
        "automatic_payment_methods": automatic(given.get("automatic_payment_methods")),
        "client_secret": f"{intent_id}_{new_id('secret')}",
        "created": world.timestamp,
        "customer": given.get("customer"),
        "description": given.get("description"),
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "payment_method": None,
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "status": str(Status.REQUIRES_PAYMENT_METHOD),
        "usage": given.get("usage", "off_session"),
    }


def present(world: World, intent: Record, method: Record) -> None:
    """Try to store a card; the status of the intent tells what came of it."""
    card = card_of(method.hidden["number"])
    intent.body |= {"next_action": None, "payment_method": method.id}
    if not card.can_be_stored:
        assert card.decline, card
        refuse(world, intent, method, card.decline)
    elif card.authentication != Authentication.NEVER and not card.is_stored_already:
        _challenge(world, intent)
    else:
        _succeed(world, intent, method)


def authenticate(world: World, intent: Record, *, is_confirmed: bool) -> None:
    """Go on after the visit to the bank's page."""
    method = world.find(intent.body["payment_method"])
    assert method, intent
    intent.body["next_action"] = None
    if is_confirmed:
        _succeed(world, intent, method)
    else:
        refuse(world, intent, method, SETUP_NOT_AUTHENTICATED)


def challenge_of(intent: Record) -> str | None:
    """Tell the secret of the bank's page that it waits for; None when it waits for none."""
    is_waiting = intent.body["status"] == Status.REQUIRES_ACTION
    return str(intent.hidden["challenge"]) if is_waiting else None


def refuse(world: World, intent: Record, method: Record, decline: Decline) -> None:
    """Note that the card cannot be stored."""
    move(intent, Action.DECLINE)
    intent.body |= {"last_setup_error": storing.problem(decline, method, charge=None), "payment_method": None}
    world.save(intent, "setup_intent.setup_failed")


def end(world: World, intent: Record, *, reason: str | None) -> None:
    """Give it up."""
    move(intent, Action.CANCEL)
    intent.body |= {"cancellation_reason": reason, "next_action": None}
    world.save(intent, "setup_intent.canceled")


def check(record: Record, action: Action, done: str) -> None:
    """Refuse an action that the state does not allow; `done` is its participle, for the message.

    Raises:
        Refused: with the intent as it is.
    """
    status = Status(record.body["status"])
    if not LIFECYCLE.allows(status, action):
        raise Refused(
            f"This SetupIntent could not be {done} because it has a status of {status}.",
            code="setup_intent_unexpected_state",
            setup_intent=record.body,
        )


def move(record: Record, action: Action) -> None:
    """Bring it to its next state."""
    record.body["status"] = str(LIFECYCLE.after(Status(record.body["status"]), action))


def _succeed(world: World, intent: Record, method: Record) -> None:
    move(intent, Action.SUCCEED)
    intent.body["last_setup_error"] = None
    if intent.body["customer"]:
        storing.attach(world, method, intent.body["customer"])
    storing.set_up(world, method, intent.body["usage"])
    world.save(intent, "setup_intent.succeeded")


def _challenge(world: World, intent: Record) -> None:
    move(intent, Action.CHALLENGE)
    intent.hidden["challenge"] = new_id("challenge")
    url = f"{world.base_url}/c/confirm/{intent.id}/{intent.hidden['challenge']}"
    return_url = intent.hidden.get("return_url")
    intent.body["next_action"] = {"redirect_to_url": {"return_url": return_url, "url": url}, "type": "redirect_to_url"}
    world.save(intent, "setup_intent.requires_action")
