"""Where a session takes place: the link to the call, and the file for calendars."""

from flask import Response
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.jobs import commands, queries
from marketplace.jobs.callers import is_staff
from marketplace.jobs.invitations import Method, write_invitation
from marketplace.jobs.schemas_of_sessions import CallLinkSchema
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.request_page import move_as_typed
from marketplace.jobs.wording_of_sessions import meeting
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotFound
from marketplace.kernel.translate import _
from providers.profiles.callers import acting_member


@blueprint.get("/requests/<reference>/session.ics")
@open_to(Role.PERSON)
def session_file(reference: str) -> ResponseReturnValue:
    """Give the session to the calendar of either of the two who hold it."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    if not view.is_in_session or view.job is None:
        raise NotFound(reference=reference)
    content = write_invitation(meeting(view.job, current_user, view.call_link), Method.PUBLISH, utcnow())
    return Response(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="session.ics"'},
    )


@blueprint.post("/requests/<reference>/call-link")
@open_to(Role.MEMBER)
def set_call_link(reference: str) -> ResponseReturnValue:
    """Give the session a link of its own; left empty, it has the member's usual one."""
    told = _("The link is kept. Your customer gets a letter with it.")
    return move_as_typed(commands.set_call_link, CallLinkSchema(), reference, told=told, member=acting_member())
