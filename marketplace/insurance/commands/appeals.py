"""Saying why something should be covered, and answering it. No money moves by itself: staff give goodwill, or not."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.insurance import queries
from marketplace.insurance.events import AppealAnswered, AppealMade
from marketplace.insurance.models import Appeal
from marketplace.insurance.rules import APPEAL, AppealAction, AppealStatus, AppealUnderWay, Obstacle, OwnAppeal
from marketplace.kernel import audit
from marketplace.kernel.database import insert_new
from marketplace.kernel.events import announce


def appeal(
    session: Session,
    reference: str,
    *,
    person_id: int,
    obstacle: Obstacle | None = None,
    claim_id: int | None = None,
    statement: str,
    now: datetime,
) -> Appeal:
    """Say why something should be covered.

    Args:
        session: the transaction.
        reference: of the policy, which may be over by now.
        person_id: whose policy it is.
        obstacle: why nothing was covered, unless it is about a claim.
        claim_id: the claim that it is about.
        statement: why the customer sees it otherwise.
        now: the present moment.

    Raises:
        AppealUnderWay: another one about this policy waits for its answer.
    """
    policy = queries.lock_own_policy(session, reference, person_id)
    if claim_id is not None:
        queries.own_claim(session, policy.id, claim_id)
    facts = {"obstacle": obstacle, "claim_id": claim_id, "statement": statement, "made_at": now}
    if not insert_new(session, Appeal, policy_id=policy.id, status=AppealStatus.OPEN, **facts):
        raise AppealUnderWay
    made = queries.appeals_of(session, policy.id)[0]
    audit.record(session, made, "make", by=person_id, at=now)
    announce(session, AppealMade(made.id, now))
    return made


def answer_appeal(session: Session, appeal_id: int, *, answer: str, by: int, now: datetime) -> None:
    """Answer an appeal with a reason.

    Raises:
        OwnAppeal: by whoever wrote it.
        IllegalMove: it is answered already.
    """
    found = queries.lock_appeal(session, appeal_id)
    if found.policy.person_id == by:
        raise OwnAppeal
    found.status = APPEAL.after(found.status, AppealAction.ANSWER)
    found.answer, found.answered_by, found.answered_at = answer, by, now
    audit.record(session, found, AppealAction.ANSWER, by=by, at=now)
    announce(session, AppealAnswered(found.id, now))
