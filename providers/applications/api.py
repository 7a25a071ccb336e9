"""Those who work for a business, and inviting more of them, by JSON."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.repeating import KEY_PARAMETER, once
from providers.applications import commands, queries
from providers.applications.answers import InvitationAnswer, InvitationsAnswer, MembersAnswer
from providers.applications.models import Invitation
from providers.applications.schemas import InvitationSchema
from providers.profiles.callers import acting_member
from providers.profiles.models import Member

blueprint = CallsBlueprint("applications_api", __name__, url_prefix="/api/v1", description="Members of a partner")
repeatable = blueprint.doc(parameters=[KEY_PARAMETER])


@blueprint.get("/members")
@blueprint.response(200, MembersAnswer)
@open_to(Role.PARTNER)
def members() -> dict[str, Any]:
    """List who works for the caller's business."""
    return {"items": [_member_facts(one) for one in acting_member().provider.members]}


@blueprint.get("/invitations")
@blueprint.response(200, InvitationsAnswer)
@open_to(Role.PARTNER)
def invitations() -> dict[str, Any]:
    """List who is invited to work for the caller's business, the latest first."""
    found, now = queries.invitations_of(reading(), acting_member().provider_id), utcnow()
    return {"items": [_invitation_facts(one) for one in found if one.is_open(now)]}


@blueprint.post("/invitations")
@blueprint.arguments(InvitationSchema, example={"email": "nia@example.com", "role": "finance"})
@blueprint.response(201, InvitationAnswer)
@repeatable
@open_to(Role.MEMBER)
def invite(typed: dict[str, Any]) -> dict[str, Any]:
    """Ask somebody by letter to join the caller's business in a role. Only its owner can."""
    member = acting_member()

    def perform(session: Session) -> dict[str, Any]:
        return {"id": commands.invite(session, member, **typed, now=utcnow()).id}

    return _invitation_facts(queries.invitation(reading(), once(perform, typed)["id"]))


def _member_facts(one: Member) -> dict[str, Any]:
    return {"id": one.id, "name": one.person.name, "role": one.role, "zone": one.zone}


def _invitation_facts(one: Invitation) -> dict[str, Any]:
    return {"id": one.id, "email": one.email, "role": one.role, "expires_at": one.expires_at}
