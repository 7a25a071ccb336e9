"""Candidates of the demo whose attempts only matter for the statistics: many of them, written down at once.

How likely somebody is to know a question depends on the person and on the question, as in a Rasch model. Some questions
are as bad as some questions are everywhere: the page of statistics has to find them.
"""

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from certification.banks import queries as banks
from certification.banks.kinds import Content, Response
from certification.banks.models import QuestionVersion
from certification.banks.rules import Difficulty
from certification.credentials import commands as credentials
from certification.exams import queries as exams
from certification.exams.models import REFERENCE_LENGTH, AskedQuestion, Exam, ExamAttempt
from certification.exams.rules import HONESTY_VERSION, AttemptState, Drawn, Marked, deadline, draw, own_ids, result
from marketplace.site.demo.answering import respond
from marketplace.site.demo.content.cast import PersonRow
from marketplace.site.demo.content.countries import COUNTRIES
from marketplace.site.demo.content.script import DAY, MINUTE
from marketplace.site.demo.plans import SEED
from marketplace.site.demo.rows import add_people

CANDIDATES = 130
LATELY = 45  # So many of them within
LATELY_DAYS = 85
EARLIER_DAYS = 500
HARDNESS = {Difficulty.EASY: -1.8, Difficulty.MEDIUM: -1.1, Difficulty.HARD: -0.3}
SLOPE = 1.5


@dataclass(frozen=True, slots=True)
class Trait:
    """How a question works: how hard it is, how much knowledge helps, and what misleads those who know more."""

    hardness: float
    slope: float = SLOPE
    lure: str = ""


# By idnumber; the others are as they should be.
ODD = {
    "P01": Trait(-4.0, 0.8),  # Too easy.
    "P06": Trait(0.6, 0.2, "c3"),  # A wrong answer that the better ones choose.
    "C02": Trait(-0.2, -1.3),  # Works against the others.
    "C04": Trait(-0.5, 0.1),  # Does not tell good from bad.
    "C05": Trait(2.4, 0.6),  # Too hard.
}


def people() -> list[PersonRow]:
    """List the candidates; none of them can sign in."""
    return [_person(number) for number in range(CANDIDATES)]


def _person(number: int) -> PersonRow:
    country = COUNTRIES[number % len(COUNTRIES)]
    given, family = country.given.split(), country.family.split()
    name = f"{given[(5 * number + 3) % len(given)]} {family[(7 * number + 4) % len(family)]}".replace("_", " ")
    zone, currency = country.zones.split()[0], country.currencies.split()[0]
    return PersonRow(f"candidate.{number + 1}", name, "en", zone, country.code, currency)


def let_try(session: Session, track_slug: str, *, now: datetime) -> None:
    """Let each candidate take the exam of a track once, at some time before now; who passes is certified."""
    exam = exams.published_exam(session, track_slug)
    assert exam.track.bank_id is not None, "it was published"
    versions = {one.id: one for one in banks.latest_versions(session, exam.track.bank_id)}
    stock = exams.candidates(session, exam.track.bank_id)
    written = add_people(session, people(), password_hash="", since=now - (EARLIER_DAYS + 1) * DAY)
    attempts, asked = [], []
    for number, person in enumerate(written.values()):
        luck = Random(f"{SEED}:candidate:{number}")  # noqa: S311 - a demo, to be repeated
        days = luck.uniform(2, LATELY_DAYS) if number < LATELY else luck.uniform(LATELY_DAYS, EARLIER_DAYS)
        drawn = draw(exam.blueprint, stock, {}, trial=exam.trial_questions, luck=luck)
        knowledge = luck.gauss(0, 1)
        rows = [_asked(place, one, versions, knowledge, luck) for place, one in enumerate(drawn, start=1)]
        attempts.append(_attempt(exam, person.id, rows, now - days * DAY, luck))
        asked.append(rows)
    session.add_all(attempts)
    session.flush()
    mine = zip(attempts, asked, strict=True)
    session.execute(insert(AskedQuestion), [{**row, "attempt_id": one.id} for one, rows in mine for row in rows])
    for one in attempts:
        if one.state is AttemptState.PASSED and one.graded_at:
            person_id, track_id = one.person_id, one.track_id
            credentials.award(
                session, person_id=person_id, track_id=track_id, valid_for=exam.valid_for, now=one.graded_at
            )


def _asked(
    place: int, drawn: Drawn, versions: Mapping[int, QuestionVersion], knowledge: float, luck: Random
) -> dict[str, Any]:
    """Write down one question, and what somebody who knows so much has answered."""
    candidate = drawn.candidate
    version = versions[candidate.version_id]
    content, trait = version.content, ODD.get(version.question.idnumber or "", Trait(HARDNESS[candidate.difficulty]))
    response = _respond(content, trait, knowledge, luck)
    mark = content.mark(response)
    assert mark is not None, "nothing here is marked by a person"
    return {
        "position": place,
        "question_id": candidate.question_id,
        "version_id": version.id,
        "topic": candidate.topic,
        "is_scored": drawn.is_scored,
        "own_ids": own_ids(content.part_ids(), luck),
        "response": list(response),
        "sequence": 1,
        "mark": str(mark),
    }


def _respond(content: Content, trait: Trait, knowledge: float, luck: Random) -> Response:
    """Answer right as likely as the question and the knowledge make it."""
    if luck.random() < 1 / (1 + math.exp(trait.hardness - trait.slope * knowledge)):
        return respond(content, luck, is_right=True)
    return (trait.lure,) if trait.lure and knowledge > 0 else respond(content, luck, is_right=False)


def _attempt(
    exam: Exam, person_id: int, rows: Sequence[dict[str, Any]], ended_at: datetime, luck: Random
) -> ExamAttempt:
    """Write down an attempt, and when each of its questions was answered."""
    took = luck.uniform(exam.minutes / 2, exam.minutes - 1) * MINUTE
    started_at = ended_at - took
    for row in rows:
        row["answered_at"] = started_at + took * row["position"] / (len(rows) + 1)
    marks = [Marked(row["topic"], row["is_scored"], Fraction(row["mark"])) for row in rows]
    worth = result(marks, pass_percent=exam.pass_percent)
    return ExamAttempt(
        reference=secrets.token_hex(REFERENCE_LENGTH // 2),
        exam_id=exam.id,
        track_id=exam.track_id,
        person_id=person_id,
        state=AttemptState.PASSED if worth.is_passed else AttemptState.FAILED,
        language="en",
        honesty_version=HONESTY_VERSION,
        network=f"network {person_id}",
        device=f"device {person_id}",
        started_at=started_at,
        deadline_at=deadline(started_at, exam.minutes, 0),
        ended_at=ended_at,
        graded_at=ended_at,
        earned=str(worth.earned),
        possible=worth.possible,
    )
