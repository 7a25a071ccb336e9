"""Letters about applications: who gets them, in whose words, and where they lead."""

from urllib.parse import urlsplit

import pytest

from marketplace.accounts.rules import StaffRole
from marketplace.kernel.outbox import OutboxMessage
from marketplace.site import notifications as tell
from providers.applications import links
from providers.applications.events import (
    ApplicationAnswered,
    ApplicationApproved,
    ApplicationQuestioned,
    ApplicationRefused,
    ApplicationSubmitted,
    MemberInvited,
    MemberJoined,
)
from providers.applications.rules import ApplicationStatus
from providers.profiles.rules import MemberRole
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.applications import make_applicant, make_application, make_invitation, make_question
from tests.factories.profiles import make_member

PASSWORD = "a good long phrase"


@pytest.fixture
def provider(session):
    """Bo's business, which applies: Bo reads Spanish, and lives in New York; a colleague owns nothing."""
    facts = {"name": "Bo", "email": "bo@example.test", "language": "es", "zone": "America/New_York"}
    provider = make_applicant(session, person=make_person(session, **facts, password=PASSWORD), name="Bo Helps")
    make_member(session, provider, person=make_person(session, email="mate@example.test", password=PASSWORD))
    return provider


@pytest.fixture
def clerk(session):
    make_staff(session, StaffRole.SUPPORT, email="support@example.test")
    return make_staff(session, StaffRole.CERTIFICATION, email="clerk@example.test")


def letter(session):
    """The one letter that is owed."""
    [found] = letters(session)
    return found


def letters(session):
    """All that are owed, the first one first."""
    return [one.payload for one in session.query(OutboxMessage).filter_by(kind="mail").order_by(OutboxMessage.id)]


def text_of(found):
    return "\n".join([found["subject"], *found["paragraphs"]]).replace("\u202f", " ")


def path_of(found):
    return urlsplit(found["action"][1]).path


def test_those_who_decide_hear_of_an_application(session, provider, clerk):
    sent = make_application(session, provider=provider)
    tell.application_submitted(session, ApplicationSubmitted(sent.id, NOON))
    found = letter(session)
    assert (found["to"], path_of(found)) == ("clerk@example.test", f"/vendor/applications/{sent.id}")
    assert "Bo Helps" in found["subject"]


def test_the_owner_hears_what_is_asked(session, provider, clerk):
    sent = make_application(session, provider=provider, status=ApplicationStatus.QUESTIONS_ASKED)
    asked = make_question(session, sent, question="Where do you work?", asked_by=clerk.id)
    tell.application_questioned(session, ApplicationQuestioned(asked.id, NOON))
    found = letter(session)
    assert (found["to"], found["language"], path_of(found)) == ("bo@example.test", "es", "/work/application")
    assert "Where do you work?" in found["paragraphs"]


def test_those_who_decide_hear_the_answer(session, provider, clerk):
    sent = make_application(session, provider=provider)
    said = {"answer": "In Cádiz.", "answered_by": provider.members[0].person_id, "answered_at": NOON}
    asked = make_question(session, sent, asked_by=clerk.id, **said)
    tell.application_answered(session, ApplicationAnswered(asked.id, NOON))
    found = letter(session)
    assert (found["to"], path_of(found)) == ("clerk@example.test", f"/vendor/applications/{sent.id}")
    assert "In Cádiz." in found["paragraphs"]


def test_who_is_approved_is_led_to_their_page(session, provider):
    approved = make_application(session, provider=provider, status=ApplicationStatus.APPROVED)
    tell.application_approved(session, ApplicationApproved(approved.id, NOON))
    found = letter(session)
    assert (found["to"], path_of(found)) == ("bo@example.test", f"/providers/{provider.slug}")


def test_who_is_refused_reads_why_and_when_to_try_again(session, provider):
    provider.members[0].person.language = "en"
    refused = make_application(session, provider=provider, status=ApplicationStatus.REFUSED, reason="No answer.")
    tell.application_refused(session, ApplicationRefused(refused.id, NOON))
    found = letter(session)
    assert "No answer." in found["paragraphs"]
    assert "April 8, 2026, 8:00 AM (New York time)" in text_of(found)


def test_who_is_invited_needs_no_account_to_read_it(session, provider):
    provider.members[0].person.language = "en"
    made = make_invitation(session, provider, email="new@example.test", made_at=NOON, expires_at=NOON + 7 * DAY)
    tell.member_invited(session, MemberInvited(made.id, links.make(made.id), NOON))
    found = letter(session)
    assert (found["to"], found["language"]) == ("new@example.test", "en")
    assert path_of(found) == f"/join/{links.make(made.id)}"
    assert "Bo would like you to work for Bo Helps" in text_of(found)
    assert "Your role: Member. Takes jobs." in text_of(found)


def test_the_owner_hears_who_has_joined(session, provider):
    new = make_person(session, name="Nia")
    made = make_invitation(session, provider, accepted_by=new.id, accepted_at=NOON)
    tell.member_joined(session, MemberJoined(made.id, NOON))
    found = letter(session)
    assert (found["to"], path_of(found)) == ("bo@example.test", "/work/members")
    assert "Nia" in found["subject"]
    assert "Los idiomas" in text_of(found)


def test_whoever_is_invited_for_the_money_is_told_so_and_says_no_languages(session, provider):
    provider.members[0].person.language = "en"
    made = make_invitation(session, provider, role=MemberRole.FINANCE, made_at=NOON, expires_at=NOON + 7 * DAY)
    tell.member_invited(session, MemberInvited(made.id, links.make(made.id), NOON))
    assert "Your role: Finance. Sees payouts and papers, and no requests." in text_of(letter(session))
    made.accepted_by, made.accepted_at = make_person(session, name="Nia").id, NOON
    session.flush()
    session.expire(made)
    tell.member_joined(session, MemberJoined(made.id, NOON))
    _invitation, joined = letters(session)
    assert "Their role: Finance." in text_of(joined)
    assert "languages" not in text_of(joined)
