"""Other hours for a while."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.availability import commands, queries
from providers.availability.models import Season
from providers.availability.schemas import SeasonSchema
from providers.availability.views.common import Errors, blueprint, fields_of_week, times_of
from providers.profiles.callers import about_member, acting_member


@blueprint.get("/work/hours/seasons/new")
@open_to(Role.MEMBER)
def new_season() -> ResponseReturnValue:
    """Ask for other hours; the usual ones are there to begin with."""
    return _new_page({})


def _new_page(errors: Errors) -> ResponseReturnValue:
    usual = queries.weekly_by_member(reading(), [acting_member().id])
    return _season_page(None, times_of(usual[acting_member().id]), errors)


def _season_page(season: Season | None, known: dict[str, str], errors: Errors) -> ResponseReturnValue:
    member = acting_member()
    values = request.form or known
    page = render_template(
        "availability/season.html",
        **about_member(member),
        member=member,
        season=season,
        values=values,
        **fields_of_week(values),
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/hours/seasons/new")
@open_to(Role.MEMBER)
def add_season() -> ResponseReturnValue:
    """Work other hours from one day to another."""
    try:
        hours = load_form(SeasonSchema())
        with transaction() as session:
            commands.add_season(session, acting_member(), hours, now=utcnow())
    except InvalidInput as error:
        return _new_page(error.fields)
    return _kept()


def _kept() -> ResponseReturnValue:
    flash(_("Your hours are kept. Sessions that are booked stay."))
    return redirect(url_for(".hours"))


@blueprint.get("/work/hours/seasons/<int:season_id>")
@open_to(Role.MEMBER)
def season(season_id: int) -> ResponseReturnValue:
    """Show the hours of a season."""
    return _known_page(season_id, {})


def _known_page(season_id: int, errors: Errors) -> ResponseReturnValue:
    found = queries.season(reading(), acting_member().id, season_id)
    days = {"first_day": found.first_day.isoformat(), "last_day": found.last_day.isoformat()}
    return _season_page(found, {**days, **times_of(one.weekly for one in found.intervals)}, errors)


@blueprint.post("/work/hours/seasons/<int:season_id>")
@open_to(Role.MEMBER)
def change_season(season_id: int) -> ResponseReturnValue:
    """Say otherwise what is worked in a season."""
    try:
        hours = load_form(SeasonSchema())
        with transaction() as session:
            commands.change_season(session, acting_member(), season_id, hours, now=utcnow())
    except InvalidInput as error:
        return _known_page(season_id, error.fields)
    return _kept()


@blueprint.post("/work/hours/seasons/<int:season_id>/remove")
@open_to(Role.MEMBER)
def remove_season(season_id: int) -> ResponseReturnValue:
    """Work as usual again."""
    with transaction() as session:
        commands.remove_season(session, acting_member(), season_id, now=utcnow())
    flash(_("Removed. On these days you work as usual."))
    return redirect(url_for(".hours"))
