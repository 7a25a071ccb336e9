"""The kinds of faults, and what a person reads about each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.translate import LazyText, _l

DAY_S = 24 * 60 * 60


class Group(StrEnum):
    """What a fault strikes."""

    ANSWER = "answer"
    CARD = "card"
    WEBHOOK = "webhook"


class Kind(StrEnum):
    """What goes wrong."""

    RATE_LIMIT = "rate_limit"
    LOCK_TIMEOUT = "lock_timeout"
    CONFLICT = "conflict"
    REFUSED = "refused"
    ERROR_BEFORE = "error_before"
    DROP_BEFORE = "drop_before"
    SLOW = "slow"
    ERROR_AFTER = "error_after"
    ERROR_KEPT = "error_kept"
    DROP_AFTER = "drop_after"
    DECLINE = "decline"
    CAPTURE_REFUSED = "capture_refused"
    DUPLICATE = "duplicate"
    SHUFFLE = "shuffle"
    DELAY = "delay"
    HOLD_BACK = "hold_back"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 -- The name of a kind.
    OLD_TIME = "old_time"
    OTHER_MODE = "other_mode"
    UNKNOWN_OBJECT = "unknown_object"


@dataclass(frozen=True, slots=True)
class Seconds:
    """What a kind does with a number of seconds: how many if nobody says, and how many at most."""

    label: LazyText
    usual: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Nature:
    """What there is to know about a kind; `place` is where it strikes if nobody says."""

    group: Group
    label: LazyText
    effect: LazyText
    place: str = "*"
    seconds: Seconds | None = None
    has_copies: bool = False


GROUP_LABELS = MappingProxyType({
    Group.ANSWER: _l("Answers of the API"),
    Group.CARD: _l("Cards"),
    Group.WEBHOOK: _l("Webhooks"),
})  # fmt: skip

NATURES: Mapping[Kind, Nature] = MappingProxyType({
    Kind.RATE_LIMIT: Nature(
        Group.ANSWER,
        _l("Too many requests (429)"),
        _l("Nothing happens. The answer says that there were too many requests."),
    ),
    Kind.LOCK_TIMEOUT: Nature(
        Group.ANSWER,
        _l("Object locked (429)"),
        _l("Nothing happens. The answer says that the object is in use, and asks to try again."),
    ),
    Kind.CONFLICT: Nature(
        Group.ANSWER,
        _l("Conflict (409)"),
        _l("Nothing happens. The answer says that the same request is still being answered."),
    ),
    Kind.REFUSED: Nature(
        Group.ANSWER,
        _l("Refused for good (400)"),
        _l("Nothing happens. The answer says that there is something wrong with the request."),
    ),
    Kind.ERROR_BEFORE: Nature(
        Group.ANSWER,
        _l("Error before the effect (500)"),
        _l("Nothing happens, and the answer is an error."),
    ),
    Kind.DROP_BEFORE: Nature(
        Group.ANSWER,
        _l("Connection lost before the effect"),
        _l("Nothing happens, and there is no answer."),
    ),
    Kind.SLOW: Nature(
        Group.ANSWER,
        _l("Slow answer"),
        _l("It happens at once, but the answer comes late."),
        seconds=Seconds(_l("Seconds until the answer"), usual=15, least=1, most=300),
    ),
    Kind.ERROR_AFTER: Nature(
        Group.ANSWER,
        _l("Error after the effect (500)"),
        _l("It happens, but the answer is an error. Whoever repeats the request gets the true answer."),
    ),
    Kind.ERROR_KEPT: Nature(
        Group.ANSWER,
        _l("Error after the effect (500), remembered"),
        _l("It happens, but the answer is an error, and stays one for whoever repeats the request."),
    ),
    Kind.DROP_AFTER: Nature(
        Group.ANSWER,
        _l("Connection lost after the effect"),
        _l("It happens, but there is no answer."),
    ),
    Kind.DECLINE: Nature(
        Group.CARD,
        _l("Card declined"),
        _l("Whoever pays is told that the card was declined, whatever card it is."),
    ),
    Kind.CAPTURE_REFUSED: Nature(
        Group.CARD,
        _l("Capture refused (402)"),
        _l("The bank does not give what is held on the card."),
        place="POST /v1/payment_intents/*/capture",
    ),
    Kind.DUPLICATE: Nature(
        Group.WEBHOOK,
        _l("Delivered more than once"),
        _l("Copies of the event follow."),
        seconds=Seconds(_l("Seconds until the copies"), usual=0, least=0, most=30 * DAY_S),
        has_copies=True,
    ),
    Kind.SHUFFLE: Nature(
        Group.WEBHOOK,
        _l("Out of order"),
        _l("Each delivery waits for a while of its own, so that events overtake each other."),
        seconds=Seconds(_l("Seconds that a delivery may wait"), usual=30, least=1, most=30 * DAY_S),
    ),
    Kind.DELAY: Nature(
        Group.WEBHOOK,
        _l("Late"),
        _l("The delivery waits."),
        seconds=Seconds(_l("Seconds that the delivery waits"), usual=60, least=1, most=30 * DAY_S),
    ),
    Kind.HOLD_BACK: Nature(
        Group.WEBHOOK,
        _l("Held back"),
        _l("The event is not delivered until somebody sends it again."),
    ),
    Kind.WRONG_SECRET: Nature(
        Group.WEBHOOK,
        _l("Wrong secret"),
        _l("The delivery is signed with a secret that nobody knows."),
    ),
    Kind.OLD_TIME: Nature(
        Group.WEBHOOK,
        _l("Old signature"),
        _l("The delivery is signed well, but for a moment long ago."),
        seconds=Seconds(_l("Age of the signature in seconds"), usual=600, least=1, most=365 * DAY_S),
    ),
    Kind.OTHER_MODE: Nature(
        Group.WEBHOOK,
        _l("Event of the live mode"),
        _l("A second event follows that says it is about real money."),
    ),
    Kind.UNKNOWN_OBJECT: Nature(
        Group.WEBHOOK,
        _l("Event about an unknown object"),
        _l("A second event follows, about something that does not exist."),
    ),
})  # fmt: skip


def kinds_of(group: Group) -> frozenset[Kind]:
    """List the kinds of a group."""
    return frozenset(kind for kind, nature in NATURES.items() if nature.group is group)
