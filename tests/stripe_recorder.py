"""The SDK's way to the network, with Stripe's contract beside it: the first wrong request or answer fails the test."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import stripe

from tests.stripe_contract import check_request, check_response

TIMEOUT_S = 30


@dataclass(frozen=True)
class Call:
    """One request and its answer, both within the contract."""

    method: str
    path: str
    sent: str
    headers: Mapping[str, str]
    status: int
    answer: Mapping[str, Any]
    answer_headers: Mapping[str, str]


class RecordingClient(stripe.HTTPClient):
    """Give it to `stripe.StripeClient(..., http_client=…)`; `calls` remembers what went over it.

    Raises, from the call of the SDK:
        ContractBroken: a request or an answer is not as Stripe describes it.
    """

    name = "recording"

    def __init__(self, wire: stripe.HTTPClient | None = None) -> None:
        """Begin with no calls; they go over `wire`, the network if none is given."""
        super().__init__()
        self._wire = wire or stripe.RequestsClient(timeout=TIMEOUT_S)
        self.calls: list[Call] = []

    def request(self, method, url, headers, post_data=None, *, _usage=None):
        """Send a request, and hold both ways to the contract."""
        parts = urlsplit(url)
        sent = parts.query if method in ("get", "delete") else post_data or ""
        check_request(method.upper(), parts.path, sent)
        text, status, answer_headers = self._wire.request(method, url, headers, post_data)
        answer = json.loads(text)
        check_response(method.upper(), parts.path, status, answer)
        self.calls.append(Call(method.upper(), parts.path, sent, headers, status, answer, answer_headers))
        return text, status, answer_headers

    def _sleep_time_seconds(self, *arguments, **options):
        return self._wire._sleep_time_seconds(*arguments, **options)

    def close(self):
        """Let go of the connections."""
        self._wire.close()
