"""The guard of the Stripe contract lets good calls pass and stops bad ones."""

from urllib.parse import urlencode

import pytest

from tests.stripe_contract import ContractBroken, check_request, check_response

CHECKOUT = {
    "mode": "payment",
    "success_url": "https://support.example/requests/7",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "4900",
    "line_items[0][price_data][product_data][name]": "Échec de la mise à jour",
    "payment_intent_data[capture_method]": "manual",
    "payment_intent_data[metadata][hold_id]": "7",
    "expand[0]": "payment_intent",
}
TRANSFER = {
    "id": "tr_1",
    "object": "transfer",
    "amount": 4165,
    "amount_reversed": 0,
    "balance_transaction": None,
    "created": 1_795_000_000,
    "currency": "eur",
    "description": None,
    "destination": "acct_1",
    "livemode": False,
    "metadata": {},
    "reversals": {"object": "list", "data": [], "has_more": False, "url": "/v1/transfers/tr_1/reversals"},
    "reversed": False,
    "source_transaction": None,
    "transfer_group": None,
}


def without(body, key):
    return {name: value for name, value in body.items() if name != key}


@pytest.mark.parametrize(
    ("method", "path", "parameters"),
    [
        ("POST", "/v1/checkout/sessions", CHECKOUT),
        ("POST", "/v1/payment_intents/pi_1/capture", {"amount_to_capture": "4900", "final_capture": "true"}),
        ("POST", "/v1/payment_intents/pi_1/cancel", {}),
        ("POST", "/v1/customers/cus_1", {"metadata": "", "address[city]": "Лимасол"}),
        ("GET", "/v1/payment_intents", {"created[gte]": "1795000000", "limit": "100"}),
        ("GET", "/v1/payment_intents/search", {"query": "metadata['hold_id']:'7'"}),
        ("DELETE", "/v1/subscriptions/sub_1", {"prorate": "false"}),
    ],
)
def test_good_requests_pass(method, path, parameters):
    check_request(method, path, urlencode(parameters))
    check_request(method, path, urlencode(parameters).encode())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"colour": "green"}, "'colour' was unexpected"),
        ({"payment_intent_data[colour]": "green"}, "'colour' was unexpected"),
        ({"line_items[0][price_data][colour]": "green"}, "'colour' was unexpected"),
        ({"mode": "gift"}, "'gift' is not one of"),
        ({"line_items[0][quantity]": "one"}, r"\[line_items\]\[0\]\[quantity\]: 'one' is not of type 'integer'"),
        ({"line_items[0][price_data][unit_amount]": "49.00"}, "'49.00' is not of type 'integer'"),
        ({"line_items[1][quantity]": "1", "line_items[3][quantity]": "1"}, "is not of type 'array'"),
        ({"mode[kind]": "payment"}, "a value and a group at once"),
        ({"line_items[0][price_data][currency]": None}, "'currency' is a required property"),
    ],
)
def test_bad_parameters_are_refused(change, complaint):
    parameters = {name: value for name, value in (CHECKOUT | change).items() if value is not None}
    with pytest.raises(ContractBroken, match=complaint):
        check_request("POST", "/v1/checkout/sessions", urlencode(parameters))


@pytest.mark.parametrize(
    ("method", "path", "parameters", "complaint"),
    [
        ("POST", "/v1/transfers", "amount=4165&destination=acct_1", "'currency' is a required property"),
        ("POST", "/v1/transfers", "amount=1&amount=2", "amount: sent twice"),
        ("GET", "/v1/payment_intents", "colour=green", "'colour' was unexpected"),
        ("GET", "/v1/payment_intents/search", "", "'query' is a required property"),
        ("POST", "/v1/payment_intents/pi_1/settle", "", "Stripe has no such call"),
        ("PUT", "/v1/payment_intents/pi_1", "", "Stripe has no such call"),
    ],
)
def test_bad_calls_are_refused(method, path, parameters, complaint):
    with pytest.raises(ContractBroken, match=complaint):
        check_request(method, path, parameters)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, TRANSFER),
        (200, TRANSFER | {"balance_transaction": "txn_1", "transfer_group": "request-7"}),
        (402, {"error": {"type": "card_error", "code": "card_declined", "message": "Your card was declined."}}),
    ],
)
def test_good_responses_pass(status, body):
    check_response("POST", "/v1/transfers", status, body)


def test_a_list_holds_what_it_lists():
    page = {"object": "list", "data": [TRANSFER], "has_more": False, "url": "/v1/transfers"}
    check_response("GET", "/v1/transfers", 200, page)
    with pytest.raises(ContractBroken, match=r"\[data\]\[0\].*'amount' is a required property"):
        check_response("GET", "/v1/transfers", 200, page | {"data": [without(TRANSFER, "amount")]})


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (without(TRANSFER, "amount"), "'amount' is a required property"),
        (TRANSFER | {"amount": "4165"}, "is not of type 'integer'"),
        (TRANSFER | {"amount": None}, "None is not of type 'integer'"),
        (TRANSFER | {"colour": "green"}, "'colour' was unexpected"),
        (TRANSFER | {"object": "payout"}, "'payout' is not one of"),
    ],
)
def test_bad_responses_are_refused(body, complaint):
    with pytest.raises(ContractBroken, match=complaint):
        check_response("POST", "/v1/transfers", 200, body)
