"""The Stripe stand-in within this process, for tests that ask it thousands of times: no server, no waiting.

`StripeInProcess` is a stand-in; `http_client()` is the SDK's way to it, `pay` and `onboard` do what people do on its
pages, and its webhooks go to a function. Its faults work as over the network: a dropped connection and an answer that
comes too late are the SDK's `APIConnectionError`.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import stripe
from flask import Flask
from werkzeug.test import Client

from marketplace.sandbox.stripe import visitor
from marketplace.sandbox.stripe.faults.register import Fault
from marketplace.sandbox.stripe.faults.rules import Kind, make_plan
from marketplace.sandbox.stripe.resources import webhook_endpoints
from marketplace.sandbox.stripe.server import Sandbox
from marketplace.sandbox.stripe.webhooks import deliveries
from tests.stripe_recorder import RecordingClient

URL = "http://localhost"
FAR = 2**53  # A moment, in seconds, that never comes.
TIMEOUT_S = 10  # As long as the gateway waits.
SECRET_KEY = "sk_test_in_process"

Send = Callable[[str, bytes, str], tuple[bool, str]]


def nobody_listens(_url: str, _payload: bytes, _signature: str) -> tuple[bool, str]:
    """Take no webhook."""
    return False, "nobody listens"


def to_app(app: Flask) -> Send:
    """Deliver webhooks to an application in this process."""

    def send(url: str, payload: bytes, signature: str) -> tuple[bool, str]:
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        answer = app.test_client().post(urlsplit(url).path, data=payload, headers=headers)
        return 200 <= answer.status_code < 300, str(answer.status_code)

    return send


class WireInProcess(stripe.HTTPClient):
    """The SDK's way to a WSGI application in this process; nothing waits before it tries again."""

    name = "in process"

    def __init__(self, stand_in: "StripeInProcess") -> None:
        """Lead to a stand-in."""
        super().__init__()
        self._stand_in = stand_in
        self._client = Client(stand_in.app)

    def request(self, method, url, headers, post_data=None, *, _usage=None):
        """Send a request.

        Raises:
            stripe.APIConnectionError: there is no answer, or none in time; nobody knows whether it happened.
        """
        self._stand_in.waited_s = 0
        try:
            answer = self._client.open(
                url.removeprefix(URL), base_url=URL, method=method.upper(), headers=dict(headers), data=post_data
            )
        except ConnectionAbortedError as dropped:
            raise stripe.APIConnectionError("The connection was dropped.", should_retry=True) from dropped
        if self._stand_in.waited_s > TIMEOUT_S:
            raise stripe.APIConnectionError("The answer came too late.", should_retry=True)
        return answer.get_data(as_text=True), answer.status_code, answer.headers

    def _sleep_time_seconds(self, *_arguments, **_options) -> float:
        return 0

    def close(self) -> None:
        """Let go of nothing."""


class StripeInProcess(Sandbox):
    """A stand-in that forgets everything at the end."""

    def __init__(self, send: Send = nobody_listens) -> None:
        """Begin; webhooks go to `send`."""
        self.waited_s = 0.0
        super().__init__(send=send, pause=self._wait)

    def add_fault(self, kind: Kind | str, **how) -> Fault:
        """Set a fault up; `rules.make_plan` says what can be told about it."""
        return self.faults.add(make_plan(Kind(kind), **how))

    def http_client(self, *, checked: bool = True) -> stripe.HTTPClient:
        """Give the SDK's way here; with `checked` every call is held to Stripe's contract, at half the speed."""
        wire = WireInProcess(self)
        return RecordingClient(wire) if checked else wire

    def client(self, *, checked: bool = True, retries: int = 0) -> stripe.StripeClient:
        """Give the SDK, connected to this stand-in."""
        return stripe.StripeClient(
            SECRET_KEY,
            base_addresses={"api": URL},
            http_client=self.http_client(checked=checked),
            max_network_retries=retries,
        )

    def listen(self, path: str, secret: str, *, connect: bool = False, events: Sequence[str] = ("*",)) -> str:
        """Have events told to a path of the site, signed with its secret; give the id of the endpoint."""
        asked = {"url": f"{URL}{path}", "enabled_events": list(events), "connect": connect}
        endpoint = self.client(checked=False).v1.webhook_endpoints.create(asked)
        with self._simulator.world() as world:
            record = world.get(webhook_endpoints.KIND, endpoint.id)
            record.hidden["secret"] = secret
            world.save(record)
        return endpoint.id

    def pay(self, url: str, card: str = "4242424242424242", **how) -> str:
        """Pay on a Checkout page; see `visitor.pay_checkout`."""
        return visitor.pay_checkout(url, card, ask=self._ask, **how)

    def onboard(self, url: str, **how) -> str:
        """Finish the onboarding to which a link leads; see `visitor.complete_onboarding`."""
        return visitor.complete_onboarding(url, ask=self._ask, **how)

    def settle(self, within_s: int = 600) -> int:
        """Deliver what is on its way, also what is late or was refused before; tell how many attempts that took.

        The clock moves forward as far as it must, but not by more than `within_s`.
        """
        attempts, end = self.deliver_pending(), self._now() + within_s
        while (due_at := self._next_due_at()) <= end:
            self.advance(max(due_at - self._now(), 1))
            attempts += self.deliver_pending()
        return attempts

    def _now(self) -> int:
        return int(self._simulator.clock.now().timestamp())

    def _next_due_at(self) -> int:
        with self._simulator.world() as world:
            errands = deliveries.due(world.connection, FAR)
        return errands[0].due_at if errands else FAR

    def _wait(self, seconds: float) -> None:
        self.waited_s += seconds

    def _ask(self, url: str, method: str, body: str | None) -> tuple[int, str, str]:
        answer = Client(self.app).open(
            url.removeprefix(URL),
            base_url=URL,
            method=method,
            data=body,
            headers={"Content-Type": visitor.FORM} if body else {},
        )
        return answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location", "")
