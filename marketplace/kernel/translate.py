"""Words, dates and amounts in the reader's language and time zone.

Catalogues are the `.po` files under `translations/`, compiled in memory when first used. English is the source, so it
needs none. Who reads is known from the context: the site sets it for each request, a mail for its recipient.
"""

import gettext as stdlib_gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone_location,
)
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_currency_name
from babel.units import format_unit

from marketplace.kernel.money import Money, exponent
from marketplace.kernel.typography import join_names, set_amount, set_number, set_own_name, set_percentage

SOURCE_LANGUAGE = "en"
TRANSLATIONS = Path(__file__).parents[2] / "translations"


@cache
def languages() -> tuple[str, ...]:
    """List the languages in which the site speaks: English and each catalogue."""
    return (SOURCE_LANGUAGE, *sorted(path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")))


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads what is being written: a language of `languages()` and a time zone."""

    language: str = SOURCE_LANGUAGE
    zone: ZoneInfo = ZoneInfo("UTC")

    @property
    def locale(self) -> Locale:
        """Babel's knowledge of the language."""
        return _locale(self.language)


_reader: ContextVar[Reader] = ContextVar("reader", default=Reader())


def reader() -> Reader:
    """Tell who reads."""
    return _reader.get()


@contextmanager
def use_reader(language: str, zone: str | ZoneInfo) -> Iterator[None]:
    """Write for somebody else for a while, in a mail for instance."""
    token = _reader.set(Reader(language, ZoneInfo(zone) if isinstance(zone, str) else zone))
    try:
        yield
    finally:
        _reader.reset(token)


@contextmanager
def use_locale(language: str) -> Iterator[None]:
    """Write in another language for a while, in the same time zone."""
    with use_reader(language, reader().zone):
        yield


def set_reader(language: str, zone: ZoneInfo) -> None:
    """Write for this reader from now on; the site calls it at the start of each request."""
    _reader.set(Reader(language, zone))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@cache
def _catalogue(language: str) -> stdlib_gettext.NullTranslations:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE_LANGUAGE or not path.is_file():
        return stdlib_gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return stdlib_gettext.GNUTranslations(compiled)


def gettext(message: str) -> str:
    """Translate for the reader."""
    return _catalogue(reader().language).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate with the plural form that the reader's language wants for `number`."""
    return _catalogue(reader().language).ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """Translate a message that means different things in different places."""
    return _catalogue(reader().language).pgettext(context, message)


_ = gettext


class LazyText:
    """A text in a constant: translated when it is shown, in the language of whoever reads it then."""

    __slots__ = ("_message", "_values")

    def __init__(self, message: str, values: Mapping[str, Any] | None = None) -> None:
        """Keep the message and what fills its gaps."""
        self._message = message
        self._values = values

    def __mod__(self, values: Mapping[str, Any]) -> "LazyText":
        return LazyText(self._message, values)

    def __str__(self) -> str:
        text = gettext(self._message)
        return text % self._values if self._values else text

    def __repr__(self) -> str:
        return f"LazyText({self._message!r})"


def lazy_gettext(message: str) -> LazyText:
    """Mark a text in a constant for translation when it is shown."""
    return LazyText(message)


_l = lazy_gettext


def localized(texts: Mapping[str, str]) -> str:
    """Choose from the vendor's own texts by language: the reader's, else English, else whatever there is."""
    return texts.get(language_of(texts), "")


def language_of(texts: Mapping[str, str]) -> str:
    """Tell which of the vendor's own texts the reader is given, by its language; empty when there is none."""
    wanted = (reader().language, reader().language.partition("-")[0], SOURCE_LANGUAGE)
    return next((language for language in wanted if texts.get(language)), next(iter(texts), ""))


def text_direction(language: str | None = None) -> str:
    """Tell "ltr" or "rtl" for a language, the reader's if none is given; "auto" for one that CLDR does not know."""
    with suppress(UnknownLocaleError, ValueError):
        return str(_locale(language or reader().language).text_direction)
    return "auto"


def own_name(language: str) -> str:
    """Name a language in itself: `es` is "Español"; in the reader's language if it is too rare for that."""
    return set_own_name(language) or language_name(language)


def language_name(code: str) -> str:
    """Name a language in the reader's language."""
    return _name("languages", code.replace("-", "_"), reader().language) or code


def country_name(code: str) -> str:
    """Name a country (ISO 3166 alpha-2) in the reader's language."""
    return _name("territories", code, reader().language) or code


@lru_cache(maxsize=10_000)
def _name(kind: str, code: str, language: str) -> str | None:
    name: str | None = getattr(_locale(language), kind).get(code)
    return name


def currency_name(code: str) -> str:
    """Name a currency (ISO 4217) in the reader's language."""
    return get_currency_name(code, locale=reader().locale)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})


def is_zone(name: str) -> bool:
    """Tell whether it is a time zone that people live in."""
    return name in _zones()


def zone_city(zone: str) -> str:
    """Name a time zone by its city, in the reader's language.

    Where a language has no name for the city Babel gives the zone's whole path, of which the last part is the city.
    """
    if "/" not in zone:
        return zone
    return get_timezone_location(zone, locale=reader().locale, return_city=True).rpartition("/")[2]


def zone_offset(zone: ZoneInfo, at: datetime) -> str:
    """Tell a zone's distance from UTC at a moment, as "UTC+05:45"."""
    offset = at.astimezone(zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def format_money(amount: Money, *, exact: bool = False) -> str:
    """Write an amount as the reader's language does; whole amounts lose their decimals unless `exact`."""
    is_short = not exact and amount.minor % 10 ** exponent(amount.currency) == 0
    return set_amount(amount, reader().locale, is_short=is_short)


def format_number(number: float) -> str:
    """Write a number as the reader's language does."""
    return set_number(number, reader().locale)


def format_percent(percent: Decimal) -> str:
    """Write a percentage with at most two decimals, and its sign, as the reader's language does."""
    return set_percentage(percent, reader().locale)


def format_day(day: date | datetime, style: str = "long") -> str:
    """Write a calendar day, as `weekday` with that and without its year; a moment comes to the reader's zone first."""
    if isinstance(day, datetime):
        day = day.astimezone(reader().zone).date()
    if style == "weekday":
        return format_skeleton("MMMEd", day, locale=reader().locale)
    return format_date(day, style, locale=reader().locale)


def format_month(day: date) -> str:
    """Write the month of a day, with its year."""
    return format_skeleton("yMMMM", day, locale=reader().locale)


def format_moment(moment: datetime) -> str:
    """Write a moment with its day, in the reader's time zone; seconds would only be in the way."""
    locale = reader().locale
    day = format_date(moment.astimezone(reader().zone), "medium", locale=locale)
    pattern = str(locale.datetime_formats["medium"]).replace("'", "")
    return pattern.format(format_clock(moment), day)


def format_clock(moment: datetime) -> str:
    """Write hours and minutes of a moment, in the reader's time zone."""
    return format_time(moment, "short", tzinfo=reader().zone, locale=reader().locale)


def format_weekday_clock(moment: datetime) -> str:
    """Write weekday, hours and minutes of a moment, in the reader's time zone."""
    weekday = format_datetime(moment, "EEE", tzinfo=reader().zone, locale=reader().locale)
    return _("%(weekday)s %(time)s") % {"weekday": weekday, "time": format_clock(moment)}


def format_local_time(moment: time) -> str:
    """Write hours and minutes of a wall clock, wherever it hangs."""
    return format_time(moment, "short", locale=reader().locale)


def format_duration(duration: timedelta) -> str:
    """Write a length of time roughly, in its largest unit."""
    return format_timedelta(duration, locale=reader().locale, threshold=0.95)


def format_minutes(count: int) -> str:
    """Write a length of time exactly, in hours and minutes."""
    hours, minutes = divmod(count, 60)
    parts = [("duration-hour", hours)] if hours else []
    if minutes or not hours:
        parts.append(("duration-minute", minutes))
    return format_and([format_unit(number, unit, "long", locale=reader().locale) for unit, number in parts])


def format_and(parts: list[str]) -> str:
    """Join names as the reader's language does."""
    return join_names(parts, reader().locale)
