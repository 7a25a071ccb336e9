"""The form of a fault: what was typed, read and checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.kernel.translate import _
from marketplace.sandbox.stripe.faults.kinds import NATURES, Kind
from marketplace.sandbox.stripe.faults.rules import NoSuchFault, Plan, make_plan

TEXT_MAX = 200
NUMBERS = ("times", "percent", "seed", "seconds", "copies")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, as it goes back into the page."""

    place: str = "*"
    times: str = "1"
    percent: str = "100"
    seed: str = "0"
    seconds: str = ""
    copies: str = ""


def usual(kind: Kind) -> Typed:
    """Fill the form in as it is usual for a kind."""
    plan = make_plan(kind)
    return Typed(place=plan.place, seconds=str(plan.seconds), copies=str(plan.copies))


def read(form: Mapping[str, str]) -> Typed:
    """Take the fields out of a form, cut to a sensible length."""
    return Typed(**{name: form.get(name, "").strip()[:TEXT_MAX] for name in ("place", *NUMBERS)})


def plan_of(kind: Kind, typed: Typed) -> tuple[Plan | None, dict[str, str]]:
    """Describe the fault that was typed, or say what is wrong, by field."""
    texts = {name: str(getattr(typed, name)) for name in _numbers(kind)}
    faults = {name: _("Enter a whole number.") for name, text in texts.items() if text and not text.isdecimal()}
    if faults:
        return None, faults
    numbers = {name: int(text) for name, text in texts.items() if text}
    try:
        return make_plan(kind, place=typed.place, **numbers), {}
    except NoSuchFault as wrong:
        return None, {wrong.field: str(wrong.words)}


def _numbers(kind: Kind) -> list[str]:
    nature = NATURES[kind]
    left_out = {"seconds": nature.seconds is None, "copies": not nature.has_copies}
    return [name for name in NUMBERS if not left_out.get(name)]
