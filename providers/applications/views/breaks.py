"""A break of the whole business: no new jobs until a day."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.translate import _
from providers.applications.schemas import BreakSchema
from providers.applications.views.common import Errors, blueprint, save
from providers.profiles import commands
from providers.profiles.callers import about_member, acting_member
from providers.profiles.rules import LONGEST_BREAK


@blueprint.get("/work/break")
@open_to(Role.MEMBER)
def rest() -> ResponseReturnValue:
    """Show whether the business is on a break, and until when."""
    return _break_page({})


def _break_page(errors: Errors) -> ResponseReturnValue:
    member, now = acting_member(), utcnow()
    rests_until = member.provider.on_break_until(now)
    zone = ZoneInfo(member.zone)
    today = now.astimezone(zone).date()
    page = render_template(
        "applications/break.html",
        **about_member(member),
        rests_until=rests_until,
        first_day=rests_until.astimezone(zone).date() if rests_until else None,
        zone=member.zone,
        earliest=today + timedelta(days=1),
        latest=today + LONGEST_BREAK,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/break")
@open_to(Role.MEMBER)
def take_break() -> ResponseReturnValue:
    """Take no jobs until a day, or until another day."""

    def perform(session: Session, values: dict[str, Any]) -> None:
        commands.take_break(session, acting_member(), values["day"], now=utcnow())

    told = _("You are on a break. Nothing is offered to you until then; jobs under way go on.")
    return save(BreakSchema(), _break_page, perform, told=told)


@blueprint.post("/work/break/end")
@open_to(Role.MEMBER)
def end_break() -> ResponseReturnValue:
    """Take jobs again."""
    with transaction() as session:
        commands.end_break(session, acting_member(), now=utcnow())
    flash(_("Your break is over. Requests can be offered to you again."))
    return redirect(url_for(".rest"))
