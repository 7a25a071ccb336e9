"""Giving credentials, and taking them back."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from certification.credentials import issuing, queries
from certification.credentials.commands.drawing import drawn_text
from certification.credentials.commands.keys import make_key
from certification.credentials.events import CredentialRevoked
from certification.credentials.models import Credential
from certification.credentials.rules import (
    LIFECYCLE,
    LIST_ENTRIES,
    REFERENCE_LENGTH,
    CredentialAction,
    list_for,
)
from certification.exams import commands as exams
from certification.exams.events import ExamPassed, ExamPublished
from certification.tracks import queries as tracks
from certification.tracks.commands import certify_for
from marketplace.catalogue import queries as catalogue
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.events import announce


def award(
    session: Session,
    *,
    person_id: int,
    track_id: int,
    valid_for: timedelta,
    release_id: int | None = None,
    by: int | None = None,
    now: datetime,
) -> Credential:
    """Certify a person for a track; the first credential of an installation finds no key, so one is made.

    Args:
        session: the transaction in which it is done.
        person_id: who has passed.
        track_id: what was passed.
        valid_for: how long it counts.
        release_id: of the product, for which it certifies; if not given, that for which the track certifies now.
        by: the person who decided; None when an exam did.
        now: the present moment, from which it counts.
    """
    make_key(session, secret=issuing.secret(), now=now)
    reference = drawn_text(REFERENCE_LENGTH)
    facts = {"person_id": person_id, "track_id": track_id, "issued_at": now, "valid_until": now + valid_for}
    facts["release_id"] = tracks.track(session, track_id).release_id if release_id is None else release_id
    # Only the table knows what others do at the same moment: a place that is taken is drawn again, and what was
    # renewed meanwhile is looked up again.
    while not insert_new(
        session, Credential, reference=reference, **facts, **_standing(session, person_id, track_id, now)
    ):
        pass
    credential = queries.by_reference(session, reference)
    audit.record(session, credential, "award", by=by, at=now)
    return credential


def exam_passed(session: Session, event: ExamPassed) -> None:
    """Certify whoever has passed an exam."""
    award(
        session,
        person_id=event.person_id,
        track_id=event.track_id,
        valid_for=event.valid_for,
        release_id=event.release_id,
        now=event.at,
    )


def exam_published(session: Session, event: ExamPublished) -> None:
    """Let a track certify for the release that its new exam is about; one about an older release changes nothing."""
    if event.release_id is None:
        return
    present = tracks.track(session, event.track_id).release
    coming = catalogue.release(session, event.release_id)
    if present is None or coming.released_on > present.released_on:
        certify_for(session, event.track_id, release_id=coming.id, by=None, now=event.at)


def _standing(session: Session, person_id: int, track_id: int, now: datetime) -> dict[str, Any]:
    """Say what a new credential takes the place of, and draw its place in the status lists."""
    renewed = queries.to_renew(session, person_id, track_id, now)
    return {
        "awarded_at": now if renewed is None else renewed.awarded_at,
        "supersedes_id": None if renewed is None else renewed.id,
        "status_list": list_for(queries.highest_id(session)),
        "status_index": secrets.randbelow(LIST_ENTRIES),
    }


def revoke(session: Session, credential_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Take a credential back; its page keeps saying so, and why.

    Raises:
        NotFound: there is no such credential.
        IllegalMove: it was revoked before.
    """
    credential = queries.lock_credential(session, credential_id)
    LIFECYCLE.after(credential.state(now), CredentialAction.REVOKE)
    credential.revoked_at, credential.revoked_reason, credential.revoked_by = now, reason, by
    session.flush()  # Whoever hears of it asks the database who is left.
    exams.let_lapse(session, credential.person_id, credential.track_id, now=now)
    audit.record(session, credential, CredentialAction.REVOKE, by=by, at=now, reason=reason)
    announce(session, CredentialRevoked(credential.id, credential.person_id, credential.track.niche_id, now))
