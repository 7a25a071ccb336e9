"""What can be chosen on the page of the list: each facet with its counts, and what is chosen already."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from marketplace.catalogue.rules import LAYER_LABELS, Layer
from marketplace.kernel.money import Money
from marketplace.kernel.translate import (
    _,
    fold,
    format_money,
    format_number,
    is_zone,
    language_name,
    ngettext,
    zone_city,
)
from providers.directory.rules import Condition, Facets
from providers.profiles.rules import Cefr, or_better

MAX_SHOWN = 50
MAX_LABEL_LENGTH = 60
MAX_HOURS_DIGITS = 2
MAX_PRICE_DIGITS = 8

Query = MultiDict[str, str]
Label = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet, as the macro `ui.facet` reads it."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A condition that is set, and the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Names:
    """How values are named to the reader: those that the database names, and the currency of prices."""

    niches: Mapping[str, str]
    tracks: Mapping[str, str]
    currency: str


def labels(names: Names) -> dict[str, Label]:
    """Tell how the values of each parameter are said."""
    return {
        Condition.LANGUAGE: _say_language,
        "level": _say_level,
        Condition.NICHE: lambda slug: names.niches.get(slug, slug),
        Condition.LAYER: lambda value: str(LAYER_LABELS[Layer(value)]) if value in set(Layer) else value,
        Condition.CREDENTIAL: lambda slug: names.tracks.get(slug, slug),
        Condition.OVERLAP: _say_overlap,
        Condition.OPEN: lambda _value: _("Open now"),
        Condition.PRICE: lambda value: _say_price(value, names.currency),
        Condition.TEXT: lambda text: _("“%(text)s”") % {"text": shortened(text)},
        "tz": lambda zone: _("Hours as in %(city)s") % {"city": zone_city(zone)} if is_zone(zone) else zone,
        "currency": lambda code: _("Prices in %(currency)s") % {"currency": code},
    }


def _say_language(value: str) -> str:
    code, _colon, level = value.partition(":")
    if level not in set(Cefr):
        return language_name(code)
    return _("%(language)s (%(level)s)") % {"language": language_name(code), "level": Cefr(level).label}


def _say_level(value: str) -> str:
    return or_better(Cefr(value)) if value in set(Cefr) else value


def _say_overlap(value: str) -> str:
    if not value.isdecimal() or len(value) > MAX_HOURS_DIGITS:
        return value
    return ngettext("%(n)s hour a day or more", "%(n)s hours a day or more", int(value)) % {
        "n": format_number(int(value))
    }


def _say_price(value: str, currency: str) -> str:
    if not value.isdecimal() or len(value) > MAX_PRICE_DIGITS:
        return value
    return _("up to %(price)s") % {"price": format_money(Money(int(value), currency))}


def options(facets: Facets, query: Query, say: Mapping[str, Label]) -> dict[str, list[Option]]:
    """Give the values of each facet that bring somebody or are chosen, the most frequent first where that helps."""
    return {name: list(_options(name, counts, query, say[name])) for name, counts in facets.items()}


_BY_COUNT = frozenset({Condition.LANGUAGE, Condition.NICHE, Condition.CREDENTIAL})


def _options(name: str, counts: Mapping[str, int], query: Query, say: Label) -> Iterable[Option]:
    chosen = query.getlist(name)
    # A language with a level of its own stands for the language here.
    values = {value.partition(":")[0] if name == Condition.LANGUAGE else value: value for value in chosen}
    found = [
        Option(values.get(value, value), say(values.get(value, value)), count, value in values)
        for value, count in counts.items()
        if count or value in values
    ]
    if name in _BY_COUNT:
        found.sort(key=lambda one: (-one.count, fold(one.label)))  # What is chosen stays where it was chosen.
    return found


def chosen(query: Query, say: Mapping[str, Label]) -> list[Chosen]:
    """List what is chosen, be it sensible or not, each with the way to the list without it."""
    pairs = [(name, value) for name in say for value in dict.fromkeys(query.getlist(name)) if value]
    return [
        Chosen(shortened(say[name](value)), url_without(query, name, value))
        for name, value in pairs[:MAX_SHOWN]
        if name != "level" or Condition.LANGUAGE in query
    ]


def shortened(text: str) -> str:
    """Keep a text to what fits on a line."""
    return text if len(text) <= MAX_LABEL_LENGTH else f"{text[:MAX_LABEL_LENGTH]}…"


def url_without(query: Query, name: str, value: str | None = None) -> str:
    """Give the address of the list without one value of a parameter, or without all of it."""
    kept: dict[str, Any] = {
        other: [one for one in query.getlist(other) if one and (other != name or (value is not None and one != value))]
        for other in query
        if other != "cursor"
    }
    return url_for("directory.index", **{other: values for other, values in kept.items() if values})


def url_of_page(query: Query, cursor: str) -> str:
    """Give the address of another page of the same list."""
    kept: dict[str, Any] = {name: query.getlist(name) for name in query if name != "cursor"}
    return url_for("directory.index", **kept, cursor=cursor)
