"""What letters say of help by the hour and of sessions: times in the reader's own zone, amounts to the cent."""

import pytest

from marketplace.jobs import events
from marketplace.jobs.models import WorkTime
from marketplace.kernel import mail
from marketplace.kernel.outbox import OutboxMessage
from marketplace.matching.commands import OfferMade
from marketplace.payments.rules import HoldStatus
from marketplace.site import notifications as tell
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.matching import BOOKED, CAPPED, make_job, make_offer
from tests.factories.payments import make_hold
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request

START = NOON + DAY


@pytest.fixture
def ana(session):
    """The customer, in Kathmandu."""
    return make_person(
        session, name="Ana", email="ana@example.test", zone="Asia/Kathmandu", password="a good long phrase"
    )


@pytest.fixture
def provider(session):
    """The partner, in New York."""
    person = make_person(
        session, name="Bo", email="bo@example.test", zone="America/New_York", password="a good long phrase"
    )
    return make_provider(session, name="Bo Helps", person=person)


@pytest.fixture
def capped(session, ana, provider):
    return make_job(session, support_request=make_request(session, customer=ana, provider=provider), **CAPPED)


@pytest.fixture
def booked(session, ana, provider):
    one = make_request(session, customer=ana, provider=provider, ceiling_minor=6000, starts_at=START)
    return make_job(session, support_request=one, **BOOKED, starts_at=START)


def said(session, to):
    """Give the text of the one letter to somebody."""
    letters = [one.payload for one in session.query(OutboxMessage).filter_by(kind=mail.KIND)]
    [letter] = [one for one in letters if one["to"] == to]
    return "\n".join([letter["subject"], *letter["paragraphs"]]).replace("\u202f", " ")


def test_an_offer_by_the_hour_names_the_hour_and_the_cap(session, provider):
    offer = make_offer(session, provider=provider, **CAPPED)
    tell.offer_made(session, OfferMade(offer.id, offer.request_id, provider.id, NOON))
    assert "The price is €60 per hour, at most 3 hours: €180." in said(session, "bo@example.test")


def test_an_offer_of_a_session_names_its_start_where_the_partner_lives(session, provider):
    offer = make_offer(session, support_request=make_request(session, starts_at=START), provider=provider, **BOOKED)
    tell.offer_made(session, OfferMade(offer.id, offer.request_id, provider.id, NOON))
    text = said(session, "bo@example.test")
    assert "a guided session on Wednesday, March 11, 2026, 8:00 AM (New York time), for 1 hour" in text


def test_who_has_booked_reads_when_it_starts_and_what_is_released(session, booked):
    tell.request_accepted(session, events.RequestAccepted(booked.request_id, booked.provider_id, NOON))
    text = said(session, "ana@example.test")
    assert "Your session starts on Wednesday, March 11, 2026, 5:45 PM (Kathmandu time), and lasts 1 hour." in text
    assert "€11 of what was set aside is released." in text


def test_who_pays_by_the_hour_reads_what_was_agreed(session, capped):
    capped.support_request.ceiling_minor = 18000
    tell.request_accepted(session, events.RequestAccepted(capped.request_id, capped.provider_id, NOON))
    text = said(session, "ana@example.test")
    assert "You agreed on €60 per hour, at most 3 hours: €180." in text
    assert "released" not in text


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (80, "1 hour and 20 minutes of work cost €80, and €100 goes back. It goes to the card"),
        (180, "3 hours of work cost €180."),
    ],
)
def test_in_the_end_the_customer_reads_what_the_time_cost(session, capped, minutes, words):
    session.add(WorkTime(job_id=capped.id, member_id=capped.member_id, minutes=minutes, note="Moved it.", at=NOON))
    session.flush()
    session.expire(capped)
    tell.request_closed(session, events.RequestClosed(capped.request_id, NOON))
    text = said(session, "ana@example.test")
    assert words in text
    assert ("goes back" in text) == (minutes < 180)


@pytest.mark.parametrize(
    ("refunded_minor", "words"),
    [
        (4900, "You get all of it back: €49. It goes to the card"),
        (2450, "€24.50 goes back and €24.50 was paid. It goes to the card"),
        (0, "nothing goes back: €49 was paid."),
    ],
)
def test_who_calls_a_session_off_reads_what_goes_back(session, ana, booked, refunded_minor, words):
    facts = {"status": HoldStatus.SETTLED, "captured_minor": 4900, "refunded_minor": refunded_minor}
    make_hold(session, support_request=booked.support_request, **facts)
    tell.request_cancelled(session, events.RequestCancelled(booked.request_id, "I am ill.", NOON, ana.id))
    text = said(session, "ana@example.test")
    assert "Your request is cancelled, as you asked." in text
    assert words in text


@pytest.mark.parametrize("refunded_minor", [4900, 2450])
def test_the_partner_reads_that_the_time_is_free_again_and_what_is_paid_for_it(session, ana, booked, refunded_minor):
    facts = {"status": HoldStatus.SETTLED, "captured_minor": 4900, "refunded_minor": refunded_minor}
    make_hold(session, support_request=booked.support_request, **facts)
    tell.session_called_off(session, events.RequestCancelled(booked.request_id, "I am ill.", NOON, ana.id))
    text = said(session, "bo@example.test")
    assert "The session on Wednesday, March 11, 2026, 8:00 AM (New York time) does not take place." in text
    assert "The customer says why: I am ill." in text
    assert ("You are paid your share of €24.50 for it." in text) == (refunded_minor == 2450)


def test_only_who_did_not_do_it_is_told(session, booked, capped, ana):
    partner_id = booked.member.person_id
    tell.session_called_off(session, events.RequestCancelled(booked.request_id, "Beyond me.", NOON, partner_id))
    tell.session_called_off(session, events.RequestCancelled(capped.request_id, "No need.", NOON, ana.id))
    assert session.query(OutboxMessage).count() == 0
