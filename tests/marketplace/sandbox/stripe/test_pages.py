"""The hosted pages over HTTP: what they say, what they keep, and what they do not let through."""

import re

import pytest
import stripe

from marketplace.sandbox.stripe.pages.tokens import VALID_FOR_S, is_valid, make_token
from marketplace.sandbox.stripe.visitor import Declined, pay_checkout
from tests.marketplace.sandbox.stripe.actions import (
    DAY_S,
    SITE,
    ask,
    charged,
    onboarding_link,
    open_account,
    open_checkout,
    paid,
    ready_account,
)

CARD = {
    "email": "ada@example.test",
    "card_number": "4242 4242 4242 4242",
    "expiry": "12/40",
    "cvc": "123",
    "name": "Ada",
}


def token_in(text):
    return re.search(r'name="form_token"\s+value="([^"]+)"', text)[1]


def send(url, form, *, token=None):
    """Fill in the form of a page and send it."""
    return ask(url, form={"form_token": token or token_in(ask(url)[1]), **form})


def test_a_page_shows_what_is_paid_for(client):
    _status, text, _headers = ask(open_checkout(client).url)
    for shown in ("€49.00", "Request 7", "Upgrade help", 'value="ada@example.test"', f"{SITE}/requests/7"):
        assert shown in text


def test_every_page_says_that_it_is_a_simulation(client, sandbox):
    session = open_checkout(client)
    own = [f"{sandbox.url}{path}" for path in ("/", "/faults", "/faults/new/slow", "/webhooks", "/nowhere")]
    for url in (session.url, onboarding_visit(client, sandbox), *own):
        assert "No money moves here." in ask(url)[1]


def onboarding_visit(client, sandbox):
    _status, _text, headers = ask(onboarding_link(client, open_account(client)).url)
    return sandbox.url + headers["Location"]


def test_a_hold_is_called_a_hold(client):
    assert "only held on your card" in ask(open_checkout(client, capture="manual").url)[1]
    assert "only held on your card" not in ask(open_checkout(client, capture="automatic").url)[1]


def test_a_page_allows_nothing_but_itself_and_where_it_leads(client):
    _status, _text, headers = ask(open_checkout(client).url)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith(f"form-action 'self' {SITE}")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_who_has_paid_goes_on_to_the_site(client):
    session = open_checkout(client)
    status, _text, headers = send(session.url, CARD)
    assert (status, headers["Location"]) == (303, f"{SITE}/paid?session={session.id}")


def test_a_second_click_pays_once(client):
    session = open_checkout(client)
    token = token_in(ask(session.url)[1])
    answers = [send(session.url, CARD, token=token)[2]["Location"] for _click in range(2)]
    assert answers == [f"{SITE}/paid?session={session.id}"] * 2
    assert len(client.v1.charges.list().data) == 1


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("email", "ada", "Enter your e-mail address, such as name@example.com."),
        ("card_number", "", "Enter the card number."),
        ("card_number", "4242 4242 4242 4241", "This is not a card number. Check the digits."),
        ("card_number", "four two", "This is not a card number. Check the digits."),
        ("expiry", "", "Enter the expiry date as month and year, such as 12/34."),
        ("expiry", "13/40", "Enter the expiry date as month and year, such as 12/34."),
        ("expiry", "01/20", "This card has expired. Use another card."),
        ("cvc", "", "Enter the 3 digits of the security code."),
        ("cvc", "12", "Enter the 3 digits of the security code."),
        ("name", " ", "Enter the name on the card."),
    ],
)
def test_a_mistake_is_named_at_its_field_and_the_rest_is_kept(client, field, typed, fault):
    session = open_checkout(client)
    status, text, _headers = send(session.url, {**CARD, field: typed})
    assert status == 422
    assert f'<a href="#field-{field}">{fault}</a>' in text
    assert "<title>Error:" in text
    for other, value in CARD.items():
        if other not in (field, "cvc"):
            assert f'value="{value}"' in text
    assert 'value="123"' not in text
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize("expiry", ["12/40", "12 / 40", "1240", "12/2040", "12-40", "2/40"])
def test_an_expiry_date_may_be_written_in_many_ways(client, expiry):
    assert send(open_checkout(client).url, {**CARD, "expiry": expiry})[0] == 303


@pytest.mark.parametrize("number", ["4242424242424242", "4242-4242-4242-4242", "٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢"])
def test_a_card_number_may_be_written_in_many_ways(client, number):
    assert send(open_checkout(client).url, {**CARD, "card_number": number})[0] == 303


def test_a_card_that_ends_this_month_is_still_good(client, sandbox):
    sandbox.advance(DAY_S)
    now = sandbox._simulator.clock.now()
    assert send(open_checkout(client).url, {**CARD, "expiry": f"{now.month:02}/{now.year}"})[0] == 303


def test_a_declined_card_is_told_on_the_page(client):
    session = open_checkout(client)
    status, text, _headers = send(session.url, {**CARD, "card_number": "4000000000009995"})
    assert status == 422
    assert "There is not enough money on your card." in text
    assert 'value="Ada"' in text
    assert "There is not enough money on your card." in ask(session.url)[1]


def test_a_test_card_fills_itself_in(client):
    session = open_checkout(client)
    form = {"email": "ada@example.test", "name": "Ada", "use_card": "4000000000000077"}
    status, text, _headers = send(session.url, form)
    assert status == 200
    assert 'value="4000 0000 0000 0077"' in text
    assert 'value="Ada"' in text
    assert client.v1.charges.list().data == []


@pytest.mark.parametrize("token", ["", "1", "1.x", "x.y", "1.é"])
def test_a_form_from_elsewhere_pays_nothing(client, token):
    session = open_checkout(client)
    status, text, _headers = ask(session.url, form={**CARD, "form_token": token})
    assert status == 422
    assert "This page was open for too long." in text
    assert 'value="Ada"' in text
    assert client.v1.charges.list().data == []


def test_a_token_is_for_one_subject_and_one_day():
    token = make_token(b"secret", "cs_1", now=1000)
    assert is_valid(b"secret", "cs_1", token, now=1000 + VALID_FOR_S)
    assert not is_valid(b"secret", "cs_1", token, now=1001 + VALID_FOR_S)
    assert not is_valid(b"secret", "cs_1", token, now=999)
    assert not is_valid(b"secret", "cs_2", token, now=1000)
    assert not is_valid(b"other", "cs_1", token, now=1000)


def test_a_page_that_is_paid_says_so(client):
    session = open_checkout(client)
    pay_checkout(session.url)
    status, text, _headers = ask(session.url)
    assert status == 200
    assert "This is paid already" in text
    assert f"{SITE}/paid?session={session.id}" in text


def test_a_page_that_has_expired_says_so(client):
    session = open_checkout(client)
    client.v1.checkout.sessions.expire(session.id)
    for answer in (ask(session.url), ask(session.url, form=CARD)):
        assert answer[0] == 410
        assert "This page has expired" in answer[1]
        assert f"{SITE}/requests/7" in answer[1]


@pytest.mark.parametrize("path", ["/c/pay/cs_unknown", "/c/confirm/pi_unknown/x", "/setup/acct_unknown/x", "/nowhere"])
def test_an_address_that_leads_nowhere_says_so(sandbox, path):
    for answer in (ask(sandbox.url + path), ask(sandbox.url + path, form={})):
        assert answer[0] in (404, 405)
    assert "Nothing here" in ask(sandbox.url + path)[1]


def challenged(client, session):
    """Pay with a card that asks the bank; give the address of the bank's page."""
    _status, _text, headers = send(session.url, {**CARD, "card_number": "4000002760003184"})
    return headers["Location"]


def test_the_bank_asks_before_it_lets_a_payment_through(client):
    session = open_checkout(client)
    bank = challenged(client, session)
    assert "€49.00" in ask(bank)[1]
    status, _text, headers = send(bank, {"answer": "confirm"})
    assert (status, headers["Location"]) == (303, f"{SITE}/paid?session={session.id}")


def test_the_bank_is_answered_once(client):
    session = open_checkout(client)
    bank = challenged(client, session)
    token = token_in(ask(bank)[1])
    for _click in range(2):
        assert send(bank, {"answer": "confirm"}, token=token)[2]["Location"].startswith(SITE)
    assert len(client.v1.charges.list().data) == 1
    assert "This is paid already" in ask(bank)[1]


def test_an_answer_without_a_token_is_asked_for_again(client):
    bank = challenged(client, open_checkout(client))
    status, _text, headers = ask(bank, form={"answer": "confirm"})
    assert status == 303
    assert bank.endswith(headers["Location"])
    assert client.v1.charges.list().data == []


def test_the_page_of_an_earlier_try_is_no_good_any_more(client):
    session = open_checkout(client)
    first = challenged(client, session)
    second = challenged(client, session)
    assert ask(first)[0] == 404
    assert send(second, {"answer": "refuse"})[2]["Location"] == f"/c/pay/{session.id}"
    assert ask(second)[0] == 404


def test_the_bank_is_not_asked_about_a_session_that_is_over(client):
    session = open_checkout(client)
    bank = challenged(client, session)
    token = token_in(ask(bank)[1])
    client.v1.checkout.sessions.expire(session.id)
    assert ask(bank)[0] == 410
    assert send(bank, {"answer": "confirm"}, token=token)[0] == 410
    assert client.v1.charges.list().data == []


def test_onboarding_names_the_business(client, sandbox):
    account = open_account(client, business_profile={"name": "Ana & Söhne"})
    _status, _text, headers = ask(onboarding_link(client, account).url)
    _status, text, _headers = ask(sandbox.url + headers["Location"])
    assert "Ana &amp; Söhne" in text
    assert "Germany" in text


def test_onboarding_may_be_left_for_later(client, sandbox):
    account = open_account(client)
    _status, _text, headers = ask(onboarding_link(client, account).url)
    status, _text, headers = send(sandbox.url + headers["Location"], {"answer": "later"})
    assert (status, headers["Location"]) == (303, f"{SITE}/return")
    assert client.v1.accounts.retrieve(account.id).details_submitted is False


@pytest.mark.parametrize(
    ("field", "typed", "fault"),
    [
        ("name", "", "Enter your full name."),
        ("account_number", "12", "Enter the number of your bank account, at least 4 digits."),
        ("agrees", None, "Agree to the terms of this simulation to finish."),
    ],
)
def test_onboarding_names_what_is_missing_and_keeps_the_rest(client, sandbox, field, typed, fault):
    good = {"name": "Ana", "account_number": "DE-4321", "agrees": "yes", "answer": "finish"}
    good["account_number"] = "4321 5678"
    form = {name: value for name, value in {**good, field: typed}.items() if value is not None}
    status, text, _headers = send(onboarding_visit(client, sandbox), form)
    assert status == 422
    assert f'<a href="#field-{field}">{fault}</a>' in text
    for other in ("name", "account_number"):
        if other != field:
            assert f'value="{good[other]}"' in text


def test_onboarding_needs_a_token(client, sandbox):
    form = {"name": "Ana", "account_number": "43215678", "agrees": "yes", "answer": "finish"}
    status, text, _headers = ask(onboarding_visit(client, sandbox), form=form)
    assert status == 422
    assert "This page was open for too long." in text


def test_who_is_ready_may_change_what_was_said(client):
    account = ready_account(client)
    link = onboarding_link(client, account)
    _status, _text, headers = ask(link.url)
    base = link.url.partition("/setup")[0]
    assert "is here already" in ask(base + headers["Location"])[1]


def test_a_page_speaks_the_language_that_it_was_made_for(client, arabic):
    _status, text, _headers = ask(open_checkout(client, locale="es").url, headers={"Accept-Language": "ar"})
    assert '<html lang="en" dir="ltr">' in text


@pytest.mark.parametrize("locale", [{}, {"locale": "auto"}])
def test_a_page_for_nobody_in_particular_speaks_the_readers_language(client, arabic, locale):
    _status, text, headers = ask(open_checkout(client, **locale).url, headers={"Accept-Language": "ar-EG, en;q=0.5"})
    assert '<html lang="ar" dir="rtl">' in text
    assert "الدفع بالبطاقة" in text
    assert headers["Vary"] == "Accept-Language"


def test_the_overview_shows_what_moved(client, sandbox):
    account, charge = ready_account(client), charged(client).latest_charge
    transfer = client.v1.transfers.create(
        {"amount": 4165, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )
    with pytest.raises(Declined):
        paid(client, card="4000000000000002")
    _status, text, _headers = ask(sandbox.url)
    for shown in (charge.payment_intent, "€49.00", transfer.id, account.id, "€41.65", "payment_intent.payment_failed"):
        assert shown in text


def test_an_empty_overview_says_what_will_appear(sandbox):
    _status, text, _headers = ask(sandbox.url)
    for shown in ("Nobody has paid yet.", "No account was paid yet.", "Nothing has happened yet."):
        assert shown in text


def test_an_event_can_be_sent_again_from_the_overview(client, sandbox, receiver):
    secret = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]}).secret
    client.v1.customers.create()
    sandbox.deliver_pending()
    event = client.v1.events.list().data[0]
    url = f"{sandbox.url}/events/{event.id}/resend"
    assert ask(url, form={"form_token": "x"})[0] == 303
    assert sandbox.deliver_pending() == 0
    assert ask(url, form={"form_token": token_in(ask(sandbox.url)[1])})[0] == 303
    assert client.v1.events.retrieve(event.id).pending_webhooks == 1
    assert sandbox.deliver_pending() == 1
    (first, _signature), (again, signature) = receiver.received
    assert stripe.Webhook.construct_event(again, signature, secret).id == event.id
    assert first == again
    assert client.v1.events.retrieve(event.id).pending_webhooks == 0


def test_only_events_can_be_sent_again(sandbox):
    assert ask(f"{sandbox.url}/events/evt_unknown/resend", form={})[0] == 404


@pytest.mark.parametrize(
    ("answers", "shown"),
    [([], "Delivered"), ([500], "Failed 1 time, is tried again"), ([500, 500], "Failed 2 times, is tried again")],
)
def test_the_overview_tells_how_a_delivery_went(client, sandbox, receiver, answers, shown):
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    client.v1.customers.create()
    assert "On its way" in ask(sandbox.url)[1]
    receiver.answers = list(answers)
    for _attempt in range(len(answers) or 1):
        sandbox.deliver_pending()
        sandbox.advance(5)
    assert shown in ask(sandbox.url)[1]


@pytest.mark.parametrize("last", ["visit/x", "x"])
def test_an_onboarding_that_was_never_offered_leads_nowhere(client, sandbox, last):
    account = open_account(client)
    assert ask(f"{sandbox.url}/setup/{account.id}/{last}")[0] == 404
    assert ask(f"{sandbox.url}/setup/{account.id}/visit/x", form={})[0] == 404
