"""Free times of sessions, by the days of somebody's calendar: what pages show and the API answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from marketplace.kernel.translate import _, format_clock, format_day, reader, use_reader, zone_city, zone_offset
from marketplace.support_requests.starts import LATEST_START
from providers.availability.rules import ONE_DAY, Interval, day_in

DAYS = 7  # On one page.
MANY = 48  # Times of a day, beyond which not every quarter of an hour is shown.
HALF_HOUR = 30
Find = Callable[[Interval], Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a calendar, and when sessions can begin on it."""

    day: date
    starts: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Page:
    """Some days, one of which is open; None for the days before or after leads nowhere."""

    zone: ZoneInfo
    days: Sequence[Day]
    opened: Day
    earlier: date | None
    later: date | None

    @property
    def city(self) -> str:
        """By whose clocks it is."""
        return zone_city(self.zone.key)

    @property
    def question(self) -> str:
        """What is asked about the day that is open."""
        facts = {"day": format_day(self.opened.day, "full"), "city": self.city, "offset": " ".join(self._offsets)}
        if self.clocks_change:
            return _("Free times on %(day)s (%(city)s time)") % facts
        return _("Free times on %(day)s (%(city)s time, %(offset)s)") % facts

    @property
    def _offsets(self) -> set[str]:
        return {zone_offset(self.zone, one) for one in self.shown}

    @property
    def clocks_change(self) -> bool:
        """Tell whether not all times of that day are equally far from UTC, or there are none."""
        return len(self._offsets) != 1

    @property
    def shown(self) -> list[datetime]:
        """The times of that day; if they are many, those on the hour and half past by the clock of the zone."""
        starts = list(self.opened.starts)
        if len(starts) <= MANY:
            return starts
        return [one for one in starts if one.astimezone(self.zone).minute % HALF_HOUR == 0]

    @property
    def options(self) -> list[tuple[str, str]]:
        """The same as a form has them; where clocks change, each says how far it is from UTC: some come twice."""
        with use_reader(reader().language, self.zone):
            return [(written(one), self._said(one)) for one in self.shown]

    def _said(self, start: datetime) -> str:
        clock = format_clock(start)
        return f"{clock} {zone_offset(self.zone, start)}" if self.clocks_change else clock


def written(start: datetime) -> str:
    """Write a start as a form sends it, the same in every zone."""
    return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def days_from(find: Find, zone: ZoneInfo, first: date, count: int) -> list[Day]:
    """List some days of a zone's calendar, with the free times of each."""
    days = [first + number * ONE_DAY for number in range(count)]
    starts = find(Interval(day_in(zone, days[0]).start, day_in(zone, days[-1]).end))
    return [Day(day, [one for one in starts if one.astimezone(zone).date() == day]) for day in days]


def bookable_days(zone: ZoneInfo, now: datetime) -> tuple[date, date]:
    """Tell the first and the last day on which a session that is asked for now can begin."""
    return now.astimezone(zone).date(), (now + LATEST_START).astimezone(zone).date()


def page_of(find: Find, zone: ZoneInfo, day: date | None, now: datetime) -> Page:
    """Show the week in which a day lies, with that day open; None for the first that has a free time."""
    today, last = bookable_days(zone, now)
    wanted = day or _first_free(find, zone, today, last)
    wanted = min(max(wanted, today), last)
    week = timedelta(days=DAYS)
    first = today + (wanted - today) // week * week
    days = days_from(find, zone, first, min(DAYS, (last - first).days + 1))
    earlier = first - week if first > today else None
    later = first + week if first + week <= last else None
    return Page(zone, days, next(one for one in days if one.day == wanted), earlier, later)


def _first_free(find: Find, zone: ZoneInfo, today: date, last: date) -> date:
    soon = min(today + timedelta(days=DAYS - 1), last)
    for until in (soon, last):  # Mostly somebody is free within a week.
        found = find(Interval(day_in(zone, today).start, day_in(zone, until).end))
        if found:
            return found[0].astimezone(zone).date()
    return today
