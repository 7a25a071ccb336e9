"""What Stripe tells, late, never, twice, or not truly: our book follows what Stripe says when it is asked."""

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Person
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import effects
from marketplace.payments.gateway import CONNECT_EVENTS, EVENTS, BadDelivery, Gateway
from marketplace.payments.rules import ChargebackStatus, HoldStatus, RefundStatus
from marketplace.sandbox.stripe.webhooks.signature import sign
from tests.factories import DAY, MINUTE
from tests.factories.till import PLATFORM, open_till
from tests.stripe_inprocess import URL
from tests.told import kept_events, unapplied_events

MANUAL = Path(__file__).parents[3] / "docs" / "production.md"
SECRET = "whsec_platform"


def catch_up(till):
    """Do what the worker does every ten minutes."""
    effects.catch_up(utcnow())
    till.work()


def tell(client, *, event_id="evt_ours", livemode=False, **about):
    """Send an event as Stripe would; tells how it was taken."""
    event = {"id": event_id, "object": "event", "type": "any.thing", "livemode": livemode, "data": {"object": about}}
    payload = json.dumps(event).encode()
    headers = {"Stripe-Signature": sign(payload, [SECRET], int(utcnow().timestamp()))}
    return client.post(PLATFORM, data=payload, headers=headers, content_type="application/json").status_code


def test_events_that_never_came_are_fetched(till):
    till.stand_in.add_fault("hold_back")
    hold_id = till.held()
    assert till.hold(hold_id).status is HoldStatus.AWAITING
    catch_up(till)
    assert till.hold(hold_id).status is HoldStatus.HELD
    known = kept_events()
    catch_up(till)
    assert kept_events() == known


def test_what_happened_in_a_long_silence_is_fetched(till):
    hold_id = till.taken()
    catch_up(till)
    till.stand_in.add_fault("hold_back")
    dispute_id = till.dispute(hold_id)
    till.wait(8 * DAY)  # Nobody is at work; it is still to be answered.
    catch_up(till)
    assert till.chargeback(dispute_id).status is ChargebackStatus.NEEDS_RESPONSE


def test_an_event_that_could_not_be_applied_is_applied_later(till):
    hold_id = till.open()
    till.work()
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    till.stand_in.add_fault("error_before", place="GET /v1/payment_intents/*", times=9)
    till.work()
    assert unapplied_events()
    till.stand_in.faults.clear()
    till.wait(10 * MINUTE)
    till.work()
    assert not unapplied_events()
    assert till.hold(hold_id).status is HoldStatus.HELD


@pytest.mark.parametrize("kind", ["dispute", "refund"])
def test_an_event_about_what_stripe_does_not_know_changes_nothing(till, client, kind):
    hold_id = till.taken()
    refund_id = till.refund(hold_id, 1000)
    till.work()
    metadata = {"refund_id": str(refund_id)}
    payment = till.hold(hold_id).payment_intent_id
    assert tell(client, object=kind, id="nobody_knows", payment_intent=payment, metadata=metadata, amount=9000) == 200
    till.work()
    assert not unapplied_events()
    assert till.hold(hold_id).kept.minor == 9000
    assert reading().scalars(sa.select(OutboxMessage).where(OutboxMessage.last_error.is_not(None))).all() == []


def test_what_an_event_says_of_a_refund_is_not_believed(till, client):
    hold_id = till.taken()
    refund_id = till.refund(hold_id, 1000)
    till.work()
    claim = {"id": till.refund_row(refund_id).stripe_refund_id, "status": "failed", "amount": 1}
    payment = till.hold(hold_id).payment_intent_id
    tell(client, object="refund", payment_intent=payment, metadata={"refund_id": str(refund_id)}, **claim)
    till.work()
    assert till.refund_row(refund_id).status is RefundStatus.SUCCEEDED


def test_live_and_test_do_not_meet(app, till, client):
    assert tell(client, object="charge", livemode=True) == 400
    live = Gateway("sk_live_handrail", URL)
    payload = json.dumps({"id": "evt_1", "type": "x", "livemode": False, "data": {"object": {}}}).encode()
    now = utcnow()
    with pytest.raises(BadDelivery, match="other mode"):
        live.verify(payload, sign(payload, [SECRET], int(now.timestamp())), SECRET, now)


@pytest.mark.parametrize("data", [None, {}, {"object": None}, {"object": 7}, []])
def test_an_event_about_nothing_is_none(app, till, client, data):
    payload = json.dumps({"id": "evt_1", "type": "x", "livemode": False, "data": data}).encode()
    headers = {"Stripe-Signature": sign(payload, [SECRET], int(utcnow().timestamp()))}
    assert client.post(PLATFORM, data=payload, headers=headers).status_code == 400


def test_money_that_moved_before_our_tables_began_stands_on_the_desk(app, client):
    with open_till(app) as till:
        stripe = till.stand_in.client().v1
        card = {"payment_method": "pm_card_visa", "payment_method_types": ["card"]}
        intent = stripe.payment_intents.create({"amount": 5000, "currency": "eur", "confirm": True, **card})
        till.pull(intent.latest_charge, "dispute", reason="general")
        till.work()
        assert not unapplied_events()
        effects.reconcile(utcnow())
        client.sign_in(till.row(Person, till.finance_id))
        assert "2 lines that ours does not explain" in client.get("/vendor/money").text


@pytest.mark.parametrize(
    ("path", "events"), [("/webhooks/stripe", EVENTS), ("/webhooks/stripe/connect", CONNECT_EVENTS)]
)
def test_the_manual_names_every_event_that_is_needed(path, events):
    [row] = [line for line in MANUAL.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{path}`")]
    assert re.findall(r"`([a-z_]+\.[a-z_.]+)`", row) == events
