"""Grading a question anew in all attempts that asked it, after it was found wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from certification.exams import queries
from certification.exams import queries_of_regrades as regrades
from certification.exams.commands.doubts import end_doubt, put_in_doubt
from certification.exams.commands.grading import AttemptMoved, OwnAttempt, as_columns, move, tell
from certification.exams.events import AttemptImproved
from certification.exams.models import AskedQuestion, ExamAttempt
from certification.exams.models_of_regrades import Regrade, RegradedAttempt
from certification.exams.rules import AttemptAction, AttemptState
from certification.exams.rules.doubts import DoubtAction
from certification.exams.rules.dry_runs import Change, DryRun
from certification.exams.rules.regrading import Decision
from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict
from marketplace.kernel.events import announce
from marketplace.kernel.translate import _l


class OutdatedDryRun(Conflict):
    """What would change is not any more what the person has seen."""

    message = _l("Something has changed since you looked. This is what it would do now; look at it again.")


def regrade(
    session: Session,
    question_id: int,
    decision: Decision,
    *,
    versions: Sequence[int],
    reason: str,
    seen: str,
    by: int,
    now: datetime,
) -> Regrade:
    """Do what a dry run has shown; a pass that would be none is put in doubt, and loses nothing by itself.

    Args:
        session: the transaction in which it is done.
        question_id: what was wrong.
        decision: what is done about it.
        versions: by their numbers; in these it was wrong.
        reason: for colleagues.
        seen: the digest of the dry run that was looked at.
        by: who decides.
        now: the present moment.

    Raises:
        NotFound: there is no such question.
        OutdatedDryRun: it would do something else by now, or nothing.
        OwnAttempt: one of the attempts is that of whoever decides.
    """
    regrades.lock_regrading(session, question_id, versions)
    found = regrades.dry_run(session, question_id, decision, versions)
    if found.seen != seen or not found.changes:
        raise OutdatedDryRun
    if any(one.person_id == by for one in found.changes):
        raise OwnAttempt
    made = _write_down(session, question_id, found, reason=reason, by=by, now=now)
    # The latest pass of a person brings the certificate, so it goes first.
    for change in sorted(found.changes, key=lambda one: one.moment or now, reverse=True):
        _apply(session, made, change, by=by, now=now)
    return made


def _write_down(session: Session, question_id: int, found: DryRun, *, reason: str, by: int, now: datetime) -> Regrade:
    made = Regrade(
        question_id=question_id,
        versions=list(found.versions),
        remedy=found.decision.remedy,
        fallback=found.decision.fallback,
        version_id=found.version_id,
        reason=reason,
        by_person_id=by,
        at=now,
    )
    session.add(made)
    session.flush()
    counts = {"attempts": len(found.changes), "passes": found.passes, "doubts": found.doubts}
    audit.record(session, made, found.decision.remedy, by=by, at=now, question=question_id, **counts)
    return made


def _apply(session: Session, made: Regrade, change: Change, *, by: int, now: datetime) -> None:
    row = RegradedAttempt(regrade_id=made.id, attempt_id=change.attempt_id, state=change.state, **_kept(change))
    session.add(row)
    session.flush()
    if change.settles is not None:
        end_doubt(session, change.settles, DoubtAction.SETTLE, now=now)
    if change.endangers:
        put_in_doubt(session, row, now=now)
    elif change.state is not AttemptState.IN_PROGRESS:  # What is in progress is marked so when it ends.
        _mark(session, change)
        _grade(session, change, by=by, now=now)


def _kept(change: Change) -> dict[str, Any]:
    """Write a change as the table keeps it."""
    before, after, worth = change.before, change.after, change.after.result
    facts = {
        "mark_before": None if before.mark is None else str(before.mark),
        "mark": None if after.mark is None else str(after.mark),
        "was_scored": before.was_scored,
        "is_scored": after.is_scored,
    }
    if worth is None:
        return facts
    had = {"earned_before": str(before.earned), "possible_before": before.others + before.is_scored}
    return {**facts, **had, **as_columns(worth), "is_passed": worth.is_passed}


def _mark(session: Session, change: Change) -> None:
    asked = update(AskedQuestion).where(AskedQuestion.id == change.asked_id)
    mark = None if change.after.mark is None else str(change.after.mark)
    session.execute(asked.values(mark=mark, is_scored=change.after.is_scored))


def _grade(session: Session, change: Change, *, by: int, now: datetime) -> None:
    """Give a graded attempt its new score; whoever has passed by it gets all that a pass brings."""
    worth = change.after.result
    if worth is None:
        return
    if not change.brings:
        as_seen = {"id": change.attempt_id, "state": change.state, "earned": str(change.before.earned)}
        scored = update(ExamAttempt).filter_by(**as_seen).values(**as_columns(worth)).returning(ExamAttempt.id)
        if session.scalars(scored).one_or_none() is None:
            raise AttemptMoved
        return
    attempt = queries.attempt_by_id(session, change.attempt_id)
    has_passed_since = regrades.stands_later(session, attempt)
    move(session, attempt, AttemptAction.PASS, by=by, now=now, **as_columns(worth), graded_at=now)
    if has_passed_since:
        announce(session, AttemptImproved(attempt.id, now))
    else:
        tell(session, attempt, after_regrade=True, now=now)
