"""The signature that proves where an event comes from (https://docs.stripe.com/webhooks#verify-manually)."""

import hashlib
import hmac
from collections.abc import Sequence


def sign(payload: bytes, secrets: Sequence[str], timestamp: int) -> str:
    """Write the `Stripe-Signature` header for a payload sent at `timestamp`: a signature for each secret."""
    message = f"{timestamp}.".encode() + payload
    digests = [hmac.new(secret.encode(), message, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={digest}" for digest in digests)])
