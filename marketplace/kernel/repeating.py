"""Calls of the API that are done once, however often they are sent."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from marketplace.kernel.access import caller_id
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import MAX_KEY_LENGTH, claim, fingerprint
from marketplace.kernel.translate import _

KEY_HEADER = "Idempotency-Key"
RETRY_AFTER_S = 2
RETRY_AFTER = {
    "description": "Seconds after which it is worth asking again",
    "required": True,
    "schema": {"type": "integer"},
}

# Describes the calls that go through `once`.
KEY_PARAMETER = {
    "name": KEY_HEADER,
    "in": "header",
    "description": (
        "Your own key for this call. With the same key it is done once, however often it is sent; a repeated "
        "call is answered by how what it made stands now. A key with other content is refused: 409."
    ),
    "schema": {"type": "string", "maxLength": MAX_KEY_LENGTH},
}


def once(perform: Callable[[Session], dict[str, Any]], content: Mapping[str, Any]) -> dict[str, Any]:
    """Do it in one transaction; a call with the same Idempotency-Key gets what came of it the first time.

    Raises:
        InvalidInput: the key is too long, or nothing that can be written down.
        KeyUsedOtherwise: the key stands for another call.
    """
    key = request.headers.get(KEY_HEADER, "")
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        text = _("Use a key of at most %(n)d printable characters.") % {"n": MAX_KEY_LENGTH}
        raise InvalidInput({KEY_HEADER: [text]})
    with transaction() as session:
        if not key:
            return perform(session)
        asked = fingerprint(request.path, content)
        claimed = claim(session, person_id=caller_id(), key=key, content=asked, now=utcnow())
        if not claimed.outcome:
            claimed.outcome = {"done": perform(session)}
        return dict(claimed.outcome["done"])
