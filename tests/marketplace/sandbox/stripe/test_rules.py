"""Plain rules: card numbers, forms, signatures."""

import pytest
import stripe

from marketplace.sandbox.stripe.cards import TEST_CARDS, digits_of, is_card_number
from marketplace.sandbox.stripe.engine.errors import InvalidParameters
from marketplace.sandbox.stripe.engine.forms import read_pairs
from marketplace.sandbox.stripe.engine.shapes import Fields, Listing, Text, merged
from marketplace.sandbox.stripe.resources.countries import MARKETS, RECIPIENTS_ONLY, currency_of
from marketplace.sandbox.stripe.webhooks.deliveries import wants
from marketplace.sandbox.stripe.webhooks.signature import sign


@pytest.mark.parametrize("number", TEST_CARDS)
def test_every_test_card_has_a_right_check_digit(number):
    assert is_card_number(number)


@pytest.mark.parametrize("number", ["", "0", "4242", "4242424242424241", "2424242424242424", "0" * 20])
def test_other_digits_are_no_card_number(number):
    assert not is_card_number(number)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("4242 4242", "42424242"), ("42-42", "4242"), ("٤٢", "42"), ("४२", "42"), ("4O42", ""), ("²", ""), ("", "")],
)
def test_digits_are_read_in_any_script(typed, digits):
    assert digits_of(typed) == digits


@pytest.mark.parametrize(
    ("pairs", "tree"),
    [
        ([], {}),
        ([("a", "1")], {"a": "1"}),
        ([("a[b]", "1"), ("a[c]", "2")], {"a": {"b": "1", "c": "2"}}),
        ([("a[0][b]", "1"), ("a[1][b]", "2")], {"a": {"0": {"b": "1"}, "1": {"b": "2"}}}),
        ([("a[]", "1"), ("a[]", "2")], {"a": {"0": "1", "1": "2"}}),
        ([("a", "1"), ("a", "2")], {"a": "2"}),
    ],
)
def test_a_form_is_a_tree(pairs, tree):
    assert read_pairs(pairs) == tree


def test_a_form_has_a_limit():
    read_pairs((f"a[{number}]", "1") for number in range(1000))
    with pytest.raises(InvalidParameters):
        read_pairs((f"a[{number}]", "1") for number in range(1001))


def test_a_list_is_in_the_order_of_its_numbers():
    assert Listing(Text()).read({"10": "c", "2": "b", "0": "a"}, "x") == ["a", "b", "c"]


def test_what_is_left_out_stays_out():
    shape = Fields(required={"a": Text()}, optional={"b": Text(clearable=True)})
    assert shape.read({"a": "1"}) == {"a": "1"}
    assert shape.read({"a": "1", "b": ""}) == {"a": "1", "b": None}


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ({"a": "1"}, {"b": "2"}, {"a": "1", "b": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1", "b": "2"}, {"a": ""}, {"b": "2"}),
        ({"a": "1"}, None, {}),
        ({}, {"a": ""}, {}),
    ],
)
def test_metadata_merge(before, change, after):
    assert merged(before, change) == after


def test_the_sdk_accepts_a_signature():
    payload = b'{"object": "event"}'
    header = sign(payload, ["whsec_x", "whsec_y"], 1000)
    for secret in ("whsec_x", "whsec_y"):
        assert stripe.WebhookSignature.verify_header(payload.decode(), header, secret)


@pytest.mark.parametrize(
    ("patterns", "status", "connect", "event", "is_wanted"),
    [
        (["*"], "enabled", False, {"type": "charge.failed"}, True),
        (["charge.failed"], "enabled", False, {"type": "charge.failed"}, True),
        (["charge.failed"], "enabled", False, {"type": "charge.captured"}, False),
        (["*"], "disabled", False, {"type": "charge.failed"}, False),
        (["*"], "enabled", True, {"type": "charge.failed"}, False),
        (["*"], "enabled", True, {"type": "account.updated", "account": "acct_1"}, True),
        (["*"], "enabled", False, {"type": "account.updated", "account": "acct_1"}, False),
    ],
)
def test_an_endpoint_gets_what_it_asked_for(patterns, status, connect, event, is_wanted):
    assert wants({"enabled_events": patterns, "status": status}, {"connect": connect}, event) is is_wanted


def test_no_country_is_in_both_lists():
    assert not MARKETS & RECIPIENTS_ONLY


@pytest.mark.parametrize(("country", "currency"), [("DE", "eur"), ("JP", "jpy"), ("CL", "clp"), ("XX", "usd")])
def test_a_country_has_a_currency(country, currency):
    assert currency_of(country) == currency
