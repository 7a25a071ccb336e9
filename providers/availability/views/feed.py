"""The private calendar of a member: making its address, taking it back, and what calendar programs read."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, use_reader
from providers.availability import commands, queries
from providers.availability.calendars import MembersTime, write_calendar
from providers.availability.rules import ONE_WEEK, Interval, day_in, open_intervals
from providers.availability.schemas import FeedSchema
from providers.availability.views.common import Errors, blueprint, hours_around, today_of
from providers.profiles.callers import about_member, acting_member
from providers.profiles.models import Member

BACK = timedelta(days=30)
AHEAD = timedelta(days=366)  # For sessions;
HOURS_AHEAD = 8 * ONE_WEEK  # hours are many.


@blueprint.get("/work/hours/calendar")
@open_to(Role.MEMBER)
def feed() -> ResponseReturnValue:
    """Show whether calendar programs may read the member's time."""
    return _page({})


def _page(errors: Errors, *, address: str | None = None) -> ResponseReturnValue:
    member = acting_member()
    page = render_template(
        "availability/feed.html",
        **about_member(member),
        feed=queries.feed_of(reading(), member.id),
        address=address,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/hours/calendar")
@open_to(Role.MEMBER)
def open_feed() -> ResponseReturnValue:
    """Make an address and show it, this once; the one before ends."""
    try:
        values = load_form(FeedSchema())
    except InvalidInput as error:
        return _page(error.fields)
    with transaction() as session:
        secret = commands.open_feed(session, acting_member(), **values, now=utcnow())
    return _page({}, address=f"{current_app.config['BASE_URL']}{url_for('.calendar', token=secret)}")


@blueprint.post("/work/hours/calendar/close")
@open_to(Role.MEMBER)
def close_feed() -> ResponseReturnValue:
    """Let nobody read the calendar any more."""
    with transaction() as session:
        commands.close_feed(session, acting_member(), now=utcnow())
    flash(_("The address leads nowhere any more."))
    return redirect(url_for(".feed"))


@blueprint.get("/calendar/<token>.ics")
@open_to(Role.ANYONE)
def calendar(token: str) -> ResponseReturnValue:
    """Give the calendar to whoever knows its address; nothing tells a wrong one from one that has ended."""
    found, member = queries.feed_by_secret(reading(), token)
    now = utcnow()
    with use_reader(member.person.language, member.person.zone):
        content = write_calendar(_time_of(member, now, with_hours=found.with_hours), now)
    return Response(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="hours.ics"'},
    )


def _time_of(member: Member, now: datetime, *, with_hours: bool) -> MembersTime:
    session, since = reading(), now - BACK
    hours = hours_around(member, now.date()) if with_hours else None
    today = day_in(ZoneInfo(member.zone), today_of(member, now)).start  # Hours that run keep their beginning.
    return MembersTime(
        name=member.provider.name,
        host=urlsplit(current_app.config["BASE_URL"]).hostname or "",
        member_id=member.id,
        sessions=queries.bookings_of(session, member.id, Interval(since, now + AHEAD)),
        absences=queries.absences_not_over(session, [member.id], since.date()),
        hours=open_intervals(hours.planned, today, today + HOURS_AHEAD) if hours else (),
    )
