"""Texts that nobody can guess."""

import secrets

from certification.credentials.rules import REFERENCE_ALPHABET


def drawn_text(length: int) -> str:
    """Draw a text that nobody can guess."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(length))
