"""Reading what was graded anew, what would be, and the passes that are in doubt by it; only staff may."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from certification.banks import queries as banks
from certification.banks.models import Question, QuestionVersion
from certification.exams.models import AskedQuestion, Exam, ExamAttempt
from certification.exams.models_of_regrades import PassInDoubt, Regrade, RegradedAttempt
from certification.exams.rules import ASKED_STATES, AttemptState
from certification.exams.rules.doubts import DoubtStatus
from certification.exams.rules.dry_runs import Asked, Change, DryRun, Earlier
from certification.exams.rules.regrading import Decision, Remedy
from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.kernel.errors import NotFound

DECIDED_SHOWN = 50
_WITH_ATTEMPT = joinedload(RegradedAttempt.attempt).options(
    joinedload(ExamAttempt.person), joinedload(ExamAttempt.exam).options(joinedload(Exam.track))
)
_WITH_ALL = joinedload(PassInDoubt.regraded).options(
    _WITH_ATTEMPT, joinedload(RegradedAttempt.regrade).options(joinedload(Regrade.question), joinedload(Regrade.by))
)


def lock_regrading(session: Session, question_id: int, numbers: Sequence[int]) -> None:
    """Hold on to a question and to the attempts that asked it in some versions, or raise `NotFound`.

    Others may begin attempts meanwhile that ask the question: they need its row, but do not change it.
    """
    locked = select(Question.id).filter_by(id=question_id).with_for_update(key_share=True)
    if session.scalar(locked) is None:
        raise NotFound(question_id=question_id)
    attempts = select(ExamAttempt.id).where(ExamAttempt.id.in_(_attempts_of(question_id, numbers)))
    session.scalars(attempts.order_by(ExamAttempt.id).with_for_update()).all()


def _attempts_of(question_id: int, numbers: Sequence[int]) -> Select[int]:
    asked = select(AskedQuestion.attempt_id).join(AskedQuestion.version)
    return asked.where(AskedQuestion.question_id == question_id, QuestionVersion.number.in_(numbers))


def asked_versions(session: Session, question_id: int) -> dict[int, int]:
    """Count by the number of each version of a question the attempts that asked it and count."""
    asked = select(QuestionVersion.number, func.count()).join(
        AskedQuestion, AskedQuestion.version_id == QuestionVersion.id
    )
    counting = asked.join(AskedQuestion.attempt).where(
        AskedQuestion.question_id == question_id, ExamAttempt.state != AttemptState.VOIDED
    )
    found = session.execute(counting.group_by(QuestionVersion.number).order_by(QuestionVersion.number))
    return {number: count for number, count in found}  # noqa: C416 - a row is no pair


def dry_run(session: Session, question_id: int, decision: Decision, numbers: Sequence[int]) -> DryRun:
    """Work out what a decision about some versions of a question would change, and change nothing."""
    versions = banks.versions(session, question_id)
    contents = {one.id: one.content for one in versions}
    newest = versions[-1]
    earlier, others = _earlier(session, question_id), _others(session, question_id)
    is_by_key = decision.remedy is Remedy.NEWEST_KEY
    asked = [
        Asked(
            row,
            earlier.get(row.attempt_id, Earlier()),
            others[row.attempt_id],
            contents[newest.id] if is_by_key else None,
            contents[row.version_id],
        )
        for row in session.execute(_asked(question_id, numbers))
    ]
    last = session.scalar(select(func.max(Regrade.id)).filter_by(question_id=question_id))
    return DryRun(
        decision=decision,
        versions=tuple(numbers),
        version_id=newest.id if is_by_key else None,
        last_regrade_id=last,
        changes=[one for one in (Change.of(one, decision, newest.id) for one in asked) if one is not None],
        attempts=len(asked),
    )


def _asked(question_id: int, numbers: Sequence[int]) -> Select[tuple[object, ...]]:
    columns = select(
        AskedQuestion.id.label("asked_id"),
        AskedQuestion.attempt_id,
        AskedQuestion.version_id,
        AskedQuestion.response,
        AskedQuestion.mark,
        AskedQuestion.is_scored,
        ExamAttempt.reference,
        ExamAttempt.state,
        ExamAttempt.earned,
        ExamAttempt.possible,
        ExamAttempt.person_id,
        ExamAttempt.ended_at,
        Exam.pass_percent,
        Exam.edition,
        Track.names.label("track"),
        Person.name,
    )
    joined = columns.join(AskedQuestion.attempt).join(AskedQuestion.version)
    joined = joined.join(ExamAttempt.exam).join(Exam.track).join(ExamAttempt.person)
    wanted = joined.where(AskedQuestion.question_id == question_id, QuestionVersion.number.in_(numbers))
    return wanted.where(ExamAttempt.state != AttemptState.VOIDED).order_by(ExamAttempt.id)


def _earlier(session: Session, question_id: int) -> dict[int, Earlier]:
    """Tell by attempt what was decided about a question before."""
    columns = select(
        RegradedAttempt.attempt_id,
        RegradedAttempt.was_scored,
        RegradedAttempt.is_scored,
        RegradedAttempt.mark,
        Regrade.remedy,
        Regrade.fallback,
        Regrade.version_id,
        PassInDoubt.id.label("doubt_id"),
        PassInDoubt.status,
    )
    joined = columns.join(RegradedAttempt.regrade).join(
        PassInDoubt, PassInDoubt.regraded_id == RegradedAttempt.id, isouter=True
    )
    found: dict[int, Earlier] = {}
    for row in session.execute(joined.where(Regrade.question_id == question_id).order_by(RegradedAttempt.id)):
        found[row.attempt_id] = found.get(row.attempt_id, Earlier()).and_then(row)
    return found


def _others(session: Session, question_id: int) -> Counter[int]:
    """Count by attempt the other questions that are scored."""
    asking = select(AskedQuestion.attempt_id).filter_by(question_id=question_id)
    scored = select(AskedQuestion.attempt_id, func.count()).where(
        AskedQuestion.is_scored, AskedQuestion.question_id != question_id, AskedQuestion.attempt_id.in_(asking)
    )
    return Counter({one: count for one, count in session.execute(scored.group_by(AskedQuestion.attempt_id))})  # noqa: C416


def remedies(session: Session, attempt_id: int) -> dict[int, RegradedAttempt]:
    """Give by question what was decided last about an attempt."""
    found = select(RegradedAttempt).filter_by(attempt_id=attempt_id).order_by(RegradedAttempt.id)
    return {one.regrade.question_id: one for one in session.scalars(found.options(joinedload(RegradedAttempt.regrade)))}


def regrade(session: Session, regrade_id: int) -> Regrade:
    """Find a regrade, or raise `NotFound`."""
    wanted = select(Regrade).filter_by(id=regrade_id)
    found = session.scalar(wanted.options(joinedload(Regrade.question), joinedload(Regrade.by)))
    if found is None:
        raise NotFound(regrade_id=regrade_id)
    return found


def regrades_of(session: Session, question_id: int) -> Sequence[tuple[Regrade, int]]:
    """List what was decided about a question, the newest first, with how many attempts it was about."""
    counted = select(Regrade, func.count(RegradedAttempt.id)).options(joinedload(Regrade.by))
    joined = counted.join(RegradedAttempt, RegradedAttempt.regrade_id == Regrade.id, isouter=True)
    about = joined.where(Regrade.question_id == question_id).group_by(Regrade.id)
    return [(made, count) for made, count in session.execute(about.order_by(Regrade.id.desc()))]


def is_still_asked(session: Session, made: Regrade) -> bool:
    """Tell whether a question is asked to this day in a version that was wrong."""
    newest = banks.versions(session, made.question_id)[-1]
    is_asked = made.question.state in ASKED_STATES
    return is_asked and newest.number in made.versions and made.remedy is not Remedy.NEWEST_KEY


def regraded_by(session: Session, regrade_id: int) -> Sequence[RegradedAttempt]:
    """List what a regrade made of each attempt."""
    found = select(RegradedAttempt).filter_by(regrade_id=regrade_id).order_by(RegradedAttempt.id)
    return session.scalars(found.options(_WITH_ATTEMPT)).all()


def open_doubts(session: Session) -> Sequence[PassInDoubt]:
    """List the passes in doubt that wait for a decision, the longest first."""
    waiting = select(PassInDoubt).filter_by(status=DoubtStatus.OPEN).order_by(PassInDoubt.made_at, PassInDoubt.id)
    return session.scalars(waiting.options(_WITH_ALL)).all()


def ended_doubts(session: Session) -> Sequence[PassInDoubt]:
    """List the passes in doubt that were decided last, the newest first."""
    ended = select(PassInDoubt).where(PassInDoubt.status != DoubtStatus.OPEN)
    latest = ended.order_by(PassInDoubt.ended_at.desc(), PassInDoubt.id.desc()).limit(DECIDED_SHOWN)
    return session.scalars(latest.options(_WITH_ALL)).all()


def doubt(session: Session, doubt_id: int) -> PassInDoubt:
    """Find a pass in doubt, or raise `NotFound`."""
    found = session.scalar(select(PassInDoubt).filter_by(id=doubt_id).options(_WITH_ALL))
    if found is None:
        raise NotFound(doubt_id=doubt_id)
    return found


def lock_doubtful(session: Session, doubt: PassInDoubt) -> ExamAttempt:
    """Hold on to the attempt of a pass in doubt until the transaction ends."""
    wanted = select(ExamAttempt).filter_by(id=doubt.regraded.attempt_id).with_for_update(of=ExamAttempt)
    locked = session.scalars(wanted.execution_options(populate_existing=True)).one()
    session.refresh(doubt)
    return locked


def asked_in(session: Session, attempt_id: int, question_id: int) -> AskedQuestion:
    """Give a question as it was asked in an attempt."""
    return session.scalars(select(AskedQuestion).filter_by(attempt_id=attempt_id, question_id=question_id)).one()


def stands_later(session: Session, attempt: ExamAttempt) -> bool:
    """Tell whether the person has passed a later attempt at the same track that stands."""
    theirs = select(ExamAttempt.id).filter_by(
        person_id=attempt.person_id, track_id=attempt.track_id, state=AttemptState.PASSED, lapsed_at=None
    )
    later = theirs.where(ExamAttempt.id != attempt.id, ExamAttempt.ended_at >= attempt.ended_at)
    return session.scalar(later.limit(1)) is not None
