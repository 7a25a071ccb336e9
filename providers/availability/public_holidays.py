"""Public holidays by country and region, with their names, from the `holidays` package, without a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import holidays
from holidays.registry import EntityLoader

from marketplace.kernel.typography import fold

YEARS_KEPT = 4096  # Of one country or region each; of a few hundred bytes.
NAMES_KEPT = 256


@dataclass(frozen=True, slots=True)
class HolidayName:
    """What a holiday is called, and in which language: BCP 47, empty if that is not known."""

    text: str
    language: str


@lru_cache(maxsize=YEARS_KEPT)
def public_holidays(country: str, year: int, region: str | None = None) -> frozenset[date]:
    """Give the public holidays in a year; none for the few countries that the package does not know.

    Args:
        country: ISO 3166 alpha-2.
        year: of the Gregorian calendar.
        region: of the country, as the package calls it; without it, or if there is none such, what holds everywhere.
    """
    return frozenset(_calendar(country, year, region))


@lru_cache(maxsize=NAMES_KEPT)
def holiday_names(country: str, year: int, region: str | None, language: str) -> Mapping[date, HolidayName]:
    """Name the public holidays in a year: in the language (BCP 47) if the package has it, else as people there do."""
    spoken = _language(country, language)
    named = _calendar(country, year, region, spoken)
    return {day: HolidayName(text, spoken.replace("_", "-")) for day, text in named.items()}


def _calendar(country: str, year: int, region: str | None, language: str = "") -> Mapping[date, str]:
    if country not in countries():
        return {}
    known = region if region in regions(country) else None
    return holidays.country_holidays(country, subdiv=known, years=year, language=language or None)


def _language(country: str, wanted: str) -> str:
    """Find in which language the holidays of a country are named for somebody who reads `wanted`."""
    if country not in countries():
        return ""
    calendar = _rules(country)
    own, known = calendar.default_language or "", list(calendar.supported_languages)
    spoken, main = wanted.replace("-", "_"), wanted.partition("-")[0]
    near = sorted((one for one in known if one.partition("_")[0] == main), key=lambda one: (one != own, one))
    return spoken if spoken in known else next(iter(near), own)


@cache
def countries() -> frozenset[str]:
    """List the countries whose holidays are known."""
    return frozenset(EntityLoader.get_country_codes(include_aliases=False))  # The other list imports all countries.


@cache
def regions(country: str) -> Mapping[str, str]:
    """Name the regions of a country whose holidays differ, as people there do; in the order of their names."""
    if country not in countries():
        return {}
    calendar = _rules(country)
    names = calendar.get_subdivision_aliases()
    # Among the names of a region are its short forms, in capital letters.
    named = {code: next((one for one in names[code] if not one.isupper()), code) for code in calendar.subdivisions}
    return dict(sorted(named.items(), key=lambda one: fold(one[1])))


def _rules(country: str) -> Any:
    return getattr(holidays, country)
