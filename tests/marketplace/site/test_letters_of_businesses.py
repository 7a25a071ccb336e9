"""Letters among those who work together: who gets them, and where they lead."""

from urllib.parse import urlsplit

import pytest

from marketplace.kernel.outbox import OutboxMessage
from marketplace.site import notifications as tell
from marketplace.site.notifications.post import members_of, workers_of
from providers.profiles.events import BreakTaken, BusinessHandedOver, LanguageProofChanged, MemberParted, RoleChanged
from providers.profiles.models import LanguageProof
from providers.profiles.rules import Cefr, MemberRole
from providers.profiles.rules.speech import Medium
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.profiles import make_member, make_proof, make_provider

PASSWORD = "a good long phrase"


@pytest.fixture
def provider(session):
    """Bo's business, in which Mia works as well."""
    bo = make_person(session, name="Bo", email="bo@example.test", password=PASSWORD)
    provider = make_provider(session, person=bo, name="Bo Helps")
    mia = make_person(session, name="Mia", email="mia@example.test", password=PASSWORD, zone="America/Lima")
    make_member(session, provider, person=mia)
    session.expire(provider)
    return provider


def letters(session):
    """What is owed: to whom, the page to which it leads, and what it says."""
    owed = [one.payload for one in session.query(OutboxMessage).filter_by(kind="mail").order_by(OutboxMessage.id)]
    return [
        (one["to"], urlsplit(one["action"][1]).path, "\n".join([one["subject"], *one["paragraphs"]])) for one in owed
    ]


def test_a_break_is_told_to_all_but_who_has_decided_it(session, provider):
    provider.break_until = NOON + DAY
    tell.break_taken(session, BreakTaken(provider.id, provider.members[0].person_id, NOON))
    [(to, path, text)] = letters(session)
    assert (to, path) == ("mia@example.test", "/work/break")
    assert "Bo Helps takes a break" in text
    assert "Lima" in text


def test_a_new_role_is_told_to_whoever_has_it(session, provider):
    bo, mia = provider.members
    mia.role = MemberRole.FINANCE
    tell.role_changed(session, RoleChanged(mia.id, bo.person_id, NOON))
    [(to, path, text)] = letters(session)
    assert (to, path) == ("mia@example.test", "/work")
    assert "Finance" in text
    assert "Sees payouts and papers, and no requests." in text


def test_whoever_has_proven_a_language_is_told_by_what_and_when_that_is_taken_back(session, provider):
    _bo, mia = provider.members
    make_proof(session, mia, "en", Medium.WRITTEN, Cefr.C1, what="IELTS 7.5", proven_on=NOON.date())
    changed = LanguageProofChanged(mia.id, "en", Medium.WRITTEN, NOON)
    tell.language_proof_changed(session, changed)
    session.delete(session.get_one(LanguageProof, (mia.id, "en", Medium.WRITTEN)))
    session.flush()
    tell.language_proof_changed(session, changed)
    (to, path, proven), (_to, _path, taken_back) = letters(session)
    assert (to, path) == ("mia@example.test", "/work/languages")
    assert "Proven: English, Writing, C1" in proven
    assert "IELTS 7.5, on March 10, 2026" in proven
    assert "Not proven any more: English, Writing" in taken_back


def test_whoever_is_removed_is_told(session, provider):
    bo, mia = provider.members
    mia.left_at = NOON
    tell.member_parted(session, MemberParted(mia.id, bo.person_id, NOON))
    [(to, path, text)] = letters(session)
    assert (to, path) == ("mia@example.test", "/account")
    assert "You do not work for Bo Helps any more" in text


def test_the_owner_is_told_who_has_left(session, provider):
    _bo, mia = provider.members
    mia.left_at = NOON
    tell.member_parted(session, MemberParted(mia.id, mia.person_id, NOON))
    [(to, path, text)] = letters(session)
    assert (to, path) == ("bo@example.test", "/work/members")
    assert "Mia has left Bo Helps" in text


def test_a_new_owner_is_told_to_all_but_the_one_before(session, provider):
    bo, mia = provider.members
    tell.business_handed_over(session, BusinessHandedOver(mia.id, bo.person_id, NOON))
    [(to, path, text)] = letters(session)
    assert (to, path) == ("mia@example.test", "/work/members")
    assert "Mia owns Bo Helps now" in text


def test_what_is_about_requests_is_not_for_finance(session, provider):
    provider.members[1].role = MemberRole.FINANCE
    session.flush()
    assert [one.name for one in workers_of(session, provider.id)] == ["Bo"]
    assert [one.name for one in members_of(session, provider.id)] == ["Bo", "Mia"]
