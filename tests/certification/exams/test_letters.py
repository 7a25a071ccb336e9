"""A candidate hears what came of an attempt, in the own language; the page of the result leads on."""

import pytest
from sqlalchemy import select

from certification.credentials import commands as credentials
from certification.credentials import queries as given
from certification.exams import commands, queries
from marketplace.kernel import mail
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.exams import hand_in, make_attempt, make_exam
from tests.factories.tracks import make_track


def letters(session):
    """List the letters that are owed, with what they say."""
    owed = session.scalars(select(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id))
    return [(one.payload["to"], one.payload["subject"], one.payload["paragraphs"]) for one in owed]


@pytest.fixture
def exam(session):
    return make_exam(session, track=make_track(session, names={"en": "Upgrades", "es": "Mejoras"}))


def test_who_has_passed_hears_of_the_certificate(session, exam):
    attempt = hand_in(session, make_attempt(session, exam=exam), right=4)
    [(to, subject, _said)] = letters(session)
    assert (to, subject) == (attempt.person.email, "You have passed: Upgrades")


def test_who_has_not_passed_hears_from_when_to_try_again(session, exam):
    hand_in(session, make_attempt(session, exam=exam), right=0)
    [(_to, subject, said)] = letters(session)
    assert subject == "Not passed: Upgrades"
    assert "You may try again from Tuesday, March 17, 2026" in said[-1]


def test_letters_are_in_the_language_of_the_candidate(session, exam):
    hand_in(session, make_attempt(session, exam=exam, person=make_person(session, language="es")), right=4)
    [(_to, subject, _said)] = letters(session)
    assert "Mejoras" in subject


def test_a_revoked_certificate_can_be_earned_again(session, exam):
    attempt = hand_in(session, make_attempt(session, exam=exam), right=4)
    assert queries.opens_at(session, exam, attempt.person_id) > NOON + 600 * DAY
    [certificate] = given.all_credentials(session, [attempt.person_id])[attempt.person_id]
    credentials.revoke(session, certificate.id, reason="Copied", by=make_staff(session).id, now=NOON + DAY)
    session.expire_all()
    assert queries.opens_at(session, exam, attempt.person_id) == attempt.ended_at + 7 * DAY
    commands.let_stand_again(session, attempt.person_id, attempt.track_id, since=NOON + DAY)
    session.expire_all()
    assert queries.opens_at(session, exam, attempt.person_id) > NOON + 600 * DAY
