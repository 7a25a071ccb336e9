"""What a fault does to an answer of the API.

Stripe's own ways: a 429 for too many requests does not ask to be repeated, one for a locked object does
(https://docs.stripe.com/rate-limits), and an error of the server may be remembered under the idempotency key
(https://docs.stripe.com/error-low-level#server-errors).
"""

import json
from collections.abc import Callable
from typing import ClassVar

from marketplace.sandbox.stripe.engine.errors import CardRefused, KeyInUse, Refused
from marketplace.sandbox.stripe.engine.idempotency import Result
from marketplace.sandbox.stripe.faults.kinds import Group, Kind, kinds_of
from marketplace.sandbox.stripe.faults.register import Strike

KINDS = kinds_of(Group.ANSWER) | {Kind.CAPTURE_REFUSED}


class ConnectionDropped(Exception):
    """The connection ends without an answer."""


class RateLimited(Refused):
    """There were too many requests."""

    status = 429
    headers: ClassVar[dict[str, str]] = {"Stripe-Rate-Limited-Reason": "global-rate"}


class LockTimeout(Refused):
    """The object is in use."""

    status = 429
    headers: ClassVar[dict[str, str]] = {"Stripe-Should-Retry": "true"}


class ServerError(Refused):
    """Something went wrong on the other side."""

    status = 500
    type = "api_error"


class Trouble:
    """What goes wrong with one request; most often nothing."""

    def __init__(self, strike: Strike | None, pause: Callable[[float], None]) -> None:
        """Make the trouble of a strike; `pause` lets time go by."""
        self._strike = strike
        self._kind = strike.plan.kind if strike else None
        self._pause = pause

    def before(self) -> None:
        """End the request before anything has happened, if that is the trouble.

        Raises:
            Refused, ConnectionDropped: it ends here.
        """
        if self._kind is Kind.RATE_LIMIT:
            raise RateLimited("Request rate limit exceeded. Send fewer requests at a time.", code="rate_limit")
        if self._kind is Kind.LOCK_TIMEOUT:
            raise LockTimeout(
                "This object cannot be accessed right now, because another request is accessing it. Try again.",
                code="lock_timeout",
            )
        if self._kind is Kind.CONFLICT:
            raise KeyInUse(
                "Another request with this idempotency key is still being answered. Try again later.",
                code="idempotency_key_in_use",
            )
        if self._kind is Kind.REFUSED:
            raise Refused("The request was refused, on purpose.", code="parameter_invalid_string_empty")
        if self._kind is Kind.ERROR_BEFORE:
            raise _server_error()
        if self._kind is Kind.DROP_BEFORE:
            raise ConnectionDropped

    def result(self, perform: Callable[[], Result], request_id: str) -> Result:
        """Let it happen, if the trouble does not prevent it; give the result that an idempotency key remembers."""
        if self._kind is Kind.CAPTURE_REFUSED:
            refusal = CardRefused("Your card was declined.", code="card_declined", decline_code="generic_decline")
            return _result(refusal, request_id)
        result = perform()
        return _result(_server_error(), request_id) if self._kind is Kind.ERROR_KEPT else result

    def after(self, result: Result) -> Result:
        """Let the answer go, late or not at all, if that is the trouble.

        Raises:
            Refused, ConnectionDropped: the true answer is lost.
        """
        if self._kind is Kind.SLOW:
            assert self._strike, self
            self._pause(self._strike.plan.seconds)
        if self._kind is Kind.ERROR_AFTER:
            raise _server_error()
        if self._kind is Kind.DROP_AFTER:
            raise ConnectionDropped
        return result


def _server_error() -> ServerError:
    return ServerError("An error of the server, on purpose. It may or may not have happened.")


def _result(refusal: Refused, request_id: str) -> Result:
    return Result(refusal.status, json.dumps(refusal.as_body(), indent=2), request_id)
