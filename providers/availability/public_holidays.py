"""Public holidays by country, from the `holidays` package, without a network."""

from datetime import date
from functools import cache

import holidays


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Give the public holidays of a country in a year; none for the few places that the package does not know.

    Args:
        country: ISO 3166 alpha-2.
        year: of the Gregorian calendar.
    """
    if country not in _countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


@cache
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False))
