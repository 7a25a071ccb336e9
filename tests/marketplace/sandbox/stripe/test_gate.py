"""The gate: who may ask, what every answer carries, and what is refused by name."""

import base64
import json

import pytest
import stripe

from tests.marketplace.sandbox.stripe.actions import KEY, ask, checkout_parameters

BEARER = {"Authorization": f"Bearer {KEY}"}


def basic(key):
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def error_of(text):
    return json.loads(text)["error"]


@pytest.mark.parametrize("headers", [BEARER, basic(KEY), {"Authorization": "Bearer rk_test_x"}])
def test_a_secret_key_of_the_test_mode_opens_the_gate(sandbox, headers):
    assert ask(f"{sandbox.url}/v1/balance", headers=headers)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer pk_test_x"},
        {"Authorization": "Bearer sk_live_x"},
        {"Authorization": "Bearer rk_live_x"},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Digest x"},
        basic("sk_live_x"),
    ],
)
def test_no_other_key_does(sandbox, headers):
    status, text, answered = ask(f"{sandbox.url}/v1/balance", headers=headers)
    assert status == 401
    assert error_of(text)["type"] == "invalid_request_error"
    assert answered["WWW-Authenticate"].startswith("Basic")


def test_a_live_key_is_told_that_this_is_a_stand_in(sandbox):
    with pytest.raises(stripe.AuthenticationError, match="no money moves here"):
        stripe.StripeClient("sk_live_x", base_addresses={"api": sandbox.url}).v1.balance.retrieve()


def test_every_answer_has_an_id_and_the_version_that_was_asked_for(sandbox):
    _status, _text, usual = ask(f"{sandbox.url}/v1/balance", headers=BEARER)
    _status, _text, asked = ask(f"{sandbox.url}/v1/balance", headers={**BEARER, "Stripe-Version": "2025-03-31.basil"})
    assert usual["Request-Id"].startswith("req_")
    assert usual["Stripe-Version"] == "2026-05-27.dahlia"
    assert asked["Stripe-Version"] == "2025-03-31.basil"
    assert usual["Request-Id"] != asked["Request-Id"]


def test_a_version_that_cannot_be_one_is_refused(sandbox):
    status, text, _headers = ask(f"{sandbox.url}/v1/balance", headers={**BEARER, "Stripe-Version": "latest"})
    assert (status, error_of(text)["message"]) == (400, "Invalid Stripe API version: latest")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/subscription_schedules"),
        ("DELETE", "/v1/subscription_schedules/sub_sched_1"),
        ("GET", "/v1/customers/cus_1/tax_ids"),
        ("POST", "/v1/files"),
        ("GET", "/v2/core/accounts"),
    ],
)
def test_what_is_not_built_says_so(sandbox, method, path):
    status, text, headers = ask(sandbox.url + path, method=method, headers=BEARER)
    assert status == 501
    assert error_of(text)["message"] == f"{method} {path} is not part of this stand-in for Stripe."
    assert headers["Stripe-Should-Retry"] == "false"


def test_a_connected_account_can_be_asked_only_for_what_it_has(client):
    account = client.v1.accounts.create({"type": "express"})
    with pytest.raises(stripe.APIError, match="Stripe-Account") as refused:
        client.v1.customers.create(options={"stripe_account": account.id})
    assert refused.value.http_status == 501


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"line_items": [{"price_data": {"size": "l"}}]}, "parameter_unknown", "line_items[0][price_data][size]"),
        (
            {"line_items": [{"price_data": {"currency": "eur", "unit_amount": 1}}]},
            "parameter_missing",
            "line_items[0][price_data][product_data]",
        ),
        ({"line_items": "all"}, None, "line_items"),
        ({"mode": "gift"}, None, "mode"),
        ({"mode": ""}, "parameter_invalid_empty", "mode"),
        ({"mode": {"a": "b"}}, None, "mode"),
        ({"success_url": "nowhere"}, "url_invalid", "success_url"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"success_url": "http://[1"}, "url_invalid", "success_url"),
        ({"expand": ["customer"] * 21}, None, "expand"),
        ({"customer_email": "ada"}, "email_invalid", "customer_email"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"expires_at": -1}, "parameter_invalid_integer", "expires_at"),
        ({"metadata": "text"}, None, "metadata"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata"),
        ({"metadata": {f"k{number}": "v" for number in range(51)}}, None, "metadata"),
        ({"metadata": {"k": {"deep": "v"}}}, None, "metadata"),
        ({"client_reference_id": "x" * 5001}, None, "client_reference_id"),
        ({"payment_intent_data": "manual"}, None, "payment_intent_data"),
        ({"expand": "customer"}, None, "expand"),
    ],
)
def test_a_parameter_that_stripe_would_not_take_is_refused_by_name(careless_client, change, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        careless_client.v1.checkout.sessions.create({**checkout_parameters(), **change})
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


def test_a_parameter_that_is_missing_is_named(careless_client):
    parameters = checkout_parameters()
    del parameters["success_url"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        careless_client.v1.checkout.sessions.create(parameters)
    assert (refused.value.code, refused.value.param) == ("parameter_missing", "success_url")
    assert refused.value.error.doc_url == "https://docs.stripe.com/error-codes/parameter-missing"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"currency": "eurs"}, "Invalid currency"),
        ({"amount": "12.5"}, "Invalid integer"),
        ({"amount": "1" * 30}, "Invalid integer"),
    ],
)
def test_an_amount_is_whole_and_has_a_currency(careless_client, change, message):
    transfer = {"amount": 100, "currency": "eur", "destination": "acct_1"}
    with pytest.raises(stripe.InvalidRequestError, match=message):
        careless_client.v1.transfers.create({**transfer, **change})


@pytest.mark.parametrize("body", ["a[b=1", "[a]=1", "a=1&a[b]=2", "a" + "[b]" * 20 + "=1"])
def test_a_malformed_body_is_refused(sandbox, body):
    headers = {**BEARER, "Content-Type": "application/x-www-form-urlencoded"}
    status, text, _headers = ask(f"{sandbox.url}/v1/customers", method="POST", body=body, headers=headers)
    assert (status, error_of(text)["type"]) == (400, "invalid_request_error")


def test_a_refused_request_leaves_nothing_behind(client):
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.customers.create({"email": "ada@example.test", "expand": ["colour"]})
    assert client.v1.customers.list().data == []
    assert client.v1.events.list().data == []


def test_a_request_that_is_too_large_is_refused(sandbox):
    headers = {**BEARER, "Content-Type": "application/x-www-form-urlencoded"}
    body = "name=" + "x" * 1_100_000
    status, text, _headers = ask(f"{sandbox.url}/v1/customers", method="POST", body=body, headers=headers)
    assert (status, error_of(text)["type"]) == (413, "invalid_request_error")


@pytest.mark.parametrize("flag", ["yes", "1", "True"])
def test_a_flag_is_true_or_false(careless_client, flag):
    with pytest.raises(stripe.InvalidRequestError, match="Invalid boolean"):
        careless_client.v1.events.list({"delivery_success": flag})
