"""The vendor's day."""

from flask import render_template
from flask.typing import ResponseReturnValue

from certification.exams import queries_of_signals as signals
from marketplace.conversation.rules import promise_view
from marketplace.insights import queries
from marketplace.insights.views import blueprint
from marketplace.kernel.access import Role, caller_id, caller_roles, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from providers.directory import wording


@blueprint.get("/vendor")
@open_to(Role.STAFF)
def today() -> ResponseReturnValue:
    """Show what needs a hand today: what nobody takes first, then what was promised and did not come."""
    now = utcnow()
    found, kinds = queries.today(reading(), now), queries.kinds_for(caller_roles())
    say = wording.labels(reading(), "EUR")  # No price is among what is said.
    return render_template(
        "insights/today.html",
        wanted=[(say[one.condition](one.value), one.people) for one in found.wanted],
        today=found,
        clocks={promise.id: promise_view(promise, now) for promise in found.missed},
        looks_after_messages=bool(kinds),
        signals=signals.count_open(reading(), but_of=caller_id()),
        undelivered=queries.count_undelivered(reading(), kinds),
    )
