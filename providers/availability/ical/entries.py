"""An entry of a calendar: when it is, how it repeats, and whether somebody is busy then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from icalendar import vDuration

from providers.availability.ical.lines import Part, Property
from providers.availability.ical.repeating import ONE_DAY, Rule, read_rule
from providers.availability.ical.zones import Zones

MAX_DATES = 1_000  # That one entry names beside its rule.
MAX_LENGTH = timedelta(days=3_660)  # Longer ones are cut off.
FIRST_YEAR, LAST_YEAR = 1904, 2196  # What is written beyond counts as then; both have a 29 February.
ONCE = frozenset({"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "TRANSP", "STATUS"})
_WRITTEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")

Zone: TypeAlias = ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of the wall clock of a zone, or a whole day there."""

    wall: datetime
    zone: Zone
    is_day: bool = False

    @property
    def at(self) -> datetime:
        """When that is; a time that the clock skips counts by the clock before."""
        return self.wall.replace(tzinfo=self.zone).astimezone(UTC)

    def wall_in(self, zone: Zone) -> datetime:
        """What the clock of a zone shows then; a day is a day everywhere."""
        return self.wall if self.is_day else self.at.astimezone(zone).replace(tzinfo=None)

    def later(self, length: timedelta) -> "Moment":
        """Move it on the wall clock."""
        return Moment(self.wall + length, self.zone, self.is_day)


@dataclass(frozen=True, slots=True)
class Entry:
    """When something is in a calendar.

    Attributes:
        line: where it stands in the file.
        uid: by which entries about the same thing know each other.
        start: when it begins, for the first time if it repeats.
        length: by the wall clock if it is of whole days, else as time passes.
        rules: by which it repeats.
        also: when it is besides, each with a length if that is another.
        never: when it is not, though a rule says so.
        in_place_of: which time of a thing that repeats this one replaces,
        with_following: and whether all later ones move as well.
        is_busy: it takes time; what is called off, or marked as free, does not.
    """

    line: int
    uid: str
    start: Moment
    length: timedelta
    rules: tuple[Rule, ...] = ()
    also: tuple[tuple[Moment, timedelta | None], ...] = ()
    never: tuple[Moment, ...] = ()
    in_place_of: Moment | None = None
    with_following: bool = False
    is_busy: bool = True


def read_entry(part: Part, zones: Zones, own_zone: Zone) -> Entry:
    """Read an entry; times without a zone are by the member's own.

    Raises:
        ValueError: it says something that nobody can make out.
    """
    properties = part.properties()
    said = {one.name: one for one in properties if one.name in ONCE}
    reader = _Reader(zones, own_zone)
    start = reader.moment(said["DTSTART"]) if "DTSTART" in said else _nothing()
    replaced = said.get("RECURRENCE-ID")
    also = [each for one in properties if one.name == "RDATE" for each in reader.times(one)]
    never = [moment for one in properties if one.name == "EXDATE" for moment, _length in reader.times(one)]
    if len(also) + len(never) > MAX_DATES:
        raise ValueError(len(also))
    return Entry(
        line=part.line,
        uid=said["UID"].value if "UID" in said else "",
        start=start,
        length=reader.length(said, start),
        rules=tuple(reader.rule(one.value, start) for one in properties if one.name == "RRULE"),
        also=tuple(also),
        never=tuple(never),
        in_place_of=reader.moment(replaced) if replaced else None,
        with_following=replaced is not None and replaced.parameters.get("RANGE", "").upper() == "THISANDFUTURE",
        is_busy=_is_busy({one.name: one.value.strip().upper() for one in properties}),
    )


def _nothing() -> Moment:
    raise ValueError("it does not say when")


def _is_busy(said: Mapping[str, str]) -> bool:
    is_free = said.get("TRANSP") == "TRANSPARENT" or said.get("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
    return not is_free and said.get("STATUS") != "CANCELLED"


@dataclass(frozen=True, slots=True)
class _Reader:
    zones: Zones
    own_zone: Zone

    def moment(self, said: Property) -> Moment:
        return self._read(said.value.strip(), said.parameters)

    def _read(self, text: str, parameters: Mapping[str, str]) -> Moment:
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(text)
        day = date(min(max(int(found[1]), FIRST_YEAR), LAST_YEAR), int(found[2]), int(found[3]))
        if found[4] is None:
            return Moment(datetime.combine(day, time.min), self.own_zone, is_day=True)
        wall = datetime.combine(day, time(int(found[4]), int(found[5]), min(int(found[6]), 59)))  # A leap second is 60.
        if found[7]:
            return Moment(wall, ZoneInfo("UTC"))
        return Moment(wall, self.zones.named(parameters["TZID"]) if "TZID" in parameters else self.own_zone)

    def times(self, said: Property) -> list[tuple[Moment, timedelta | None]]:
        found = []
        for text in said.value.split(","):
            begins, _slash, ends = text.strip().partition("/")
            moment = self._read(begins, said.parameters)
            found.append((moment, self._until(ends, moment, said.parameters) if ends else None))
        return found

    def _until(self, text: str, start: Moment, parameters: Mapping[str, str]) -> timedelta:
        return _duration(text) if text.lstrip("+-").startswith("P") else self._read(text, parameters).at - start.at

    def length(self, said: Mapping[str, Property], start: Moment) -> timedelta:
        if "DTEND" in said:
            end = self.moment(said["DTEND"])
            found = end.wall - start.wall if start.is_day else end.at - start.at
        elif "DURATION" in said:
            found = _duration(said["DURATION"].value.strip())
        else:
            found = ONE_DAY if start.is_day else timedelta()
        if found < timedelta():
            raise ValueError("it ends before it begins")
        return min(found, MAX_LENGTH)

    def rule(self, text: str, start: Moment) -> Rule:
        def until(written: str) -> datetime:
            """Bring the end of a rule to the clock of its beginning; a day without a time counts whole."""
            moment = self._read(written, {})
            if moment.is_day:
                return datetime.combine(moment.wall.date(), time.max)
            return moment.wall_in(start.zone) if written.endswith("Z") and not start.is_day else moment.wall

        return read_rule(text, until)


def _duration(text: str) -> timedelta:
    found: timedelta = vDuration.from_ical(text)  # type: ignore[no-untyped-call]
    return found


def same_thing(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Put entries about the same thing together; what has no name stands alone."""
    found: dict[str, list[Entry]] = {}
    for number, one in enumerate(entries):
        found.setdefault(one.uid or f"\n{number}", []).append(one)
    return found
