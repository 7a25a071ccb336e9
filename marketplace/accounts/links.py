"""Links in letters: signed, for one purpose, for a while, for one person as the account is now."""

import hashlib
from datetime import datetime
from enum import StrEnum

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.rules import LinkOver


class Purpose(StrEnum):
    """What a link is good for."""

    CONFIRM = "confirm"
    RESET = "reset"


def make(purpose: Purpose, person: Person, *, until: datetime) -> str:
    """Make the token of a link; it ends with `until`, and when the person's session key changes."""
    return str(_serializer(purpose).dumps([person.id, _seal(person), int(until.timestamp())]))


def person_of(session: Session, purpose: Purpose, token: str, *, now: datetime, lock: bool = False) -> Person:
    """Find out whose link it is; with `lock`, hold on to that person until the transaction ends.

    Raises:
        LinkOver: it was used, is too old, is for something else, or is not ours.
    """
    try:
        person_id, seal, until = _serializer(purpose).loads(token)
    except BadData:
        raise LinkOver from None
    person = session.get(Person, person_id, with_for_update=lock, populate_existing=lock)
    if person is None or seal != _seal(person) or now.timestamp() >= until:
        raise LinkOver
    return person


def _serializer(purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(
        current_app.config["SECRET_KEY"],
        salt=f"accounts.{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _seal(person: Person) -> str:
    """Tell sessions of the account apart, without giving the key away."""
    return hashlib.sha256(person.session_key.encode()).hexdigest()[:16]
