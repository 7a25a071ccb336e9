"""When the member is away, and who stands in."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, ngettext
from providers.availability import commands, queries
from providers.availability.models import Absence
from providers.availability.rules import MAX_NOTE_LENGTH, Interval, PlannedAbsence, day_in
from providers.availability.schemas import AbsenceSchema
from providers.availability.views.common import Errors, blueprint
from providers.profiles.callers import about_member, acting_member
from providers.profiles.models import Member


@blueprint.get("/work/hours/absences/new")
@open_to(Role.MEMBER)
def new_absence() -> ResponseReturnValue:
    """Ask when the member is away."""
    return _absence_page(None, {}, {})


def _absence_page(absence: Absence | None, known: Mapping[str, str | int], errors: Errors) -> ResponseReturnValue:
    member = acting_member()
    page = render_template(
        "availability/absence.html",
        **about_member(member),
        member=member,
        absence=absence,
        values=request.form or known,
        colleagues=[(one.id, one.person.name) for one in member.provider.workers if one.id != member.id],
        max_note_length=MAX_NOTE_LENGTH,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/hours/absences/new")
@open_to(Role.MEMBER)
def add_absence() -> ResponseReturnValue:
    """Be away from one day to another."""
    try:
        planned, now = load_form(AbsenceSchema()), utcnow()
        with transaction() as session:
            commands.add_absence(session, acting_member(), planned, now=now)
    except InvalidInput as error:
        return _absence_page(None, {}, error.fields)
    return _kept(acting_member(), planned, now)


def _kept(member: Member, planned: PlannedAbsence, now: datetime) -> ResponseReturnValue:
    flash(_("Your absence is kept."))
    zone = ZoneInfo(member.zone)
    days = Interval(max(now, day_in(zone, planned.first_day).start), day_in(zone, planned.last_day).end)
    booked = queries.booked(reading(), [member.id], days).get(member.id, []) if days.start < days.end else []
    if booked:
        told = ngettext(
            "%(n)d session is booked on these days, and stays. Hand it on to a colleague, or hold it.",
            "%(n)d sessions are booked on these days, and stay. Hand them on to colleagues, or hold them.",
            len(booked),
        )
        flash(told % {"n": len(booked)})
        return redirect(url_for("jobs.member", member_id=member.id))
    return redirect(url_for(".hours"))


@blueprint.get("/work/hours/absences/<int:absence_id>")
@open_to(Role.MEMBER)
def absence(absence_id: int) -> ResponseReturnValue:
    """Show when the member is away, and who stands in."""
    return _known_page(absence_id, {})


def _known_page(absence_id: int, errors: Errors) -> ResponseReturnValue:
    found = queries.absence(reading(), acting_member().id, absence_id)
    days = {"first_day": found.first_day.isoformat(), "last_day": found.last_day.isoformat()}
    known = {**days, "note": found.note or "", "stand_in": found.stand_in_id or ""}
    return _absence_page(found, known, errors)


@blueprint.post("/work/hours/absences/<int:absence_id>")
@open_to(Role.MEMBER)
def change_absence(absence_id: int) -> ResponseReturnValue:
    """Be away on other days, or let somebody else stand in."""
    try:
        planned, now = load_form(AbsenceSchema()), utcnow()
        with transaction() as session:
            commands.change_absence(session, acting_member(), absence_id, planned, now=now)
    except InvalidInput as error:
        return _known_page(absence_id, error.fields)
    return _kept(acting_member(), planned, now)


@blueprint.post("/work/hours/absences/<int:absence_id>/remove")
@open_to(Role.MEMBER)
def remove_absence(absence_id: int) -> ResponseReturnValue:
    """Work on these days, as usual."""
    with transaction() as session:
        commands.remove_absence(session, acting_member(), absence_id, now=utcnow())
    flash(_("Removed. On these days you work as usual."))
    return redirect(url_for(".hours"))
