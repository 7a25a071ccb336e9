"""What the tests do over and over: open a Checkout page, pay on it, make an account that can be paid."""

import json
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from marketplace.sandbox.stripe.visitor import complete_onboarding, pay_checkout

KEY = "sk_test_tests"
SITE = "http://localhost:8000"
DAY_S = 24 * 60 * 60
AVAILABLE_AT_ONCE = "4000000000000077"

EXPRESS = {
    "controller": {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    },
    "capabilities": {"transfers": {"requested": True}},
    "country": "DE",
    "email": "ana@example.test",
}


def checkout_parameters(amount=4900, currency="eur", capture="manual", **more):
    return {
        **({} if "customer" in more else {"customer_email": "ada@example.test"}),
        "mode": "payment",
        "success_url": f"{SITE}/paid?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{SITE}/requests/7",
        "line_items": [
            {
                "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": "Upgrade help"}},
                "quantity": 1,
            }
        ],
        "payment_intent_data": {"capture_method": capture, "metadata": {"hold_id": "7"}, "description": "Request 7"},
        **more,
    }


def open_checkout(client, **parameters):
    return client.v1.checkout.sessions.create(checkout_parameters(**parameters))


def paid(client, *, card="4242424242424242", **parameters):
    """Pay on a new Checkout page, and give the payment intent."""
    session = open_checkout(client, **parameters)
    pay_checkout(session.url, card)
    session = client.v1.checkout.sessions.retrieve(session.id)
    return client.v1.payment_intents.retrieve(session.payment_intent, {"expand": ["latest_charge"]})


def held(client, **parameters):
    return paid(client, capture="manual", **parameters)


def charged(client, **parameters):
    return paid(client, capture="automatic", **parameters)


def open_account(client, **parameters):
    return client.v1.accounts.create({**EXPRESS, **parameters})


def onboarding_link(client, account):
    return client.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": f"{SITE}/refresh",
            "return_url": f"{SITE}/return",
        }
    )


def ready_account(client, **parameters):
    """Open an account and go through its onboarding."""
    account = open_account(client, **parameters)
    complete_onboarding(onboarding_link(client, account).url)
    return client.v1.accounts.retrieve(account.id)


def pull(sandbox, thing, lever, **given):
    """Do by hand what Stripe, a bank or the owner of a card may do; give what came of it."""
    url = f"{sandbox.url}/sandbox/objects/{thing.id}/{lever}"
    status, text, _headers = ask(url, body=json.dumps(given), headers={"Content-Type": "application/json"})
    assert status == 200, text
    return json.loads(text)


def told(client, **filters):
    """List the types of the events, in the order in which things happened."""
    return [event.type for event in reversed(client.v1.events.list({"limit": 100, **filters}).data)]


def balance(client, kind, currency="eur", **options):
    shown = client.v1.balance.retrieve(options=options)
    return sum(one.amount for one in shown[kind] if one.currency == currency)


def ask(url, form=None, headers=None, method=None, body=None):
    """Send one HTTP request as it is; give the status, the text and the headers of the answer."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=30)
    sent = dict(headers or {})
    if form is not None:
        body = urlencode(form)
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        method = method or ("GET" if body is None else "POST")
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()
