"""What may be chosen in an account: languages, time zones, countries, currencies; all named for the reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.numbers import get_territory_currencies
from flask import Flask, current_app
from sqlalchemy.orm import Session

from marketplace.kernel import translate
from marketplace.kernel.translate import _, country_name, currency_name, is_zone, own_name, zone_city, zone_offset
from marketplace.kernel.typography import fold

Options = list[tuple[str, str]]  # Value and label.


@dataclass(frozen=True, slots=True)
class OfferedCurrencies:
    """Which currencies can be used here; a slice further up knows the exchange rates."""

    read: Callable[[Session], Sequence[str]]
    default: str


_KEY = "handrail_currencies"


def connect(app: Flask, offered: OfferedCurrencies) -> None:
    """Give the application its currencies."""
    app.extensions[_KEY] = offered


def languages() -> Options:
    """Offer the languages in which the site speaks, each in itself."""
    return [(code, own_name(code)) for code in translate.languages()]


def countries() -> Options:
    """Offer all countries."""
    return sorted([(code, country_name(code)) for code in country_codes()], key=lambda one: fold(one[1]))


def zones(now: datetime, *, chosen: str) -> Options:
    """Offer time zones by the names of their cities, from west to east as clocks stand at `now`.

    `chosen` is among them, be it an old name or one that no city has, if it is a time zone at all.
    """
    offered = {*_zones(), ZoneInfo(chosen)} if is_zone(chosen) else _zones()
    named = [(zone, zone_city(zone.key)) for zone in offered]
    named.sort(key=lambda one: (now.astimezone(one[0]).utcoffset(), fold(one[1])))
    return [
        (zone.key, _("%(city)s (%(offset)s)") % {"city": city, "offset": zone_offset(zone, now)})
        for zone, city in named
    ]


def currencies(session: Session) -> Options:
    """Offer the currencies that can be used here."""
    named = [
        (code, _("%(currency)s (%(code)s)") % {"currency": currency_name(code), "code": code})
        for code in currency_codes(session)
    ]
    return sorted(named, key=lambda one: fold(one[1]))


def currency_codes(session: Session) -> list[str]:
    """List the codes of the currencies that can be used here."""
    offered: OfferedCurrencies = current_app.extensions[_KEY]
    return list(offered.read(session)) or [offered.default]


def likely_currency(usable: Sequence[str], zone: str) -> str:
    """Guess somebody's currency from where they are, of those that can be used here."""
    offered: OfferedCurrencies = current_app.extensions[_KEY]
    country = _countries_of_zones().get(zone)
    local = get_territory_currencies(country) if country else []
    return next((code for code in (*local, offered.default) if code in usable), usable[0])


@cache
def country_codes() -> frozenset[str]:
    """List the countries of ISO 3166."""
    return frozenset(row[0] for row in _table("iso3166.tab"))


@cache
def _zones() -> tuple[ZoneInfo, ...]:
    """Keep the zones that people choose from: reading them anew takes longer than the rest of the page."""
    return tuple(ZoneInfo(key) for key in sorted(_countries_of_zones()))


@cache
def _countries_of_zones() -> dict[str, str]:
    return {zone: country for country, _place, zone, *_comment in _table("zone.tab")}


def _table(name: str) -> list[list[str]]:
    lines = (files("tzdata.zoneinfo") / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
