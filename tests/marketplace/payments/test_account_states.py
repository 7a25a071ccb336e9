"""How an account stands, by what Stripe says of it; and who can be paid."""

from itertools import pairwise

import pytest

from marketplace.payments.rules import AccountState, Requirements, is_worse, may_be_paid, state_of
from marketplace.payments.wording import OWNER_EXPLANATIONS, VENDOR_EXPLANATIONS, asked
from tests.factories import NOON

DOCUMENT = ("individual.verification.document",)
BANK = ("external_account",)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (Requirements(may_receive=True), AccountState.ENABLED),
        (
            Requirements(may_receive=True, eventually_due=DOCUMENT),
            AccountState.ENABLED,
        ),  # Not before much money has passed.
        (Requirements(may_receive=True, eventually_due=DOCUMENT, due_by=NOON), AccountState.DUE_SOON),
        (Requirements(may_receive=True, currently_due=DOCUMENT), AccountState.DUE),
        (Requirements(may_receive=True, currently_due=DOCUMENT, due_by=NOON), AccountState.DUE_SOON),
        (Requirements(may_receive=True, pending=DOCUMENT), AccountState.ENABLED),
        (Requirements(may_receive=True, may_pay_out=False), AccountState.PAYOUTS_PAUSED),
        (
            Requirements(may_receive=True, may_pay_out=False, past_due=BANK),
            AccountState.PAYOUTS_PAUSED,
        ),
        (Requirements(may_receive=True, past_due=DOCUMENT), AccountState.PAST_DUE),
        (Requirements(may_receive=False, past_due=DOCUMENT, may_pay_out=False), AccountState.PAST_DUE),
        (Requirements(may_receive=False, currently_due=DOCUMENT), AccountState.PAST_DUE),
        (Requirements(may_receive=False, pending=DOCUMENT), AccountState.PENDING_VERIFICATION),
        (Requirements(may_receive=False), AccountState.PENDING_VERIFICATION),
        (Requirements(may_receive=False, disabled_reason="under_review"), AccountState.UNDER_REVIEW),
        (Requirements(may_receive=False, disabled_reason="listed"), AccountState.UNDER_REVIEW),
        (Requirements(may_receive=False, disabled_reason="rejected.fraud"), AccountState.REJECTED),
        (Requirements(may_receive=False, is_submitted=False, disabled_reason="rejected.other"), AccountState.REJECTED),
        (Requirements(may_receive=False, is_submitted=False, past_due=DOCUMENT), AccountState.INCOMPLETE),
    ],
)
def test_the_state_follows_from_what_stripe_says(said, state):
    assert state_of(said) is state


@pytest.mark.parametrize("state", AccountState)
def test_every_state_says_what_happened_what_to_do_and_what_it_means(state):
    happened, to_do = OWNER_EXPLANATIONS[state]
    assert str(happened) != str(to_do)
    assert str(VENDOR_EXPLANATIONS[state])


@pytest.mark.parametrize("state", AccountState)
@pytest.mark.parametrize("has_bank_account", [True, False])
@pytest.mark.parametrize("is_allowed_by_hand", [True, False])
def test_there_is_a_way_to_pay_or_none(state, has_bank_account, is_allowed_by_hand):
    facts = {"state": state, "has_bank_account": has_bank_account, "is_allowed_by_hand": is_allowed_by_hand}
    assert may_be_paid(may_receive=True, **facts)
    barred = state is AccountState.REJECTED and not is_allowed_by_hand
    assert may_be_paid(may_receive=False, **facts) is (has_bank_account and not barred)


def test_what_is_worse_is_told_and_what_is_better_is_not():
    worse = [AccountState.ENABLED, AccountState.DUE_SOON, AccountState.PAST_DUE, AccountState.REJECTED]
    for before, after in pairwise(worse):
        assert is_worse(before, after)
        assert not is_worse(after, before)
    assert not is_worse(AccountState.OPENING, AccountState.INCOMPLETE)
    assert not is_worse(AccountState.PAST_DUE, AccountState.PAST_DUE)


def test_what_stripe_asks_for_is_said_once_and_in_plain_words():
    names = ["individual.dob.day", "individual.dob.month", "external_account", "something.quite.new"]
    assert asked(names) == "the date of birth, a bank account, and further details"
    assert asked([]) == ""
