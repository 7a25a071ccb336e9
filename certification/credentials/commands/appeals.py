"""Asking for another look at a revocation, and deciding about it."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.credentials import queries
from certification.credentials.events import CredentialAppealDecided, CredentialAppealed
from certification.credentials.models import Credential, CredentialAppeal
from certification.credentials.rules import (
    APPEAL,
    LIFECYCLE,
    AppealDecision,
    AppealedAlready,
    CredentialAction,
    CredentialAppealStatus,
    check_appeal,
    check_decider,
)
from certification.exams import commands as exams
from marketplace.accounts import queries as accounts
from marketplace.kernel import audit
from marketplace.kernel.access import Role
from marketplace.kernel.database import insert_new
from marketplace.kernel.events import announce


def appeal(session: Session, reference: str, *, person_id: int, statement: str, now: datetime) -> CredentialAppeal:
    """Ask for another look at a revocation.

    Args:
        session: the transaction.
        reference: of the credential.
        person_id: whose credential it is.
        statement: why the holder sees it otherwise.
        now: the present moment.

    Raises:
        NotFound: this person has no such credential.
        NotRevoked, AppealedAlready, AppealTooLate: there is nothing to look at, or not again, or not any more.
    """
    found = queries.lock_own_credential(session, reference, person_id)
    check_appeal(found.revoked_at, is_appealed=queries.appeal_of(session, found) is not None, now=now)
    facts = {"revoked_at": found.revoked_at, "revoked_reason": found.revoked_reason, "revoked_by": found.revoked_by}
    said = {"statement": statement, "status": CredentialAppealStatus.OPEN, "made_at": now}
    if not insert_new(session, CredentialAppeal, credential_id=found.id, **facts, **said):
        raise AppealedAlready
    made = queries.appeal_of(session, found)
    assert made is not None, "made just now"
    audit.record(session, made, "make", by=person_id, at=now)
    announce(session, CredentialAppealed(made.id, now))
    return made


def decide_appeal(
    session: Session, appeal_id: int, *, decision: AppealDecision, answer: str, by: int, now: datetime
) -> None:
    """Give a credential back, or keep it revoked; with a reason in both cases.

    Raises:
        NotFound: there is no such appeal.
        OwnCertificate, OwnRevocation: somebody else has to decide.
        IllegalMove: it is decided already.
    """
    credential = queries.lock_credential(session, queries.appeal(session, appeal_id).credential_id)
    found = queries.lock_appeal(session, appeal_id)
    officers = [one.id for one in accounts.officers(session, Role.CERTIFICATION)]
    check_decider(by, holder_id=credential.person_id, revoked_by=found.revoked_by, officers=officers)
    found.status = APPEAL.after(found.status, decision)
    found.answer, found.decided_by, found.decided_at = answer, by, now
    audit.record(session, found, decision, by=by, at=now)
    match decision:
        case AppealDecision.GIVE_BACK:
            _give_back(session, credential, reason=answer, by=by, now=now)
        case AppealDecision.KEEP:
            audit.record(session, credential, decision, by=by, at=now, reason=answer)
    announce(session, CredentialAppealDecided(found.id, now))


def _give_back(session: Session, credential: Credential, *, reason: str, by: int, now: datetime) -> None:
    """Let a credential count again; it keeps its place in the status lists, which says so from now on."""
    LIFECYCLE.after(credential.state(now), CredentialAction.GIVE_BACK)
    assert credential.revoked_at is not None, "it was revoked"
    exams.let_stand_again(session, credential.person_id, credential.track_id, since=credential.revoked_at)
    credential.revoked_at = credential.revoked_reason = credential.revoked_by = None
    session.flush()  # Whoever hears of it asks the database who counts.
    audit.record(session, credential, CredentialAction.GIVE_BACK, by=by, at=now, reason=reason)
