"""The levers as JSON, for programs.

Only JSON is taken, which no form of another site can send without being asked for leave first.
"""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Missing, Refused
from marketplace.sandbox.stripe.engine.forms import Tree
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages import levers

blueprint = Blueprint("lever_control", __name__, url_prefix="/sandbox/objects")


@blueprint.errorhandler(Refused)
def refuse(error: Refused) -> ResponseReturnValue:
    """Say why something cannot be done, as the API does."""
    return jsonify(error.as_body()), error.status


@blueprint.get("/<object_id>")
def show(object_id: str) -> ResponseReturnValue:
    """Show an object, and what can be done to it: `{"object": {…}, "levers": {name: [parameters]}}`."""
    with simulator().world() as world:
        record = _find(world, object_id)
        found = {lever.name: [one.name for one in lever.inputs] for lever in levers.possible(world, record)}
        return jsonify(object=record.body, levers=found)


@blueprint.post("/<object_id>/<name>")
def pull(object_id: str, name: str) -> ResponseReturnValue:
    """Do something to an object: `{parameter: value}`; amounts in minor units. Gives what came of it."""
    asked = _asked()
    with simulator().world(base_url=request.host_url.rstrip("/")) as world:
        record = _find(world, object_id)
        lever = levers.find(world, record, name)
        if lever is None:
            raise Refused(f"{name} is nothing that can be done to {object_id} now.", param="lever")
        return jsonify(lever.pull(world, record, lever.takes.read(asked)).body)


def _find(world: World, object_id: str) -> Record:
    record = world.find(object_id)
    if record is None or record.body["object"] not in levers.LEVERS:
        raise Missing("object", object_id, "id")
    world.follow(record)
    return record


def _asked() -> Tree:
    """Read what was sent, as a form would have sent it.

    Raises:
        InvalidParameters: it is no JSON object of texts and whole numbers.
    """
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or not all(type(one) in {str, int} for one in asked.values()):
        raise InvalidParameters("Send a JSON object of texts and numbers, with the content type application/json.")
    return {name: str(one) for name, one in asked.items()}
