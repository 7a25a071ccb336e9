"""The vendor's list of requests: what nobody takes comes first."""

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.jobs import commands, queries, wording
from marketplace.jobs.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, row_id, transaction
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.support_requests import queries as requests
from marketplace.support_requests.rules import Status

PAGE = 50


@blueprint.get("/vendor/requests")
@open_to(Role.STAFF)
def vendor_index() -> ResponseReturnValue:
    """List requests, those that nobody takes first, each with the gap that it reveals."""
    asked = request.args.get("status", "")
    status = Status(asked) if asked in set(Status) else None
    before_id = request.args.get("before", type=row_id)
    rows = requests.all_requests(reading(), status=status, before_id=before_id, limit=PAGE + 1)
    shown = rows[:PAGE]
    return render_template(
        "jobs/vendor_requests.html",
        requests=shown,
        gaps={
            one.id: wording.gap(matching.gap(reading(), one, utcnow()))
            for one in shown
            if one.status is Status.UNMATCHED
        },
        jobs=queries.jobs_by_request(reading(), [one.id for one in shown]),
        counts=requests.counts_by_status(reading()),
        status=status,
        older=shown[-1].id if len(rows) > PAGE else None,
    )


@blueprint.post("/vendor/requests/<reference>/search")
@open_to(Role.SUPPORT)
def search_again(reference: str) -> ResponseReturnValue:
    """Look once more for a request that nobody took."""
    request_id = requests.by_reference(reading(), reference).id
    with transaction() as session:
        found = commands.search_again(session, request_id, by=caller_id(), now=utcnow())
    tell(_("Somebody is asked now.") if found else _("There is still nobody to ask."))
    return redirect(url_for(".show", reference=reference))
