"""What a fault does to a webhook: when it goes out, what goes out besides, and how it is signed."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.register import Strike

ON_THE_WAY = frozenset({
    Kind.DUPLICATE, Kind.SHUFFLE, Kind.DELAY, Kind.HOLD_BACK, Kind.OTHER_MODE, Kind.UNKNOWN_OBJECT,
})  # fmt: skip
ON_ARRIVAL = frozenset({Kind.WRONG_SECRET, Kind.OLD_TIME})


@dataclass(frozen=True, slots=True)
class Route:
    """How a delivery goes: when, None if it is held back; and what else goes, by the kind of the fault, and when."""

    due_at: int | None
    extras: tuple[tuple[Kind, int], ...] = ()


def route(strikes: Mapping[Kind, Strike], at: int) -> Route:
    """Send a delivery on its way at the moment `at`, or later, or not at all."""
    if Kind.HOLD_BACK in strikes:
        return Route(None)
    if delay := strikes.get(Kind.DELAY):
        at += delay.plan.seconds
    extras = [(kind, _at(strikes, kind, at)) for kind in (Kind.OTHER_MODE, Kind.UNKNOWN_OBJECT) if kind in strikes]
    if duplicate := strikes.get(Kind.DUPLICATE):
        later = at + duplicate.plan.seconds
        extras += [(Kind.DUPLICATE, _at(strikes, f"copy {copy}", later)) for copy in range(duplicate.plan.copies)]
    return Route(_at(strikes, "delivery", at), tuple(extras))


def content(kind: Kind | None, event: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what is delivered: the event itself, or what comes along because of a fault of this kind."""
    told = deepcopy(dict(event))
    if kind in {Kind.OTHER_MODE, Kind.UNKNOWN_OBJECT}:
        told["id"] = new_id("evt")
    about = told["data"]["object"]
    if kind is Kind.OTHER_MODE:
        told["livemode"] = True
        about |= {"livemode": True} if "livemode" in about else {}
    if kind is Kind.UNKNOWN_OBJECT:
        about["id"] = new_id(about.get("id", "unknown_").rpartition("_")[0])
    return told


def signing(strikes: Mapping[Kind, Strike], secrets: Sequence[str], now: int) -> tuple[Sequence[str], int]:
    """Tell with which secrets and for which moment a delivery is signed."""
    if old := strikes.get(Kind.OLD_TIME):
        now -= old.plan.seconds
    return ([new_id("whsec", length=32)] if Kind.WRONG_SECRET in strikes else secrets), now


def _at(strikes: Mapping[Kind, Strike], purpose: str, at: int) -> int:
    shuffle = strikes.get(Kind.SHUFFLE)
    return at + (shuffle.draw(purpose, shuffle.plan.seconds + 1) if shuffle else 0)
