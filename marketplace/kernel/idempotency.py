"""One effect, however often it is asked for: a double click, a repeated call, a lost answer.

The key is claimed in the same transaction as the effect; its primary key decides which of two at once is the first.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.kernel.database import Model
from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l

MAX_KEY_LENGTH = 255


class KeyUsedOtherwise(Conflict):
    """The key was used for something else before."""

    message = _l("This key was used with other content before. Use a new key for a new request.")


class IdempotencyKey(Model):
    """A person's key and what came of it."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY_LENGTH), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[dict[str, Any]]
    at: Mapped[datetime]


def fingerprint(*content: Any) -> str:
    """Digest the content of a call, so that a key can't be reused for other content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def claim(session: Session, *, person_id: int, key: str, content: str, now: datetime) -> IdempotencyKey:
    """Claim a key, or find what came of it the first time: a fresh claim has an empty `outcome`, to be filled.

    Args:
        session: the transaction of the effect.
        person_id: whose key it is.
        key: chosen by the caller, or by the form when it was shown.
        content: `fingerprint()` of what is asked.
        now: the present moment.

    Raises:
        KeyUsedOtherwise: the key stands for other content.
    """
    claimed = session.get(IdempotencyKey, (person_id, key))
    if claimed is None:
        fresh = IdempotencyKey(person_id=person_id, key=key, fingerprint=content, outcome={}, at=now)
        try:
            with session.begin_nested():
                session.add(fresh)
        except IntegrityError:  # Another came first while we looked; its transaction has ended by now.
            claimed = session.get_one(IdempotencyKey, (person_id, key))
        else:
            return fresh
    if claimed.fingerprint != content:
        raise KeyUsedOtherwise
    return claimed
