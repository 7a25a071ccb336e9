"""The levers as JSON, for programs: faults, the clock, events and secrets.

Only JSON is taken, which no form of another site can send without being asked for leave first.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record
from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.register import Fault
from marketplace.sandbox.stripe.faults.rules import NoSuchFault, bad_day, make_plan
from marketplace.sandbox.stripe.resources import events, webhook_endpoints
from marketplace.sandbox.stripe.webhooks.secrets import LONGEST_OVERLAP_S

blueprint = Blueprint("control", __name__, url_prefix="/sandbox")

ADVANCE_MAX_S = 10 * 366 * 24 * 60 * 60
CREATED, BAD_REQUEST, NOT_FOUND = 201, 400, 404

NUMBERS = {"times": int, "percent": int, "seed": int, "seconds": int, "copies": int}


class Wrong(Exception):
    """What was sent cannot be taken; `param` names it."""

    def __init__(self, message: str, param: str | None = None, *, status: int = BAD_REQUEST) -> None:
        """Say what should have been sent."""
        super().__init__(message)
        self.param = param
        self.status = status


@blueprint.errorhandler(Wrong)
def refuse(wrong: Wrong) -> ResponseReturnValue:
    """Say what is wrong with a request."""
    error = {"message": str(wrong), "param": wrong.param, "type": "invalid_request_error"}
    return jsonify(error={name: value for name, value in error.items() if value is not None}), wrong.status


@blueprint.errorhandler(NoSuchFault)
def refuse_fault(wrong: NoSuchFault) -> ResponseReturnValue:
    """Say what a fault cannot be."""
    return refuse(Wrong(str(wrong), wrong.field))


@blueprint.get("/faults")
def list_faults() -> ResponseReturnValue:
    """List the faults that are set up."""
    return jsonify(faults=[_fault(one) for one in simulator().faults.active()])


@blueprint.post("/faults")
def add_fault() -> ResponseReturnValue:
    """Set a fault up: its `kind`, and if wanted `place`, `times`, `percent`, `seed`, `seconds` and `copies`."""
    asked = _asked(kind=str, place=str, **NUMBERS)
    try:
        kind = Kind(asked.pop("kind", ""))
    except ValueError:
        raise Wrong(f"kind must be one of {', '.join(Kind)}.", "kind") from None
    return jsonify(_fault(simulator().faults.add(make_plan(kind, **asked)))), CREATED


@blueprint.post("/faults/bad_day")
def add_bad_day() -> ResponseReturnValue:
    """Set up a little of everything that mends itself, by a `seed`, each with a chance of `percent`."""
    asked = {"seed": 0, "percent": 10, **_asked(seed=int, percent=int)}
    return jsonify(faults=[_fault(simulator().faults.add(plan)) for plan in bad_day(**asked)]), CREATED


@blueprint.delete("/faults")
def clear_faults() -> ResponseReturnValue:
    """Take all faults away."""
    return jsonify(removed=simulator().faults.clear())


@blueprint.delete("/faults/<int:fault_id>")
def remove_fault(fault_id: int) -> ResponseReturnValue:
    """Take one fault away."""
    if not simulator().faults.remove(fault_id):
        raise Wrong(f"There is no fault {fault_id}, or no longer.", status=NOT_FOUND)
    return jsonify(removed=1)


@blueprint.get("/faults/log")
def show_log() -> ResponseReturnValue:
    """List what struck last, the newest first."""
    return jsonify(
        log=[
            {"fault": one.fault_id, "kind": one.kind, "subject": one.subject, "at": int(one.at.timestamp())}
            for one in simulator().faults.log()
        ]
    )


@blueprint.get("/clock")
def show_clock() -> ResponseReturnValue:
    """Tell the time in the stand-in."""
    return jsonify(now=int(simulator().clock.now().timestamp()))


@blueprint.post("/clock")
def advance() -> ResponseReturnValue:
    """Move the clock forward by `advance_seconds`."""
    seconds = _asked(advance_seconds=int).get("advance_seconds", 0)
    if not 0 < seconds <= ADVANCE_MAX_S:
        raise Wrong(f"advance_seconds must be a whole number from 1 to {ADVANCE_MAX_S}.", "advance_seconds")
    now = simulator().clock.advance(seconds)
    simulator().sweep(now)
    return jsonify(now=int(now.timestamp()))


@blueprint.post("/events/<event_id>/resend")
def resend(event_id: str) -> ResponseReturnValue:
    """Deliver an event once more to every endpoint that it went to, or was to go to."""
    _asked()
    with simulator().world() as world:
        event = events.find(world, event_id)
        if event is None:
            raise Wrong(f"There is no event {event_id}.", status=NOT_FOUND)
        events.send_again(world, event)
        return jsonify(id=event_id, pending_webhooks=event.body["pending_webhooks"])


@blueprint.get("/webhook_endpoints")
def list_endpoints() -> ResponseReturnValue:
    """List the webhook endpoints, without their secrets."""
    with simulator().world() as world:
        return jsonify(webhook_endpoints=[_endpoint(one) for one in world.every(webhook_endpoints.KIND)])


@blueprint.post("/webhook_endpoints/<endpoint_id>/roll_secret")
def roll_secret(endpoint_id: str) -> ResponseReturnValue:
    """Give an endpoint a new secret; the old one stays good for `overlap_seconds`, at most a day."""
    overlap_s = _asked(overlap_seconds=int).get("overlap_seconds", 0)
    if not 0 <= overlap_s <= LONGEST_OVERLAP_S:
        raise Wrong(f"overlap_seconds must be a whole number from 0 to {LONGEST_OVERLAP_S}.", "overlap_seconds")
    with simulator().world() as world:
        record = webhook_endpoints.find(world, endpoint_id)
        if record is None:
            raise Wrong(f"There is no webhook endpoint {endpoint_id}.", status=NOT_FOUND)
        secret = webhook_endpoints.roll_secret(world, record, overlap_s=overlap_s)
        return jsonify(**_endpoint(record), secret=secret, old_secret_good_until=world.timestamp + overlap_s)


def _asked(**kinds: type) -> dict[str, Any]:
    """Read what was sent: JSON with these keys and no others, each of its kind.

    Raises:
        Wrong: it is something else.
    """
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise Wrong("Send a JSON object, with the content type application/json.")
    for name, value in asked.items():
        if name not in kinds:
            raise Wrong(f"Received an unknown parameter: {name}.", name)
        if type(value) is not kinds[name]:  # True would pass for a number.
            raise Wrong(f"{name} must be a {'text' if kinds[name] is str else 'whole number'}.", name)
    return asked


def _fault(fault: Fault) -> Json:
    return {"id": fault.id, **asdict(fault.plan), "met": fault.met, "struck": fault.struck}


def _endpoint(record: Record) -> Json:
    shown = ("id", "url", "status", "enabled_events")
    return {**{name: record.body[name] for name in shown}, "connect": bool(record.hidden["connect"])}
