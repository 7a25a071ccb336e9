"""Reading exams and attempts; an attempt is its candidate's, and staff's."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from certification.banks import queries as banks
from certification.banks.models import QuestionVersion
from certification.exams.models import Allowance, AskedQuestion, Exam, ExamAttempt
from certification.exams.rules import (
    ASKED_STATES,
    COUNTED,
    NETWORK_GRACE,
    AttemptState,
    Candidate,
    ExamState,
    Try,
    irreplaceable,
    may_try_from,
)
from certification.tracks.models import Track
from marketplace.kernel.errors import NotFound

_WITH_TRACK = joinedload(Exam.track).options(joinedload(Track.niche), joinedload(Track.product))


def published_exam(session: Session, track_slug: str) -> Exam:
    """Give the exam by which a track asks now, or raise `NotFound`: there is none."""
    wanted = select(Exam).join(Exam.track).where(Track.slug == track_slug, Exam.state == ExamState.PUBLISHED)
    found = session.scalar(wanted.options(_WITH_TRACK))
    if found is None:
        raise NotFound(track=track_slug)
    return found


def published_exams(session: Session) -> Sequence[Exam]:
    """List the exams that can be tried, by niche, the lower levels first."""
    wanted = select(Exam).join(Exam.track).where(Exam.state == ExamState.PUBLISHED).options(_WITH_TRACK)
    return session.scalars(wanted.order_by(Track.niche_id, Track.level, Track.id)).all()


def exam(session: Session, exam_id: int) -> Exam:
    """Find an exam, whatever its state, or raise `NotFound`."""
    found = session.scalar(select(Exam).filter_by(id=exam_id).options(_WITH_TRACK))
    if found is None:
        raise NotFound(exam_id=exam_id)
    return found


def editions(session: Session, track_id: int | None = None) -> Sequence[Exam]:
    """List the exams of a track, or of all, whatever their state, the last edition first."""
    wanted = select(Exam) if track_id is None else select(Exam).filter_by(track_id=track_id)
    return session.scalars(wanted.order_by(Exam.track_id, Exam.edition.desc())).all()


def counts(session: Session) -> dict[int, Counter[AttemptState]]:
    """Count the attempts of each track by their state."""
    by_state: dict[int, Counter[AttemptState]] = {}
    counted = select(ExamAttempt.track_id, ExamAttempt.state, func.count())
    for track_id, state, count in session.execute(counted.group_by(ExamAttempt.track_id, ExamAttempt.state)):
        by_state.setdefault(track_id, Counter())[state] = count
    return by_state


def lock_exams(session: Session, exam_id: int) -> tuple[Exam, Sequence[Exam]]:
    """Hold on to an exam and to those of the same track that are published, or raise `NotFound`."""
    track_id = session.scalar(select(Exam.track_id).filter_by(id=exam_id))
    of_track = select(Exam).filter_by(track_id=track_id).order_by(Exam.id).with_for_update()
    exams = session.scalars(of_track.execution_options(populate_existing=True)).all()
    wanted = next((one for one in exams if one.id == exam_id), None)
    if wanted is None:
        raise NotFound(exam_id=exam_id)
    return wanted, [one for one in exams if one.state is ExamState.PUBLISHED]


def candidates(session: Session, bank_id: int | None) -> list[Candidate]:
    """List what a bank may ask, each question in its latest version."""
    if bank_id is None:
        return []
    return [
        Candidate(
            question.id, version.id, question.kind, question.topic, question.difficulty, question.state
        )
        for version in banks.latest_versions(session, bank_id, ASKED_STATES)
        for question in [version.question]
    ]  # fmt: skip


def needed(session: Session, bank_id: int) -> set[int]:
    """List the questions of a bank without which a published exam could not be asked any more."""
    asking = select(Exam).join(Exam.track).where(Track.bank_id == bank_id, Exam.state == ExamState.PUBLISHED)
    stock = candidates(session, bank_id)
    parts = [part for one in session.scalars(asking) for part in one.blueprint]
    return irreplaceable(parts, stock)


def uses(session: Session, person_id: int) -> dict[int, int]:
    """Count how often a person was asked each question, in whatever exam."""
    asked = select(AskedQuestion.question_id, func.count().label("times")).join(AskedQuestion.attempt)
    counted = session.execute(asked.where(ExamAttempt.person_id == person_id).group_by(AskedQuestion.question_id))
    return {one.question_id: one.times for one in counted}


def attempts_of(session: Session, person_id: int, track_id: int | None = None) -> Sequence[ExamAttempt]:
    """List the attempts of a person, the first one first, those that do not count included."""
    theirs = select(ExamAttempt).filter_by(person_id=person_id)
    if track_id is not None:
        theirs = theirs.filter_by(track_id=track_id)
    with_exam = theirs.options(joinedload(ExamAttempt.exam).options(_WITH_TRACK))
    return session.scalars(with_exam.order_by(ExamAttempt.started_at, ExamAttempt.id)).all()


def attempt_in_progress(session: Session, person_id: int, track_id: int) -> ExamAttempt | None:
    """Find the attempt that a person has not ended."""
    return session.scalar(
        select(ExamAttempt).filter_by(person_id=person_id, track_id=track_id, state=AttemptState.IN_PROGRESS)
    )


def tries(session: Session, exam: Exam, person_id: int) -> list[Try]:
    """List what counts when a person wants to try an exam again."""
    had = attempts_of(session, person_id, exam.track_id)
    return [one.as_try(exam.release_id) for one in had if one.state in COUNTED]


def allowance(session: Session, person_id: int, track_id: int) -> Allowance | None:
    """Find what staff allow a person for a track at last."""
    given = select(Allowance).filter_by(person_id=person_id, track_id=track_id)
    return session.scalar(given.order_by(Allowance.id.desc()).limit(1))


def opens_at(session: Session, exam: Exam, person_id: int) -> datetime | None:
    """Tell from when a person may begin the next try; None if nothing was in its way at any time.

    What staff allow goes before the rules, for one try: the first that begins after it was allowed.
    """
    had = tries(session, exam, person_id)
    by_rules = may_try_from(exam.retakes, had)
    allowed = allowance(session, person_id, exam.track_id)
    free = None if allowed is None else allowed.left(had).may_try_from
    return by_rules if by_rules is None or free is None else min(by_rules, free)


def attempt(session: Session, reference: str, person_id: int) -> ExamAttempt:
    """Find an attempt of a person, or raise `NotFound`."""
    return _one(session, _attempt(reference, person_id), reference)


def lock_attempt(session: Session, reference: str, person_id: int) -> ExamAttempt:
    """Hold on to an attempt of a person until the transaction ends, or raise `NotFound`."""
    locked = _attempt(reference, person_id).with_for_update(of=ExamAttempt)
    return _one(session, locked.execution_options(populate_existing=True), reference)


def _attempt(reference: str, person_id: int) -> Select[ExamAttempt]:
    mine = select(ExamAttempt).filter_by(reference=reference, person_id=person_id)
    return mine.options(joinedload(ExamAttempt.exam, innerjoin=True).options(_WITH_TRACK))


def _one(session: Session, wanted: Select[ExamAttempt], reference: str) -> ExamAttempt:
    found = session.scalar(wanted)
    if found is None:
        raise NotFound(reference=reference)
    return found


def attempt_by_id(session: Session, attempt_id: int) -> ExamAttempt:
    """Find an attempt by its id; only the house itself asks so."""
    return session.get_one(ExamAttempt, attempt_id)


def under_review(session: Session) -> Sequence[ExamAttempt]:
    """List the attempts that wait for a person, the longest first."""
    waiting = select(ExamAttempt).filter_by(state=AttemptState.UNDER_REVIEW)
    with_exam = waiting.options(joinedload(ExamAttempt.exam).options(_WITH_TRACK))
    return session.scalars(with_exam.order_by(ExamAttempt.ended_at, ExamAttempt.id)).all()


def attempt_for_staff(session: Session, reference: str, *, lock: bool = False) -> ExamAttempt:
    """Find an attempt of anybody, or raise `NotFound`; only staff may."""
    wanted = select(ExamAttempt).filter_by(reference=reference)
    wanted = wanted.options(joinedload(ExamAttempt.exam, innerjoin=True).options(_WITH_TRACK))
    if lock:
        wanted = wanted.with_for_update(of=ExamAttempt).execution_options(populate_existing=True)
    return _one(session, wanted, reference)


def asked(session: Session, attempt_id: int, position: int) -> AskedQuestion:
    """Find a question of an attempt by its place, counted from 1, or raise `NotFound`."""
    wanted = select(AskedQuestion).filter_by(attempt_id=attempt_id, position=position)
    found = session.scalar(wanted.options(joinedload(AskedQuestion.version)))
    if found is None:
        raise NotFound(position=position)
    return found


def overdue(session: Session, now: datetime) -> Sequence[tuple[str, int]]:
    """List the attempts whose time is up, by reference and person: nobody has ended them."""
    left = select(ExamAttempt.reference, ExamAttempt.person_id).filter_by(state=AttemptState.IN_PROGRESS)
    due = left.where(ExamAttempt.deadline_at < now - NETWORK_GRACE)
    return session.execute(due.order_by(ExamAttempt.deadline_at, ExamAttempt.id)).all()


def part_ids(session: Session, version_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Name the parts of some questions that need ids of their own in an attempt, by version."""
    found = session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(version_ids)))
    return {version.id: version.content.part_ids() for version in found}
