"""Questions that were wrong, and what was graded anew because of them."""

from dataclasses import replace
from fractions import Fraction

from certification.banks import commands as banks
from certification.banks import queries as bank_queries
from certification.exams import commands
from certification.exams import queries_of_regrades as queries
from certification.exams.rules.regrading import Decision, Fallback, Remedy
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.exams import RIGHT, WRONG, hand_in, make_attempt, make_choices, make_exam

FULL_MARKS, LEFT_OUT = Decision(Remedy.FULL_MARKS), Decision(Remedy.LEFT_OUT)
NEWEST_KEY = Decision(Remedy.NEWEST_KEY, Fallback.FULL_MARKS)


def make_small_exam(session, **overrides):
    """Make an exam of four choices, all of which every attempt asks; three right ones are enough."""
    return make_exam(session, **({"entries": make_choices(4)} | overrides))


def make_graded(session, exam, *, right, person=None, now=NOON):
    """Hand in an attempt with so many right answers."""
    return hand_in(session, make_attempt(session, exam=exam, person=person, now=now), right=right, now=now)


def answered(attempt, own=WRONG):
    """Give a question of an attempt that was answered so."""
    return next(one for one in attempt.questions if one.response == [own])


def turn_key(session, question_id, *, now=NOON, renamed=()):
    """Write a version in which what was wrong is right, and the other way round; some choices say something else."""
    version = bank_queries.versions(session, question_id)[-1]
    turned = {RIGHT: Fraction(0), WRONG: Fraction(1)}
    choices = tuple(
        replace(one, grade=turned.get(one.id, one.grade), text=_renamed(one) if one.id in renamed else one.text)
        for one in version.content.choices
    )
    entry = replace(bank_queries.entry(version), content=replace(version.content, choices=choices))
    banks.rewrite(session, question_id, entry, seen=version.number, by=make_staff(session).id, now=now)


def _renamed(choice):
    return replace(choice.text, words={"en": f"not {choice.id} at all"})


def regrade(session, question_id, decision, *, by=None, now=NOON + DAY, versions=(1,)):
    """Look at what a decision would change, and do it."""
    session.flush()
    found = queries.dry_run(session, question_id, decision, versions)
    facts = {"versions": versions, "reason": "The key was wrong.", "seen": found.seen, "now": now}
    made = commands.regrade(session, question_id, decision, **facts, by=by or make_staff(session).id)
    session.expire_all()
    return made


def make_doubt(session, exam=None, *, person=None, now=NOON):
    """Put a pass in doubt."""
    attempt = make_graded(session, exam or make_small_exam(session), right=3, person=person, now=now)
    asked = answered(attempt, RIGHT)
    turn_key(session, asked.question_id, now=now)
    regrade(session, asked.question_id, NEWEST_KEY, now=now)
    return queries.open_doubts(session)[-1]
