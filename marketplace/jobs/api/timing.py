"""Time worked by the hour, by JSON."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.jobs import answers, commands
from marketplace.jobs.api.common import blueprint, repeatable, view_of
from marketplace.jobs.schemas import TimeSchema
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.repeating import once
from providers.profiles.callers import acting_member


@blueprint.post("/requests/<string:reference>/time")
@blueprint.arguments(TimeSchema)
@blueprint.response(201, answers.RequestAnswer)
@repeatable
@open_to(Role.MEMBER)
def write_time(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Write down time that was worked; the customer sees it at once."""
    member = acting_member()

    def perform(session: Session) -> dict[str, Any]:
        commands.write_time(session, reference, member=member, now=utcnow(), **typed)
        return {}

    once(perform, typed)
    return answers.request_facts(view_of(reference))
