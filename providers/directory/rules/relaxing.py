"""What to ask for instead when nobody fits: the smallest changes first, and how many each brings.

Where no change is enough by itself, the nearest are those who meet as much as can be met together, what matters most
first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from providers.directory.rules.cards import Condition, Filters, conditions
from providers.directory.rules.columns import CEFR, Use
from providers.directory.rules.counting import (
    LEVEL,
    MEDIUM,
    NO,
    OPEN_NOW,
    PROVEN,
    Facets,
    hours_asked,
    speaking,
    stars_asked,
)
from providers.directory.rules.matches import Matches
from providers.profiles.rules import Cefr

# Language comes first, then hours, then the rest; place never hides anybody.
_BY_WEIGHT = (
    Condition.LANGUAGE,
    Condition.OPEN,
    Condition.OVERLAP,
    Condition.NICHE,
    Condition.TEXT,
    Condition.RELEASE,
    Condition.URGENCY,
    Condition.KIND,
    Condition.LAYER,
    Condition.PRICE,
    Condition.COVER,
    Condition.CREDENTIAL,
    Condition.STARS,
    Condition.PARTNER_LEVEL,
    Condition.COUNTRY,
)
# In which direction the steps of a condition ask for less.
_LESS_IS_HIGHER: Mapping[Condition, bool] = {
    Condition.URGENCY: True,
    Condition.OVERLAP: False,
    Condition.OPEN: True,
    Condition.STARS: False,
    Condition.PRICE: True,
}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A parameter to change, and how many fit then; `value` is what to ask for instead, None to leave it out.

    A `level` is the highest that is still asked for, also of languages with a level of their own.
    """

    parameter: str
    value: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The parameters to leave out so that somebody fits, `level` also of languages with their own; and how many do."""

    parameters: Sequence[str]
    count: int


def nearest(found: Sequence[Matches], filters: Filters) -> Nearest | None:
    """Keep each condition that somebody meets together with those that matter more; None where nobody is listed.

    Of a language that nobody knows as it is asked, as little as possible is given up: proof, the medium, the level.
    """
    eased, use, highest = _eased(found, filters)
    kept: list[Condition] = []
    for condition in sorted(conditions(filters), key=_BY_WEIGHT.index):
        if _number(found, [*kept, condition], use, highest):
            kept.append(condition)
    dropped = [one.value for one in _BY_WEIGHT if one in conditions(filters) and one not in kept]
    count = _number(found, kept, use, highest)
    return Nearest([*eased, *dropped], count) if count and (eased or dropped) else None


def _number(found: Sequence[Matches], kept: Sequence[Condition], use: Use, highest: Cefr) -> int:
    return sum(one.number_meeting(kept, use, highest) for one in found)


def _eased(found: Sequence[Matches], filters: Filters) -> tuple[Sequence[str], Use, Cefr]:
    """Find the fewest things to leave out of what is asked of languages so that somebody knows one.

    Gives them, how languages are used then, and their highest level; all as it is asked if nothing helps.
    """
    medium, is_proven = filters.use
    if not filters.languages:
        return (), filters.use, Cefr.NATIVE
    asked = {PROVEN: is_proven, MEDIUM: medium is not None, LEVEL: filters.highest_level is not CEFR[0]}
    names = [name for name, is_asked in asked.items() if is_asked]
    for left_out in chain.from_iterable(combinations(names, number) for number in range(len(names) + 1)):
        use = (None if MEDIUM in left_out else medium, is_proven and PROVEN not in left_out)
        highest = CEFR[0] if LEVEL in left_out else Cefr.NATIVE
        if _number(found, [Condition.LANGUAGE], use, highest):
            return left_out, use, highest
    return (), filters.use, Cefr.NATIVE


def relaxations(found: Sequence[Matches], filters: Filters, counted: Facets) -> list[Relaxation]:
    """List the changes of one parameter that bring somebody, the smallest first, and then the most helpful.

    To ask for less of something is a smaller change than to leave it out. A language that is known without proof, in
    the other medium or less well is still the language; to do without it comes last where one of these helps.
    """
    of_languages = list(_of_languages(found, filters))
    less = [*of_languages, *_steps_down(filters, counted)]
    asked_for_less = {one.parameter for one in less}
    left_out = [
        Relaxation(condition.value, None, sum(one.meeting(condition).size for one in found))
        for condition in conditions(filters)
        if condition.value not in asked_for_less
    ]
    smaller, larger = ([one for one in part if one.count] for part in (less, left_out))
    return [
        *sorted(smaller, key=lambda one: -one.count),
        *sorted(larger, key=lambda one: (bool(of_languages) and one.parameter == Condition.LANGUAGE, -one.count)),
    ]


def _of_languages(found: Sequence[Matches], filters: Filters) -> Iterator[Relaxation]:
    """Ask for the same languages, but without proof, in either medium, or at the nearest lower level of somebody."""
    if not filters.languages:
        return
    parts = [Relaxation(PROVEN, NO, speaking(found, (filters.medium, False)))] if filters.is_proven else []
    if filters.medium:
        parts.append(Relaxation(MEDIUM, None, speaking(found, (None, filters.is_proven))))
    highest = CEFR.index(filters.highest_level)
    lower = (Relaxation(LEVEL, level, speaking(found, filters.use, level)) for level in reversed(CEFR[:highest]))
    nearest = next((one for one in lower if one.count), None)
    yield from (one for one in [*parts, nearest] if one is not None and one.count)


def _steps_down(filters: Filters, counted: Facets) -> Iterator[Relaxation]:
    """Ask for the nearest step that somebody meets of whatever is counted in steps."""
    for condition in conditions(filters):
        if condition in _LESS_IS_HIGHER:
            sign = 1 if _LESS_IS_HIGHER[condition] else -1
            asked = sign * _figure(_asked(condition, filters))
            steps = sorted((sign * _figure(value), value) for value, count in counted[condition].items() if count)
            nearest = next((value for step, value in steps if step > asked), None)
            if nearest is not None:
                yield Relaxation(condition.value, nearest, counted[condition][nearest])


def _asked(condition: Condition, filters: Filters) -> str:
    return {
        Condition.URGENCY: lambda: str(filters.urgency_hours),
        Condition.OVERLAP: lambda: str(filters.overlap_hours),
        Condition.OPEN: lambda: hours_asked(filters.opens_within or 0),
        Condition.STARS: lambda: stars_asked(filters.stars_min or 0),
        Condition.PRICE: lambda: str(filters.price_max.minor if filters.price_max else 0),
    }[condition]()


def _figure(step: str) -> float:
    return 0 if step == OPEN_NOW else float(step)
