"""Free times of partners by JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.jobs.api.asking import category_of
from marketplace.jobs.api.common import blueprint
from marketplace.jobs.schemas_of_sessions import SlotsAnswer, SlotsSchema
from marketplace.jobs.slots import Day, Find, bookable_days, days_from
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.matching import queries as matching
from providers.profiles import queries as profiles


@blueprint.get("/providers/<string:slug>/slots")
@blueprint.arguments(SlotsSchema, location="query")
@blueprint.response(200, SlotsAnswer)
@open_to(Role.ANYONE)
def slots_of(typed: dict[str, Any], slug: str) -> dict[str, Any]:
    """Tell when a guided session with a partner can begin.

    These are working hours of members who are certified for it and speak the language, without what takes their time.
    Nothing is held for anybody: a request with `starts_at` asks for it.
    """
    session, now = reading(), utcnow()
    provider = profiles.provider_by_slug(session, slug)
    wish = matching.Wish(category_of(session, typed["category"]), typed["language"], typed["level"])
    return slots_facts(
        slug, lambda within: matching.free_times(session, wish, within, now, among={provider.id}), typed, now
    )


def slots_facts(slug: str, find: Find, typed: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Fill the shape of free times with those of the days that are asked for."""
    zone = ZoneInfo(typed["timezone"])
    today, last = bookable_days(zone, now)
    first = min(max(typed["first_day"] or today, today), last)
    found = days_from(find, zone, first, typed["days"])
    return {"provider": slug, "timezone": zone.key, "days": [_day(one, zone) for one in found]}


def _day(one: Day, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "day": one.day,
        "slots": [
            {"starts_at": start, "local": start.astimezone(zone).isoformat(timespec="minutes")} for start in one.starts
        ],
    }
