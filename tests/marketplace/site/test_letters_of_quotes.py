"""What letters say of quotes: to whom, with which price, until when, and what became of the money."""

import pytest

from marketplace.jobs import events
from marketplace.kernel import mail
from marketplace.kernel.outbox import OutboxMessage
from marketplace.matching.commands import OfferMade, QuoteDismissed
from marketplace.matching.rules import OfferStatus
from marketplace.site import notifications as tell
from marketplace.support_requests.rules import Mode
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.matching import BOOKED, make_offer, make_quote
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request


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
def quoting(session, ana):
    return make_request(session, customer=ana, mode=Mode.QUOTES, ceiling_minor=None)


@pytest.fixture
def offer(session, quoting, provider):
    """An offer that was answered by a quote of 45 EUR, to be chosen for a day."""
    facts = {"status": OfferStatus.QUOTED, "answered_at": NOON, "expires_at": NOON + DAY}
    made = make_offer(session, support_request=quoting, provider=provider, **facts)
    make_quote(session, offer=made)
    return made


def told(session):
    """Give who gets a letter, and what all of it says."""
    owed = [one.payload for one in session.query(OutboxMessage).filter_by(kind=mail.KIND)]
    text = "\n".join(line for one in owed for line in (one["subject"], *one["paragraphs"]))
    return [one["to"] for one in owed], text.replace("\u202f", " ")


def test_the_customer_reads_how_quotes_come_in_and_that_nothing_is_held(session, quoting):
    tell.matching_started(session, events.MatchingStarted(quoting.id, NOON))
    readers, text = told(session)
    assert readers == ["ana@example.test"]
    assert "They have 8 hours to answer." in text
    assert "Nothing is set aside or taken" in text


def test_a_partner_is_asked_what_it_would_take_and_by_when(session, quoting, provider):
    offer = make_offer(session, support_request=quoting, provider=provider, status=OfferStatus.ASKED)
    tell.offer_made(session, OfferMade(offer.id, quoting.id, provider.id, NOON))
    readers, text = told(session)
    assert readers == ["bo@example.test"]
    assert "You usually ask €49 per request." in text
    assert "Send your quote by Tuesday, March 10, 2026, 9:00 AM (New York time), or decline." in text


def test_who_is_asked_to_quote_a_session_reads_when_it_is(session, ana, provider):
    one = make_request(session, customer=ana, mode=Mode.QUOTES, ceiling_minor=None, starts_at=NOON + DAY)
    offer = make_offer(session, support_request=one, provider=provider, status=OfferStatus.ASKED, **BOOKED)
    tell.offer_made(session, OfferMade(offer.id, one.id, provider.id, NOON))
    assert "a guided session on Wednesday, March 11, 2026, 8:00 AM (New York time), for 1 hour" in told(session)[1]


def test_a_quote_comes_with_its_price_and_until_when_it_stands(session, offer):
    tell.quote_given(session, events.QuoteGiven(offer.id, offer.request_id, NOON))
    readers, text = told(session)
    assert readers == ["ana@example.test"]
    assert "A quote from Bo Helps: €45" in text
    assert "A backup, the repair and a test." in text
    assert "until Wednesday, March 11, 2026, 5:45 PM (Kathmandu time)" in text


def test_a_revised_quote_says_that_it_is_one(session, offer):
    make_quote(session, offer=offer, price_minor=4000)
    tell.quote_given(session, events.QuoteGiven(offer.id, offer.request_id, NOON))
    assert "A new quote from Bo Helps: €40" in told(session)[1]


def test_whoever_was_about_to_pay_reads_that_nothing_is_taken(session, offer):
    tell.quote_withdrawn(session, events.QuoteWithdrawn(offer.id, offer.request_id, was_chosen=True, at=NOON))
    readers, text = told(session)
    assert readers == ["ana@example.test"]
    assert "Nothing was taken. If you have paid already, what was set aside is released." in text


def test_a_quote_that_nobody_was_paying_has_no_word_about_money(session, offer):
    offer.status = OfferStatus.WITHDRAWN
    session.flush()
    tell.quote_withdrawn(session, events.QuoteWithdrawn(offer.id, offer.request_id, was_chosen=False, at=NOON))
    text = told(session)[1]
    assert "set aside" not in text
    assert "We go on asking" in text


def test_an_unpaid_quote_still_stands_or_has_run_out(session, offer):
    tell.quote_unpaid(session, events.QuoteUnpaid(offer.id, offer.request_id, NOON))
    tell.quote_unpaid(session, events.QuoteUnpaid(offer.id, offer.request_id, NOON + 2 * DAY))
    text = told(session)[1]
    assert "can be chosen until Wednesday, March 11" in text
    assert "has run out meanwhile" in text


def test_the_partner_who_was_chosen_reads_by_when_to_write(session, offer):
    tell.quote_accepted(session, events.QuoteAccepted(offer.id, offer.request_id, NOON + HOUR))
    readers, text = told(session)
    assert readers == ["bo@example.test"]
    assert "paid your quote of €45" in text
    assert "you write first within 1 hour" in text


def test_who_was_not_chosen_is_thanked_and_who_had_not_answered_is_left_alone(session, offer, provider):
    facts = (offer.id, offer.request_id, provider.id)
    tell.quote_dismissed(session, QuoteDismissed(*facts, had_quoted=False, at=NOON))
    assert told(session) == ([], "")
    tell.quote_dismissed(session, QuoteDismissed(*facts, had_quoted=True, at=NOON))
    readers, text = told(session)
    assert readers == ["bo@example.test"]
    assert "Thank you for your quote of €45." in text


def test_when_nobody_quotes_the_customer_reads_what_to_do(session, quoting):
    tell.request_unmatched(session, events.RequestUnmatched(quoting.id, NOON))
    assert "change what you ask for, or ask for help in another way" in told(session)[1]
