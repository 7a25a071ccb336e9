"""When the member works in a usual week, and all else that makes up the own time."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts import choices
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, reader
from providers.availability import commands, queries
from providers.availability.rules import hours_strip
from providers.availability.schemas import WeekSchema
from providers.availability.views.common import (
    Errors,
    blueprint,
    coming_holidays,
    fields_of_week,
    hours_around,
    times_of,
    today_of,
)
from providers.availability.wording import place_of_holidays, week_lines
from providers.profiles.callers import about_member, acting_member, way_on

NEXT_HOLIDAYS = 3


@blueprint.get("/work/hours")
@open_to(Role.MEMBER)
def hours() -> ResponseReturnValue:
    """Show when the member works, and how customers see it."""
    return _hours_page({})


def _hours_page(errors: Errors) -> ResponseReturnValue:
    member, now = acting_member(), utcnow()
    weekly = queries.weekly_by_member(reading(), [member.id])[member.id]
    theirs = hours_around(member, now.date())
    kept, today = queries.keeping_of(reading(), member), today_of(member, now)
    values = request.form or {"zone": member.zone, **times_of(weekly)}
    page = render_template(
        "availability/hours.html",
        **about_member(member),
        member=member,
        usual=week_lines(weekly),
        values=values,
        zones=choices.zones(now, chosen=values.get("zone", "")),
        **fields_of_week(values),
        strip=hours_strip([theirs], reader().zone, now) if weekly and theirs else None,
        seasons=queries.seasons_of(reading(), member.id),
        absences=queries.absences_of(reading(), member.id),
        calendars=queries.calendars_of(reading(), member.id),
        stands_in=queries.absences_to_stand_in(reading(), member.id, today),
        place=place_of_holidays(kept),
        holidays=coming_holidays(kept, today)[:NEXT_HOLIDAYS],
        today=today,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/hours")
@open_to(Role.MEMBER)
def set_hours() -> ResponseReturnValue:
    """Say when the member works in a usual week."""
    try:
        values = load_form(WeekSchema())
        with transaction() as session:
            commands.set_week(session, acting_member(), **values, now=utcnow())
    except InvalidInput as error:
        return _hours_page(error.fields)
    flash(_("Your hours are kept. Sessions that are booked stay."))
    return redirect(way_on(request.path))
