"""Languages that somebody may say they speak."""

from functools import cache

from babel import Locale

from marketplace.kernel.translate import language_name
from marketplace.kernel.typography import fold

SHORT = 2  # So many letters has the code of a language in which much is written.
VARIANTS = frozenset({"fil", "pt-BR", "pt-PT", "zh-Hans", "zh-Hant"})


def is_language(code: str) -> bool:
    """Tell whether it is a language, by its BCP 47 code."""
    return code in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(str(code).replace("_", "-") for code in Locale("en").languages)


def language_options(chosen: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Offer the languages that many speak, by name; `chosen` are among them, however rare."""
    usual = VARIANTS | {code for code in _codes() if len(code) == SHORT}
    named = [(code, language_name(code)) for code in usual | chosen]
    return sorted(named, key=lambda one: fold(one[1]))
