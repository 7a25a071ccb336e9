"""The levers: what is done by hand to what the stand-in holds, on pages and as JSON."""

import json

import pytest

from tests.marketplace.sandbox.stripe.actions import ask, charged, held, ready_account
from tests.marketplace.sandbox.stripe.test_pages import send

JSON = {"Content-Type": "application/json"}


def page_of(sandbox, thing):
    return f"{sandbox.url}/objects/{thing if isinstance(thing, str) else thing.id}"


def test_the_page_lists_what_something_can_be_done_to(client, sandbox):
    account, charge = ready_account(client), charged(client).latest_charge
    _status, text, _headers = ask(f"{sandbox.url}/objects")
    for shown in (charge.id, "€49.00", "Request 7", account.id, "ana@example.test", "Nobody disputes a payment."):
        assert shown in text


def test_a_payment_is_disputed_and_the_dispute_decided_on_pages(client, sandbox):
    charge = charged(client).latest_charge
    page = page_of(sandbox, charge)
    assert "Dispute the payment" in ask(page)[1]
    form = {"reason": "product_not_received", "amount": "30.50"}
    status, _text, headers = submit(page, "dispute", form)
    [dispute] = client.v1.disputes.list().data
    assert (status, headers["Location"]) == (303, f"/objects/{dispute.id}")
    assert (dispute.reason, dispute.amount) == ("product_not_received", 3050)
    status, _text, _headers = submit(page_of(sandbox, dispute), "win", {})
    assert (status, client.v1.disputes.retrieve(dispute.id).status) == (303, "won")
    assert "Nothing can happen to it now." in ask(page_of(sandbox, dispute))[1]


def submit(page, lever, form):
    _status, text, _headers = ask(page)
    return send(f"{page}/{lever}", form, token=token_of(text))


def token_of(text):
    return text.partition('name="form_token"')[2].partition('value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("amount", "fault"),
    [("lots", "Enter an amount, such as 12.34."), ("50", "At most 4900 eur"), ("0", "must be from 1")],
)
def test_an_amount_that_cannot_be_is_named(client, sandbox, amount, fault):
    charge = charged(client).latest_charge
    status, text, _headers = submit(page_of(sandbox, charge), "dispute", {"reason": "general", "amount": amount})
    assert (status, fault in text) == (422, True)
    assert client.v1.disputes.list().data == []


def test_a_reason_must_be_one_of_those_that_there_are(client, sandbox):
    status, text, _headers = submit(page_of(sandbox, charged(client).latest_charge), "dispute", {"reason": "spite"})
    assert (status, "must be one of" in text) == (422, True)


def test_a_form_from_elsewhere_does_nothing(client, sandbox):
    charge = charged(client).latest_charge
    status, _text, headers = ask(f"{page_of(sandbox, charge)}/dispute", form={"reason": "general", "form_token": "1.x"})
    assert (status, headers["Location"]) == (303, f"/objects/{charge.id}")
    assert client.v1.disputes.list().data == []


def test_what_cannot_be_done_is_not_done(client, sandbox):
    charge = held(client).latest_charge
    assert "Nothing can happen to it now." in ask(page_of(sandbox, charge))[1]
    token = token_of(ask(page_of(sandbox, charged(client).latest_charge))[1])
    assert ask(f"{page_of(sandbox, charge)}/dispute", form={"reason": "general", "form_token": token})[0] == 303
    assert client.v1.disputes.list().data == []


@pytest.mark.parametrize("object_id", ["ch_unknown", "customer"])
def test_there_are_levers_only_for_what_there_is(client, sandbox, object_id):
    if object_id == "customer":
        object_id = client.v1.customers.create().id
    assert ask(page_of(sandbox, object_id))[0] == 404
    assert ask(f"{page_of(sandbox, object_id)}/dispute", form={})[0] == 404
    assert ask(f"{sandbox.url}/sandbox/objects/{object_id}")[0] == 404


def test_programs_see_what_can_be_done(client, sandbox):
    charge = charged(client).latest_charge
    status, text, _headers = ask(f"{sandbox.url}/sandbox/objects/{charge.id}")
    shown = json.loads(text)
    assert (status, shown["object"]["id"]) == (200, charge.id)
    assert shown["levers"] == {"dispute": ["reason", "amount"], "inquire": ["reason", "amount"]}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ("{}", "reason"),
        ('{"reason": "spite"}', "reason"),
        ('{"reason": "general", "amount": 4901}', "amount"),
        ('{"reason": "general", "colour": "green"}', "colour"),
        ('{"reason": true}', None),
        ("[]", None),
        ("reason=general", None),
    ],
)
def test_programs_are_told_what_is_wrong(client, sandbox, body, param):
    charge = charged(client).latest_charge
    status, text, _headers = ask(f"{sandbox.url}/sandbox/objects/{charge.id}/dispute", body=body, headers=JSON)
    assert (status, json.loads(text)["error"].get("param")) == (400, param)
    assert client.v1.disputes.list().data == []


def test_no_form_of_another_site_can_pull_a_lever(client, sandbox):
    charge = charged(client).latest_charge
    url = f"{sandbox.url}/sandbox/objects/{charge.id}/dispute"
    assert ask(url, form={"reason": "general"})[0] == 400
    assert ask(url, body='{"reason": "general"}', headers={"Content-Type": "text/plain"})[0] == 400
    assert client.v1.disputes.list().data == []
