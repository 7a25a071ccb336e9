"""What can be chosen on the page of the list: each facet with its counts, and what is chosen already."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import url_for
from werkzeug.datastructures import MultiDict

from marketplace.catalogue.rules import KIND_LABELS, LAYER_LABELS, Layer, ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import (
    _,
    country_name,
    format_money,
    format_number,
    is_zone,
    language_name,
    ngettext,
    zone_city,
)
from marketplace.kernel.typography import fold
from marketplace.tariffs.rules import PartnerLevel
from providers.directory.rules import LEVEL, OPEN_NOW, STARS_STEPS, YES, Condition, Facets, stars_asked
from providers.profiles.rules import Cefr, or_better
from providers.profiles.rules.speech import Medium
from providers.services.rules import say_urgency

MAX_SHOWN = 50
MAX_OPTIONS = 60  # Of a facet; a rarer language, kind of work or country is found by its name.
MAX_LABEL_LENGTH = 60
MAX_HOURS_DIGITS = 2
MAX_PRICE_DIGITS = 8

Query = MultiDict[str, str]
Label = Callable[[str], str]


class Option(NamedTuple):
    """One value of a facet, as the macro `ui.facet` takes it apart."""

    value: str
    label: str
    number: int
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
    releases: Mapping[str, str]
    currency: str


def labels(names: Names) -> dict[str, Label]:
    """Tell how the values of each parameter are said."""
    return {
        Condition.LANGUAGE: _say_language,
        LEVEL: _say_level,
        "medium": lambda value: str(Medium(value).label) if value in set(Medium) else value,
        "proven": lambda value: _("Proven only") if value == YES else _("Proven or not"),
        Condition.NICHE: lambda slug: names.niches.get(slug, slug),
        Condition.LAYER: lambda value: str(LAYER_LABELS[Layer(value)]) if value in set(Layer) else value,
        Condition.KIND: lambda value: str(KIND_LABELS[ServiceKind(value)]) if value in set(ServiceKind) else value,
        Condition.URGENCY: _say_urgency,
        Condition.CREDENTIAL: lambda slug: names.tracks.get(slug, slug),
        Condition.RELEASE: lambda key: names.releases.get(key, key),
        Condition.COUNTRY: country_name,
        Condition.PARTNER_LEVEL: lambda value: str(PartnerLevel(value).label) if value in set(PartnerLevel) else value,
        Condition.COVER: lambda value: _("Paid by support cover") if value == YES else value,
        Condition.OVERLAP: _say_overlap,
        Condition.OPEN: _say_open,
        Condition.STARS: _say_stars,
        Condition.PRICE: lambda value: _say_price(value, names.currency),
        Condition.TEXT: lambda text: _("“%(text)s”") % {"text": shortened(text)},
        "tz": lambda zone: _("Hours as in %(city)s") % {"city": zone_city(zone)} if is_zone(zone) else zone,
        "currency": lambda code: _("Prices in %(currency)s") % {"currency": code},
    }


def _say_language(value: str) -> str:
    code, _colon, level = value.partition(":")
    if level not in set(Cefr):
        return language_name(code)
    return _("%(language)s (%(level)s)") % {"language": language_name(code), LEVEL: Cefr(level).label}


def _say_level(value: str) -> str:
    return or_better(Cefr(value)) if value in set(Cefr) else value


def _say_overlap(value: str) -> str:
    if not value.isdecimal() or len(value) > MAX_HOURS_DIGITS:
        return value
    return ngettext("%(n)s hour a day or more", "%(n)s hours a day or more", int(value)) % {
        "n": format_number(int(value))
    }


def _say_open(value: str) -> str:
    if value == OPEN_NOW:
        return _("Open now")
    if not value.isdecimal() or len(value) > MAX_HOURS_DIGITS + 1:
        return value
    return ngettext("Open within %(n)s hour", "Open within %(n)s hours", int(value)) % {"n": format_number(int(value))}


def _say_urgency(value: str) -> str:
    if not value.isdecimal() or len(value) > MAX_HOURS_DIGITS + 1 or not int(value):
        return value
    return say_urgency(int(value))


def _say_stars(value: str) -> str:
    if value not in map(stars_asked, STARS_STEPS):
        return value
    return _("%(stars)s stars or more") % {"stars": format_number(float(value))}


def _say_price(value: str, currency: str) -> str:
    if not value.isdecimal() or len(value) > MAX_PRICE_DIGITS:
        return value
    return _("up to %(price)s") % {"price": format_money(Money(int(value), currency))}


def options(facets: Facets, query: Query, say: Mapping[str, Label]) -> dict[str, list[Option]]:
    """Give the values of each facet that bring somebody or are chosen, the most frequent first where that helps."""
    return {name: list(_options(name, counts, query, say[name])) for name, counts in facets.items()}


_BY_COUNT = frozenset({Condition.LANGUAGE, Condition.NICHE, Condition.CREDENTIAL, Condition.COUNTRY})


def _options(name: str, counts: Mapping[str, int], query: Query, say: Label) -> Iterable[Option]:
    chosen = query.getlist(name)
    # A language with a level of its own stands for the language here.
    values = {value.partition(":")[0] if name == Condition.LANGUAGE else value: value for value in chosen}
    least = _least_shown(counts.values()) if name in _BY_COUNT else 1
    found = [
        Option(values.get(value, value), say(values.get(value, value)), count, value in values)
        for value, count in counts.items()
        if count >= least or value in values
    ]
    if name in _BY_COUNT:
        found.sort(key=lambda one: (-one.number, fold(one.label)))  # What is chosen stays where it was chosen.
        found = [one for place, one in enumerate(found) if place < MAX_OPTIONS or one.selected]
    return found


def _least_shown(counts: Collection[int]) -> int:
    """Tell how many a value must bring to be among the first: most bring less, and need no name."""
    return max(1, sorted(counts)[-MAX_OPTIONS]) if len(counts) > MAX_OPTIONS else 1


_OF_LANGUAGES = (LEVEL, "medium", "proven")


def chosen(query: Query, say: Mapping[str, Label]) -> list[Chosen]:
    """List what is chosen, be it sensible or not, each with the way to the list without it."""
    pairs = [(name, value) for name in say for value in dict.fromkeys(query.getlist(name)) if value]
    return [
        Chosen(shortened(say[name](value)), url_without(query, name, value))
        for name, value in pairs[:MAX_SHOWN]
        if name not in _OF_LANGUAGES or Condition.LANGUAGE in query
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


def url_without_all(query: Query, names: Collection[str]) -> str:
    """Give the address of the list without some parameters; without `level`, languages lose their own as well."""
    kept: dict[str, Any] = {
        other: [one for one in query.getlist(other) if one] for other in query if other not in {*names, "cursor"}
    }
    if LEVEL in names:
        kept[Condition.LANGUAGE] = [one.partition(":")[0] for one in kept[Condition.LANGUAGE]]
    return url_for("directory.index", **{other: values for other, values in kept.items() if values})


def url_with(query: Query, name: str, value: str) -> str:
    """Give the address of the list that asks for another value of a parameter.

    A level counts for all languages: those with a higher one of their own lose it.
    """
    kept: dict[str, Any] = {other: [one for one in query.getlist(other) if one] for other in query if other != "cursor"}
    if name == LEVEL:
        kept[Condition.LANGUAGE] = [_at_most(one, value) for one in kept[Condition.LANGUAGE]]
    return url_for("directory.index", **{other: values for other, values in kept.items() if values} | {name: value})


def _at_most(language: str, level: str) -> str:
    code, _colon, own = language.partition(":")
    return code if own > level else language


def url_of_page(query: Query, cursor: str) -> str:
    """Give the address of another page of the same list."""
    kept: dict[str, Any] = {name: query.getlist(name) for name in query if name != "cursor"}
    return url_for("directory.index", **kept, cursor=cursor)


def url_of_saving(query: Query) -> str:
    """Give the address at which this list is saved as a search."""
    kept: dict[str, Any] = {name: [one for one in query.getlist(name) if one] for name in query if name != "cursor"}
    return url_for("directory.save_search", **kept)
