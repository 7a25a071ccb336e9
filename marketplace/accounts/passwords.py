"""Passwords: hashed by Argon2id, slowly on purpose, for addresses that are known and for those that are not."""

import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from marketplace.accounts.rules import canonical_password

_hasher = PasswordHasher()  # RFC 9106, for machines with little memory: 64 MiB, three passes.


@dataclass(frozen=True, slots=True)
class Proof:
    """A password was right for the hash `against`; `renewed` is its hash by today's parameters."""

    against: str
    renewed: str


def hashed(password: str) -> str:
    """Hash a password to keep it."""
    return _hasher.hash(canonical_password(password))


def check(password: str, known: str | None) -> Proof | None:
    """Compare a password with the hash that is known for its address, if one is.

    It takes as long for an address that nobody has.
    """
    try:
        _hasher.verify(known or _nobodys(), canonical_password(password))
    except (VerifyMismatchError, InvalidHashError):
        return None
    if known is None:
        return None
    return Proof(known, hashed(password) if _hasher.check_needs_rehash(known) else known)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
