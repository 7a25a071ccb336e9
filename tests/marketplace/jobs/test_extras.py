"""Extra work: proposed beside what was agreed, approved and paid, or not; the job goes on either way."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from marketplace.jobs import commands, rules
from marketplace.jobs.models import ExtraWork
from marketplace.jobs.rules import ExtraStatus
from marketplace.jobs.selfchecks import extra_work_that_disagrees_with_its_hold, payments_above_the_agreed_price
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.payments import queries as money
from marketplace.payments.models import Hold
from marketplace.payments.rules import AccountKind, HoldStatus, PaymentUnderWay
from marketplace.sandbox.stripe import visitor
from marketplace.support_requests.rules import Status
from providers.profiles.models import Provider
from tests.factories import DAY, NOON
from tests.factories.catalogue import make_category
from tests.factories.jobs import Life, Market, booked, choose, taken
from tests.factories.matching import make_extra, make_job
from tests.factories.payments import make_hold
from tests.factories.profiles import make_provider

NOTHING = Money.zero("EUR")


@pytest.fixture
def life(market, add_partner):
    """A job for 49 EUR, on which a partner is at work."""
    return taken(market, add_partner(price_minor=4900, commission_percent=20))


def decline(life, part=2):
    with transaction() as session:
        commands.decline_extra(session, life.reference, part, customer_id=life.market.customer_id, now=life.now)
    life.work()


def withdraw(life, part=2):
    with transaction() as session:
        commands.withdraw_extra(session, life.reference, part, member=life.member(session), now=life.now)
    life.work()


def give_back(life):
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="No access.", now=life.now)
    life.work()


def let_go(sandbox):
    """Let the bank's patience end."""
    sandbox.advance(8 * 24 * 60 * 60)
    sandbox.sweep()


def test_approved_extra_work_is_taken_at_once_and_settled_with_the_job(life):
    part = life.propose(3000)
    assert (part, life.extra_work().status) == (2, ExtraStatus.PROPOSED)
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 4900, "nothing is taken for a proposal"
    life.approve()
    assert life.extra_work().status is ExtraStatus.APPROVED
    life.pay(part=2)
    assert life.extra_work().status is ExtraStatus.PAID
    assert life.hold_of(2).status is HoldStatus.CAPTURED
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 7900
    assert life.request.status is Status.IN_PROGRESS
    life.resolve()
    life.confirm()
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0
    assert booked(AccountKind.COMMISSION) == 980 + 600
    assert [one.amount.minor for one in money.payouts_of(reading(), life.request.provider_id)] == [2400, 3920]


def test_a_job_that_can_not_be_done_gives_back_the_extra_work_too(life):
    life.propose(3000)
    life.approve()
    life.pay(part=2)
    give_back(life)
    assert [life.hold_of(part).status for part in (1, 2)] == [HoldStatus.REFUNDED] * 2
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0


def test_what_was_settled_before_a_reopening_is_given_back_too(life):
    life.resolve()
    life.confirm()
    with transaction() as session:
        commands.reopen(
            session, life.reference, customer_id=life.market.customer_id, reason="It is back.", now=NOON + DAY
        )
    life.propose(3000)
    life.approve()
    life.pay(part=2)
    give_back(life)
    assert life.request.status is Status.CANCELLED
    assert [life.hold_of(part).kept for part in (1, 2)] == [NOTHING] * 2
    assert booked(AccountKind.COMMISSION) == 0
    assert booked(AccountKind.PARTNER_PAYABLE, life.request.provider_id) == 0


def test_extra_work_after_a_reopening_is_settled_alone(life):
    life.resolve()
    life.confirm()
    with transaction() as session:
        commands.reopen(
            session, life.reference, customer_id=life.market.customer_id, reason="It is back.", now=NOON + DAY
        )
    life.propose(3000)
    life.approve()
    life.pay(part=2)
    life.resolve()
    life.confirm()
    assert booked(AccountKind.COMMISSION) == 980 + 600


def test_a_declined_proposal_costs_nothing_and_another_may_follow(life):
    life.propose(3000)
    decline(life)
    assert life.extra_work().status is ExtraStatus.DECLINED
    assert life.hold_of(2) is None
    assert life.propose(1000) == 3
    life.approve(3)
    life.pay(part=3)
    assert life.extra_work(3).status is ExtraStatus.PAID
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 5900


def test_second_thoughts_on_the_payment_page_let_go_of_it(life):
    life.propose()
    life.approve()
    url = life.hold_of(2).checkout_url
    decline(life)
    assert life.hold_of(2).status is HoldStatus.RELEASED
    with pytest.raises(visitor.PageClosed):
        visitor.pay_checkout(url)


def test_paying_in_one_tab_while_declining_in_another_takes_nothing(life):
    life.propose()
    life.approve()
    url = life.hold_of(2).checkout_url
    with transaction() as session:
        commands.decline_extra(session, life.reference, 2, customer_id=life.market.customer_id, now=NOON)
    visitor.pay_checkout(url)
    life.work()
    life.come_back(part=2)
    assert life.hold_of(2).status is HoldStatus.RELEASED
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 4900


def test_a_partner_may_take_a_proposal_back_until_it_is_paid(life):
    life.propose()
    life.approve()
    withdraw(life)
    assert life.extra_work().status is ExtraStatus.WITHDRAWN
    assert life.hold_of(2).status is HoldStatus.RELEASED
    life.propose()
    life.approve(3)
    life.pay(part=3)
    with pytest.raises(IllegalMove):
        withdraw(life, 3)


def test_an_unpaid_page_ends_the_extra_work_and_not_the_job(life, sandbox):
    life.propose()
    life.approve()
    sandbox.advance(25 * 60 * 60)
    sandbox.sweep()
    life.come_back(part=2)
    assert life.extra_work().status is ExtraStatus.LAPSED
    assert life.request.status is Status.IN_PROGRESS
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 4900


def test_a_bank_that_refuses_the_extra_work_does_not_stop_the_job(life, sandbox):
    life.propose()
    life.approve()
    visitor.pay_checkout(life.hold_of(2).checkout_url)
    life.look(part=2)
    assert life.hold_of(2).status is HoldStatus.CAPTURING
    let_go(sandbox)
    life.work()
    assert life.hold_of(2).status is HoldStatus.FAILED
    assert life.extra_work().status is ExtraStatus.LAPSED
    assert life.request.status is Status.IN_PROGRESS
    assert life.propose() == 3


def test_what_is_being_taken_is_waited_for_at_the_end(life):
    life.propose()
    life.approve()
    visitor.pay_checkout(life.hold_of(2).checkout_url)
    life.look(part=2)
    life.resolve()
    with pytest.raises(PaymentUnderWay):
        life.confirm()
    life.work()
    life.confirm()
    assert booked(AccountKind.COMMISSION) == 980 + 600


@pytest.mark.parametrize("is_approved", [False, True])
def test_the_solution_overtakes_what_waits_for_an_answer(life, is_approved):
    life.propose()
    if is_approved:
        life.approve()
    life.resolve()
    life.work()
    assert life.extra_work().status is ExtraStatus.WITHDRAWN
    assert life.hold_of(2) is None or life.hold_of(2).status is HoldStatus.RELEASED
    life.confirm()
    assert life.request.status is Status.CLOSED


def test_the_end_of_a_job_overtakes_what_waits_for_an_answer(life):
    life.propose()
    life.approve()
    give_back(life)
    assert life.extra_work().status is ExtraStatus.WITHDRAWN
    assert life.hold_of(2).status is HoldStatus.RELEASED


def test_one_proposal_waits_for_an_answer_at_a_time(life):
    life.propose()
    with pytest.raises(rules.OneProposalAtATime):
        life.propose()
    life.approve()
    with pytest.raises(rules.OneProposalAtATime):
        life.propose()


def test_the_database_refuses_a_second_open_proposal(session):
    job = make_job(session)
    make_extra(session, job=job, status=ExtraStatus.DECLINED, answered_at=NOON)
    make_extra(session, job=job, part=3)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_extra(session, job=job, part=4, status=ExtraStatus.APPROVED, answered_at=NOON)


@pytest.mark.parametrize("price", [Money(0, "EUR"), Money(3000, "USD")])
def test_a_price_that_can_not_be_paid_is_named(life, price):
    with pytest.raises(InvalidInput) as refusal:
        life.propose(price.minor, currency=price.currency)
    assert list(refusal.value.fields) == ["price"]


def test_nothing_is_proposed_when_the_work_is_done(life):
    life.resolve()
    with pytest.raises(IllegalMove):
        life.propose()


def test_nobody_proposes_on_the_job_of_another(life, add_partner):
    stranger_id = add_partner()
    with pytest.raises(NotFound), transaction() as session:
        commands.propose_extra(
            session,
            life.reference,
            member=session.get_one(Provider, stranger_id).members[0],
            description="Mine now.",
            price=Money(1000, "EUR"),
            now=NOON,
        )


def test_what_the_vendor_mends_has_no_extras(market):
    with transaction() as session:
        make_provider(session, is_vendor_desk=True, commission_percent=0)
        category = make_category(session, is_defect=True)
        desk_market = Market(market.customer_id, category.id, category.niche_id)
    life = Life(desk_market)
    life.submit(choose(None))
    life.accept()
    with pytest.raises(rules.FreeOfCharge):
        life.propose()


def test_the_self_checks_know_extra_work(session):
    job = make_job(session)
    make_extra(session, job=job, status=ExtraStatus.PAID, answered_at=NOON)
    assert len(extra_work_that_disagrees_with_its_hold(session)) == 1
    paid = make_hold(
        session,
        support_request=job.support_request,
        part=2,
        amount_minor=3000,
        captured_minor=3000,
        status=HoldStatus.CAPTURED,
    )
    assert extra_work_that_disagrees_with_its_hold(session) == []
    assert payments_above_the_agreed_price(session) == []
    session.execute(update(ExtraWork).values(price_minor=2900))
    assert len(payments_above_the_agreed_price(session)) == 1
    session.execute(update(Hold).filter_by(id=paid.id).values(part=3))
    assert len(payments_above_the_agreed_price(session)) == 1, "nothing was agreed for a third part"
