"""Ids as Stripe makes them: a prefix that names the kind, then letters and digits that nobody can guess."""

import secrets
from string import ascii_letters, digits

ALPHABET = ascii_letters + digits


def new_id(prefix: str, length: int = 24) -> str:
    """Make an id that was never used before."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _position in range(length))}"
