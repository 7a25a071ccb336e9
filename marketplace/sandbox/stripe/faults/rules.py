"""When a fault strikes: where, how often, and at which moments by its seed."""

import hashlib
from dataclasses import dataclass
from fnmatch import fnmatchcase

from marketplace.kernel.translate import LazyText, _l
from marketplace.sandbox.stripe.faults.kinds import NATURES, Kind, Seconds

PERCENT_MAX = 100
SEED_MAX = 2**31 - 1
TIMES_MAX = 1_000_000
COPIES_MAX = 20
PLACE_MAX = 200


# What whoever tries again gets over; the other kinds take money, time, or a person to mend.
PASSING = frozenset({
    Kind.LOCK_TIMEOUT, Kind.CONFLICT, Kind.ERROR_BEFORE, Kind.DROP_BEFORE, Kind.ERROR_AFTER, Kind.DROP_AFTER,
    Kind.DUPLICATE, Kind.SHUFFLE, Kind.DELAY, Kind.WRONG_SECRET, Kind.OLD_TIME, Kind.OTHER_MODE, Kind.UNKNOWN_OBJECT,
})  # fmt: skip


class NoSuchFault(ValueError):
    """A fault cannot be as it was described; `field` names what is wrong with it, `words` say how to mend it."""

    def __init__(self, field: str, words: LazyText) -> None:
        """Name the field and say what it should be."""
        super().__init__(f"{field}: {words}")
        self.field = field
        self.words = words


@dataclass(frozen=True, slots=True)
class Plan:
    """A fault as somebody set it up.

    Attributes:
        kind: what goes wrong.
        place: where: a pattern with `*` for "POST /v1/refunds", "charge.succeeded" or the id of a customer.
        times: how often; None: until it is taken away.
        percent: in how many of a hundred cases.
        seed: decides which cases those are, and everything else that is left to chance.
        seconds: how long, where that means something.
        copies: how many, where that means something.
    """

    kind: Kind
    place: str
    times: int | None
    percent: int
    seed: int
    seconds: int
    copies: int


def make_plan(
    kind: Kind,
    *,
    place: str | None = None,
    times: int | None = None,
    percent: int = PERCENT_MAX,
    seed: int = 0,
    seconds: int | None = None,
    copies: int | None = None,
) -> Plan:
    """Describe a fault; what is left out is as usual for its kind.

    Raises:
        NoSuchFault: a number is out of its bounds, or means nothing for this kind.
    """
    nature = NATURES[kind]
    place = nature.place if place is None else place
    if not 0 < len(place) <= PLACE_MAX:
        raise NoSuchFault("place", _l("Enter from 1 to %(most)d characters.") % {"most": PLACE_MAX})
    _check("times", times, 1, TIMES_MAX)
    _check("percent", percent, 1, PERCENT_MAX)
    _check("seed", seed, 0, SEED_MAX)
    _check("copies", copies, 1, COPIES_MAX if nature.has_copies else 0)
    bounds = nature.seconds or Seconds(nature.label, usual=0, least=1, most=0)
    _check("seconds", seconds, bounds.least, bounds.most)
    return Plan(
        kind,
        place,
        times,
        percent,
        seed,
        seconds=bounds.usual if seconds is None else seconds,
        copies=copies or int(nature.has_copies),
    )


def bad_day(*, seed: int, percent: int) -> list[Plan]:
    """Describe a little of everything that mends itself sooner or later, without anybody's help.

    Raises:
        NoSuchFault: a number is out of its bounds.
    """
    return [make_plan(kind, seed=seed, percent=percent) for kind in Kind if kind in PASSING]


def is_there(place: str, subject: str) -> bool:
    """Tell whether a fault is about this: a pattern without a method is good for every method."""
    return fnmatchcase(subject, place) or fnmatchcase(subject.partition(" ")[2], place)


def strikes(plan: Plan, number: int) -> bool:
    """Tell whether a fault strikes in the case `number` that it is about."""
    return draw(plan, number, "strike", PERCENT_MAX) < plan.percent


def draw(plan: Plan, number: int, purpose: str, below: int) -> int:
    """Draw a number from 0 to `below` - 1: always the same one for the same seed, case and purpose."""
    text = f"{plan.seed}|{plan.kind}|{number}|{purpose}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % below


def _check(field: str, value: int | None, least: int, most: int) -> None:
    if value is None or least <= value <= most:
        return
    if least > most:
        raise NoSuchFault(field, _l("Leave this out: it means nothing here."))
    raise NoSuchFault(field, _l("Enter a whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
