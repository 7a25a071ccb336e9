"""Small signed tokens: a form that comes back was made here, for this subject, and not long ago."""

import hashlib
import hmac

VALID_FOR_S = 24 * 60 * 60


def make_token(secret: bytes, subject: str, now: int) -> str:
    """Make a token for a form about `subject`."""
    return f"{now}.{_signature(secret, subject, now)}"


def is_valid(secret: bytes, subject: str, token: str, now: int) -> bool:
    """Tell whether a token was made for `subject` within the last day."""
    made_at, _dot, signature = token.partition(".")
    if not (made_at.isascii() and made_at.isdigit() and signature.isascii()):
        return False
    is_ours = hmac.compare_digest(_signature(secret, subject, int(made_at)), signature)
    return is_ours and 0 <= now - int(made_at) <= VALID_FOR_S


def _signature(secret: bytes, subject: str, made_at: int) -> str:
    return hmac.new(secret, f"{subject}|{made_at}".encode(), hashlib.sha256).hexdigest()
