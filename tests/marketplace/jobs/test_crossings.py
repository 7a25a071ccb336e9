"""Two different things at the same moment: one of them comes first, and the other finds it done."""

import pytest

from marketplace.jobs import commands, queries
from marketplace.jobs.rules import ExtraStatus
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import DomainError
from marketplace.payments.rules import AccountKind, HoldStatus
from marketplace.support_requests.rules import Status
from providers.profiles.models import Member
from tests.factories import NOON
from tests.factories.jobs import SOLUTION, booked, taken
from tests.plugins.racing import SECONDS, each_round, elsewhere, in_transaction, on_postgresql, refused


@pytest.fixture
def life(market, add_partner):
    """A job for 49 EUR, on which a partner is at work."""
    return taken(market, add_partner(price_minor=4900))


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
    assert len(refused(outcomes)) in {2, 3}
    assert life.extra_work().status is ExtraStatus.DECLINED
    assert life.hold_of(2) is None or life.hold_of(2).status is HoldStatus.RELEASED


@pytest.fixture
def approval_meets(app, life, steps, monkeypatch):
    """Give a function that has another step begin in the middle of an approval; tells how the extra work ends."""
    life.propose()
    look, begun = queries.lock_extra, []

    def run(other):
        with elsewhere(app) as begin:

            def look_for_a_while(*given):
                found = look(*given)
                if not begun:
                    begun.append("is beginning")
                    begun.append(begin(in_transaction(other)))
                return found

            monkeypatch.setattr(queries, "lock_extra", look_for_a_while)
            with transaction() as session:
                steps.approve_extra(session)
            begun[-1].result(SECONDS)
        life.work()
        return life.extra_work().status

    return run


ENDS = pytest.mark.parametrize(
    ("other", "end"),
    [
        ("resolve", ExtraStatus.WITHDRAWN),
        ("withdraw_extra", ExtraStatus.WITHDRAWN),
        ("decline_extra", ExtraStatus.DECLINED),
    ],
)


@on_postgresql
@ENDS
def test_what_begins_in_the_middle_of_an_approval_waits_for_it(life, steps, approval_meets, other, end):
    assert approval_meets(getattr(steps, other)) is end
    assert life.hold_of(2).status is HoldStatus.RELEASED


@on_postgresql
@ENDS
def test_without_a_lock_what_is_over_would_be_approved(life, steps, approval_meets, guards, other, end):
    guards.locks_off("support_request", "extra_work", meets=False)
    assert approval_meets(getattr(steps, other)) is ExtraStatus.APPROVED
    assert life.hold_of(2).status is HoldStatus.AWAITING
