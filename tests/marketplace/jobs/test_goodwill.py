"""Goodwill: what the vendor's people give back, borne by both sides or by the vendor alone; the books balance."""

import pytest

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import (
    AccountKind,
    Bearer,
    ChargebackOpen,
    Contested,
    HoldStatus,
    LeftHasChanged,
    MoreThanIsLeft,
    NotSharedYet,
    PayoutStatus,
    RefundCause,
    Terms,
    WrongAmount,
    share_kept,
)
from marketplace.payments.selfchecks import goodwill_that_disagrees_with_holds, payouts_of_contested_holds
from tests.factories import NOON
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_rates
from tests.factories.jobs import DISPUTED_CARD, Life, booked, choose, taken
from tests.factories.payments import make_hold, make_refund
from tests.plugins.racing import CROWD

NOTE = "They waited for two weeks."


@pytest.fixture
def staff_id(market):
    """One who looks after the money."""
    with transaction() as session:
        return make_staff(session, "finance").id


@pytest.fixture
def give(staff_id):
    """A function that gives something back of a request, and has the worker do it."""

    def perform(life, minor, bearer=Bearer.SHARED, *, seen=None, part=1):
        hold = life.hold_of(part)
        with transaction() as session:
            payments.give_goodwill(
                session,
                hold.id,
                amount=Money(minor, hold.currency),
                bearer=bearer,
                note=NOTE,
                seen=hold.kept if seen is None else Money(seen, hold.currency),
                by=staff_id,
                now=life.now,
            )
        life.work()

    return perform


@pytest.fixture
def life(market, add_partner):
    """A job for 49 EUR, on which a partner is at work; the vendor keeps 20 %."""
    return taken(market, add_partner(price_minor=4900, commission_percent=20))


@pytest.fixture
def closed(life):
    """The same, solved and shared: 39.20 for the partner, 9.80 for the vendor."""
    life.resolve()
    life.confirm()
    return life


def refund_of(life):
    reading().rollback()
    return money.refunds_of(reading(), [life.hold.id])[-1]


def test_both_bear_it_as_they_shared_the_price(closed, give):
    give(closed, 1000)
    assert booked(AccountKind.COMMISSION) == 780
    assert booked(AccountKind.PARTNER_PAYABLE, closed.request.provider_id) == 3120
    given = refund_of(closed)
    assert (given.cause, given.bearer, given.note) == (RefundCause.GOODWILL, Bearer.SHARED, NOTE)
    assert (given.shares.payee.minor, given.shares.commission.minor) == (800, 200)


def test_what_the_vendor_bears_alone_comes_out_of_the_commission_first(closed, give):
    give(closed, 600, Bearer.VENDOR)
    assert booked(AccountKind.COMMISSION) == 380
    assert booked(AccountKind.GOODWILL) == 0
    give(closed, 1000, Bearer.VENDOR)
    assert booked(AccountKind.COMMISSION) == 0
    assert booked(AccountKind.GOODWILL) == 620
    assert booked(AccountKind.PARTNER_PAYABLE, closed.request.provider_id) == 3920, "the partner keeps its share"
    assert (refund_of(closed).shares.commission.minor, refund_of(closed).shares.goodwill.minor) == (380, 620)


def test_all_of_it_may_go_back_at_the_cost_of_the_vendor(closed, give):
    give(closed, 4900, Bearer.VENDOR)
    assert closed.hold.status is HoldStatus.SETTLED
    assert booked(AccountKind.GOODWILL) == 3920
    assert booked(AccountKind.PARTNER_PAYABLE, closed.request.provider_id) == 3920


def test_both_kinds_may_follow_each_other(closed, give):
    give(closed, 1000, Bearer.VENDOR)
    give(closed, 2000)
    give(closed, 1900, Bearer.VENDOR)
    assert booked(AccountKind.PARTNER_PAYABLE, closed.request.provider_id) == 3920 - 1600
    assert booked(AccountKind.COMMISSION) == 0
    assert booked(AccountKind.GOODWILL) == 2320


def test_before_the_end_it_lowers_the_price_for_both(life, give):
    give(life, 900)
    assert life.hold.status is HoldStatus.CAPTURED
    life.resolve()
    life.confirm()
    assert booked(AccountKind.COMMISSION) == 800
    assert booked(AccountKind.PARTNER_PAYABLE, life.request.provider_id) == 3200


def test_all_of_it_before_the_end_does_not_end_the_work(life, give):
    give(life, 4900)
    assert life.hold.status is HoldStatus.CAPTURED
    life.resolve()
    life.confirm()
    assert life.hold.status is HoldStatus.SETTLED
    assert booked(AccountKind.CUSTOMER_HELD) == 0


def test_nobody_bears_it_alone_before_the_price_is_shared(life, give):
    with pytest.raises(NotSharedYet):
        give(life, 100, Bearer.VENDOR)


@pytest.mark.parametrize(("minor", "refusal"), [(0, WrongAmount), (-1, WrongAmount), (4901, MoreThanIsLeft)])
def test_no_more_than_is_kept_and_more_than_nothing(closed, give, minor, refusal):
    with pytest.raises(refusal):
        give(closed, minor)
    assert closed.hold.kept.minor == 4900


def test_what_was_seen_is_what_is_decided_about(closed, give):
    give(closed, 1000)
    with pytest.raises(LeftHasChanged):
        give(closed, 1000, seen=4900)
    assert closed.hold.kept.minor == 3900


def test_nothing_is_given_back_of_what_is_not_taken(market, add_partner, give):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    with pytest.raises(IllegalMove):
        give(life, 100, seen=0)


def test_nothing_is_given_back_while_a_bank_decides(market, add_partner, give, sandbox):
    life = taken(market, add_partner(), card=DISPUTED_CARD)
    life.hear_of_chargeback(sandbox)
    with pytest.raises(ChargebackOpen):
        give(life, 100)
    life.lose_chargeback(sandbox)
    with pytest.raises(MoreThanIsLeft):
        give(life, 100)


def test_nothing_is_given_back_while_customer_and_partner_disagree(closed, give):
    with transaction() as session:
        payments.contest(session, "request", closed.id, now=closed.now)
    with pytest.raises(Contested):
        give(closed, 100)
    with transaction() as session:
        payments.uncontest(session, "request", closed.id, now=closed.now)


@pytest.mark.parametrize("currency", ["ISK", "KWD", "JPY"])
def test_it_is_exact_in_every_currency(market, add_partner, give, currency):
    with transaction() as session:
        make_rates(session, **{currency: 150_000_000})
    step = smallest_step(currency)
    sells = {"currency": currency}
    partner_id = add_partner(price_minor=4999 * step, sells=sells, currency=currency, commission_percent=15)
    life = taken(market, partner_id, currency=currency)
    life.resolve()
    life.confirm()
    give(life, 333 * step)
    give(life, 444 * step, Bearer.VENDOR)
    give(life, 1001 * step)
    whole = share_kept(Money((4999 - 1778) * step, currency), Money(444 * step, currency), Terms(15))
    assert booked(AccountKind.PARTNER_PAYABLE, life.request.provider_id, currency) == whole.payee.minor
    assert booked(AccountKind.COMMISSION, currency=currency) == whole.commission.minor
    assert booked(AccountKind.GOODWILL, currency=currency) == -whole.goodwill.minor


def test_a_partner_who_was_paid_gives_up_its_part_and_keeps_what_the_vendor_bears(closed, give, staff_id):
    [payout] = money.payouts_of(reading(), closed.request.provider_id)
    with transaction() as session:
        payments.mark_paid_by_hand(session, payout.id, reference="SEPA 1", by=staff_id, now=closed.now)
    give(closed, 2000, Bearer.VENDOR)
    assert booked(AccountKind.PARTNER_RECEIVABLE, closed.request.provider_id) == 0
    give(closed, 1000)
    assert booked(AccountKind.PARTNER_RECEIVABLE, closed.request.provider_id) == 800


def test_what_is_contested_is_not_paid_until_it_is_decided(closed):
    def payouts():
        reading().rollback()
        return [one.status for one in money.payouts_of(reading(), closed.request.provider_id)]

    with transaction() as session:
        payments.contest(session, "request", closed.id, now=closed.now)
    assert payouts() == [PayoutStatus.FROZEN]
    with transaction() as session:
        payments.uncontest(session, "request", closed.id, now=closed.now)
    assert payouts() == [PayoutStatus.DUE]


def test_the_end_of_a_chargeback_does_not_pay_what_is_contested(market, add_partner, sandbox):
    life = taken(market, add_partner(), card=DISPUTED_CARD)
    life.resolve()
    life.confirm()
    life.hear_of_chargeback(sandbox)
    with transaction() as session:
        payments.contest(session, "request", life.id, now=life.now)
    life.win_chargeback(sandbox)
    assert payouts_of_contested_holds(reading()) == []
    with transaction() as session:
        payments.uncontest(session, "request", life.id, now=life.now)


def test_two_of_the_staff_at_once_give_back_once(closed, staff_id, at_once):
    hold_id = closed.hold.id

    def perform():
        with transaction() as session:
            given = payments.give_goodwill(
                session,
                hold_id,
                amount=Money(4000, "EUR"),
                bearer=Bearer.SHARED,
                note=NOTE,
                seen=Money(4900, "EUR"),
                by=staff_id,
                now=NOON,
            )
            return given.id

    outcomes = at_once(*[perform] * CROWD)
    closed.work()
    assert sum(isinstance(one, int) for one in outcomes) == 1
    assert {type(one) for one in outcomes} == {int, LeftHasChanged}
    assert closed.hold.kept.minor == 900


def test_the_self_check_knows_what_the_vendor_bears(session):
    hold = make_hold(session, status=HoldStatus.SETTLED, captured_minor=6000, refunded_minor=1000)
    make_refund(session, hold=hold, bearer=Bearer.VENDOR)
    assert len(goodwill_that_disagrees_with_holds(session)) == 1
    hold.borne_minor = 1000
    assert goodwill_that_disagrees_with_holds(session) == []
