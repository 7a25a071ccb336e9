"""The signature that proves where an event comes from (https://docs.stripe.com/webhooks#verify-manually)."""

import hashlib
import hmac


def sign(payload: bytes, secret: str, timestamp: int) -> str:
    """Write the `Stripe-Signature` header for a payload sent at `timestamp`."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
