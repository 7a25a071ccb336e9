"""Who works for a business: its members, and inviting more of them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.applications import commands, links, queries
from providers.applications.schemas import InvitationSchema
from providers.applications.views.common import Errors, blueprint
from providers.availability import queries as availability
from providers.availability.models import Absence
from providers.profiles import queries as profiles
from providers.profiles.callers import about_member, acting_member
from providers.profiles.models import Member
from providers.profiles.rules import GIVEN, WORKING, MemberRole


@blueprint.get("/work/members")
@open_to(Role.PARTNER)
def members() -> ResponseReturnValue:
    """List who works for the business, and who is invited."""
    return _members_page({})


def _members_page(errors: Errors) -> ResponseReturnValue:
    member, now = acting_member(), utcnow()
    page = render_template(
        "applications/members.html",
        **about_member(member),
        member_id=member.id,
        members=member.provider.members,
        absences=_absences(member, now),
        invitations=[one for one in queries.invitations_of(reading(), member.provider_id) if one.is_open(now)],
        roles=[(one.value, one.label, one.meaning) for one in GIVEN],
        default_role=MemberRole.MEMBER,
        errors=errors,
    )
    return page, 422 if errors else 200


def _absences(member: Member, now: datetime) -> Mapping[int, list[Absence]]:
    """List for everybody when they are away, from now on."""
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    everybody = [one.id for one in member.provider.members]
    for one in availability.absences_not_over(reading(), everybody, now.date()):
        found[one.member_id].append(one)
    return found


@blueprint.post("/work/members")
@open_to(Role.MEMBER)
def invite() -> ResponseReturnValue:
    """Ask somebody by letter to join."""
    try:
        values = load_form(InvitationSchema())
    except InvalidInput as error:
        return _members_page(error.fields)
    with transaction() as session:
        commands.invite(session, acting_member(), **values, now=utcnow())
    flash(_("The invitation is on its way to %(email)s.") % {"email": values["email"]})
    return redirect(url_for(".members"))


@blueprint.post("/work/members/invitations/<int:invitation_id>/take-back")
@open_to(Role.MEMBER)
def take_back_invitation(invitation_id: int) -> ResponseReturnValue:
    """Let nobody join by an invitation any more."""
    with transaction() as session:
        commands.take_back_invitation(session, acting_member(), invitation_id, now=utcnow())
    flash(_("The invitation is taken back."))
    return redirect(url_for(".members"))


@blueprint.get("/join/<token>")
@open_to(Role.PERSON)
def ask_to_join(token: str) -> ResponseReturnValue:
    """Show into which business somebody is invited, and ask for a press of the button."""
    found = queries.invitation(reading(), links.invitation_id_of(token))
    return render_template(
        "applications/join.html",
        invitation=found,
        is_open=found.is_open(utcnow()),
        member=profiles.membership(reading(), current_user.id),
        token=token,
    )


@blueprint.post("/join/<token>")
@open_to(Role.PERSON)
def join(token: str) -> ResponseReturnValue:
    """Join the business."""
    invitation_id = links.invitation_id_of(token)
    with transaction() as session:
        role = commands.accept_invitation(session, invitation_id, current_user, now=utcnow()).role
    if role not in WORKING:
        flash(_("You work there now. Here is what you see of the money."))
        return redirect(url_for("jobs.getting_paid"))
    flash(_("You are a member now. Say which languages you speak, and when you work."))
    return redirect(url_for(".languages"))
