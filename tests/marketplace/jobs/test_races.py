"""Many at once: one effect."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from marketplace.jobs import commands
from marketplace.jobs.models import Job
from marketplace.kernel import outbox
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.errors import DomainError
from marketplace.payments import commands as payments
from marketplace.payments.gateway import Event
from marketplace.payments.models import ReceivedEvent, StripeCall
from marketplace.payments.rules import CallKind
from providers.profiles.models import Provider
from tests.factories import NOON
from tests.factories.jobs import Life, choose, make_market, make_partner

CROWD = 8


@pytest.fixture
def at_once(app):
    """Give a function that does the same in many threads at the same moment, and tells what came of each."""

    def run(perform):
        start = threading.Barrier(CROWD)

        def one(_number):
            with app.app_context():
                start.wait()
                try:
                    return perform()
                except DomainError as error:
                    return error
                finally:
                    db.session.remove()

        reading().rollback()
        with ThreadPoolExecutor(CROWD) as pool:
            return list(pool.map(one, range(CROWD)))

    return run


@pytest.fixture
def life(app, sandbox):
    """A request whose offer waits for an answer."""
    with transaction() as session:
        market = make_market(session)
        partner_id = make_partner(session, market).id
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    return life


def count(table, **facts):
    """Count rows."""
    reading().rollback()
    return reading().scalar(select(func.count()).select_from(table).filter_by(**facts))


def test_an_offer_is_accepted_once(life, at_once):
    offer_id, provider_id = life.offer.id, life.offer.provider_id

    def accept():
        with transaction() as session:
            member = session.get_one(Provider, provider_id).members[0]
            return commands.accept(session, offer_id, member=member, now=NOON).id

    outcomes = at_once(accept)
    assert sum(isinstance(one, int) for one in outcomes) == 1
    assert count(Job) == 1
    assert count(StripeCall, kind=CallKind.CAPTURE) == 1


def test_a_message_of_the_outbox_has_one_performer(life, at_once, monkeypatch, app):
    performed = []
    monkeypatch.setitem(app.extensions, "handrail_outbox", {"say": lambda due: performed.append(due.message_id)})
    with transaction() as session:
        owed = [outbox.enqueue(session, "say", at=NOON).id for _ in range(20)]
    at_once(lambda: outbox.deliver_due(NOON, limit=50))
    assert sorted(performed) == owed


def test_an_event_is_stored_once(app, at_once):
    event = Event("evt_1", "payment_intent.succeeded", None, {"data": {"object": {}}})

    def receive():
        with transaction() as session:
            return payments.store_event(session, event, now=NOON)

    assert sorted(at_once(receive)) == [False] * (CROWD - 1) + [True]
    assert count(ReceivedEvent) == 1
    assert count(outbox.OutboxMessage) == 1


def test_a_double_click_on_submit_opens_one_hold(app, sandbox, at_once):
    with transaction() as session:
        market = make_market(session)
        partner_id = make_partner(session, market).id
    life = Life(market)

    def submit():
        with transaction() as session:
            commands.submit(
                session, life.reference, customer_id=market.customer_id, choice=choose(partner_id), now=NOON
            )
        return True

    assert at_once(submit).count(True) == 1
    assert count(StripeCall, kind=CallKind.CHECKOUT) == 1
