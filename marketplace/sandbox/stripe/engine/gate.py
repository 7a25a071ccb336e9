"""The gate: every API request comes in here and leaves with headers, a status and a body as Stripe's."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from flask import Request, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from marketplace.sandbox.stripe.engine import idempotency
from marketplace.sandbox.stripe.engine.authentication import check_key, check_version
from marketplace.sandbox.stripe.engine.endpoints import Endpoint
from marketplace.sandbox.stripe.engine.errors import CardRefused, InvalidParameters, NoAccess, NotSimulated, Refused
from marketplace.sandbox.stripe.engine.expansion import Expansion
from marketplace.sandbox.stripe.engine.forms import read_pairs
from marketplace.sandbox.stripe.engine.idempotency import Claim, Result
from marketplace.sandbox.stripe.engine.ids import new_id
from marketplace.sandbox.stripe.engine.shapes import Given
from marketplace.sandbox.stripe.engine.simulator import Simulator
from marketplace.sandbox.stripe.engine.world import API_VERSION, Cause, World
from marketplace.sandbox.stripe.faults import answers
from marketplace.sandbox.stripe.faults.answers import ConnectionDropped, Trouble

OK = 200
SERVER_ERROR = 500
# Parameters that name whose something is: in that time it happens.
LEADS = ("charge", "customer", "invoice", "payment_intent", "subscription")
# In the environment of a request; see `wire`.
DROPPED = "stripe_stand_in.dropped"  # It gets no answer.
SIMULATOR = "stripe_stand_in.simulator"  # Whom it asks.


def simulator() -> Simulator:
    """Find the simulator that a request asks."""
    found = request.environ[SIMULATOR]
    assert isinstance(found, Simulator)
    return found


def view(endpoint: Endpoint) -> Callable[..., Response]:
    """Make the Flask view of an endpoint."""

    def answer(**address: str) -> Response:
        return Gate(simulator()).answer(endpoint, address)

    return answer


def refuse(**_address: str) -> Response:
    """Answer a request for which there is no endpoint."""
    return Gate(simulator()).refuse()


class Gate:
    """Answers API requests to one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        """Answer from this simulator."""
        self._simulator = simulator

    def answer(self, endpoint: Endpoint, address: dict[str, str]) -> Response:
        """Answer a request to an endpoint; what its address says is filled in."""
        return self._answered(lambda asked: self._result(endpoint, address, asked))

    def refuse(self) -> Response:
        """Answer a request for which there is no endpoint."""

        def refused(_asked: "Asked") -> Result:
            raise NotSimulated(
                f"{request.method} {request.path} is not part of this stand-in for Stripe.", code="not_simulated"
            )

        return self._answered(refused)

    def _answered(self, find_result: "Callable[[Asked], Result]") -> Response:
        asked = Asked(request)
        try:
            check_key(request.headers.get("Authorization", ""))
            check_version(asked.version)
            result = find_result(asked)
        except ConnectionDropped:
            request.environ[DROPPED] = True
            return Response()
        except Refused as error:
            return asked.response(Result(error.status, _written(error.as_body()), asked.id), error.headers)
        except RequestEntityTooLarge as error:
            refusal = Refused(f"The request is too large. {error.description}")
            return asked.response(Result(error.code, _written(refusal.as_body()), asked.id), {})
        # An error that is a result is remembered under the key, so that repeating is no use.
        return asked.response(result, {"Stripe-Should-Retry": "false"} if result.status == SERVER_ERROR else {})

    def _result(self, endpoint: Endpoint, address: dict[str, str], asked: "Asked") -> Result:
        if asked.account and not endpoint.is_scoped:
            raise NotSimulated(f"{asked.address} is not part of this stand-in with the Stripe-Account header.")
        trouble = self._trouble(asked)
        trouble.before()
        given = endpoint.takes.read(asked.parameters())
        claimed = asked.claim()

        def perform(world: World) -> Result:
            return trouble.result(lambda: self._performed(world, endpoint, address, given, asked), asked.id)

        # A key is in use until its answer goes out, however slow that is.
        with self._simulator.keys_in_use.holding(claimed) if claimed else nullcontext():
            with self._world(asked) as world:
                result = idempotency.once(world, claimed, perform)
            return trouble.after(result)

    def _trouble(self, asked: "Asked") -> Trouble:
        now = int(self._simulator.clock.now().timestamp())
        return Trouble(self._simulator.faults.strike_one(answers.KINDS, asked.address, now), self._simulator.pause)

    def _world(self, asked: "Asked") -> Any:
        return self._simulator.world(account=asked.account, base_url=asked.base_url, cause=asked.cause())

    def _performed(
        self, world: World, endpoint: Endpoint, address: dict[str, str], given: Given, asked: "Asked"
    ) -> Result:
        connected = world.find(world.account)
        if world.account and (connected is None or connected.account):  # It is not the platform's, or no longer.
            raise NoAccess(
                f"The key does not have access to account '{world.account}' (or that account does not exist).",
                code="account_invalid",
            )
        asked_for = {key: one for key, one in given.items() if key != "expand"}
        try:
            with world.connection.begin_nested():
                try:
                    for object_id in (*address.values(), *(given[name] for name in LEADS if name in given)):
                        record = world.find(object_id)
                        if record is not None:
                            world.follow(record)
                    body = endpoint.answer(world, asked_for, **address)
                    body = Expansion(world, self._simulator.resources).expanded(body, given.get("expand", ()))
                except CardRefused as error:  # The try that failed is kept: its charge, and what it did to its intent.
                    return Result(error.status, _written(error.as_body()), asked.id)
        except InvalidParameters:
            raise
        except Refused as error:
            return Result(error.status, _written(error.as_body()), asked.id)
        return Result(OK, _written(body), asked.id)


class Asked:
    """One API request, and how its answer is headed."""

    def __init__(self, incoming: Request) -> None:
        """Read the headers."""
        self._incoming = incoming
        self.id = new_id("req", length=14)
        self.address = f"{incoming.method} {incoming.path}"
        self.base_url = incoming.host_url.rstrip("/")
        self.account = incoming.headers.get("Stripe-Account", "")
        self.version = incoming.headers.get("Stripe-Version") or API_VERSION
        # On other methods a key has no effect: repeating them does no harm.
        self._key = incoming.headers.get("Idempotency-Key", "") if incoming.method == "POST" else ""

    def parameters(self) -> dict[str, Any]:
        """Read the parameters as a tree: from the address, and from the body of a POST."""
        pairs = [*self._incoming.args.items(multi=True), *self._incoming.form.items(multi=True)]
        return read_pairs(pairs)

    def cause(self) -> Cause:
        """Name this request as the cause of events."""
        return Cause(self.id, self._key or None)

    def claim(self) -> Claim | None:
        """Tell what the idempotency key is used for; None without a key."""
        if not self._key:
            return None
        # In the order of their names, because the SDK may send the same parameters in another order.
        content = json.dumps(sorted(self._incoming.form.items(multi=True))).encode()
        return idempotency.claim(self._key, account=self.account, address=self.address, content=content)

    def response(self, result: Result, headers: dict[str, str]) -> Response:
        """Write the answer with its headers."""
        response = Response(result.body, result.status, {**headers, "Content-Type": "application/json"})
        response.headers["Request-Id"] = self.id
        response.headers["Stripe-Version"] = self.version
        if self._key:
            response.headers["Idempotency-Key"] = self._key
        if result.request_id != self.id:
            response.headers["Idempotent-Replayed"] = "true"
            response.headers["Original-Request"] = result.request_id
        return response


def _written(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)
