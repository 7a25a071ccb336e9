"""Which public holidays somebody keeps."""

from dataclasses import dataclass
from datetime import date, timedelta

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Whose public holidays somebody keeps.

    Attributes:
        country: ISO 3166 alpha-2; None for none at all.
        region: of the country, as the `holidays` package calls it; None for what holds all over the country.
    """

    country: str | None
    region: str | None = None


def holidays_until(today: date) -> date:
    """Tell how far ahead it is asked on which holidays somebody works: twelve months."""
    return today + A_YEAR
