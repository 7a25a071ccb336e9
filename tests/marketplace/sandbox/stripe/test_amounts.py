"""Amounts: how fine, how small and how large Stripe takes them, by currency."""

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import smallest_step
from marketplace.sandbox.stripe.resources.amounts import rounded
from tests.marketplace.sandbox.stripe.actions import charged


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (50, "eur", None),
        (29, "gbp", "amount_too_small"),
        (17400, "huf", "amount_too_small"),
        (17500, "huf", None),
        (17550, "huf", "parameter_invalid_integer"),
        (99_999_999, "eur", None),
        (100_000_000, "eur", "amount_too_large"),
        (49, "jpy", "amount_too_small"),
        (50, "jpy", None),
        (5124, "kwd", "parameter_invalid_integer"),
        (5120, "kwd", None),
        (150, "isk", "parameter_invalid_integer"),
        (200, "isk", None),
    ],
)
def test_a_payment_has_an_amount_that_stripe_takes(client, amount, currency, code):
    def ask():
        return client.v1.payment_intents.create({"amount": amount, "currency": currency})

    if code is None:
        assert ask().amount == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as refused:
        ask()
    assert (refused.value.code, refused.value.param) == (code, "amount")


@pytest.mark.parametrize(
    ("amount", "currency", "net"), [(4900, "jpy", 4758), (49000, "kwd", 47280), (490000, "isk", 475800)]
)
def test_what_is_left_of_a_payment_is_an_amount_of_its_currency(client, amount, currency, net):
    charge = charged(client, amount=amount, currency=currency).latest_charge
    assert client.v1.balance_transactions.retrieve(charge.balance_transaction).net == net


@given(st.integers(0, 10**12), st.sampled_from([1, 100, 1000]), st.sampled_from(["eur", "jpy", "kwd", "isk"]))
def test_rounding_is_half_up_to_what_the_currency_has(numerator, denominator, currency):
    found, step = rounded(numerator, denominator, currency), smallest_step(currency.upper())
    assert found % step == 0
    assert -step * denominator <= 2 * (numerator - found * denominator) < step * denominator
