"""Guided sessions: booked at a time, one at a time, and called off by published rules."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands, effects, queries, rules, terms
from marketplace.jobs.rules import Solution
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, InvalidInput
from marketplace.kernel.money import Money, is_payable, smallest_step
from marketplace.payments import queries as money
from marketplace.payments.rules import AccountKind, HoldStatus, PaymentUnderWay, RefundCause
from marketplace.support_requests.rules import Status
from providers.availability import selfchecks
from providers.availability.commands import DoubleBooked
from providers.availability.models import Booking
from providers.availability.rules import Interval
from providers.profiles import queries as profiles
from providers.profiles.models import Provider
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.jobs import Life, best_fit, choose, make_draft, make_market, make_partner
from tests.factories.profiles import make_member
from tests.plugins.racing import broken_checks, done, on_postgresql, race

SOLUTION = Solution("First steps.", "We went through them together.", None)
AN_HOUR = {"kind": ServiceKind.SESSION, "session_minutes": 60}
START = NOON + 2 * DAY + 2 * HOUR  # Thursday at 15:00 in Madrid.
CROWD = 6


@pytest.fixture
def market(app, sandbox, request):
    """A market of guided sessions, in which every test ends with books that balance; but for twins of races."""
    with transaction() as session:
        market = make_market(session, service_kind=ServiceKind.SESSION)
    yield market
    assert "guards" in request.fixturenames or not broken_checks()


@pytest.fixture
def partner_id(market):
    """A partner who asks 50 EUR for an hour, and leaves 20 % to the vendor."""
    with transaction() as session:
        return make_partner(session, market, price_minor=5000, sells=AN_HOUR, commission_percent=20).id


def asked(market, choice, starts_at=START):
    """A request that somebody is asked for."""
    life = Life(market, starts_at=starts_at)
    life.submit(choice)
    life.pay()
    return life


@pytest.fixture
def life(market, partner_id):
    """A session that is booked, in two days."""
    life = asked(market, choose(partner_id))
    life.accept()
    return life


def cancel(life, *, fee=0, now):
    with transaction() as session:
        commands.cancel(
            session,
            life.reference,
            customer_id=life.market.customer_id,
            reason="I am ill.",
            fee=Money(fee, "EUR"),
            now=now,
        )
    life.now = now
    life.work()


def bookings():
    reading().rollback()
    return [(one.starts_at, one.ends_at) for one in reading().query(Booking).order_by(Booking.starts_at)]


def standing(kind, owner_id=None):
    reading().rollback()
    return money.balance(reading(), kind, "EUR", owner_id).minor


# Booking


def test_acceptance_books_the_member_for_the_session(life):
    job = queries.job_of(reading(), life.id)
    assert (job.kind, job.starts_at, job.session_minutes) == (ServiceKind.SESSION, START, 60)
    assert bookings() == [(START, START + HOUR)]
    assert life.hold.captured == Money(5000, "EUR")


def test_whoever_is_booked_is_not_asked_for_the_same_time(market, partner_id, life):
    with transaction() as session:
        other_id = make_partner(session, market, price_minor=6000, sells=AN_HOUR).id
    assert asked(market, best_fit(9000)).offer.provider_id == other_id
    assert asked(market, choose(partner_id), START + HOUR).offer.provider_id == partner_id
    with pytest.raises(rules.PartnerNotFree):
        asked(market, choose(partner_id), START + 30 * MINUTE)


def test_two_offers_of_the_same_time_are_not_both_accepted_by_one_member(market, partner_id):
    first, second = asked(market, choose(partner_id)), asked(market, choose(partner_id), START + 45 * MINUTE)
    first.accept()
    with pytest.raises(DoubleBooked):
        second.say_yes()
    assert second.request.status is Status.MATCHING
    assert len(bookings()) == 1


def test_a_colleague_may_accept_what_one_has_no_time_for(market, partner_id):
    with transaction() as session:
        make_member(session, session.get_one(Provider, partner_id))
    first, second = asked(market, choose(partner_id)), asked(market, choose(partner_id))
    first.accept()
    offer_id = second.offer.id
    with transaction() as session:
        colleague = profiles.providers_by_id(session, [partner_id])[partner_id].members[1]
        commands.accept(session, offer_id, member=colleague, now=NOON)
    assert bookings() == [(START, START + HOUR)] * 2


def accepting(market, partner_id, number):
    """Prepare a request that a partner may accept, each a quarter of an hour later than the one before."""
    life = asked(market, choose(partner_id), START + number * 15 * MINUTE)
    offer_id = life.offer.id

    def accept():
        with transaction() as session:
            member = session.get_one(Provider, partner_id).members[0]
            return commands.accept(session, offer_id, member=member, now=NOON).id

    return accept


def test_of_many_who_book_one_member_at_the_same_moment_one_succeeds(market, partner_id, at_once):
    with transaction() as session:
        session.get_one(Provider, partner_id).capacity = CROWD
    outcomes = at_once(*(accepting(market, partner_id, number % 4) for number in range(CROWD)))
    assert sum(isinstance(one, int) for one in outcomes) == 1
    assert sum(isinstance(one, DoubleBooked) for one in outcomes) == CROWD - 1
    assert len(bookings()) == 1


@on_postgresql
def test_without_the_lock_on_the_member_two_are_booked(app, market, partner_id, guards):
    things = [accepting(market, partner_id, 0) for _number in range(2)]
    guards.locks_off("member", meets=False)
    guards.meet_at("booking")
    assert len(done(race(app, *things))) == 2
    assert len(selfchecks.members_booked_twice(reading())) == 1


def test_a_member_who_is_booked_twice_is_found(session, app):
    market = make_market(session, service_kind=ServiceKind.SESSION)
    member_id = make_partner(session, market, sells=AN_HOUR).members[0].id
    request_ids = [commands.draft(session, **draft_of(market)).id for _number in range(3)]
    for request_id, minutes in zip(request_ids, (0, 60, 90), strict=True):
        when = Interval(START + minutes * MINUTE, START + (minutes + 60) * MINUTE)
        session.add(Booking(member_id=member_id, request_id=request_id, starts_at=when.start, ends_at=when.end))
    session.flush()
    assert len(selfchecks.members_booked_twice(session)) == 1


def draft_of(market):
    return {"customer_id": market.customer_id, "draft": make_draft(market, starts_at=START), "now": NOON}


# The time before


def test_an_offer_ends_in_good_time_before_the_session(market, partner_id):
    life = asked(market, choose(partner_id), NOON + 2 * HOUR)
    assert life.offer.expires_at == NOON + 90 * MINUTE


def test_nobody_is_asked_for_a_session_that_is_about_to_start(market, partner_id):
    life = Life(market, starts_at=NOON + 2 * HOUR)
    life.now = NOON + 61 * MINUTE
    with pytest.raises(terms.StartIsOver):
        life.submit(choose(partner_id))


def test_a_search_ends_before_the_session_would_start(market, partner_id):
    life = asked(market, choose(partner_id), NOON + 4 * HOUR)
    effects.end_overdue_searches(NOON + 3 * HOUR)
    assert life.request.status is Status.MATCHING
    life.now = NOON + 3 * HOUR + 30 * MINUTE
    effects.end_overdue_searches(life.now)
    life.work()
    assert life.request.status is Status.CANCELLED
    assert life.hold.status is HoldStatus.RELEASED


def test_a_session_is_not_solved_before_it_has_begun(life):
    life.now = START - MINUTE
    with pytest.raises(terms.NotBegun):
        life.resolve(SOLUTION)
    life.now = START
    life.resolve(SOLUTION)
    life.confirm()
    assert life.request.status is Status.CLOSED
    assert standing(AccountKind.COMMISSION) == 1000


# Calling it off


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (48 * HOUR, 0),
        (24 * HOUR, 0),
        (24 * HOUR - MINUTE, 2500),
        (2 * HOUR, 2500),
        (2 * HOUR - MINUTE, 5000),
        (MINUTE, 5000),
    ],
)
def test_what_the_customer_pays_follows_the_published_rules(life, partner_id, before, kept):
    cancel(life, fee=kept, now=START - before)
    assert life.request.status is Status.CANCELLED
    assert life.hold.status is (HoldStatus.SETTLED if kept else HoldStatus.REFUNDED)
    assert life.hold.kept == Money(kept, "EUR")
    assert standing(AccountKind.CUSTOMER_HELD, life.id) == 0
    assert standing(AccountKind.PARTNER_PAYABLE, partner_id) == kept * 80 // 100
    assert bookings() == []
    causes = {one.cause for one in money.refunds_of(reading(), [life.hold.id])}
    assert causes == ({RefundCause.CANCELLED} if kept < 5000 else set())


@given(
    st.sampled_from(("EUR", "JPY", "KWD", "HUF")),
    st.integers(1, 99_999),
    st.integers(1, 60 * 24 * 3),
)
def test_what_is_kept_and_what_goes_back_can_both_be_charged_and_add_up(currency, steps, minutes):
    price = Money(steps * smallest_step(currency), currency)
    kept = terms.kept(price, START, START - timedelta(minutes=minutes))
    back = price - kept
    assert all(is_payable(part) for part in (kept, back) if part)
    assert kept <= price
    later = terms.kept(price, START, START - timedelta(minutes=minutes // 2))
    assert kept <= later, "waiting never makes it cheaper"
    assert abs(kept.minor - price.minor * terms.kept_percent(START, START - minutes * MINUTE) // 100) < smallest_step(
        currency
    )


def test_the_rules_are_a_table_that_ends_at_the_start():
    lefts = [step.before for step in terms.CANCELLATION]
    percents = [step.kept_percent for step in terms.CANCELLATION]
    assert lefts == sorted(lefts, reverse=True)
    assert percents == sorted(percents)
    assert lefts[-1] == timedelta(0)


def test_nobody_pays_more_than_the_page_has_said(life):
    now = START - 23 * HOUR
    with pytest.raises(terms.FeeHasRisen) as refused:
        cancel(life, fee=0, now=now)
    assert "€25" in refused.value.text
    assert life.request.status is Status.IN_PROGRESS
    cancel(life, fee=5000, now=now)
    assert life.hold.kept == Money(2500, "EUR"), "more was allowed, and not taken"


def test_a_fee_is_of_the_requests_currency(life):
    with transaction() as session, pytest.raises(InvalidInput):
        commands.cancel(
            session,
            life.reference,
            customer_id=life.market.customer_id,
            reason="I am ill.",
            fee=Money(9999, "USD"),
            now=NOON,
        )


def test_what_has_begun_is_not_called_off(life):
    with pytest.raises(rules.AskYourPartner):
        cancel(life, fee=5000, now=START)


def test_what_is_called_off_is_not_called_off_again(life):
    cancel(life, now=NOON)
    with pytest.raises(IllegalMove):
        cancel(life, now=NOON)


def test_a_session_that_nobody_has_accepted_costs_nothing_to_cancel(market, partner_id):
    life = asked(market, choose(partner_id), NOON + 3 * HOUR)
    cancel(life, now=NOON + HOUR)
    assert life.hold.status is HoldStatus.RELEASED


def test_calling_off_waits_while_the_price_is_being_taken(market, partner_id):
    life = asked(market, choose(partner_id))
    life.say_yes()
    with pytest.raises(PaymentUnderWay):
        cancel(life, now=NOON)
    life.work()
    cancel(life, now=NOON)
    assert life.hold.status is HoldStatus.REFUNDED


def test_a_partner_who_can_not_hold_it_gives_all_back(life):
    life.now = START - HOUR
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="I am ill.", now=life.now)
    life.work()
    assert life.hold.status is HoldStatus.REFUNDED
    assert life.hold.kept == Money.zero("EUR")
    assert bookings() == []


def test_the_time_of_a_session_that_is_called_off_can_be_booked_again(market, partner_id, life):
    cancel(life, now=NOON)
    again = asked(market, choose(partner_id))
    again.accept()
    assert bookings() == [(START, START + HOUR)]
