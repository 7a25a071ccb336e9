"""Who calls: a secret key of the test mode, by Bearer or Basic authentication."""

import base64
import binascii
import re

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Unauthenticated

LIVE_KEY = re.compile(r"(sk|rk)_live_")
TEST_KEY = re.compile(r"(sk|rk)_test_\w+")
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.\w+)?")


def check_key(authorization: str) -> None:
    """Check the Authorization header; any secret key of the test mode will do.

    Raises:
        Unauthenticated: there is no such key, or it is one for real money.
    """
    key = _key(authorization)
    if not key:
        raise Unauthenticated(
            "You did not provide an API key. Send a secret key of the test mode in the Authorization header, "
            "as 'Bearer sk_test_…' or as the user name of Basic authentication."
        )
    if LIVE_KEY.match(key):
        raise Unauthenticated(
            "This is a stand-in for Stripe: no money moves here. You sent a key of the live mode. "
            "Keep it to yourself, and use a key that starts with sk_test_."
        )
    if not TEST_KEY.fullmatch(key):
        raise Unauthenticated(f"Invalid API Key provided: {key[:8]}…")


def check_version(version: str) -> str:
    """Check the Stripe-Version header."""
    if not VERSION.fullmatch(version):
        raise InvalidParameters(f"Invalid Stripe API version: {version}")
    return version


def _key(authorization: str) -> str:
    scheme, _space, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
