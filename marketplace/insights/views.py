"""The vendor's day."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.conversation.rules import promise_view
from marketplace.insights import queries
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading

blueprint = Blueprint("insights", __name__)


@blueprint.get("/vendor")
@open_to(Role.STAFF)
def today() -> ResponseReturnValue:
    """Show what needs a hand today: what nobody takes first, then what was promised and did not come."""
    now = utcnow()
    found = queries.today(reading(), now)
    clocks = {promise.id: promise_view(promise, now) for promise in found.missed}
    return render_template("insights/today.html", today=found, clocks=clocks)
