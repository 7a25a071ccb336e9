"""On bad days: who repeats each request under its key, and takes each event once, ends where good days end.

This is the promise that the faults which mend themselves keep; whatever asks the stand-in may be built on it.
"""

import json

import stripe
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.rules import SEED_MAX, bad_day
from tests.marketplace.sandbox.stripe.actions import checkout_parameters
from tests.stripe_inprocess import StripeInProcess

TRIES_MAX = 200
PASSING_STATUSES = (None, 409, 429, 500)  # None: there was no answer.
PRICE = 4900
URL = "http://localhost/webhooks"


class BadDays(RuleBasedStateMachine):
    """Somebody pays, captures and gives back, while things go wrong; `taken` and `given` is what should come of it."""

    def __init__(self):
        super().__init__()
        self.stand_in = StripeInProcess(self.receive)
        self.client = self.stand_in.client(checked=False)
        self.keys = 0
        self.held, self.taken, self.given = {}, {}, {}
        self.received = {}

    def teardown(self):
        self.stand_in.faults.clear()
        self.stand_in.settle(within_s=10**6)
        told = {event.id for event in self.client.v1.events.list({"limit": 100}).auto_paging_iter()}
        # Those of strangers are received, too; nobody should believe them.
        assert told <= self.received.keys()
        self.stand_in.close()

    @initialize()
    def listen(self):
        self.secret = self.client.v1.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]}).secret

    def receive(self, _url, payload, signature):
        try:
            stripe.WebhookSignature.verify_header(payload.decode(), signature, self.secret, tolerance=300)
        except stripe.SignatureVerificationError:
            return False, "400"
        self.received.setdefault(json.loads(payload)["id"], payload)
        return True, "200"

    def insist(self, ask, *arguments):
        """Repeat a request under one key until there is a definite answer."""
        self.keys += 1
        for _try in range(TRIES_MAX):
            try:
                return ask(*arguments, {"idempotency_key": f"key:{self.keys}"})
            except stripe.StripeError as error:
                if error.http_status not in PASSING_STATUSES:
                    raise
        raise AssertionError("no answer ever came")

    @rule(seed=st.integers(0, SEED_MAX), percent=st.integers(1, 25))
    def have_a_bad_day(self, seed, percent):
        self.stand_in.faults.clear()
        for plan in bad_day(seed=seed, percent=percent):
            self.stand_in.faults.add(plan)

    @rule()
    def pay(self):
        session = self.insist(self.client.v1.checkout.sessions.create, checkout_parameters(amount=PRICE))
        self.stand_in.pay(session.url)
        session = self.insist(self.client.v1.checkout.sessions.retrieve, session.id, {})
        self.held[session.payment_intent] = PRICE

    @precondition(lambda self: self.held)
    @rule(data=st.data(), amount=st.integers(1, PRICE))
    def capture(self, data, amount):
        intent = data.draw(st.sampled_from(list(self.held)))
        answer = self.insist(self.client.v1.payment_intents.capture, intent, {"amount_to_capture": amount})
        assert answer.amount_received == amount
        del self.held[intent]
        self.taken[intent] = amount

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def let_go(self, data):
        intent = data.draw(st.sampled_from(list(self.held)))
        assert self.insist(self.client.v1.payment_intents.cancel, intent, {}).status == "canceled"
        del self.held[intent]

    @precondition(lambda self: any(self.left(intent) for intent in self.taken))
    @rule(data=st.data())
    def give_back(self, data):
        intent = data.draw(st.sampled_from([one for one in self.taken if self.left(one)]))
        amount = data.draw(st.integers(1, self.left(intent)))
        self.insist(self.client.v1.refunds.create, {"payment_intent": intent, "amount": amount})
        self.given[intent] = self.given.get(intent, 0) + amount

    @rule(seconds=st.integers(1, 3600))
    def wait(self, seconds):
        self.stand_in.advance(seconds)
        self.stand_in.deliver_pending()

    def left(self, intent):
        return self.taken[intent] - self.given.get(intent, 0)

    @invariant()
    def all_has_happened_once(self):
        with self.stand_in._simulator.world() as world:
            intents = {one.id: one.body for one in world.every("payment_intent")}
            refunds = [one.body for one in world.every("refund")]
        assert {one: body["amount_received"] for one, body in intents.items() if body["amount_received"]} == self.taken
        assert {one for one, body in intents.items() if body["status"] == "requires_capture"} == set(self.held)
        given = {}
        for refund in refunds:
            if refund["charge"] and intents[refund["payment_intent"]]["amount_received"]:
                given[refund["payment_intent"]] = given.get(refund["payment_intent"], 0) + refund["amount"]
        assert given == self.given


BadDays.TestCase.settings = settings(max_examples=settings().max_examples // 10, stateful_step_count=30)
TestBadDays = BadDays.TestCase


def test_a_bad_day_is_bad():
    """Else the days above would prove nothing."""
    stand_in = StripeInProcess(lambda *_delivery: (True, "200"))
    client = stand_in.client(checked=False)
    client.v1.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]})
    for plan in bad_day(seed=1, percent=20):
        stand_in.faults.add(plan)
    for _time in range(60):
        try:
            client.v1.customers.create()
        except stripe.StripeError:
            continue
    stand_in.settle()
    struck = {entry.kind for entry in stand_in.faults.log()}
    assert struck == {plan.kind for plan in bad_day(seed=1, percent=20)}
    assert Kind.HOLD_BACK not in struck
    stand_in.close()
