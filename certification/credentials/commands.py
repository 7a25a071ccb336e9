"""Giving credentials and taking them back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from certification.credentials import queries
from certification.credentials.models import Credential
from certification.credentials.rules import LIFECYCLE, REFERENCE_ALPHABET, REFERENCE_LENGTH, CredentialAction
from marketplace.kernel import audit
from marketplace.kernel.events import announce


@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """A credential counts no more."""

    credential_id: int
    person_id: int
    niche_id: int
    at: datetime


def award(
    session: Session, *, person_id: int, track_id: int, valid_for: timedelta, by: int | None = None, now: datetime
) -> Credential:
    """Certify a person for a track.

    Args:
        session: the transaction in which it is done.
        person_id: who has passed.
        track_id: what was passed.
        valid_for: how long it counts.
        by: the person who decided; None when an exam did.
        now: the present moment, from which it counts.
    """
    credential = Credential(
        reference="".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(REFERENCE_LENGTH)),
        person_id=person_id,
        track_id=track_id,
        issued_at=now,
        valid_until=now + valid_for,
    )
    session.add(credential)
    session.flush()  # The record needs its id.
    audit.record(session, credential, "award", by=by, at=now)
    return credential


def revoke(session: Session, credential_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Take a credential back; its page keeps saying so, and why.

    Raises:
        NotFound: there is no such credential.
        IllegalMove: it was revoked before.
    """
    credential = queries.lock_credential(session, credential_id)
    LIFECYCLE.after(credential.state(now), CredentialAction.REVOKE)
    credential.revoked_at = now
    credential.revoked_reason = reason
    session.flush()  # Whoever hears of it asks the database who is left.
    audit.record(session, credential, CredentialAction.REVOKE, by=by, at=now, reason=reason)
    announce(session, CredentialRevoked(credential.id, credential.person_id, credential.track.niche_id, now))
