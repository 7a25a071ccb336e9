"""Whoever holds a certificate hears when it counts no more, and what comes of an appeal."""

import pytest
from sqlalchemy import select

from certification.credentials import commands
from certification.credentials.rules import AppealDecision
from marketplace.kernel import mail
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.credentials import make_appeal, make_credential
from tests.factories.tracks import make_track


@pytest.fixture
def track(session):
    return make_track(session, names={"en": "Upgrades", "es": "Mejoras"})


def letters(session):
    """List the letters that are owed, with what they say, the latest last."""
    owed = session.scalars(select(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id))
    return [(one.payload["to"], one.payload["subject"], one.payload["paragraphs"]) for one in owed]


def test_the_holder_hears_why_and_until_when_they_may_appeal(session, track):
    person = make_person(session)
    credential = make_credential(session, person=person, track=track)
    commands.revoke(session, credential.id, reason="Copied answers.", by=make_staff(session).id, now=NOON)
    [(to, subject, said)] = letters(session)
    assert (to, subject) == (person.email, "Your certificate was revoked: Upgrades")
    assert "Copied answers." in said
    assert "until Thursday, April 9, 2026, 2:00 PM (Madrid time)" in said[-1].replace("\u202f", " ")


def test_who_may_decide_hears_of_an_appeal_and_who_has_revoked_it_does_not(session, track):
    revoker, colleague = make_staff(session), make_staff(session, "certification")
    make_staff(session, "support")
    credential = revoked(session, track, by=revoker.id)
    appeal(session, credential)
    [(to, subject, said)] = letters(session)[1:]
    assert (to, subject) == (colleague.email, "Ana Ruiz appeals against a revocation: Upgrades")
    assert {"Copied answers.", "I wrote them myself."} <= set(said)


def test_who_has_revoked_it_hears_of_it_if_nobody_else_can_decide(session, track):
    revoker = make_staff(session)
    credential = revoked(session, track, by=revoker.id)
    appeal(session, credential)
    assert [to for to, _subject, _said in letters(session)[1:]] == [revoker.email]


@pytest.mark.parametrize(
    ("decision", "language", "subject"),
    [
        (AppealDecision.GIVE_BACK, "en", "Your certificate is given back: Upgrades"),
        (AppealDecision.KEEP, "en", "Your certificate stays revoked: Upgrades"),
        (AppealDecision.KEEP, "es", "Mejoras"),
    ],
)
def test_the_holder_hears_the_decision_with_its_reason_in_their_language(session, track, decision, language, subject):
    person = make_person(session, language=language)
    credential = make_credential(
        session, person=person, track=track, revoked_at=NOON - DAY, revoked_reason="Copied answers."
    )
    made, staff = make_appeal(session, credential), make_staff(session)
    commands.decide_appeal(session, made.id, decision=decision, answer="We looked.", by=staff.id, now=NOON)
    [(to, told, said)] = letters(session)
    assert to == person.email
    assert subject in told
    assert "We looked." in said


def revoked(session, track, *, by):
    credential = make_credential(session, person=make_person(session, name="Ana Ruiz"), track=track)
    commands.revoke(session, credential.id, reason="Copied answers.", by=by, now=NOON)
    return credential


def appeal(session, credential):
    commands.appeal(
        session, credential.reference, person_id=credential.person_id, statement="I wrote them myself.", now=NOON
    )
