"""Calendars that the member keeps elsewhere: sent as files, or read at their addresses."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.availability import commands, effects, queries
from providers.availability import wording_of_calendars as wording
from providers.availability.ical import MAX_BYTES, BusyTimes, Unreadable
from providers.availability.rules import MAX_CALENDAR_NAME
from providers.availability.schemas import CalendarAddressSchema, CalendarFileSchema
from providers.availability.views.common import Errors, blueprint
from providers.profiles.callers import about_member, acting_member
from providers.profiles.models import Member


@blueprint.get("/work/hours/calendars")
@open_to(Role.MEMBER)
def other_calendars() -> ResponseReturnValue:
    """Show which other calendars close the member's hours."""
    member = acting_member()
    return render_template(
        "availability/calendars.html",
        **about_member(member),
        calendars=queries.known_calendars(reading(), member.id, utcnow()),
        wording=wording,
    )


@blueprint.get("/work/hours/calendars/file")
@open_to(Role.MEMBER)
def new_calendar_file() -> ResponseReturnValue:
    """Ask for a file."""
    return _file_form({})


def _file_form(errors: Errors) -> ResponseReturnValue:
    page = render_template("availability/calendar_file.html", **_about_form(errors))
    return page, 422 if errors else 200


def _about_form(errors: Errors) -> dict[str, Any]:
    return {**about_member(acting_member()), "max_name": MAX_CALENDAR_NAME, "errors": errors}


@blueprint.post("/work/hours/calendars/file")
@open_to(Role.MEMBER)
def add_calendar_file() -> ResponseReturnValue:
    """Mind what stands in a file; one of the same name that was sent before ends."""
    member, now = acting_member(), utcnow()
    try:
        name = load_form(CalendarFileSchema())["name"]
        found = _sent(member)
        with transaction() as session:
            commands.add_file(session, member, name=name, found=found, now=now)
    except InvalidInput as error:
        return _file_form(error.fields)
    flash(_("Your calendar is read. While you are busy, you are not shown as open."))
    return redirect(url_for(".other_calendars"))


def _sent(member: Member) -> BusyTimes:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInput({"file": [_("Choose a file.")]})
    try:
        return effects.busy_times(file.stream.read(MAX_BYTES + 1), member.zone, utcnow())
    except Unreadable as error:
        raise InvalidInput({"file": [wording.problem_of(error.problem, error.line)]}) from None


@blueprint.get("/work/hours/calendars/address")
@open_to(Role.MEMBER)
def new_calendar_address() -> ResponseReturnValue:
    """Ask for an address."""
    return _address_form({})


def _address_form(errors: Errors) -> ResponseReturnValue:
    page = render_template("availability/calendar_address.html", **_about_form(errors))
    return page, 422 if errors else 200


@blueprint.post("/work/hours/calendars/address")
@open_to(Role.MEMBER)
def add_calendar_address() -> ResponseReturnValue:
    """Read an address from now on, and at once for the first time."""
    member, now = acting_member(), utcnow()
    try:
        values = load_form(CalendarAddressSchema())
        with transaction() as session:
            calendar_id = commands.add_address(session, member, **values, now=now).id
    except InvalidInput as error:
        return _address_form(error.fields)
    effects.read_calendar(calendar_id, now)
    reading().rollback()
    if queries.other_calendar(reading(), member.id, calendar_id).problem:
        flash(_("The address is kept, but could not be read yet. It is tried again by itself."))
    else:
        flash(_("Your calendar is read. While you are busy, you are not shown as open."))
    return redirect(url_for(".other_calendars"))


@blueprint.post("/work/hours/calendars/<int:calendar_id>/remove")
@open_to(Role.MEMBER)
def remove_calendar(calendar_id: int) -> ResponseReturnValue:
    """Mind a calendar no more."""
    with transaction() as session:
        commands.remove_calendar(session, acting_member(), calendar_id, now=utcnow())
    flash(_("Removed. It closes no hours any more."))
    return redirect(url_for(".other_calendars"))
