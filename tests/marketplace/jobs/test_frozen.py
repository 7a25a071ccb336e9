"""What a partner changes of its services touches nobody who has agreed before."""

from dataclasses import replace

import pytest

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import queries
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.matching import queries as matching
from marketplace.support_requests.rules import Status
from providers.profiles.models import Member
from providers.services import commands as services
from providers.services.models import Service
from tests.factories import DAY, HOUR, NOON
from tests.factories.jobs import Life, choose, make_market, make_partner, taken

SOLD = {
    ServiceKind.INCIDENT: {},
    ServiceKind.HOURLY: {"kind": ServiceKind.HOURLY, "cap_minutes": 180},
    ServiceKind.SESSION: {"kind": ServiceKind.SESSION, "session_minutes": 60},
}
CHANGED = {
    ServiceKind.INCIDENT: {},
    ServiceKind.HOURLY: {"cap_minutes": 60},
    ServiceKind.SESSION: {"session_minutes": 30},
}
START = NOON + 2 * DAY + 2 * HOUR
DEARER = Money(9900, "EUR")


@pytest.fixture(params=ServiceKind)
def kind(request):
    """Each way in which help is sold."""
    return request.param


@pytest.fixture
def market(app, sandbox, kind):
    with transaction() as session:
        return make_market(session, service_kind=kind)


@pytest.fixture
def member_id(market, kind):
    """A partner who sells one thing, for 50 EUR."""
    with transaction() as session:
        return make_partner(session, market, price_minor=5000, sells=SOLD[kind]).members[0].id


def draft_of(kind):
    return {"starts_at": START} if kind is ServiceKind.SESSION else {}


def change(kind, member_id):
    with transaction() as session:
        service = session.query(Service).one()
        terms = replace(service.terms, price=DEARER, **CHANGED[kind])
        member = session.get_one(Member, member_id)
        services.change_service(session, member, service.id, terms, {"en": "Less than before."}, now=NOON)


def stop(member_id):
    with transaction() as session:
        service_id = session.query(Service.id).scalar()
        services.sell(session, session.get_one(Member, member_id), service_id, is_active=False, now=NOON)


def test_a_job_under_way_keeps_its_terms_to_the_end(market, kind, member_id):
    partner_id = reading().get_one(Member, member_id).provider_id
    life = taken(market, partner_id, **draft_of(kind))
    job = queries.job_of(reading(), life.id)
    before = (job.agreed, job.price, job.when, job.shares, life.hold.amount)
    change(kind, member_id)
    stop(member_id)
    reading().rollback()
    job = queries.job_of(reading(), life.id)
    assert (job.agreed, job.price, job.when, job.shares, life.hold.amount) == before
    assert life.request.status is Status.IN_PROGRESS


def test_an_offer_that_is_open_is_accepted_as_it_was_made(market, kind, member_id):
    partner_id = reading().get_one(Member, member_id).provider_id
    life = Life(market, **draft_of(kind))
    life.submit(choose(partner_id))
    life.pay()
    before = life.offer.agreed
    change(kind, member_id)
    life.accept()
    assert queries.job_of(reading(), life.id).agreed == before


def test_whoever_asks_from_now_on_is_told_the_new_terms_and_nobody_what_is_off_sale(market, kind, member_id):
    change(kind, member_id)
    life = Life(market, **draft_of(kind))
    [match] = matching.matches(reading(), life.request, NOON)
    assert match.terms.price == DEARER
    stop(member_id)
    reading().rollback()
    assert matching.matches(reading(), life.request, NOON) == []
