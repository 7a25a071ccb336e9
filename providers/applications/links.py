"""Links into a business: signed, so that nobody finds one by trying."""

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from marketplace.kernel.errors import NotFound


def make(invitation_id: int) -> str:
    """Make the token of an invitation's link; the invitation itself knows until when it holds."""
    return str(_serializer().dumps(invitation_id))


def invitation_id_of(token: str) -> int:
    """Read to which invitation a link belongs.

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
        salt="applications.invitation",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
