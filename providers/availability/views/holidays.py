"""Which public holidays the member keeps, and on which of them there is work all the same."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import choices
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.availability import commands, public_holidays, queries
from providers.availability.rules import holidays_until
from providers.availability.schemas import NO_COUNTRY, HolidaysSchema, RegionSchema, WorkedHolidaysSchema
from providers.availability.views.common import Errors, blueprint, coming_holidays, today_of
from providers.availability.wording import place_of_holidays
from providers.profiles.callers import about_member, acting_member


@blueprint.get("/work/hours/holidays")
@open_to(Role.MEMBER)
def holidays() -> ResponseReturnValue:
    """Show which public holidays the member keeps, and those of the coming twelve months."""
    return _page({})


def _page(errors: Errors) -> ResponseReturnValue:
    member = acting_member()
    kept = queries.keeping_of(reading(), member)
    today = today_of(member)
    named = coming_holidays(kept, today)
    worked = queries.worked_holidays(reading(), [member.id], today, holidays_until(today))[member.id]
    page = render_template(
        "availability/holidays.html",
        **about_member(member),
        member=member,
        kept=kept,
        place=place_of_holidays(kept),
        countries=[one for one in choices.countries() if one[0] in public_holidays.countries()],
        no_country=NO_COUNTRY,
        regions=queries.regions_of(kept.country),
        named=named,
        worked=[day.isoformat() for day in worked],
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/hours/holidays")
@open_to(Role.MEMBER)
def keep_holidays() -> ResponseReturnValue:
    """Keep the public holidays of another country, or none."""
    try:
        country = load_form(HolidaysSchema())
        with transaction() as session:
            commands.keep_holidays(session, acting_member(), country, now=utcnow())
    except InvalidInput as error:
        return _page(error.fields)
    return _kept()


def _kept() -> ResponseReturnValue:
    flash(_("Your holidays are kept. Sessions that are booked stay."))
    return redirect(url_for(".holidays"))


@blueprint.post("/work/hours/holidays/region")
@open_to(Role.MEMBER)
def keep_region() -> ResponseReturnValue:
    """Keep the public holidays of a region, too."""
    try:
        values = load_form(RegionSchema())
        with transaction() as session:
            commands.keep_region(session, acting_member(), **values, now=utcnow())
    except InvalidInput as error:
        return _page(error.fields)
    return _kept()


@blueprint.post("/work/hours/holidays/days")
@open_to(Role.MEMBER)
def work_on_holidays() -> ResponseReturnValue:
    """Work on some of the public holidays."""
    try:
        days = load_form(WorkedHolidaysSchema())
        member, now = acting_member(), utcnow()
        with transaction() as session:
            commands.work_on_holidays(session, member, days, today=today_of(member, now), now=now)
    except InvalidInput as error:
        return _page(error.fields)
    return _kept()
