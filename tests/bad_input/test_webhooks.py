"""What calls itself Stripe: who may tell us something, and what comes of it, in any order and however often."""

import json
import random
from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine

from marketplace.accounts import queries as accounts
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.payments.models import LedgerTransaction
from marketplace.payments.rules import AccountKind, HoldStatus
from marketplace.sandbox.stripe import visitor
from marketplace.sandbox.stripe.webhooks.signature import sign
from marketplace.site.wiring import SELF_CHECKS
from marketplace.support_requests.rules import Status
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.jobs import Life, choose, make_market, make_partner
from tests.told import kept_events, unapplied_events

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

PLATFORM, CONNECT = "/webhooks/stripe", "/webhooks/stripe/connect"
SECRETS = {PLATFORM: "whsec_platform", CONNECT: "whsec_connect"}
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "payment_intent.succeeded",
    "livemode": False,
    "data": {"object": {"id": "pi_nobody", "object": "payment_intent"}},
}
NOW_S = int(NOON.timestamp())


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def written(**changes):
    """Write an event as Stripe sends it."""
    return json.dumps(EVENT | changes, indent=2).encode()


def post(client, payload, signature, path=PLATFORM):
    return client.post(path, data=payload, headers={"Stripe-Signature": signature}, content_type="application/json")


GOOD = sign(written(), [SECRETS[PLATFORM]], NOW_S)
DIGEST = GOOD.partition(",v1=")[2]


# Who may tell us something


@on_sqlite
@pytest.mark.parametrize("path", SECRETS)
@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "account.updated", "something.new", "x" * 100])
def test_what_stripe_signed_just_now_is_kept(client, path, kind):
    payload = written(type=kind)
    answer = post(client, payload, sign(payload, [SECRETS[path]], NOW_S), path)
    assert (answer.status_code, answer.json) == (200, {"received": True})
    assert kept_events() == ["evt_1"]


@on_sqlite
@pytest.mark.parametrize("age_s", [-300, -1, 0, 1, 300])
def test_clocks_may_differ_by_five_minutes(client, age_s):
    assert post(client, written(), sign(written(), [SECRETS[PLATFORM]], NOW_S - age_s)).status_code == 200


@on_sqlite
def test_while_secrets_change_one_right_signature_is_enough(client):
    old = sign(written(), ["whsec_old"], NOW_S).partition(",")[2]
    assert post(client, written(), f"t={NOW_S},{old},v1={DIGEST}").status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=,v1=",
        "nonsense",
        "é",
        f"t={NOW_S},v1=é{DIGEST}",
        f"t={NOW_S},v1={'0' * 64}",
        f"t={NOW_S},v0={DIGEST}",
        f"t={NOW_S}",
        f"v1={DIGEST}",
        f"t=now,v1={DIGEST}",
        f"t={'9' * 400},v1={DIGEST}",
        f"t=nan,v1={DIGEST}",
        f"t={NOW_S - 60},v1={DIGEST}",
        sign(written(), [""], NOW_S),
        sign(written(), ["whsec_other"], NOW_S),
        sign(written(), [SECRETS[CONNECT]], NOW_S),
        sign(written(), [SECRETS[PLATFORM]], NOW_S - 301),
        sign(written(), [SECRETS[PLATFORM]], NOW_S + 301),
        sign(written(), [SECRETS[PLATFORM]], NOW_S - 86_400) + f",t={NOW_S}",
    ],
)
def test_what_stripe_did_not_sign_just_now_is_refused(client, signature):
    answer = post(client, written(), signature)
    assert (answer.status_code, answer.json) == (400, {"received": False})
    assert kept_events() == []


@on_sqlite
def test_the_secret_of_one_endpoint_does_not_open_the_other(client):
    assert post(client, written(), GOOD, CONNECT).status_code == 400
    assert kept_events() == []


@on_sqlite
def test_without_a_secret_nobody_is_believed(app, client, monkeypatch):
    without = replace(app.extensions["handrail_settings"], stripe_webhook_secret="")
    monkeypatch.setitem(app.extensions, "handrail_settings", without)
    assert post(client, written(), sign(written(), [""], NOW_S)).status_code == 400
    assert kept_events() == []


@on_sqlite
@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"evt_1"',
        b"{}",
        b'{"id": "evt_1"}',
        b'{"type": "x"}',
        b"\xff\xfe",
        written(livemode=True),
        written(id="evt_" + "x" * 100),
    ],
)
def test_what_is_no_event_of_ours_is_refused_even_if_signed(client, payload):
    # The signature covers bytes; those that are no text are signed as they would be.
    assert post(client, payload, sign(payload, [SECRETS[PLATFORM]], NOW_S)).status_code == 400
    assert kept_events() == []


@on_sqlite
def test_a_body_that_was_changed_on_its_way_is_refused(client):
    assert post(client, written().replace(b"evt_1", b"evt_2"), GOOD).status_code == 400
    assert kept_events() == []


@on_sqlite
def test_an_event_without_end_is_not_read(client):
    payload = written(type="x" * 2_000_000)
    assert post(client, payload, sign(payload, [SECRETS[PLATFORM]], NOW_S)).status_code == 413
    assert kept_events() == []


@on_sqlite
def test_a_signature_says_who_calls_and_no_cookie_does(client, monkeypatch):
    with transaction() as session:
        person = make_person(session, language="ar")
    client.sign_in(person)
    client.set_cookie("language", "ar")
    assert 'lang="ar"' in client.get("/account").text
    monkeypatch.setattr(accounts, "person_by_session_key", lambda *_key: pytest.fail("a person was looked for"))
    assert post(client, written(), GOOD).status_code == 200
    answer = post(client, b"x" * 2_000_000, GOOD)
    assert answer.status_code == 413
    assert 'lang="en"' in answer.text  # Nor does it hear who was here before, in the same thread.
    assert "Set-Cookie" not in answer.headers


# What comes of it


def test_an_event_that_comes_again_is_kept_once(client):
    for _delivery in range(3):
        assert post(client, written(), GOOD).status_code == 200
    assert kept_events() == ["evt_1"]


def test_an_event_about_nothing_of_ours_is_noted_and_that_is_all(client, sandbox, work_off):
    for number, about in enumerate([{"object": "payment_intent", "id": "pi_x"}, {"object": "charge"}, {}, EVENT]):
        payload = written(id=f"evt_{number}", data={"object": about})
        post(client, payload, sign(payload, [SECRETS[PLATFORM]], NOW_S))
    work_off()
    assert unapplied_events() == []
    assert reading().scalars(sa.select(OutboxMessage).where(OutboxMessage.last_error.is_not(None))).all() == []


@pytest.fixture
def life(app, sandbox):
    """A request whose Checkout page waits; at the end all books balance."""
    with transaction() as session:
        market = make_market(session)
        partner_id = make_partner(session, market).id
    life = Life(market)
    life.submit(choose(partner_id))
    yield life
    reading().rollback()
    assert {check.__name__: lines for check in SELF_CHECKS if (lines := check(reading()))} == {}


def told():
    """Give what the stand-in has to tell by now, as it tells it, the first first."""
    events = gateway()._client.v1.events.list({"limit": 100})
    return [event.to_dict() for event in reversed(events.data)]


def tell(client, work_off, events):
    """Deliver events, and let the worker apply them."""
    for event in events:
        payload = json.dumps(event).encode()
        signature = sign(payload, [SECRETS[PLATFORM]], int(utcnow().timestamp()))
        assert post(client, payload, signature).status_code == 200
    work_off()


def facts(life):
    """List what was booked for a request."""
    reading().rollback()
    return [one.fact for one in reading().scalars(sa.select(LedgerTransaction).filter_by(subject_id=life.id))]


def test_word_from_stripe_comes_before_the_payer_is_back(client, life, work_off):
    visitor.pay_checkout(life.hold.checkout_url)
    assert life.request.status is Status.AWAITING_PAYMENT
    tell(client, work_off, told())
    assert life.request.status is Status.MATCHING
    life.come_back()
    assert facts(life) == ["authorised"]


def test_the_payer_is_back_before_word_from_stripe_comes(client, life, work_off):
    life.pay()
    assert life.request.status is Status.MATCHING
    tell(client, work_off, told())
    assert life.request.status is Status.MATCHING
    assert facts(life) == ["authorised"]


@pytest.mark.parametrize("seed", range(3))
def test_any_order_and_any_repetition_end_the_same(client, life, work_off, seed):
    life.pay()
    life.accept()
    events = told() * 2
    random.Random(seed).shuffle(events)
    tell(client, work_off, events)
    assert life.hold.status is HoldStatus.CAPTURED
    assert sorted(facts(life)) == ["authorised", "captured", "unauthorised"]
    assert money.balance(reading(), AccountKind.CUSTOMER_HELD, "EUR", life.id).minor == life.hold.captured_minor


def test_what_an_event_says_of_a_payment_is_looked_up_not_believed(client, life, work_off):
    claim = {"id": life.hold.checkout_session_id, "object": "checkout.session", "payment_status": "paid"}
    tell(client, work_off, [EVENT | {"type": "checkout.session.completed", "data": {"object": claim}}])
    assert kept_events() == ["evt_1"]
    assert life.request.status is Status.AWAITING_PAYMENT
    assert facts(life) == []
