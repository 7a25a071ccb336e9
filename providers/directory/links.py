"""Links that end letters about saved searches: signed, so that nobody ends those of somebody else."""

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from marketplace.kernel.errors import NotFound


def make(person_id: int) -> str:
    """Make the token of a person's link; it holds for good, as letters are kept for long."""
    return str(_serializer().dumps(person_id))


def person_id_of(token: str) -> int:
    """Read whose link it is.

    Raises:
        NotFound: it is not ours.
    """
    try:
        return int(_serializer().loads(token))
    except BadData:
        raise NotFound from None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"],
        salt="directory.searches",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
