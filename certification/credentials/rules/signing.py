"""Keys that sign what we certify, and the signature: RS256, as Open Badges 3.0 asks of every issuer."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jws
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
KEY_BITS = 2048
_PURPOSE = b"handrail: keys that sign certificates"


class SealBroken(Exception):
    """A key was sealed with another secret than the installation has now."""


def key_pair() -> RSAKey:
    """Make a new key."""
    return RSAKey.generate_key(KEY_BITS, private=True, auto_kid=False)


def published(public_jwk: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Give the public half as a JWK that knows its own address."""
    return {**public_jwk, "kid": address, "alg": ALGORITHM, "use": "sig"}


def seal(key: RSAKey, secret: str) -> str:
    """Lock a key away, so that the database alone does not give it away."""
    return _box(secret).encrypt(json.dumps(key.as_dict(private=True)).encode()).decode()


def unseal(sealed: str, secret: str) -> RSAKey:
    """Get a key out again.

    Raises:
        SealBroken: it was sealed with another secret.
    """
    try:
        opened = _box(secret).decrypt(sealed.encode())
    except InvalidToken as error:
        raise SealBroken from error
    return RSAKey.import_key(json.loads(opened))


def _box(secret: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def sign(claims: Mapping[str, Any], key: RSAKey, address: str) -> str:
    """Write a JWT; what is signed by a key is the same text each time.

    Args:
        claims: what is said.
        key: with its private half.
        address: where the public half is found.
    """
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    # No other header: readers of badges refuse what they do not know.
    header = {"alg": ALGORITHM, "kid": address, "typ": "JWT"}
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])
