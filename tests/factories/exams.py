"""Exams, and attempts at them."""

from datetime import timedelta
from fractions import Fraction
from random import Random

from certification.banks import commands as banks
from certification.banks import queries as bank_queries
from certification.banks.formats import Entry
from certification.banks.kinds import Choice, Essay, Kind, Multichoice, say
from certification.exams import commands
from certification.exams.models import Exam, ExamPart
from certification.exams.models_of_signals import ExamSignal
from certification.exams.rules import ExamState
from certification.exams.rules.signals import SignalKind
from certification.tracks.models import Track
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.question_banks import make_bank
from tests.factories.questions import EVERY_KIND
from tests.factories.tracks import make_track

TRACES = commands.Traces("a network", "a device")
RIGHT, WRONG = "right", "wrong"


def choice(stem="Which one?"):
    """Give a question with one right answer among three."""
    grades = {RIGHT: Fraction(1), WRONG: Fraction(0), "odd": Fraction(0)}
    parts = tuple(Choice(own, say(own, "en"), grade) for own, grade in grades.items())
    return Multichoice(stem=say(stem, "en"), choices=parts)


def make_choices(number, *, topic="Basics"):
    """Give so many questions with one right answer among three."""
    return [Entry(name=f"{topic} {n}", content=choice(f"{topic} {n}?"), topic=topic) for n in range(number)]


def make_live(session, bank, *, now=NOON - DAY):
    """Let all questions of a bank be asked and scored."""
    staff = make_staff(session)
    for version in bank_queries.latest_versions(session, bank.id):
        banks.put_live(session, version.question_id, by=staff.id, now=now)
    session.flush()


def make_exam(session, *, track=None, entries=None, parts=(("", None, 4),), publish=True, **overrides):
    """Make an exam of four choices out of ten, in 30 minutes, and publish it unless that is not wanted."""
    track = track or make_track(session)
    if track.bank_id is None:
        make_live(session, make_bank(session, track=track, entries=make_choices(10) if entries is None else entries))
    facts = {
        "track_id": track.id,
        "edition": 1,
        "state": ExamState.DRAFT,
        "release_id": None,
        "minutes": 30,
        "pass_percent": 75,
        "valid_days": 730,
        "waits_days": [7, 30],
        "tries_max": 3,
        "window_days": 365,
        "trial_questions": 0,
        "is_reviewed": False,
        "made_at": NOON - DAY,
        "published_at": None,
        **overrides,
    }
    exam = Exam(**facts, parts=[_part(position, *part) for position, part in enumerate(parts, start=1)])
    session.add(exam)
    session.flush()
    if publish:
        commands.publish(session, exam.id, by=make_staff(session).id, now=NOON - DAY)
    return exam


def _part(position, topic, difficulty, questions):
    return ExamPart(position=position, topic=topic, difficulty=difficulty, questions=questions)


def make_exam_of_every_kind(session, *entries):
    """Make an exam that asks a question of every kind, and some more."""
    every = [
        Entry(name=f"Secret name {number}", content=made(), topic="T", idnumber=f"secret-{number}")
        for number, made in enumerate(EVERY_KIND)
    ]
    track = make_track(session)
    make_live(session, make_bank(session, track=track, entries=[*every, *entries]))
    asked = sum(entry.content.KIND is not Kind.DESCRIPTION for entry in every) + len(entries)
    return make_exam(session, track=track, parts=(("", None, asked),))


def make_attempt(session, *, exam=None, person=None, now=NOON, luck=None):
    """Begin an attempt."""
    exam = exam or make_exam(session)
    slug = session.get(Track, exam.track_id).slug
    person = person or make_person(session)
    luck = Random(1) if luck is None else luck
    return commands.start(session, slug, person_id=person.id, traces=TRACES, now=now, luck=luck)


def shown(asked, own=RIGHT):
    """Give what a candidate posts to choose a part of a question."""
    return {"answer": [asked.shown_ids[own]]}


def answer_all(session, attempt, *, right, now=NOON):
    """Answer all questions of an attempt, the first ones right."""
    for asked in attempt.questions:
        posted = shown(asked, RIGHT if asked.position <= right else WRONG)
        commands.answer(
            session,
            attempt.reference,
            asked.position,
            person_id=attempt.person_id,
            posted=posted,
            sequence=asked.sequence + 1,
            now=now,
        )


def hand_in(session, attempt, *, right, now=NOON + timedelta(minutes=10)):
    """Answer all, hand in, and give the attempt back."""
    answer_all(session, attempt, right=right, now=now)
    return commands.submit(session, attempt.reference, person_id=attempt.person_id, now=now)


def make_reviewed_attempt(session, *, now=NOON):
    """Hand in an attempt with a text that a person has to mark, without a rubric."""
    track = make_track(session)
    entries = [Entry(name="Text", content=Essay(stem=say("Answer this customer.", "en")))]
    make_live(session, make_bank(session, track=track, entries=entries))
    attempt = make_attempt(session, exam=make_exam(session, track=track, parts=(("", None, 1),)), now=now)
    facts = {"person_id": attempt.person_id, "now": now}
    commands.answer(session, attempt.reference, 1, posted={"answer": ["I am sorry."]}, sequence=1, **facts)
    return commands.submit(session, attempt.reference, **facts)


def make_allowance(session, *, exam, person, by=None, now=NOON, **overrides):
    """Let somebody of the vendor's people allow a quarter more time."""
    facts = {"extra_percent": 25, "may_try_from": None, "reason": "A proof was seen.", **overrides}
    by = by or make_staff(session)
    return commands.allow(session, person.id, session.get(Track, exam.track_id).slug, **facts, by=by.id, now=now)


def make_signal(session, *, attempt, now=NOON, **overrides):
    """Let an attempt have been far faster than others."""
    facts = {
        "key": f"speed:{attempt.id}",
        "kind": SignalKind.SPEED,
        "track_id": attempt.track_id,
        "attempt_id": attempt.id,
        "facts": {"seconds": 95, "usual_seconds": 1260, "fast_answers": 9, "right_answers": 10},
        "happened_at": now,
        "noticed_at": now,
        **overrides,
    }
    signal = ExamSignal(**facts)
    session.add(signal)
    session.flush()
    return signal
