"""Attempts that are graded already, written down without being taken."""

import itertools
from datetime import timedelta
from fractions import Fraction

from certification.banks import queries as banks
from certification.exams.models import AskedQuestion, ExamAttempt
from certification.exams.rules import HONESTY_VERSION, AttemptState
from certification.exams.rules.judging import LEAST_ANSWERS
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.exams import RIGHT, WRONG

_numbers = itertools.count(1)
MANY = LEAST_ANSWERS + 10


def questions_of(session, exam):
    """Give the latest versions of all questions that an exam may ask, the first one first."""
    found = banks.latest_versions(session, exam.track.bank_id)
    return sorted(found, key=lambda one: one.question_id)


def make_graded(session, exam, marks, *, person=None, at=NOON, trial=(), chosen=None, **overrides):
    """Write down an attempt with a mark for each question; None: it was not asked.

    Args:
        session: to write with.
        exam: that was tried.
        marks: by the place of the question in its bank.
        person: who tried.
        at: when it began.
        trial: places of questions that were not scored.
        chosen: what was chosen instead of what goes with the mark, by place.
        overrides: columns of the attempt.
    """
    versions, chosen = questions_of(session, exam), chosen or {}
    asked = [(place, Fraction(str(mark))) for place, mark in enumerate(marks) if mark is not None]
    scored = [mark for place, mark in asked if place not in trial]
    facts = {
        "reference": f"graded-{next(_numbers):09}",
        "exam_id": exam.id,
        "track_id": exam.track_id,
        "person_id": (person or make_person(session)).id,
        "state": AttemptState.PASSED if sum(scored) * 4 >= 3 * len(scored) else AttemptState.FAILED,
        "language": "en",
        "honesty_version": HONESTY_VERSION,
        "network": "n",
        "device": "d",
        "started_at": at,
        "deadline_at": at + timedelta(minutes=30),
        "ended_at": at + timedelta(minutes=20),
        "graded_at": at + timedelta(minutes=20),
        "earned": str(sum(scored, Fraction(0))),
        "possible": len(scored),
        **overrides,
    }
    attempt = ExamAttempt(**facts)
    for number, (place, mark) in enumerate(asked, start=1):
        response = chosen.get(place, RIGHT if mark == 1 else WRONG)
        attempt.questions.append(_asked(number, versions[place], place not in trial, mark, response))
    session.add(attempt)
    session.flush()
    return attempt


def _asked(number, version, is_scored, mark, response):
    return AskedQuestion(
        position=number,
        question_id=version.question_id,
        version_id=version.id,
        topic=version.question.topic,
        is_scored=is_scored,
        own_ids=[],
        response=[response] if response else [],
        sequence=1,
        answered_at=NOON,
        mark=str(mark),
    )


def answer_many(session, exam, *, at=NOON):
    """Let many people answer; the more they know, the less the fourth question goes well; the third is too easy."""
    for place in range(MANY):
        is_good = 2 * place >= MANY
        # The place decides the rest, so that not all who are good do the same.
        marks = [is_good or place % 5 == 0, is_good and place % 7 != 0, True, not is_good and place % 2]
        marks = [int(mark) for mark in marks]
        make_graded(session, exam, marks, at=at)
