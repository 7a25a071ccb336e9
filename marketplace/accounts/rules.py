"""Who is who, what a password may be, how often something may be tried."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address
from itertools import pairwise

from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed
from marketplace.kernel.translate import LazyText, _, _l

SESSION_ID = "session_id"  # Under which a cookie says which session it is.
CONFIRM_WITHIN = timedelta(hours=48)
RESET_WITHIN = timedelta(minutes=30)
MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 200
MAX_NAME_LENGTH = 100
MAX_EMAIL_LENGTH = 254
MAX_TOKENS = 25


class StaffRole(StrEnum):
    """An office of the vendor's staff; an admin has every office."""

    ADMIN = "admin"
    SUPPORT = "support"
    CERTIFICATION = "certification"
    FINANCE = "finance"


class WrongPassword(InvalidInput):
    """No account has this address and this password; nobody is told which of the two is wrong."""

    def __init__(self) -> None:
        """Point at the password."""
        super().__init__({"password": [_("This is not the password of this address. Check both, then try again.")]})


class NotConfirmed(NotAllowed):
    """The address was never confirmed."""

    message = _l("Your address is not confirmed yet. Follow the link in the letter that we sent you.")


class LinkOver(Conflict):
    """A link from a letter was used before, is too old, or is not ours."""

    message = _l("This link was used before or is too old. Ask for a new one.")


class EnoughTokens(Conflict):
    """The person has as many tokens as one may have."""

    message = _l("You have as many tokens as an account may have. Revoke one that you no longer need.")


# Who an address belongs to

# They turn the direction of whatever follows. Other invisible characters are needed to write some languages.
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def email_key(email: str) -> str:
    """Give the form of an address by which an account is known: other spellings of the same address share it."""
    folded = unicodedata.normalize("NFKC", email.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)


def is_one_line(text: str) -> bool:
    """Tell whether a text is a plain line: nothing in it breaks or turns the lines around it."""
    broken = any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text)
    return not broken and _TURNS_TEXT.isdisjoint(text)


# Passwords

# What people put before the figures that a form asks for; written without look-alike figures.
_WORN_WORDS = frozenset({
    "admin", "administrator", "changeme", "hello", "iloveyou", "letmein", "login", "master", "password", "passwort",
    "secret", "test", "user", "welcome",
})  # fmt: skip
_LOOK_ALIKES = str.maketrans("013457@$!", "oleastasi")
_KEY_ROWS = ("1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_MIN_DISTINCT = 4
_STEPS_MAX = 0.7  # Share of neighbours that follow each other on a keyboard or in the alphabet.


def canonical_password(password: str) -> str:
    """Give the form that is hashed: the same characters, however the keyboard composed them."""
    return unicodedata.normalize("NFC", password)


def password_problem(password: str, *, email: str, name: str) -> LazyText | None:
    """Tell why a password can't be chosen, if so."""
    folded = canonical_password(password).casefold()
    if len(canonical_password(password)) < MIN_PASSWORD_LENGTH:
        return _l("Use at least 10 characters. A few words in a row are easy to remember.")
    if len(canonical_password(password)) > MAX_PASSWORD_LENGTH:
        return _l("Use at most 200 characters.")
    if folded in {email_key(email), email_key(email).partition("@")[0], email_key(name)}:
        return _l("Your address and your name are the first that others would try. Choose something else.")
    if _is_worn(folded):
        return _l("Passwords like this one are the first that others would try. Choose something else.")
    return None


def _is_worn(folded: str) -> bool:
    """Recognise what guessing begins with: few characters, rows of keys, and worn words with figures around them."""
    if len(set(folded)) < _MIN_DISTINCT or _is_a_row(folded) or _repeats(folded):
        return True
    figures_off = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return any(word.translate(_LOOK_ALIKES) in _WORN_WORDS for word in (folded, figures_off))


def _is_a_row(folded: str) -> bool:
    steps = sum(_follows(one, other) for one, other in pairwise(folded))
    return steps >= _STEPS_MAX * (len(folded) - 1)


def _follows(one: str, other: str) -> bool:
    on_keys = any(one + other in row or other + one in row for row in _KEY_ROWS)
    return on_keys or abs(ord(one) - ord(other)) == 1


def _repeats(folded: str) -> bool:
    """Tell whether it is one short piece, again and again."""
    return re.fullmatch(r"(.{1,5})\1+.{0,4}", folded, re.DOTALL) is not None


# How often something may be tried


class Tried(StrEnum):
    """What is counted."""

    SIGN_IN = "sign_in"
    SIGN_UP = "sign_up"
    LETTER = "letter"  # Asked for again, or for a new password.


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be tried within a while: for one e-mail address, and from one place in the network."""

    per_email: int
    per_place: int
    within: timedelta


LIMITS = {
    Tried.SIGN_IN: Limit(per_email=10, per_place=50, within=timedelta(minutes=5)),
    Tried.SIGN_UP: Limit(per_email=5, per_place=20, within=timedelta(hours=1)),
    Tried.LETTER: Limit(per_email=5, per_place=20, within=timedelta(hours=1)),
}
KEEP_ATTEMPTS = max(limit.within for limit in LIMITS.values())


def wait_s(limiting_at: datetime, within: timedelta, now: datetime) -> int:
    """Tell after how many whole seconds an earlier try no longer counts."""
    return max(1, -((now - limiting_at - within) // timedelta(seconds=1)))


def place_of(address: str | None) -> str:
    """Name the place in the network that a call comes from: one household's IPv6 addresses are one place."""
    if not address:
        return "unknown"
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((parsed, 64), strict=False))
    return str(parsed)
