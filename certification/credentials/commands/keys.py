"""The keys that sign credentials."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.credentials import queries
from certification.credentials.commands.drawing import drawn_text
from certification.credentials.models import SigningKey
from certification.credentials.rules import ALGORITHM, key_pair, seal
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new

_KID_DRAWN = 6  # Letters and digits after the month.


def make_key(session: Session, *, secret: str, now: datetime) -> SigningKey:
    """Give the key that signs; the first time that one is needed it is made."""
    if queries.key_in_use(session) is None:
        pair = key_pair()
        facts = {
            "algorithm": ALGORITHM,
            "public_jwk": pair.as_dict(private=False),
            "sealed": seal(pair, secret),
            "made_at": now,
        }
        made = insert_new(session, SigningKey, kid=f"{now:%Y-%m}-{drawn_text(_KID_DRAWN)}", retired_at=None, **facts)
        if made:
            audit.record(session, _key(session), "make", by=None, at=now)
    return _key(session)


def _key(session: Session) -> SigningKey:
    found = queries.key_in_use(session)
    assert found is not None, "made, by us or by somebody else"
    return found


def rotate_key(session: Session, *, secret: str, now: datetime) -> SigningKey:
    """Sign with a new key from now on; what the old one has signed stays true, and is read with it for ever."""
    retiring = queries.lock_key_in_use(session)
    if retiring is not None and retiring.made_at < now:  # Else it was made in this very moment.
        retiring.retired_at = now
        session.flush()  # One at most is in use.
        audit.record(session, retiring, "retire", by=None, at=now)
    return make_key(session, secret=secret, now=now)
