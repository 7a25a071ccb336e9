"""Help by the hour with a cap: the cap is taken at acceptance, the minutes are written down, the rest goes back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.models import Person
from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands, queries, selfchecks, terms
from marketplace.jobs.models import WorkTime
from marketplace.jobs.rules import Solution
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from marketplace.kernel.money import Money
from marketplace.payments import queries as money
from marketplace.payments.commands import refund
from marketplace.payments.rules import AccountKind, HoldStatus, PaymentUnderWay, RefundCause
from marketplace.site.wiring import SELF_CHECKS
from marketplace.support_requests.rules import Status
from providers.profiles.models import Provider
from tests.factories import NOON
from tests.factories.jobs import Life, best_fit, choose, make_market, make_partner
from tests.factories.matching import CAPPED, make_job
from tests.factories.payments import make_hold
from tests.factories.support_requests import make_request

SOLUTION = Solution("The old server was slow.", "Everything is on the new one.", None)
THREE_HOURS = {"kind": ServiceKind.HOURLY, "cap_minutes": 180}


@pytest.fixture
def market(app, sandbox):
    """A market of help by the hour, in which every test ends with books that balance."""
    with transaction() as session:
        market = make_market(session, service_kind=ServiceKind.HOURLY)
    yield market
    broken = {check.__name__: lines for check in SELF_CHECKS if (lines := check(reading()))}
    assert not broken


@pytest.fixture
def partner_id(market):
    """A partner who asks 60 EUR per hour, three hours at most, and leaves 20 % to the vendor."""
    with transaction() as session:
        return make_partner(session, market, price_minor=6000, sells=THREE_HOURS, commission_percent=20).id


@pytest.fixture
def life(market, partner_id):
    """A request that the partner has taken."""
    return taken(market, partner_id)


def taken(market, partner_id):
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    life.accept()
    return life


def write(life, minutes, note="Moved the files."):
    with transaction() as session:
        member = life.member(session)
        commands.write_time(session, life.reference, member=member, minutes=minutes, note=note, now=life.now)


def close(life):
    life.resolve(SOLUTION)
    life.confirm()


def job_of(life):
    reading().rollback()
    return queries.job_of(reading(), life.id)


def standing(kind, owner_id=None):
    reading().rollback()
    return money.balance(reading(), kind, "EUR", owner_id).minor


def test_the_cap_is_set_aside_and_taken_at_acceptance(life):
    assert life.hold.captured == Money(18000, "EUR")
    job = job_of(life)
    assert (job.kind, job.hourly_minor, job.cap_minutes) == (ServiceKind.HOURLY, 6000, 180)
    assert (job.price, job.due) == (Money(18000, "EUR"), Money.zero("EUR"))


def test_what_was_worked_is_paid_and_the_rest_goes_back(life, partner_id):
    write(life, 50)
    write(life, 30)
    assert job_of(life).due == Money(8000, "EUR")
    close(life)
    assert life.request.status is Status.CLOSED
    assert life.hold.status is HoldStatus.SETTLED
    assert (life.hold.refunded_minor, life.hold.kept.minor) == (10000, 8000)
    assert standing(AccountKind.CUSTOMER_HELD, life.id) == 0
    assert standing(AccountKind.PARTNER_PAYABLE, partner_id) == 6400
    assert standing(AccountKind.COMMISSION) == 1600
    [given_back] = money.refunds_of(reading(), [life.hold.id])
    assert given_back.cause is RefundCause.UNUSED


def test_all_of_the_time_leaves_nothing_to_give_back(life):
    write(life, 180)
    close(life)
    assert (life.hold.refunded_minor, life.hold.kept.minor) == (0, 18000)


def test_begun_work_costs_a_quarter_of_an_hour(life):
    write(life, 3)
    close(life)
    assert life.hold.kept == Money(1500, "EUR")


def test_who_writes_no_time_down_asks_for_nothing(life, partner_id):
    close(life)
    assert life.request.status is Status.CLOSED
    assert life.hold.status is HoldStatus.REFUNDED
    assert standing(AccountKind.PARTNER_PAYABLE, partner_id) == 0


def test_what_cost_nothing_can_be_reopened_and_closed_again(life):
    close(life)
    reopen(life)
    close(life)
    assert life.request.status is Status.CLOSED
    assert life.hold.kept == Money.zero("EUR")


def reopen(life):
    with transaction() as session:
        commands.reopen(session, life.reference, customer_id=life.market.customer_id, reason="Not yet.", now=life.now)


def test_the_cap_is_the_price_by_which_partners_are_asked(market, partner_id):
    with transaction() as session:
        cheap_id = make_partner(session, market, price_minor=9000, sells={**THREE_HOURS, "cap_minutes": 60}).id
    life = Life(market)
    life.submit(best_fit(10000))
    life.pay()
    assert life.offer.provider_id == cheap_id
    assert (life.offer.price_minor, life.offer.hourly_minor, life.offer.cap_minutes) == (9000, 9000, 60)


def test_another_currency_is_converted_by_the_hour_and_frozen(market):
    with transaction() as session:
        sells = {**THREE_HOURS, "currency": "USD", "cap_minutes": 100}
        partner_id = make_partner(session, market, price_minor=6000, sells=sells).id
    life = taken(market, partner_id)
    job = job_of(life)
    assert (job.hourly_minor, job.price_minor, job.currency) == (5556, 9260, "EUR")  # At 1.08 USD, rounded up.


# The minutes


def test_a_correction_takes_back_what_was_too_much_and_both_stay_written(life):
    write(life, 90)
    write(life, -60, "Typed one hour too many.")
    assert job_of(life).minutes_worked == 30
    assert [one.minutes for one in queries.times(reading(), job_of(life))] == [90, -60]


def test_time_never_goes_above_the_cap(life):
    write(life, 170)
    with pytest.raises(terms.AboveTheCap) as refused:
        write(life, 11)
    assert refused.value.text == "At most 3 hours are agreed, and 10 minutes of them are left."
    write(life, 10)
    assert job_of(life).minutes_worked == 180


def test_time_never_goes_below_nothing(life):
    write(life, 20)
    with pytest.raises(terms.BelowNothing) as refused:
        write(life, -21)
    assert refused.value.text == "You can take back at most what is written down: 20 minutes."
    write(life, -20)
    assert job_of(life).due == Money.zero("EUR")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-200, 200).filter(bool), max_size=8))
def test_whatever_is_written_the_sum_stays_between_nothing_and_the_cap(life, entries):
    expected = job_of(life).minutes_worked
    for minutes in entries:
        if 0 <= expected + minutes <= 180:
            write(life, minutes)
            expected += minutes
        else:
            with pytest.raises((terms.AboveTheCap, terms.BelowNothing)):
                write(life, minutes)
    assert job_of(life).minutes_worked == expected


def test_after_the_solution_time_can_only_be_taken_back(life):
    write(life, 60)
    life.resolve(SOLUTION)
    with pytest.raises(IllegalMove):
        write(life, 10)
    write(life, -15)
    life.confirm()
    assert life.hold.kept == Money(4500, "EUR")
    with pytest.raises(IllegalMove):
        write(life, -15)


def test_what_is_reopened_costs_nothing_more(life):
    write(life, 60)
    life.resolve(SOLUTION)
    reopen(life)
    with pytest.raises(terms.TimeIsOver):
        write(life, 10)
    close(life)
    assert life.hold.kept == Money(6000, "EUR")


def test_a_request_that_is_closed_twice_is_paid_once(life, partner_id):
    write(life, 60)
    close(life)
    reopen(life)
    close(life)
    assert standing(AccountKind.PARTNER_PAYABLE, partner_id) == 4800


def test_every_entry_is_a_change_that_the_customer_sees(life):
    before = life.request.version
    write(life, 60)
    assert life.request.version == before + 1


def test_nobody_writes_time_on_a_job_of_somebody_else(life, market):
    with transaction() as session:
        stranger_id = make_partner(session, market, sells=THREE_HOURS).id
    with transaction() as session:
        stranger = session.get_one(Provider, stranger_id).members[0]
        with pytest.raises(NotFound):
            commands.write_time(session, life.reference, member=stranger, minutes=5, note="Mine?", now=NOON)


def test_no_time_is_written_where_the_price_is_fixed(session):
    job = make_job(session)
    reference = job.support_request.reference
    with pytest.raises(terms.NotByTheHour):
        commands.write_time(session, reference, member=job.member, minutes=5, note="Read the log.", now=NOON)


def test_a_job_that_is_given_back_costs_nothing_whatever_was_written(life):
    write(life, 120)
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="Beyond me.", now=NOON)
    life.work()
    assert life.hold.status is HoldStatus.REFUNDED
    assert life.hold.kept == Money.zero("EUR")


def test_closing_waits_while_the_cap_is_being_taken(market, partner_id):
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    life.say_yes()
    write(life, 60)
    life.resolve(SOLUTION)
    with pytest.raises(PaymentUnderWay):
        life.confirm()
    life.work()
    life.confirm()
    assert life.hold.kept == Money(6000, "EUR")


@pytest.mark.parametrize(("goodwill", "kept"), [(1000, 5000), (6000, 0), (15000, 0)])
def test_goodwill_lowers_what_is_due_and_not_only_what_goes_back_anyway(life, goodwill, kept):
    write(life, 60)
    with transaction() as session:
        refund(session, life.hold.id, amount=Money(goodwill, "EUR"), cause=RefundCause.GOODWILL, now=NOON)
    close(life)
    assert life.hold.kept == Money(kept, "EUR")


# What must always hold


def test_minutes_beyond_what_was_agreed_are_found(session):
    job = make_job(session, **CAPPED)
    assert selfchecks.time_beyond_what_was_agreed(session) == []
    session.add(WorkTime(job_id=job.id, member_id=job.member_id, minutes=181, note="Long.", at=NOON))
    fixed = make_job(session)
    session.add(WorkTime(job_id=fixed.id, member_id=fixed.member_id, minutes=5, note="Short.", at=NOON))
    session.flush()
    session.expire_all()
    assert len(selfchecks.time_beyond_what_was_agreed(session)) == 2


def test_money_that_is_kept_for_time_nobody_worked_is_found(session):
    closed = make_request(session, status="closed", closed_at=NOON)
    job = make_job(session, support_request=closed, **CAPPED)
    settled = {"status": HoldStatus.SETTLED, "amount_minor": 18000, "captured_minor": 18000}
    hold = make_hold(session, support_request=closed, **settled)
    session.add(WorkTime(job_id=job.id, member_id=job.member_id, minutes=60, note="Moved the files.", at=NOON))
    session.flush()
    session.expire_all()
    assert len(selfchecks.payments_above_the_time_worked(session)) == 1
    hold.refunded_minor = 12000
    session.flush()
    assert selfchecks.payments_above_the_time_worked(session) == []


def test_the_last_page_says_on_what_terms_the_partner_works(client, market, partner_id, monkeypatch):
    monkeypatch.setattr("marketplace.jobs.views.intake.utcnow", lambda: NOON)
    life = Life(market)
    with transaction() as session:
        slug = session.get_one(Provider, partner_id).slug
    client.sign_in(reading().get_one(Person, market.customer_id))
    page = client.get(f"/requests/{life.reference}/check?mode=chosen&provider={slug}").text
    assert "At most €180" in page
    assert "€60 per hour" in page
