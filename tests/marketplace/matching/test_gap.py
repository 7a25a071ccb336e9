"""Why nobody takes a request: said of those who got furthest, to the customer and to the vendor's staff."""

import pytest

from marketplace.kernel.database import transaction
from marketplace.matching import queries
from marketplace.matching.rules import OfferStatus, Unfit
from marketplace.support_requests.rules import Mode
from providers.profiles.rules import Cefr
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.availability import make_hours
from tests.factories.catalogue import make_category, make_niche, make_rates
from tests.factories.credentials import make_credential
from tests.factories.matching import make_offer
from tests.factories.profiles import make_provider
from tests.factories.services import make_service
from tests.factories.support_requests import make_request

ASKED = "everybody who could was asked, and said no or did not answer"


@pytest.fixture
def niche(session):
    make_rates(session)
    return make_niche(session)


@pytest.fixture
def unmatched(session, niche):
    return make_request(session, category=make_category(session, niche=niche), status="unmatched")


def make_partner(session, niche, *, language="en", price_minor=4900):
    """Make a partner who could do it, unless the language or the price is wrong."""
    person = make_person(session)
    partner = make_provider(session, person=person, languages={language: Cefr.NATIVE})
    make_hours(session, partner.members[0], weekdays=range(7))
    make_service(session, provider=partner, niche=niche, price_minor=price_minor)
    make_credential(session, person=person, niche=niche)
    return partner


def ask(session, unmatched, partner, status):
    """Let a partner have been asked, with this outcome."""
    answered = {} if status is OfferStatus.OPEN else {"answered_at": NOON}
    make_offer(session, support_request=unmatched, provider=partner, status=status, **answered)


def gap(session, unmatched):
    return queries.gap(session, unmatched, NOON)


@pytest.mark.parametrize("outcome", [OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN])
def test_who_was_asked_says_more_than_who_does_not_speak_the_language(session, niche, unmatched, outcome):
    make_partner(session, niche, language="fi")
    make_partner(session, niche, price_minor=9900)
    ask(session, unmatched, make_partner(session, niche), outcome)
    assert gap(session, unmatched) == [Unfit.ASKED]


def test_without_anybody_who_could_the_gap_is_what_the_nearest_lacks(session, niche, unmatched):
    ask(session, unmatched, make_partner(session, niche, language="fi"), OfferStatus.DECLINED)
    assert gap(session, unmatched) == [Unfit.LANGUAGE]


def test_who_was_asked_for_another_request_can_still_be_asked(session, niche, unmatched):
    partner = make_partner(session, niche)
    ask(session, make_request(session), partner, OfferStatus.DECLINED)
    assert [match.provider_id for match in queries.matches(session, unmatched, NOON)] == [partner.id]


def test_where_only_one_may_be_asked_the_gap_is_that_one(session, niche, unmatched):
    partner = make_partner(session, niche)
    make_partner(session, niche)
    unmatched.mode, unmatched.chosen_provider_id, unmatched.may_fall_back = Mode.CHOSEN, partner.id, False
    ask(session, unmatched, partner, OfferStatus.DECLINED)
    assert gap(session, unmatched) == [Unfit.ASKED]


def test_the_customer_and_the_staff_read_why_nobody_takes_it(app, client):
    with transaction() as session:
        make_rates(session)
        niche = make_niche(session)
        category = make_category(session, niche=niche)
        customer, staff = make_person(session), make_staff(session)
        unmatched = make_request(session, customer=customer, category=category, status="unmatched")
        for one in (OfferStatus.DECLINED, OfferStatus.EXPIRED):
            ask(session, unmatched, make_partner(session, niche), one)
        path = f"/requests/{unmatched.reference}"
    client.sign_in(customer)
    assert ASKED in client.get(path).text
    client.sign_in(staff)
    for page in (path, "/vendor", "/vendor/requests"):
        assert ASKED in client.get(page).text
