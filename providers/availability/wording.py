"""Hours in words."""

from collections.abc import Sequence
from datetime import time

from babel.dates import get_day_names

from marketplace.kernel.translate import (
    _,
    country_name,
    format_and,
    format_local_time,
    format_minutes,
    ngettext,
    reader,
)
from providers.availability import public_holidays
from providers.availability.rules import DAY_MINUTES, Keeping, Weekly


def week_lines(weekly: Sequence[Weekly]) -> list[str]:
    """Write hours, one line for each day that has some."""
    return [
        _("%(day)s %(hours)s")
        % {"day": weekday_name(day), "hours": format_and([span_of(one) for one in weekly if one.weekday == day])}
        for day in sorted({one.weekday for one in weekly})
    ]


def span_of(one: Weekly) -> str:
    """Write hours of a day from their beginning to their end."""
    return _("%(start)s–%(end)s") % {"start": _clock(one.start_minute), "end": _clock(one.end_minute)}


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute % DAY_MINUTES, 60)
    return format_local_time(time(hours, minutes))


def weekday_name(weekday: int) -> str:
    """Name a day of the week; 0 is Monday."""
    return str(get_day_names("wide", "stand-alone", reader().locale)[weekday])


def place_of_holidays(kept: Keeping) -> str:
    """Name the country whose holidays somebody keeps, with its region; empty for none."""
    if kept.country is None:
        return ""
    if kept.region is None:
        return country_name(kept.country)
    names = {
        "region": public_holidays.regions(kept.country).get(kept.region, kept.region),
        "country": country_name(kept.country),
    }
    # Translators: a part of a country, such as "Cataluña, Spain".
    return _("%(region)s, %(country)s") % names


USUAL_PAUSES = (0, 5, 10, 15, 30, 45, 60, 90, 120)  # In minutes.
USUAL_NOTICES = (0, 4, 8, 12, 24, 48, 72, 168)  # In hours.
DAY_HOURS = 24


def pause_choices(kept: int) -> list[tuple[int, str]]:
    """List the usual pauses around sessions, in minutes, and the one that is kept."""
    none = _("None: sessions may follow each other")
    return [(one, format_minutes(one) if one else none) for one in sorted({*USUAL_PAUSES, kept})]


def notice_choices(kept: int) -> list[tuple[int, str]]:
    """List how long ahead sessions are usually booked, in hours, and what is kept."""
    return [(one, _notice(one)) for one in sorted({*USUAL_NOTICES, kept})]


def _notice(hours: int) -> str:
    if not hours:
        return _("As late as the rules of this site allow")
    days, rest = divmod(hours, DAY_HOURS)
    if rest or days == 1:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
