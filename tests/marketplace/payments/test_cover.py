"""A part of a price that somebody else covers: the payer is charged the rest, the payee gets the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands
from marketplace.payments.rules import (
    AccountKind,
    Bearer,
    Cover,
    HoldStatus,
    MoreThanIsLeft,
    PayoutStatus,
    RefundCause,
    RefundStatus,
    Terms,
    least_charge,
    recovered,
    share_out,
)
from marketplace.payments.selfchecks.cover import cover_that_disagrees_with_its_terms

TAXED = Terms(commission_percent=20, tax_rate=1900, commission_tax_rate=1900)
CURRENCIES = {"EUR": 1, "JPY": 1, "KWD": 10, "ISK": 100}


def eur(minor):
    return Money(minor, "EUR")


def cover(own, most, currency="EUR"):
    """Cover up to an amount, beyond what the payer bears."""
    return Cover(Money(own, currency), Money(most, currency))


amounts = st.integers(0, 3000)


@st.composite
def covered_prices(draw):
    """A price, and the terms on which it is covered, in steps of its currency."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    price, own, most = (draw(amounts) * CURRENCIES[currency] for _ in range(3))
    return Money(price, currency), cover(own, most, currency)


@given(covered_prices())
def test_what_is_left_to_charge_can_be_charged(case):
    price, terms = case
    fitted = terms.fitted(price)
    left = price - fitted.of(price)
    assert fitted.of(price) <= terms.of(price)
    assert not left or left >= least_charge(price.currency) or price < least_charge(price.currency)
    assert not left.minor % CURRENCIES[price.currency]


@given(covered_prices(), amounts)
def test_neither_side_pays_more_of_a_lower_price(case, less):
    price, terms = case
    lower = Money(max(0, price.minor - less * CURRENCIES[price.currency]), price.currency)
    assert terms.of(lower) <= terms.of(price)
    assert lower - terms.of(lower) <= price - terms.of(price)


@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(0, 100), st.sampled_from([0, 700, 1900, 2500]))
def test_the_vendor_loses_no_more_than_others_get_of_what_is_covered(kept, part, percent, rate):
    terms, covered = Terms(percent, rate, rate), min(kept, part)
    back = recovered(eur(kept), eur(0), eur(covered), terms)
    whole, unaided = share_out(eur(kept), terms), share_out(eur(kept - covered), terms)
    assert eur(covered) - back.all == (whole.payee - unaided.payee) + (whole.commission_tax - unaided.commission_tax)
    assert back.commission >= eur(0)
    assert back.tax >= eur(0)


def test_what_is_covered_in_full_asks_nobody(till):
    hold_id = till.open(10000, cover=cover(0, 20000))
    hold = till.hold(hold_id)
    assert (hold.status, hold.asked_minor, hold.covered_minor) == (HoldStatus.HELD, 0, 10000)
    till.capture(hold_id, 8000)
    hold = till.hold(hold_id)
    assert (hold.status, hold.charged_minor, hold.covered_minor) == (HoldStatus.CAPTURED, 0, 8000)
    assert till.booked(AccountKind.COVER_CLAIMS) == 8000
    assert hold.payment_intent_id is None


def test_the_card_is_asked_for_the_rest(till):
    hold_id = till.taken(10000, cover=cover(2500, 5000))
    hold = till.hold(hold_id)
    assert (hold.asked_minor, hold.charged_minor, hold.covered_minor) == (5000, 5000, 5000)
    assert till.booked(AccountKind.CUSTOMER_HELD, hold.subject_id) == 10000


def test_a_lower_price_is_covered_as_if_it_had_been_the_price_from_the_start(till):
    hold_id = till.held(10000, cover=cover(1000, 5000))
    till.capture(hold_id, 4000)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.asked_minor, hold.charged_minor, hold.covered_minor) == (5000, 1000, 3000)


def test_a_card_that_is_not_needed_is_let_go(till):
    hold_id = till.held(10000, cover=cover(0, 6000))
    till.capture(hold_id, 5000)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.status, hold.charged_minor, hold.covered_minor) == (HoldStatus.CAPTURED, 0, 5000)
    assert till.stand_in.client().v1.payment_intents.retrieve(hold.payment_intent_id).status == "canceled"
    assert till.booked(AccountKind.AUTHORISED, hold.subject_id) == 0


def test_what_is_too_little_for_a_card_is_left_to_the_payer_in_a_size_that_it_takes(till):
    hold_id = till.held(10000, cover=cover(0, 6000))
    till.capture(hold_id, 6020)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.charged_minor, hold.covered_minor) == (50, 5970)


@pytest.mark.parametrize("asked", [0, 4000])
def test_what_is_let_go_is_covered_no_more(till, asked):
    hold_id = till.held(10000, cover=cover(0, 10000 - asked))
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())
    till.work()
    hold = till.hold(hold_id)
    assert (hold.status, hold.covered_minor) == (HoldStatus.RELEASED, 0)
    assert till.booked(AccountKind.COVER_CLAIMS) == 0


def test_a_page_that_is_never_paid_covers_nothing(till):
    hold_id = till.open(10000, cover=cover(2000, 10000))
    till.work()
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())
    assert till.hold(hold_id).covered_minor == 0
    till.work()
    assert till.hold(hold_id).status is HoldStatus.RELEASED


@pytest.mark.parametrize("own", [0, 2000, 10000])
def test_the_payee_gets_the_same_whoever_pays(till, own):
    payee_id = till.payee(with_account=False)
    hold_id = till.taken(10000, cover=cover(own, 10000))
    till.settle(hold_id, payee_id, terms=TAXED)
    assert till.payouts(hold_id).share.amount == share_out(eur(10000), TAXED).payee
    unaided = share_out(eur(own), TAXED)  # The vendor earns, and owes tax, on what it did not pay itself.
    assert till.booked(AccountKind.COMMISSION) == unaided.commission.minor
    whole = share_out(eur(10000), TAXED)
    assert till.booked(AccountKind.TAX_PAYABLE) == unaided.tax.minor + whole.commission_tax.minor
    till.refund(hold_id)
    till.work()
    for kind in (AccountKind.COVER_CLAIMS, AccountKind.COMMISSION, AccountKind.TAX_PAYABLE):
        assert till.booked(kind) == 0


@pytest.mark.parametrize("steps", [[3000], [1000, 2000], [2999, 1], [1] * 3 + [2997]])
@pytest.mark.parametrize("is_settled", [True, False])
def test_what_goes_back_goes_where_the_lower_price_would_not_have_come_from(till, steps, is_settled):
    hold_id = till.taken(10000, cover=cover(2000, 6000))
    if is_settled:
        till.settle(hold_id, till.payee(with_account=False), terms=TAXED)
    for minor in steps:
        till.refund(hold_id, minor, cause=RefundCause.UNUSED)
        till.work()
    hold = till.hold(hold_id)
    assert (hold.covered_minor, hold.kept_by_card.minor) == (5000, 2000)
    assert sum(one.cover_minor for one in till.refunds(hold_id)) == 1000
    till.check()


def test_a_refund_of_what_is_covered_waits_for_no_bank(till):
    hold_id = till.taken(10000, cover=cover(0, 10000))
    refund_id = till.refund(hold_id)
    refund = till.refund_row(refund_id)
    assert (refund.status, refund.left.minor, refund.cover_minor) == (RefundStatus.SUCCEEDED, 0, 10000)
    assert till.hold(hold_id).status is HoldStatus.REFUNDED


def test_the_vendor_gives_nothing_alone_that_the_payer_has_not_paid(till):
    hold_id = till.settled(till.payee(with_account=False), cover=cover(2000, 10000))
    with pytest.raises(MoreThanIsLeft):
        till.refund(hold_id, 2001, cause=RefundCause.GOODWILL, bearer=Bearer.VENDOR)
    till.refund(hold_id, 1500, cause=RefundCause.GOODWILL, bearer=Bearer.VENDOR)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.covered_minor, hold.kept_by_card.minor) == (8000, 500)


@pytest.mark.parametrize("is_settled", [True, False])
def test_a_bank_takes_back_no_more_than_it_gave(till, is_settled):
    hold_id = till.taken(10000, cover=cover(0, 6000))
    if is_settled:
        till.settle(hold_id, till.payee(with_account=False), terms=TAXED)
    dispute_id = till.dispute(hold_id)
    till.decide(dispute_id, "lose")
    hold = till.hold(hold_id)
    assert (hold.lost_minor, hold.covered_minor, hold.kept_by_card.minor) == (4000, 6000, 0)
    till.refund(hold_id, 3000)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.covered_minor, hold.kept_by_card.minor) == (3000, 0)


def test_a_refund_waits_for_the_bank_but_not_its_covered_part(till):
    hold_id = till.taken(10000, cover=cover(2000, 8000))
    dispute_id = till.dispute(hold_id)
    refund_id = till.refund(hold_id)
    refund = till.refund_row(refund_id)
    assert (refund.status, refund.left.minor) == (RefundStatus.WAITING, 2000)
    assert till.booked(AccountKind.COVER_CLAIMS) == 0
    till.decide(dispute_id, "win")
    assert till.refund_row(refund_id).status is RefundStatus.SUCCEEDED
    assert till.hold(hold_id).status is HoldStatus.REFUNDED


def test_a_share_that_is_covered_comes_out_of_the_balance_when_there_is_enough(till):
    payee_id = till.payee()
    hold_id = till.taken(10000, cover=cover(0, 10000))
    till.settle(hold_id, payee_id)
    till.work()
    assert till.payouts(hold_id).share.status is PayoutStatus.DUE
    till.settled(till.payee(with_account=False), 50000)  # Somebody else's money comes in, and becomes available.
    for _day in range(10):
        till.wait(utcnow().resolution * 86_400_000_000)
        till.work()
    assert till.payouts(hold_id).share.status is PayoutStatus.PAID


def test_a_capture_that_the_bank_refuses_covers_nothing(till):
    hold_id = till.held(10000, cover=cover(5000, 5000))
    till.stand_in.add_fault("capture_refused", times=1)
    till.capture(hold_id)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.status, hold.covered_minor, hold.charged_minor) == (HoldStatus.FAILED, 0, 0)


def test_cover_that_differs_from_its_terms_is_told(till):
    hold = till.hold(till.taken(10000, cover=cover(2000, 8000)))
    assert cover_that_disagrees_with_its_terms(reading()) == []
    told = till.with_changed(hold, {"covered_minor": 7999}, cover_that_disagrees_with_its_terms)
    assert told == [f"hold {hold.id} is captured: 7999 of it is covered, not 8000"]
