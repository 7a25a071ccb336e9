"""Deciding about passes in doubt, and about the certificates that they have brought."""

from datetime import datetime

from sqlalchemy.orm import Session

from certification.credentials import queries
from certification.credentials.commands.giving import revoke
from certification.credentials.rules import LIFECYCLE, CredentialAction
from certification.exams import commands as exams
from certification.exams import queries_of_regrades as regrades
from certification.exams.rules.doubts import DoubtDecision


def decide_doubt(
    session: Session, doubt_id: int, *, decision: DoubtDecision, answer: str, by: int, now: datetime
) -> None:
    """Let a pass in doubt stand, or take it back with the certificate that it has brought; with a reason in both cases.

    Args:
        session: the transaction in which it is done.
        doubt_id: which pass.
        decision: what becomes of it.
        answer: why; if the certificate is revoked, everybody may read it.
        by: who decides.
        now: the present moment.

    Raises:
        NotFound: there is no such doubt.
        OwnAttempt: it is about an attempt of whoever decides.
        IllegalMove: it is decided already.
        PassesAllTheSame: by now it would be enough, so there is nothing to take back.
    """
    match decision:
        case DoubtDecision.KEEP:
            exams.keep_pass(session, doubt_id, answer=answer, by=by, now=now)
        case DoubtDecision.TAKE_BACK:
            found = queries.brought_by(session, regrades.doubt(session, doubt_id).regraded.attempt)
            # The certificate first: whoever revokes one holds on to it, and changes attempts then.
            held = None if found is None else queries.lock_credential(session, found.id)
            exams.take_back_pass(session, doubt_id, answer=answer, by=by, now=now)
            if held is not None and LIFECYCLE.allows(held.state(now), CredentialAction.REVOKE):
                revoke(session, held.id, reason=answer, by=by, now=now)
