"""Letters to partners about what is decided of them."""

from urllib.parse import urlsplit

import pytest

from marketplace.kernel.outbox import OutboxMessage
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles import commands
from providers.profiles.rules.levels import CHECK_EVERY
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_member, make_provider
from tests.factories.tariffs import make_agreed_commission

PASSWORD = "a good long phrase"
EXCELLENT = {"jobs_done": 50, "promises_due": 40, "promises_kept": 38, "ratings": 10, "stars_sum": 48}


@pytest.fixture
def add(session):
    """A function that makes Bo's business, in which Mia works as well, and whose level is to be checked at `NOON`."""

    def add(**facts):
        bo = make_person(session, name="Bo", email="bo@example.test", password=PASSWORD)
        told = {"commission_percent": None, "level_check_at": NOON, **facts}
        provider = make_provider(session, person=bo, name="Bo Helps", **told)
        make_member(session, provider, person=make_person(session, email="mia@example.test", password=PASSWORD))
        session.expire(provider)
        return provider

    return add


def letters(session):
    """What is owed: to whom, the page to which it leads, and what it says."""
    owed = [one.payload for one in session.query(OutboxMessage).filter_by(kind="mail").order_by(OutboxMessage.id)]
    return [
        (one["to"], urlsplit(one["action"][1]).path, "\n".join([one["subject"], *one["paragraphs"]])) for one in owed
    ]


def test_all_who_work_there_are_told_of_a_suspension_and_of_its_end(session, add):
    provider, clerk = add(), make_staff(session)
    commands.suspend(session, provider.id, reason="Took money beside us.", by=clerk.id, now=NOON)
    assert [(to, path) for to, path, _text in letters(session)] == [
        ("bo@example.test", "/work"),
        ("mia@example.test", "/work"),
    ]
    assert "Took money beside us." in letters(session)[0][2]
    commands.reinstate(session, provider.id, reason="A mistake.", by=clerk.id, now=NOON)
    assert "Bo Helps is on the list again" in letters(session)[-1][2]


def checked(session, provider):
    commands.check_level(session, provider.id, now=NOON)
    [(to, path, text)] = letters(session)
    assert (to, path) == ("bo@example.test", "/work"), "the owner is told"
    return text


def test_who_rises_is_told_the_new_commission(session, add):
    provider = add(**EXCELLENT)
    make_credential(session, person=provider.members[0].person, issued_at=NOON.replace(year=NOON.year - 1, day=1))
    text = checked(session, provider)
    assert "Bo Helps has come further: Leading partner" in text
    assert "The commission of what is offered to you from now on is 15%." in text


def test_an_agreed_commission_does_not_follow_the_level(session, add):
    provider = add(level=PartnerLevel.LEADING)
    make_agreed_commission(session, provider)
    clerk = make_staff(session)
    commands.set_level(session, provider.id, PartnerLevel.NEW, reason="A new owner.", by=clerk.id, now=NOON)
    [(_to, _path, text)] = letters(session)
    assert "A new owner." in text
    assert "commission" not in text


def test_who_stays_is_told_when_it_is_looked_at_again(session, add):
    text = checked(session, add())
    assert "The level of Bo Helps stays: New partner" in text
    assert f"{NOON + CHECK_EVERY:%Y}" in text


def test_who_is_warned_is_told_what_is_missing_and_until_when(session, add):
    text = checked(session, add(level=PartnerLevel.ESTABLISHED, jobs_done=7))
    assert "10 jobs done: 7 now, 3 more to do" in text
    assert "A valid certificate for 180 days: No valid certificate" in text
    assert "April 9, 2026, your level is lowered" in text


def test_who_is_lowered_is_told(session, add):
    warned = {"level": PartnerLevel.LEADING, "level_warned_at": NOON.replace(day=1)}
    assert "The level of Bo Helps is lowered: New partner" in checked(session, add(**warned))
