"""The vendor's day."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.conversation.rules import promise_view
from marketplace.insights import queries
from marketplace.insights.views import blueprint
from marketplace.kernel.access import Role, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading


@blueprint.get("/vendor")
@open_to(Role.STAFF)
def today() -> ResponseReturnValue:
    """Show what needs a hand today: what nobody takes first, then what was promised and did not come."""
    now = utcnow()
    found, kinds = queries.today(reading(), now), queries.kinds_for(caller_roles())
    return render_template(
        "insights/today.html",
        today=found,
        clocks={promise.id: promise_view(promise, now) for promise in found.missed},
        looks_after_messages=bool(kinds),
        undelivered=queries.count_undelivered(reading(), kinds),
    )
