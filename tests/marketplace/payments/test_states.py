"""The lives of holds, payouts, clawbacks, refunds and chargebacks: what follows what, and what never can."""

import pytest

from marketplace.kernel.errors import IllegalMove
from marketplace.payments.rules import (
    CHARGEBACK,
    CLAWBACK,
    ENDED,
    HOLD,
    INQUIRIES,
    MAY_RELEASE,
    OPEN_CHARGEBACKS,
    PAYOUT,
    REFUND,
    UNPAID,
    ChargebackAction,
    ChargebackStatus,
    ClawbackStatus,
    HoldAction,
    HoldStatus,
    PayoutAction,
    PayoutStatus,
    RefundAction,
    RefundStatus,
)

TABLES = {"hold": HOLD, "payout": PAYOUT, "clawback": CLAWBACK, "refund": REFUND, "chargeback": CHARGEBACK}


def reached_from(table, state):
    """List the states that can follow, sooner or later."""
    reached = {state}
    while new := {after for before, _action, after in table if before in reached} - reached:
        reached |= new
    return reached - {state}


@pytest.mark.parametrize("name", TABLES)
def test_what_is_not_a_row_is_refused(name):
    table = TABLES[name]
    rows = {(state, action) for state, action, _after in table}
    states = type(next(iter(rows))[0])
    actions = type(next(iter(rows))[1])
    for state in states:
        for action in actions:
            assert table.allows(state, action) == ((state, action) in rows)
            if (state, action) not in rows:
                with pytest.raises(IllegalMove):
                    table.after(state, action)


@pytest.mark.parametrize("name", ["hold", "clawback", "refund", "chargeback"])
def test_no_life_comes_back_to_where_it_was(name):
    table = TABLES[name]
    for state, _action, after in table:
        assert state not in reached_from(table, after)


def test_a_payout_comes_back_only_from_being_frozen():
    cycle = {state for state, _action, after in PAYOUT if state in reached_from(PAYOUT, after)}
    assert cycle == {PayoutStatus.WAITING, PayoutStatus.DUE, PayoutStatus.FROZEN}
    coming_back = {before for before, _action, after in PAYOUT if after is PayoutStatus.WAITING}
    assert coming_back == {PayoutStatus.FROZEN}


def test_money_is_taken_from_a_hold_on_one_way_only():
    assert [(before, action) for before, action, after in HOLD if after is HoldStatus.CAPTURED] == [
        (HoldStatus.CAPTURING, HoldAction.CAPTURED)
    ]
    assert HoldStatus.CAPTURED not in reached_from(HOLD, HoldStatus.CAPTURED)


@pytest.mark.parametrize("status", [HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED, HoldStatus.RELEASING])
def test_what_was_let_go_is_never_taken(status):
    taken = {HoldStatus.CAPTURING, HoldStatus.CAPTURED, HoldStatus.SETTLED, HoldStatus.REFUNDED}
    assert not taken & reached_from(HOLD, status)


def test_what_was_shared_is_not_refunded_as_if_it_were_not():
    assert reached_from(HOLD, HoldStatus.SETTLED) == set()
    assert HoldStatus.SETTLED not in reached_from(HOLD, HoldStatus.REFUNDING)


def test_ended_holds_are_those_from_which_nothing_follows():
    assert {status for status in HoldStatus if not reached_from(HOLD, status)} == ENDED


def test_a_hold_may_be_released_while_nothing_is_taken():
    assert {status for status in HoldStatus if HOLD.allows(status, HoldAction.RELEASE)} == MAY_RELEASE


def test_a_payout_is_paid_only_when_it_is_due():
    assert {status for status in PayoutStatus if PAYOUT.allows(status, PayoutAction.PAY)} == {PayoutStatus.DUE}
    assert {status for status in PayoutStatus if PAYOUT.allows(status, PayoutAction.CANCEL)} == UNPAID


def test_a_refund_is_paid_by_hand_only_when_it_has_failed():
    allowed = {status for status in RefundStatus if REFUND.allows(status, RefundAction.PAY_BY_HAND)}
    assert allowed == {RefundStatus.FAILED}
    assert reached_from(REFUND, RefundStatus.PAID_BY_HAND) == set()


def test_a_chargeback_is_open_until_it_is_decided():
    undecided = {status for status in ChargebackStatus if reached_from(CHARGEBACK, status)}
    assert undecided == OPEN_CHARGEBACKS | INQUIRIES
    assert {ChargebackStatus.WON, ChargebackStatus.LOST} == set(ChargebackStatus) - undecided


def test_a_bank_that_has_taken_the_money_does_not_only_ask_any_more():
    assert not INQUIRIES & {one for status in OPEN_CHARGEBACKS for one in reached_from(CHARGEBACK, status)}
    for status in INQUIRIES:
        way = [ChargebackAction.ESCALATE, ChargebackAction.LOSE]
        assert CHARGEBACK.way(status, ChargebackStatus.LOST) == way
        assert CHARGEBACK.way(ChargebackStatus.NEEDS_RESPONSE, status) == []


def test_a_refund_that_a_bank_has_covered_is_never_paid():
    assert reached_from(REFUND, RefundStatus.COVERED) == set()
    assert not REFUND.allows(RefundStatus.COVERED, RefundAction.PAY_BY_HAND)


def test_a_debt_ends_paid_off_or_written_off_but_not_both():
    assert reached_from(CLAWBACK, ClawbackStatus.OWED) == {ClawbackStatus.PAID_OFF, ClawbackStatus.WRITTEN_OFF}
    assert reached_from(CLAWBACK, ClawbackStatus.REVERSED) == set()
    assert reached_from(CLAWBACK, ClawbackStatus.PAID_OFF) == set()
