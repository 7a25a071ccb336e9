"""Partners who take no jobs for a while, or no more today: nobody is sent to them, and what they gave stands."""

import pytest

from marketplace.jobs import rules
from marketplace.kernel.database import reading, transaction
from marketplace.matching import queries as matching
from marketplace.matching.rules import OfferStatus, Unfit
from marketplace.support_requests.rules import Status
from providers.profiles import commands as profiles
from providers.profiles.models import Provider
from tests.factories import DAY, HOUR, NOON
from tests.factories.jobs import FOR_QUOTES, Life, best_fit, choose, taken

IN_A_WEEK = (NOON + 7 * DAY).date()


def take_break(provider_id):
    with transaction() as session:
        profiles.take_break(session, session.get_one(Provider, provider_id).members[0], IN_A_WEEK, now=NOON)


def end_break(provider_id):
    with transaction() as session:
        profiles.end_break(session, session.get_one(Provider, provider_id).members[0], now=NOON)


def limit(provider_id, a_day):
    with transaction() as session:
        session.get_one(Provider, provider_id).daily_capacity = a_day


def fitting(life, now=NOON):
    reading().rollback()
    return [one.provider_id for one in matching.matches(reading(), life.request, now)]


def test_nobody_is_sent_to_a_partner_on_a_break_and_the_reason_is_told(market, add_partner):
    partner_id, life = add_partner(), Life(market)
    take_break(partner_id)
    assert fitting(life) == []
    assert matching.gap(reading(), life.request, NOON) == [Unfit.BREAK]
    with pytest.raises(rules.PartnerNotFree):
        life.submit(choose(partner_id))
    assert fitting(life, NOON + 7 * DAY) == [partner_id]
    end_break(partner_id)
    assert fitting(life) == [partner_id]


def test_what_is_not_answered_goes_to_others_at_once(market, add_partner):
    first_id = add_partner(price_minor=4000)
    life = Life(market)
    life.submit(best_fit(6000))
    life.pay()
    second_id = add_partner(price_minor=4500)
    take_break(first_id)
    assert life.offer_to(first_id).status is OfferStatus.WITHDRAWN
    assert life.offer.provider_id == second_id


def test_a_quote_that_was_given_stands_and_can_be_chosen(market, add_partner):
    given_id, silent_id = add_partner(), add_partner()
    life = Life(market)
    life.submit(FOR_QUOTES)
    quote_id = life.quote(given_id)
    take_break(given_id)
    take_break(silent_id)
    assert life.offer_to(given_id).status is OfferStatus.QUOTED
    assert life.offer_to(silent_id).status is OfferStatus.WITHDRAWN
    life.choose(quote_id)
    life.pay()
    assert life.request.status is Status.IN_PROGRESS


def test_work_under_way_goes_on(market, add_partner):
    partner_id = add_partner()
    life = taken(market, partner_id)
    take_break(partner_id)
    assert life.request.status is Status.IN_PROGRESS


def test_a_partner_gets_no_more_new_requests_a_day_than_it_wants(market, add_partner):
    partner_id = add_partner(capacity=9)
    taken(market, partner_id)
    life = Life(market)
    assert fitting(life) == [partner_id]
    limit(partner_id, 2)
    assert fitting(life) == [partner_id]
    limit(partner_id, 1)
    assert fitting(life) == []
    assert matching.gap(reading(), life.request, NOON) == [Unfit.CAPACITY]
    assert fitting(life, NOON + DAY - HOUR) == []
    assert fitting(life, NOON + DAY) == [partner_id]
