"""How renewals are tried again, as JSON: what Stripe's users set by hand in their dashboard."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from marketplace.sandbox.stripe.engine.errors import InvalidParameters, Refused
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.resources.billing import retrying
from marketplace.sandbox.stripe.resources.billing.retrying import Retries

blueprint = Blueprint("billing_control", __name__, url_prefix="/sandbox/billing")


@blueprint.errorhandler(Refused)
def refuse(error: Refused) -> ResponseReturnValue:
    """Say what the settings cannot be."""
    return jsonify(error.as_body()), error.status


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Tell the settings."""
    with simulator().world() as world:
        return _told(retrying.retries(world))


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Change them: `{"after_days": [3, 5, 7], "ending": "cancel"}`; what is left out stays."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or asked.keys() - {"after_days", "ending"}:
        raise InvalidParameters(
            "Send a JSON object with after_days and ending, with the content type application/json."
        )
    with simulator().world() as world:
        present = retrying.retries(world)
        after_days = asked.get("after_days", list(present.after_days))
        if not isinstance(after_days, list) or not all(type(days) is int for days in after_days):
            raise InvalidParameters("after_days must be a list of whole numbers.", param="after_days")
        return _told(retrying.change(world, after_days, str(asked.get("ending", present.ending))))


def _told(chosen: Retries) -> ResponseReturnValue:
    return jsonify(after_days=list(chosen.after_days), ending=str(chosen.ending))
