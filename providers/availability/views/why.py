"""Why am I open, or not? Any moment, explained step by step."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.translate import _, reader
from providers.availability import queries
from providers.availability.rules import Interval, Picked, next_open, pick_moment, reason_at
from providers.availability.schemas import WhySchema
from providers.availability.views.common import Errors, blueprint, hours_around
from providers.availability.wording_of_reasons import Situation, explain, verdict
from providers.profiles.callers import about_member, acting_member
from providers.profiles.models import Member


@blueprint.get("/work/hours/why")
@open_to(Role.MEMBER)
def why() -> ResponseReturnValue:
    """Explain whether somebody of the business works at a moment; now, unless another is asked for."""
    member, now = acting_member(), utcnow()
    try:
        asked = load(WhySchema(), query_values(WhySchema(), request.args))
        shown = _shown(member, asked["member"])
        picked = _picked(member, asked, now)
    except InvalidInput as error:
        return _page(member, now, None, None, error.fields), 422
    return _page(member, now, picked, _situation(shown, picked.moment), {})


def _shown(member: Member, member_id: int | None) -> Member:
    wanted = member.id if member_id is None else member_id
    found = next((one for one in member.provider.workers if one.id == wanted), None)
    if found is None:
        raise InvalidInput({"member": [_("Choose one of the answers.")]})
    return found


def _picked(member: Member, asked: dict[str, Any], now: datetime) -> Picked:
    """Find the moment that is asked for, by the clock of whoever asks; what is left out is as now."""
    zone = ZoneInfo(member.zone)
    if asked["day"] is None and asked["time"] is None:
        return Picked(now)
    wall = now.astimezone(zone)
    minute = 60 * wall.hour + wall.minute if asked["time"] is None else asked["time"]
    return pick_moment(zone, asked["day"] or wall.date(), minute, second=asked["second"] is not None)


def _situation(member: Member, moment: datetime) -> Situation:
    session, day = reading(), moment.astimezone(ZoneInfo(member.zone)).date()
    hours = hours_around(member, day)
    assert hours is not None, "only those are asked about who take jobs"
    reason = reason_at(hours, moment)
    booked = queries.booked(session, [member.id], Interval(moment, moment + timedelta.resolution))
    worked = queries.worked_holidays(session, [member.id], reason.day, reason.day)
    return Situation(
        hours,
        reason,
        moment,
        holiday=queries.name_of_holiday(queries.keeping_of(session, member), reason.day, reader().language),
        is_worked=bool(worked[member.id]),
        session=next(iter(booked.get(member.id, [])), None),
        busy=queries.busy_at(session, member.id, moment),
        break_until=member.provider.on_break_until(moment),
        opens_next=next_open(hours, moment),
    )


def _page(member: Member, now: datetime, picked: Picked | None, situation: Situation | None, errors: Errors) -> str:
    wall = (picked.moment if picked else now).astimezone(ZoneInfo(member.zone))
    known = {"member": member.id, "day": wall.date().isoformat(), "time": wall.strftime("%H:%M")}
    return render_template(
        "availability/why.html",
        **about_member(member),
        member=member,
        values={**known, **request.args.to_dict()},
        members=[(one.id, one.person.name) for one in member.provider.workers],
        picked=picked,
        again={**request.args.to_dict(), "second": "yes"},
        is_second="second" in request.args,
        is_open=situation is not None and situation.reason.is_open,
        verdict=verdict(situation) if situation else None,
        steps=explain(situation) if situation else [],
        errors=errors,
    )
