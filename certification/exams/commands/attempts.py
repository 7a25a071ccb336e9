"""What a candidate does: begin, answer, hand in."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom

from sqlalchemy import update
from sqlalchemy.orm import Session

from certification.banks.kinds import Posted
from certification.exams import queries
from certification.exams.commands.grading import end
from certification.exams.models import REFERENCE_LENGTH, AskedQuestion, Exam, ExamAttempt
from certification.exams.rules import (
    HONESTY_VERSION,
    AttemptState,
    Drawn,
    TooEarly,
    deadline,
    draw,
    own_ids,
)
from marketplace.accounts import queries as accounts
from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l, format_moment


class AttemptEnded(Conflict):
    """Nothing is taken after the end; what was saved before is graded."""

    message = _l("This attempt is over: its time is up, or it was handed in. All that was saved in time counts.")


class AnsweredElsewhere(Conflict):
    """The same question was answered in another window, or on another device, since this one looked."""

    message = _l(
        "You have answered this question somewhere else since. Look at that answer, then decide which one counts."
    )


@dataclass(frozen=True, slots=True)
class Traces:
    """What tells whether two attempts came from the same place: digests, never the places themselves."""

    network: str
    device: str


def start(
    session: Session,
    track_slug: str,
    *,
    person_id: int,
    traces: Traces,
    now: datetime,
    luck: Random | None = None,
) -> ExamAttempt:
    """Begin an attempt with a draw of its own; one that is in progress is gone on with.

    Whoever calls this has had the statement of honesty confirmed.

    Args:
        session: the transaction in which it is done.
        track_slug: whose exam is tried.
        person_id: who tries.
        traces: from where.
        now: the present moment, from which the time counts.
        luck: decides what is asked, in which order; drawn by the system if not given.

    Raises:
        NotFound: the track has no exam that could be tried.
        TooEarly: the wait after the last try is not over.
    """
    person = accounts.lock_person(session, person_id)  # Two starts at once: the second one finds the first.
    exam = queries.published_exam(session, track_slug)
    running = queries.attempt_in_progress(session, person.id, exam.track_id)
    if running is not None:
        if running.takes_answers(now):
            return running
        end(session, queries.lock_attempt(session, running.reference, person.id), by=None, now=now)
    opens_at = queries.opens_at(session, exam, person.id)
    if opens_at is not None and now < opens_at:
        raise TooEarly(moment=format_moment(opens_at))
    allowed = queries.allowance(session, person.id, exam.track_id)
    attempt = ExamAttempt(
        reference=secrets.token_hex(REFERENCE_LENGTH // 2),
        exam_id=exam.id,
        track_id=exam.track_id,
        person_id=person.id,
        state=AttemptState.IN_PROGRESS,
        language=person.language,
        honesty_version=HONESTY_VERSION,
        network=traces.network,
        device=traces.device,
        started_at=now,
        deadline_at=deadline(now, exam.minutes, allowed.extra_percent if allowed else 0),
        questions=_ask(session, exam, person.id, luck or SystemRandom()),
    )
    session.add(attempt)
    session.flush()
    audit.record(session, attempt, "start", by=person.id, at=now, honesty=HONESTY_VERSION)
    return attempt


def _ask(session: Session, exam: Exam, person_id: int, luck: Random) -> list[AskedQuestion]:
    pool = queries.candidates(session, exam.track.bank_id)
    drawn = draw(exam.blueprint, pool, queries.uses(session, person_id), trial=exam.trial_questions, luck=luck)
    parts = queries.part_ids(session, [one.candidate.version_id for one in drawn])
    return [_asked(position, one, parts, luck) for position, one in enumerate(drawn, start=1)]


def _asked(position: int, drawn: Drawn, parts: Mapping[int, Sequence[str]], luck: Random) -> AskedQuestion:
    question = drawn.candidate
    return AskedQuestion(
        position=position,
        question_id=question.question_id,
        version_id=question.version_id,
        topic=question.topic,
        is_scored=drawn.is_scored,
        own_ids=own_ids(parts[question.version_id], luck),
        response=[],
        sequence=0,
    )


def answer(
    session: Session, reference: str, position: int, *, person_id: int, posted: Posted, sequence: int, now: datetime
) -> AskedQuestion:
    """Save an answer.

    Args:
        session: the transaction in which it is done.
        reference: of the attempt.
        position: of the question, counted from 1.
        person_id: who answers.
        posted: the fields of the question; none of them, or empty ones, take the answer back.
        sequence: one more than that of the answer that the person has seen.
        now: the present moment.

    Raises:
        NotFound: the person has no such attempt, or it has no such question.
        AttemptEnded: it was handed in, or its time is up.
        InvalidInput: that can't be an answer to this question.
        AnsweredElsewhere: another answer was saved since.
    """
    attempt = queries.lock_attempt(session, reference, person_id)
    if not attempt.takes_answers(now):
        raise AttemptEnded
    asked = queries.asked(session, attempt.id, position)
    response = list(asked.version.content.read_response(posted, asked.shown_ids))
    newer = update(AskedQuestion).where(AskedQuestion.id == asked.id, AskedQuestion.sequence < sequence)
    session.execute(newer.values(response=response, sequence=sequence, answered_at=now))
    session.refresh(asked)
    if (asked.sequence, asked.response) != (sequence, response):
        raise AnsweredElsewhere
    return asked


def submit(session: Session, reference: str, *, person_id: int, now: datetime) -> ExamAttempt:
    """Hand in; what was handed in before stays so. After the time what was saved in time is graded.

    Raises:
        NotFound: the person has no such attempt.
    """
    attempt = queries.lock_attempt(session, reference, person_id)
    if attempt.is_open:
        end(session, attempt, by=person_id if attempt.takes_answers(now) else None, now=now)
    return attempt


def end_overdue(session: Session, reference: str, *, person_id: int, now: datetime) -> None:
    """End an attempt that was left, when its time is up; raises `NotFound`."""
    attempt = queries.lock_attempt(session, reference, person_id)
    if attempt.is_open and not attempt.takes_answers(now):
        end(session, attempt, by=None, now=now)
