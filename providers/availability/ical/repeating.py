"""On which days something repeats, by the rules that calendar programs write (RRULE of RFC 5545).

Strangers write these rules, and libraries look on until the year 9999 where a rule fits no day. Here each day from the
beginning to the end of what is asked for is looked at once, and what a file may cost in all is limited.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ONE_DAY = timedelta(days=1)
MAX_DAYS = 2_000_000  # That are looked at for one file.

KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})


class Every(StrEnum):
    """After how long something repeats."""

    DAY = "DAILY"
    WEEK = "WEEKLY"
    MONTH = "MONTHLY"
    YEAR = "YEARLY"


class TooCostly(Exception):
    """More days would have to be looked at for a file than anybody's calendar needs."""


@dataclass(slots=True)
class Budget:
    """How many days may still be looked at."""

    days: int = MAX_DAYS

    def spend(self, days: int) -> None:
        """Look at so many."""
        self.days -= days
        if self.days < 0:
            raise TooCostly


@dataclass(frozen=True, slots=True)
class Rule:
    """How something repeats, by the clock of its own zone.

    Attributes:
        days_of_week: each a weekday, Monday being 0, with which of a month or year it is; 0 for all of them.
        positions: which of the days that fit in a period are meant, counted from 1, or from -1 backwards.
    """

    every: Every
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    days_of_week: tuple[tuple[int, int], ...] = ()
    days_of_month: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


def read_rule(text: str, read_until: Callable[[str], datetime]) -> Rule:
    """Read a rule such as `FREQ=MONTHLY;BYDAY=-1FR`.

    Raises:
        ValueError: it is not of the right form, or says more than calendar programs write.
    """
    pairs = [one.split("=", 1) for one in text.strip().strip(";").upper().split(";")]
    given = {name: value for name, value in pairs if value}
    if "FREQ" not in given or not set(given) <= KNOWN:
        raise ValueError(text)
    rule = Rule(
        Every(given["FREQ"]),
        interval=int(given.get("INTERVAL", "1")),
        count=int(given["COUNT"]) if "COUNT" in given else None,
        until=read_until(given["UNTIL"]) if "UNTIL" in given else None,
        days_of_week=tuple(map(_day_of_week, _several(given, "BYDAY"))),
        days_of_month=tuple(map(int, _several(given, "BYMONTHDAY"))),
        months=tuple(map(int, _several(given, "BYMONTH"))),
        positions=tuple(map(int, _several(given, "BYSETPOS"))),
        week_start=WEEKDAYS.index(given.get("WKST", "MO")),
    )
    if rule.interval < 1:
        raise ValueError(text)
    return rule


def _several(given: dict[str, str], name: str) -> list[str]:
    return given[name].split(",") if name in given else []


def _day_of_week(text: str) -> tuple[int, int]:
    number = text[:-2]
    return WEEKDAYS.index(text[-2:]), int(number) if number else 0


def repeated(rule: Rule, start: datetime, first: date, last: date, budget: Budget) -> Iterator[datetime]:
    """List when something begins that began at `start`, from one day to another, in order.

    Raises:
        TooCostly: too many days would have to be looked at.
    """
    end = min(last, rule.until.date()) if rule.until else last
    left = rule.count
    for days in _periods(rule, start.date(), first, end):
        budget.spend(len(days))
        for day in _chosen(_fitting(rule, start.date(), days), rule.positions):
            moment = datetime.combine(day, start.time())
            if moment < start:
                continue
            if left == 0 or day > end or (rule.until and moment > rule.until):
                return
            left = None if left is None else left - 1
            if day >= first:
                yield moment


def _periods(rule: Rule, start: date, first: date, end: date) -> Iterator[list[date]]:
    """List the days of each period in which something may happen; what counts how often begins at the beginning."""
    skipped = 0 if rule.count is not None else max(_periods_between(rule, start, first) // rule.interval - 1, 0)
    for number in count(skipped):
        try:
            begins, length = _period(rule, start, number * rule.interval)
        except (OverflowError, ValueError):  # After the last day of the calendar.
            return
        if begins > end:
            return
        yield [begins + turn * ONE_DAY for turn in range(length)]


def _periods_between(rule: Rule, start: date, first: date) -> int:
    months = 12 * (first.year - start.year) + first.month - start.month
    days = (first - start).days
    return {Every.DAY: days, Every.WEEK: days // 7, Every.MONTH: months, Every.YEAR: first.year - start.year}[
        rule.every
    ]


def _period(rule: Rule, start: date, number: int) -> tuple[date, int]:
    """Give the first day of the so many-th period since that of the start, and its length in days."""
    if rule.every is Every.DAY:
        return start + number * ONE_DAY, 1
    if rule.every is Every.WEEK:
        return start - (start.weekday() - rule.week_start) % 7 * ONE_DAY + 7 * number * ONE_DAY, 7
    if rule.every is Every.YEAR:
        year = date(start.year + number, 1, 1)
        return year, (date(year.year, 12, 31) - year).days + 1
    years, month = divmod(start.month - 1 + number, 12)
    return date(start.year + years, month + 1, 1), monthrange(start.year + years, month + 1)[1]


def _fitting(rule: Rule, start: date, days: list[date]) -> list[date]:
    """List the days of a period that fit; what the rule leaves open is as on the first day."""
    months, of_month, of_week = rule.months, rule.days_of_month, rule.days_of_week
    if not of_month and not of_week:
        of_month = (start.day,) if rule.every in {Every.MONTH, Every.YEAR} else ()
        of_week = ((start.weekday(), 0),) if rule.every is Every.WEEK else ()
        months = months or ((start.month,) if rule.every is Every.YEAR else ())
    return [
        day
        for day in days
        if (not months or day.month in months)
        and (not of_month or day.day in of_month or day.day - _length_of_month(day) - 1 in of_month)
        and (not of_week or _is_one_of(rule, day, of_week))
    ]


def _length_of_month(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _is_one_of(rule: Rule, day: date, of_week: tuple[tuple[int, int], ...]) -> bool:
    """Tell whether a day is, say, the last Friday of its month; of its year, where a rule names no month."""
    if rule.every is Every.YEAR and not rule.months:
        turn, length = day.timetuple().tm_yday, (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1
    else:
        turn, length = day.day, _length_of_month(day)
    numbers = {0, (turn - 1) // 7 + 1, -((length - turn) // 7 + 1)}
    if rule.every in {Every.DAY, Every.WEEK}:
        return day.weekday() in {weekday for weekday, _number in of_week}
    return any(day.weekday() == weekday and number in numbers for weekday, number in of_week)


def _chosen(days: list[date], positions: tuple[int, ...]) -> list[date]:
    if not positions:
        return days
    places = {position - 1 if position > 0 else len(days) + position for position in positions if position}
    return [day for place, day in enumerate(days) if place in places]
