"""Two different things at the same moment: one of them comes first, and the other finds it done."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.jobs import commands
from marketplace.jobs.rules import ExtraStatus
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.errors import DomainError
from marketplace.payments.rules import AccountKind, HoldStatus
from marketplace.support_requests.rules import Status
from providers.profiles.models import Member
from tests.factories import NOON
from tests.factories.jobs import SOLUTION, booked, taken

ROUNDS = 3  # Of each pair, in a database of its own: now the one is first, now the other.
each_round = pytest.mark.parametrize("nth", range(ROUNDS))


@pytest.fixture
def together(app):
    """Give a function that does several things at the same moment, and tells what came of each."""

    def run(*things):
        start = threading.Barrier(len(things))

        def one(thing):
            with app.app_context():
                start.wait()
                try:
                    with transaction() as session:
                        return thing(session)
                except DomainError as error:
                    return error
                finally:
                    db.session.remove()

        reading().rollback()
        with ThreadPoolExecutor(len(things)) as pool:
            return list(pool.map(one, things))

    return run


@pytest.fixture
def life(market, add_partner):
    """A job for 49 EUR, on which a partner is at work."""
    return taken(market, add_partner(price_minor=4900))


def failures(outcomes):
    return [one for one in outcomes if isinstance(one, DomainError)]


@pytest.fixture
def steps(life):
    """What customer and partner do, as functions of a session."""
    customer_id, member_id = life.market.customer_id, life.member(reading()).id

    class Steps:
        def resolve(self, session):
            member = session.get_one(Member, member_id)
            commands.resolve(session, life.reference, member=member, solution=SOLUTION, now=NOON)

        def withdraw_extra(self, session):
            member = session.get_one(Member, member_id)
            commands.withdraw_extra(session, life.reference, 2, member=member, now=NOON)

        def approve_extra(self, session):
            return commands.approve_extra(session, life.reference, 2, customer_id=customer_id, now=NOON)

        def decline_extra(self, session):
            commands.decline_extra(session, life.reference, 2, customer_id=customer_id, now=NOON)

    return Steps()


@each_round
def test_extra_work_is_approved_while_the_partner_states_the_solution(life, steps, together, nth):
    life.propose()
    approved, resolved = together(steps.approve_extra, steps.resolve)
    life.work()
    assert resolved is None
    assert isinstance(approved, int | DomainError)
    assert life.extra_work().status is ExtraStatus.WITHDRAWN
    hold = life.hold_of(2)
    assert hold.status is HoldStatus.RELEASED if isinstance(approved, int) else hold is None
    life.confirm()
    assert life.request.status is Status.CLOSED
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0


@each_round
def test_extra_work_is_approved_while_it_is_taken_back(life, steps, together, nth):
    life.propose()
    approved, withdrawn = together(steps.approve_extra, steps.withdraw_extra)
    life.work()
    assert withdrawn is None, "what is approved but not paid can still be taken back"
    assert life.extra_work().status is ExtraStatus.WITHDRAWN
    assert isinstance(approved, DomainError) == (life.hold_of(2) is None)


@each_round
def test_two_tabs_approve_and_decline_the_same_extra_work(life, steps, together, nth):
    life.propose()
    outcomes = together(steps.approve_extra, steps.approve_extra, steps.decline_extra, steps.decline_extra)
    life.work()
    assert len(failures(outcomes)) in {2, 3}
    assert life.extra_work().status is ExtraStatus.DECLINED
    assert life.hold_of(2) is None or life.hold_of(2).status is HoldStatus.RELEASED
