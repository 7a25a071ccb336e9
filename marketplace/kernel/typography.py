"""How numbers, amounts, percentages, names and lists are set in a locale, and by what texts are sorted."""

import re
import unicodedata
from copy import copy
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_symbol

from marketplace.kernel.money import Money

LEFT_TO_RIGHT_MARK = "\u200e"
NO_BREAK_SPACE = "\u00a0"

# Words before which Spanish says "e" and not "y": those that begin with the sound of a full i. Not those in which the i
# glides into another vowel (hielo, iones), those with y as in yoga, and those that are said in English (iPhone).
_SOUNDS_LIKE_I = re.compile(r"(?!i[A-Z])(?i:h?(?:í|i(?![aeouáéóú]))|y[b-df-hj-np-tv-xz])")


@lru_cache(maxsize=10_000)  # A list says the same amounts and numbers again and again.
def set_amount(amount: Money, locale: Locale, *, is_short: bool) -> str:
    """Write an amount; `is_short` leaves its decimals out."""
    pattern = copy(locale.currency_formats["standard"])
    if is_short:
        pattern.frac_prec = (0, 0)
    text = str(pattern.apply(amount.major, locale, currency=amount.currency, currency_digits=not is_short))
    symbol = get_currency_symbol(amount.currency, locale=locale)
    text = _keep_code_apart(text, symbol)
    return _keep_order(text, symbol) if locale.text_direction == "rtl" else text


@lru_cache(maxsize=10_000)
def set_number(number: float, locale: Locale) -> str:
    """Write a number."""
    return format_decimal(number, locale=locale)


@lru_cache(maxsize=10_000)
def set_own_name(language: str) -> str:
    """Name a language in itself, as it stands in a list; empty if CLDR does not know its name."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return ""
    name = locale.get_display_name(locale) or ""
    return name[:1].upper() + name[1:]


def set_percentage(percent: Decimal, locale: Locale) -> str:
    """Write a percentage with at most two decimals, and its sign."""
    pattern = copy(locale.percent_formats[None])
    pattern.frac_prec = (0, 2)
    return str(pattern.apply(percent / 100, locale))


def _keep_code_apart(text: str, symbol: str) -> str:
    """Set a code such as "CLP" apart from the number behind it, as CLDR has it; a sign such as "R$" stands close."""
    return re.sub(rf"{re.escape(symbol)}(?=\d)", f"{symbol}{NO_BREAK_SPACE}", text) if symbol[-1].isalpha() else text


def _keep_order(text: str, symbol: str) -> str:
    """Keep signs on their side in a text from right to left: a minus before its digits, "$" behind the "R" of "R$"."""
    if symbol[0].isascii() and symbol[0].isalpha():
        text = text.replace(symbol, f"{symbol}{LEFT_TO_RIGHT_MARK}")
    return text.replace("-", f"{LEFT_TO_RIGHT_MARK}-")


def join_names(parts: list[str], locale: Locale) -> str:
    """Join names by commas and "and"."""
    joined = format_list(parts, locale=locale)
    if locale.language == "es" and len(parts) > 1 and _SOUNDS_LIKE_I.match(parts[-1]):
        return joined.removesuffix(f"y {parts[-1]}") + f"e {parts[-1]}"
    return joined


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Bring a text to a form in which case and accents make no difference, to search and to sort by."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
