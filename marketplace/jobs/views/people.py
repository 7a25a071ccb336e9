"""One member of a provider: what is under way, the role, handing the business over, and leaving."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy.orm import Session

from marketplace.jobs import commands, queries
from marketplace.jobs.schemas_of_people import HandOnSchema, HandOverSchema, RoleSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.availability import queries as availability
from providers.profiles import commands as profiles_commands
from providers.profiles import queries as profiles
from providers.profiles.callers import acting_member
from providers.profiles.models import Member
from providers.profiles.rules import GIVEN, MemberRole

Errors = Mapping[str, list[str]]


@blueprint.get("/work/members/<int:member_id>")
@open_to(Role.PARTNER)
def member(member_id: int) -> ResponseReturnValue:
    """Show what somebody has under way, and what can be decided: to themselves and to the owner."""
    return _page(member_id, {})


def _page(member_id: int, errors: Errors) -> ResponseReturnValue:
    reader, session = acting_member(), reading()
    shown = _shown(reader, member_id)
    page = render_template(
        "jobs/member.html",
        provider=reader.provider,
        shown=shown,
        reader=reader,
        jobs=queries.jobs_under_way(session, shown.id),
        quotes=queries.quotes_that_stand(session, reader.provider_id, shown.id),
        absences=availability.absences_not_over(session, [shown.id], utcnow().date()),
        colleagues=_colleagues(shown),
        roles=[(one.value, one.label, one.meaning) for one in GIVEN],
        is_owner=reader.role is MemberRole.OWNER,
        typed=request.form,
        errors=errors,
    )
    return page, 422 if errors else 200


def _colleagues(shown: Member) -> list[tuple[int, str]]:
    """List who could go on with a job; first whoever stands in just now."""
    absent = availability.absent_on(reading(), shown.id, utcnow())
    stand_in_id = absent.stand_in.id if absent and absent.stand_in else None
    others = [one for one in shown.provider.workers if one.id != shown.id]
    return [(one.id, one.person.name) for one in sorted(others, key=lambda one: one.id != stand_in_id)]


def _shown(reader: Member, member_id: int) -> Member:
    """Find whose page this is: one's own, or to the owner anybody's; raises `NotFound` for others."""
    if member_id != reader.id and reader.role is not MemberRole.OWNER:
        raise NotFound(member_id=member_id)
    return profiles.colleague(reading(), reader.provider_id, member_id)


@blueprint.post("/work/members/<int:member_id>/jobs/<reference>")
@open_to(Role.MEMBER)
def hand_on(member_id: int, reference: str) -> ResponseReturnValue:
    """Let a colleague go on with a job of this member."""
    _shown(acting_member(), member_id)

    def perform(session: Session, values: dict[str, Any]) -> None:
        commands.hand_on(session, reference, member=acting_member(), to_id=values["to"], now=utcnow())

    return _decide(
        member_id,
        HandOnSchema(),
        perform,
        told=_("The job is handed on. Your colleague and the customer get a letter."),
    )


@blueprint.post("/work/members/<int:member_id>/role")
@open_to(Role.MEMBER)
def change_role(member_id: int) -> ResponseReturnValue:
    """Give a colleague another role."""

    def perform(session: Session, values: dict[str, Any]) -> None:
        commands.change_role(session, acting_member(), member_id, values["role"], now=utcnow())

    return _decide(member_id, RoleSchema(), perform, told=_("The role is changed."))


@blueprint.post("/work/members/<int:member_id>/hand-over")
@open_to(Role.MEMBER)
def hand_over(member_id: int) -> ResponseReturnValue:
    """Make a colleague the owner."""

    def perform(session: Session, _values: dict[str, Any]) -> None:
        profiles_commands.hand_over(session, acting_member(), member_id, now=utcnow())

    told = _("The business is handed over. You are a member of it from now on.")
    return _decide(member_id, HandOverSchema(), perform, told=told, to=url_for("applications.members"))


def _decide(
    member_id: int,
    schema: Schema,
    perform: Callable[[Session, dict[str, Any]], None],
    *,
    told: str,
    to: str | None = None,
) -> ResponseReturnValue:
    try:
        values = load_form(schema)
    except InvalidInput as error:
        return _page(member_id, error.fields)
    with transaction() as session:
        perform(session, values)
    tell(told)
    return redirect(to or url_for(".member", member_id=member_id))


@blueprint.post("/work/members/<int:member_id>/part")
@open_to(Role.PARTNER)
def part(member_id: int) -> ResponseReturnValue:
    """Leave the business, or have somebody leave it."""
    is_oneself = member_id == acting_member().id
    with transaction() as session:
        commands.part(session, acting_member(), member_id, now=utcnow())
    if is_oneself:
        tell(_("You have left the business."))
        return redirect(url_for("site.home"))
    tell(_("They work for you no longer."))
    return redirect(url_for("applications.members"))
