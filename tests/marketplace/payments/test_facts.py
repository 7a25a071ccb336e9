"""What each fact moves: positive amounts, from one account to another, and what is undone leaves nothing behind."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import MAX_MINOR, Money
from marketplace.payments.rules import CREDIT_ACCOUNTS, Account, AccountKind, PayoutMethod, Shares, facts

SUBJECT, PAYEE = 7, 11

nothing = st.just(Money.zero("EUR"))
amounts = st.integers(1, MAX_MINOR).map(lambda minor: Money(minor, "EUR"))
parts = nothing | amounts
signed = st.integers(-MAX_MINOR, MAX_MINOR).map(lambda minor: Money(minor, "EUR"))
shares = st.builds(Shares, parts, parts, parts, parts, nothing)
methods = st.sampled_from(PayoutMethod)


def total_of(shared):
    """Add up all parts."""
    return shared.payee + shared.commission + shared.commission_tax + shared.tax + shared.goodwill


def grown(*bookings):
    """Tell by how much each account has grown, on the side on which its kind grows, or shrunk."""
    change = Counter()
    for movement in [one for movements in bookings for one in movements]:
        for account, sign in ((movement.debit, 1), (movement.credit, -1)):
            change[account] += sign * movement.amount.minor * (-1 if account.kind in CREDIT_ACCOUNTS else 1)
    return {
        (one.kind, one.owner_id) if one.owner_id else one.kind: minor for one, minor in change.items() if minor != 0
    }


held = (AccountKind.CUSTOMER_HELD, SUBJECT)
payable = (AccountKind.PARTNER_PAYABLE, PAYEE)
reserve = (AccountKind.PARTNER_RESERVE, PAYEE)
receivable = (AccountKind.PARTNER_RECEIVABLE, PAYEE)
STRIPE = AccountKind.STRIPE_BALANCE

one_each = st.one_of(
    amounts.map(lambda one: facts.authorised(SUBJECT, one)),
    amounts.map(lambda one: facts.unauthorised(SUBJECT, one)),
    st.builds(lambda net, fee: facts.captured(SUBJECT, net + fee, fee), parts, parts),
    st.builds(lambda parts_, left: facts.settled(SUBJECT, PAYEE, parts_, min(left, parts_.payee)), shares, parts),
    st.builds(
        lambda parts_, left: facts.unsettled(
            PAYEE, parts_, min(left, parts_.payee), Account(AccountKind.CUSTOMER_HELD, SUBJECT)
        ),
        shares,
        parts,
    ),
    amounts.map(lambda one: facts.reserve_released(PAYEE, one)),
    st.builds(lambda one, method: facts.paid_out(PAYEE, one, method), amounts, methods),
    amounts.map(lambda one: facts.refunded(SUBJECT, one)),
    amounts.map(lambda one: facts.refund_returned(SUBJECT, one)),
    amounts.map(lambda one: facts.refunded_by_hand(SUBJECT, one)),
    amounts.map(lambda one: facts.reversed_(PAYEE, one)),
    amounts.map(lambda one: facts.owed(PAYEE, one)),
    st.builds(
        lambda one, kind: facts.set_off(PAYEE, one, kind),
        amounts,
        st.sampled_from([AccountKind.PARTNER_PAYABLE, AccountKind.PARTNER_RESERVE]),
    ),
    amounts.map(lambda one: facts.written_off(PAYEE, one)),
    st.builds(facts.disputed, signed, signed),
    st.builds(lambda kept, beyond: facts.dispute_lost(SUBJECT, kept, beyond), parts, parts),
)


@given(one_each)
def test_every_movement_is_positive_and_between_two_accounts(movements):
    for movement in movements:
        assert movement.amount.minor > 0
        assert movement.debit != movement.credit


@given(amounts)
def test_what_is_set_aside_is_ours_in_no_way_and_leaves_nothing_behind(amount):
    set_aside = facts.authorised(SUBJECT, amount)
    assert set(grown(set_aside)) == {(AccountKind.AUTHORISED, SUBJECT), AccountKind.AUTHORISED_CONTRA}
    assert grown(set_aside, facts.unauthorised(SUBJECT, amount)) == {}


@given(amounts, parts)
def test_what_is_taken_is_all_held_and_stripe_has_its_fee_of_it(net, fee):
    expected = {held: (net + fee).minor, STRIPE: net.minor, AccountKind.STRIPE_FEES: fee.minor}
    assert grown(facts.captured(SUBJECT, net + fee, fee)) == {key: minor for key, minor in expected.items() if minor}


@given(amounts)
def test_a_fee_may_eat_up_all_that_is_taken(amount):
    taken = grown(facts.captured(SUBJECT, amount, amount))
    assert taken == {held: amount.minor, AccountKind.STRIPE_FEES: amount.minor}


@given(amounts, amounts)
def test_a_fee_above_what_is_taken_comes_out_of_the_balance(amount, more):
    movements = facts.captured(SUBJECT, amount, amount + more)
    assert all(one.amount.minor > 0 for one in movements)
    assert grown(movements) == {
        held: amount.minor,
        STRIPE: -more.minor,
        AccountKind.STRIPE_FEES: (amount + more).minor,
    }


@given(shares, parts)
def test_all_that_is_held_is_shared_out(shared, kept_back):
    kept_back = min(kept_back, shared.payee)
    expected = {
        held: -total_of(shared).minor,
        payable: (shared.payee - kept_back).minor,
        reserve: kept_back.minor,
        AccountKind.COMMISSION: shared.commission.minor,
        AccountKind.TAX_PAYABLE: (shared.tax + shared.commission_tax).minor,
    }
    movements = facts.settled(SUBJECT, PAYEE, shared, kept_back)
    assert grown(movements) == {key: minor for key, minor in expected.items() if minor}


@given(shares, parts, st.sampled_from([AccountKind.CUSTOMER_HELD, AccountKind.DISPUTE_RECEIVABLE]))
def test_giving_up_all_that_was_shared_undoes_the_sharing(shared, kept_back, to):
    kept_back = min(kept_back, shared.payee)
    owner = SUBJECT if to is AccountKind.CUSTOMER_HELD else 0
    undone = grown(
        facts.settled(SUBJECT, PAYEE, shared, kept_back),
        facts.unsettled(PAYEE, shared, kept_back, Account(to, owner)),
    )
    whole = total_of(shared).minor
    expected = {} if to is AccountKind.CUSTOMER_HELD else {held: -whole, AccountKind.DISPUTE_RECEIVABLE: -whole}
    assert undone == {key: minor for key, minor in expected.items() if minor}


@given(amounts, parts)
def test_what_the_vendor_gives_back_alone_is_no_others_to_bear(goodwill, commission):
    none = Money.zero("EUR")
    alone = facts.unsettled(
        PAYEE, Shares(none, commission, none, none, goodwill), none, Account(AccountKind.CUSTOMER_HELD, SUBJECT)
    )
    expected = {
        held: (commission + goodwill).minor,
        AccountKind.COMMISSION: -commission.minor,
        AccountKind.GOODWILL: goodwill.minor,
    }
    assert grown(alone) == {key: minor for key, minor in expected.items() if minor}


@given(amounts, amounts)
def test_a_released_reserve_is_owed_like_the_rest(amount, paid):
    assert grown(facts.reserve_released(PAYEE, amount)) == {reserve: -amount.minor, payable: amount.minor}
    assert grown(facts.paid_out(PAYEE, paid, PayoutMethod.TRANSFER)) == {payable: -paid.minor, STRIPE: -paid.minor}
    assert grown(facts.paid_out(PAYEE, paid, PayoutMethod.BY_HAND)) == {
        payable: -paid.minor,
        AccountKind.BANK: -paid.minor,
    }


@given(amounts)
def test_a_refund_that_comes_back_is_as_if_it_had_never_gone_until_it_is_paid_by_hand(amount):
    there, back = facts.refunded(SUBJECT, amount), facts.refund_returned(SUBJECT, amount)
    assert grown(there) == {held: -amount.minor, STRIPE: -amount.minor}
    assert grown(there, back) == {}
    by_hand = facts.refunded_by_hand(SUBJECT, amount)
    assert grown(there, back, by_hand) == {held: -amount.minor, AccountKind.BANK: -amount.minor}


@given(amounts)
def test_a_transfer_that_is_taken_back_leaves_what_was_owed_before(amount):
    paid = facts.paid_out(PAYEE, amount, PayoutMethod.TRANSFER)
    assert grown(paid, facts.reversed_(PAYEE, amount)) == {}


@given(amounts, st.sampled_from([(AccountKind.PARTNER_PAYABLE, payable), (AccountKind.PARTNER_RESERVE, reserve)]))
def test_a_debt_is_paid_off_out_of_what_is_owed_or_in_reserve(amount, source):
    kind, account = source
    debt = facts.owed(PAYEE, amount)
    assert grown(debt) == {receivable: amount.minor, payable: amount.minor}
    expected = {payable: amount.minor, reserve: -amount.minor} if account == reserve else {}
    assert grown(debt, facts.set_off(PAYEE, amount, kind)) == expected
    assert grown(debt, facts.written_off(PAYEE, amount)) == {payable: amount.minor, AccountKind.BAD_DEBT: amount.minor}


@given(amounts, parts)
def test_a_chargeback_that_is_won_costs_its_fee_and_nothing_else(amount, fee):
    back = Money(-amount.minor, "EUR")
    left = grown(facts.disputed(amount, fee), facts.disputed(back, Money.zero("EUR")))
    assert left == ({STRIPE: -fee.minor, AccountKind.DISPUTE_FEES: fee.minor} if fee else {})
    refunded_fee = facts.disputed(back, Money(-fee.minor, "EUR"))
    assert grown(facts.disputed(amount, fee), refunded_fee) == {}


@given(amounts, parts)
def test_a_chargeback_that_is_lost_takes_what_is_held_and_the_rest_is_the_vendors_loss(kept, beyond):
    whole = kept + beyond
    left = grown(facts.disputed(whole, Money.zero("EUR")), facts.dispute_lost(SUBJECT, kept, beyond))
    expected = {STRIPE: -whole.minor, held: -kept.minor, AccountKind.DISPUTE_LOSSES: beyond.minor}
    assert left == {key: minor for key, minor in expected.items() if minor}


@given(amounts)
def test_a_refund_that_comes_back_makes_a_loss_good(amount):
    lost = grown(facts.dispute_lost(SUBJECT, Money.zero("EUR"), amount))
    assert lost[AccountKind.DISPUTE_LOSSES] == amount.minor
    made_good = grown(facts.refund_returned(SUBJECT, amount), facts.loss_made_good(SUBJECT, amount))
    assert made_good == {STRIPE: amount.minor, AccountKind.DISPUTE_LOSSES: -amount.minor}


OF_YEARS = {  # Moved by whoever covers: see the tests of insurance.
    *(AccountKind.COVER_LEFT, AccountKind.COVER_RESERVED, AccountKind.COVER_USED, AccountKind.COVER_CONTRA),
}


@pytest.mark.parametrize("kind", sorted(set(AccountKind) - OF_YEARS))
def test_every_account_is_moved_by_some_fact(kind):
    one = Money(1, "EUR")
    each = Shares(one, one, one, one, one)
    moved = [
        *facts.authorised(SUBJECT, one),
        *facts.captured(SUBJECT, one + one, one),
        *facts.covered(SUBJECT, one),
        *facts.period_paid(SUBJECT, one, one, one),
        *facts.earned(SUBJECT, one),
        *facts.settled(SUBJECT, PAYEE, Shares(one + one, one, one, one, one), one),
        *facts.unsettled(PAYEE, each, one, Account(AccountKind.CUSTOMER_HELD, SUBJECT)),
        *facts.paid_out(PAYEE, one, PayoutMethod.BY_HAND),
        *facts.owed(PAYEE, one),
        *facts.written_off(PAYEE, one),
        *facts.disputed(one, one),
        *facts.dispute_lost(SUBJECT, one, one),
    ]
    assert kind in {account.kind for movement in moved for account in (movement.debit, movement.credit)}
