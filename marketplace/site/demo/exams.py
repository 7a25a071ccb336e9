"""Exams of the demo: two tracks ask from one bank, and their certificates come from attempts that were passed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from certification.banks import commands as banks
from certification.banks import queries as bank_queries
from certification.banks.rules import Difficulty
from certification.exams import commands
from certification.exams.models import AskedQuestion, Exam, ExamAttempt, ExamPart
from certification.exams.rules import ExamState
from certification.tracks import queries as tracks
from marketplace.site.demo.answering import respond
from marketplace.site.demo.content.exam_of_upgrades import ON_TRIAL, QUESTIONS
from marketplace.site.demo.content.script import DAY, MINUTE
from marketplace.site.demo.plans import SEED, VALID_FOR

NICHE = "upgrades"
SINCE = 540 * DAY  # Older certificates were given by hand.


@dataclass(frozen=True, slots=True)
class ExamRow:
    """What an exam asks; so many questions by topic."""

    parts: Mapping[str, int]
    minutes: int
    pass_percent: int
    waits_days: tuple[int, ...]
    tries_max: int


# By the level of the track.
EXAMS = {
    1: ExamRow({"Preparing": 4, "Carrying out": 3, "Repairing": 3}, 20, 70, (7, 30), 3),
    2: ExamRow({"Preparing": 4, "Carrying out": 4, "Repairing": 4}, 25, 80, (14, 60), 3),
}
WINDOW_DAYS = 365
TRIAL_QUESTIONS = 1
FAILED_BEFORE = 0.4  # Share of those who passed at the second try,
LAST_TRY_AGO = 40 * DAY  # so long before.
EFFORT = {Difficulty.EASY: 0.0, Difficulty.MEDIUM: 0.3, Difficulty.HARD: 0.6}  # Keeps a question from being known.

# Who has tried the first level and not passed yet, and how long ago.
STILL_TRYING = (
    ("marcus.bell", 3 * DAY),
    ("devika.rao", 5 * DAY),
    ("mateo.lanza", 11 * DAY),
    ("khaled.mansour", 26 * DAY),
    ("ravi.pillai", 48 * DAY),
    ("hector.vidal", 75 * DAY),
    ("samir.haddad", 120 * DAY),
)
FROM_ONE_OFFICE = 7 * DAY  # Those who tried since then share a network and a kind of device: worth a look.


def publish(session: Session, *, by: int, now: datetime) -> None:
    """Fill the bank, and let both tracks ask from it."""
    first, *others = (f"{NICHE}-{level}" for level in EXAMS)
    bank = banks.open_bank(session, first, by=by, now=now)
    banks.import_questions(session, bank.id, QUESTIONS, by=by, now=now)
    for slug in others:
        banks.share_bank(session, first, with_track=slug, by=by, now=now)
    for version in bank_queries.latest_versions(session, bank.id):
        begin = banks.try_out if version.question.idnumber == ON_TRIAL else banks.put_live
        begin(session, version.question_id, by=by, now=now)
    for level, row in EXAMS.items():
        exam = _exam(row, tracks.track_by_slug(session, f"{NICHE}-{level}").id, now)
        session.add(exam)
        session.flush()
        commands.publish(session, exam.id, by=by, now=now)


def _exam(row: ExamRow, track_id: int, now: datetime) -> Exam:
    parts = enumerate(row.parts.items(), start=1)
    return Exam(
        track_id=track_id,
        edition=1,
        state=ExamState.DRAFT,
        minutes=row.minutes,
        pass_percent=row.pass_percent,
        valid_days=VALID_FOR.days,
        waits_days=list(row.waits_days),
        tries_max=row.tries_max,
        window_days=WINDOW_DAYS,
        trial_questions=TRIAL_QUESTIONS,
        is_reviewed=False,
        made_at=now,
        parts=[ExamPart(position=place, topic=topic, questions=count) for place, (topic, count) in parts],
    )


def decides(niche: str, level: int, ago: timedelta) -> bool:
    """Tell whether a certificate of that time comes from an exam."""
    return niche == NICHE and level in EXAMS and ago < SINCE - LAST_TRY_AGO


def certify(session: Session, level: int, *, person_id: int, now: datetime) -> None:
    """Let somebody pass, some of them at the second try."""
    luck = Random(f"{SEED}:exam:{person_id}")  # noqa: S311 - a demo, to be repeated
    if luck.random() < FAILED_BEFORE:
        _take(session, level, person_id, luck, is_passed=False, now=now - LAST_TRY_AGO)
    _take(session, level, person_id, luck, is_passed=True, now=now)


def fail(session: Session, person_id: int, *, ago: timedelta, now: datetime) -> None:
    """Let somebody have tried the first level so long ago, and not passed."""
    luck = Random(f"{SEED}:exam:{person_id}")  # noqa: S311 - a demo, to be repeated
    place = "an office" if ago < FROM_ONE_OFFICE else ""
    _take(session, min(EXAMS), person_id, luck, is_passed=False, now=now - ago, place=place)


def _take(
    session: Session, level: int, person_id: int, luck: Random, *, is_passed: bool, now: datetime, place: str = ""
) -> None:
    """Take an exam from the first question to the last; `now` is when it is handed in."""
    row = EXAMS[level]
    slug, began_at = f"{NICHE}-{level}", now - luck.randint(row.minutes // 2, row.minutes - 1) * MINUTE
    place = place or str(person_id)
    traces = commands.Traces(f"network {place}", f"device {place}")
    attempt = commands.start(session, slug, person_id=person_id, traces=traces, now=began_at, luck=luck)
    known = _known(attempt, _enough(attempt, row.pass_percent), luck, is_passed=is_passed)
    pace = (now - began_at) / (len(attempt.questions) + 1)
    for asked in attempt.questions:
        is_right = asked.question_id in known
        asked.response, asked.sequence = list(respond(asked.version.content, luck, is_right=is_right)), 1
        asked.answered_at = began_at + asked.position * pace
    session.flush()
    commands.submit(session, attempt.reference, person_id=person_id, now=now)


def _enough(attempt: ExamAttempt, pass_percent: int) -> int:
    """Count the right answers that are needed."""
    return -(-sum(one.is_scored for one in attempt.questions) * pass_percent // 100)


def _known(attempt: ExamAttempt, enough: int, luck: Random, *, is_passed: bool) -> set[int]:
    """Decide which questions are answered right: the harder one is, the fewer know it."""

    def distance(asked: AskedQuestion) -> float:
        return luck.random() + EFFORT[asked.question.difficulty]

    scored = sorted((one for one in attempt.questions if one.is_scored), key=distance)
    right = luck.randint(enough, len(scored)) if is_passed else luck.randint(enough // 2, enough - 1)
    on_trial = [one for one in attempt.questions if not one.is_scored and luck.random() < right / len(scored)]
    return {one.question_id for one in (*scored[:right], *on_trial)}
