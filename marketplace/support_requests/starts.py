"""When a guided session may begin: from what a customer types to a moment."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from marketplace.kernel.translate import _, format_duration, ngettext, zone_city
from providers.availability.rules import is_on_quarter

EARLIEST_START = timedelta(hours=2)  # From now on: somebody must be asked, and answer.
ONE_WEEK = timedelta(weeks=1)
LATEST_START = 8 * ONE_WEEK
LATEST_SUBMISSION = timedelta(hours=1)  # Before the start: whoever thinks for long still finds somebody.
TIME_TO_THINK = EARLIEST_START - LATEST_SUBMISSION

_WRITTEN = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:00(\.0{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")


class WrongStart(Exception):
    """No session can begin then; carries words for the person."""


def read_start(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read a start as a form or a program writes it; without an offset it is on the wall clock of `zone`.

    Raises:
        WrongStart: it is no moment, or none at which a session may begin.
    """
    starts_at = read_moment(text, zone)
    problem = what_is_wrong(starts_at, now)
    if problem is not None:
        raise WrongStart(problem)
    return starts_at


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a moment as a form or a program writes it; without an offset it is on the wall clock of `zone`.

    Raises:
        WrongStart: it is no moment, or not exactly one.
    """
    with suppress(ValueError):  # Such as the 30th of February, for which there are words below.
        if _WRITTEN.fullmatch(text):
            read = datetime.fromisoformat(text)
            return read.astimezone(UTC) if read.tzinfo else _on_the_wall(read, zone)
    raise WrongStart(_("Write a day and a time, such as 2026-11-30T15:00."))


def _on_the_wall(shown: datetime, zone: ZoneInfo) -> datetime:
    """Find the moment at which the clocks of a zone show a time, if there is exactly one."""
    moments = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    found = [moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None, fold=0) == shown]
    city = {"city": zone_city(zone.key)}
    if not found:
        raise WrongStart(
            _("The clocks in %(city)s skip this time on that day. Choose an earlier or a later one.") % city
        )
    if len(found) > 1:
        raise WrongStart(
            _("The clocks in %(city)s show this time twice on that day. Choose an earlier or a later one.") % city
        )
    return found[0]


def what_is_wrong(starts_at: datetime, now: datetime) -> str | None:
    """Say why no session can be asked for that begins then; None if one can."""
    if starts_at < now + EARLIEST_START:
        return _("Choose a start at least %(duration)s from now.") % {"duration": format_duration(EARLIEST_START)}
    if starts_at > now + LATEST_START:
        weeks = LATEST_START // ONE_WEEK
        return ngettext(
            "Choose a start within the next week.", "Choose a start within the next %(n)d weeks.", weeks
        ) % {"n": weeks}
    if not is_on_quarter(starts_at):
        return _("Choose a start on the quarter of an hour, such as 15:00 or 15:15.")
    return None


def is_bookable(starts_at: datetime, now: datetime) -> bool:
    """Tell whether there is still time to ask somebody for a session that begins then."""
    return now <= starts_at - LATEST_SUBMISSION


def as_typed(starts_at: datetime, zone: ZoneInfo) -> str:
    """Write a moment as a form shows it, on the wall clock of a zone."""
    return starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
