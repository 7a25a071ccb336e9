"""Where a session takes place, by JSON."""

from typing import Any

from marketplace.jobs import answers, commands
from marketplace.jobs.api.common import blueprint, move
from marketplace.jobs.schemas_of_sessions import CallLinkSchema
from marketplace.kernel.access import Role, open_to
from providers.profiles.callers import acting_member


@blueprint.post("/requests/<string:reference>/call-link")
@blueprint.arguments(CallLinkSchema, required=False, example={"call_link": "https://meet.example/ana"})
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def set_call_link(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Give a session that the caller holds a link of its own; without one it has the caller's usual link.

    Both sides get a letter that changes what their calendars have.
    """
    return move(commands.set_call_link, reference, member=acting_member(), **typed)
