"""A calendar file, line by line: what says when is kept with its place, all else is dropped unread.

So titles, guests and notes of somebody's private calendar never get further than here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from icalendar.parser import Contentline

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 300_000
MAX_ENTRIES = 5_000
MAX_LINE = 20_000  # Characters of one line that says when: a thousand dates.

_SAYS_WHEN = re.compile(
    r"(UID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|TRANSP|STATUS|X-MICROSOFT-CDO-BUSYSTATUS)[;:]",
    re.IGNORECASE,
)
_NAMES_ZONE = re.compile("(TZID|X-LIC-LOCATION):", re.IGNORECASE)
_PART = re.compile(r"(BEGIN|END):\s*([\w-]+)\s*", re.IGNORECASE)


class Problem(StrEnum):
    """Why nothing is read of a file."""

    NO_CALENDAR = "no_calendar"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    CUT_OFF = "cut_off"
    MISPLACED = "misplaced"


class Unreadable(Exception):
    """Nothing can be read of a file; with the line at which that shows, if there is one."""

    def __init__(self, problem: Problem, line: int | None = None) -> None:
        """Keep what is wrong, and where."""
        super().__init__(problem, line)
        self.problem = problem
        self.line = line


@dataclass(frozen=True, slots=True)
class Property:
    """A line of a part, such as `DTSTART;TZID=Europe/Madrid:20260310T090000`."""

    line: int
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Part:
    """An entry of a calendar, or the definition of a zone: where it begins, and its lines that say when."""

    kind: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)

    def properties(self) -> list[Property]:
        """Take the lines apart.

        Raises:
            ValueError: one is not of the right form.
        """
        return [_property(number, text) for number, text in self.lines]


def _property(number: int, text: str) -> Property:
    if len(text) > MAX_LINE:
        raise ValueError(number)
    name, parameters, value = Contentline(text).parts()  # type: ignore[no-untyped-call]
    return Property(number, name.upper(), {key.upper(): str(each) for key, each in parameters.items()}, str(value))


def read_parts(content: bytes) -> list[Part]:
    """List the entries and zones of a calendar file.

    Raises:
        Unreadable: it is too large, not a calendar, or not a whole one.
    """
    if len(content) > MAX_BYTES or content.count(b"\n") + content.count(b"\r") > 2 * MAX_LINES:
        raise Unreadable(Problem.TOO_LARGE)
    reader = _Reader()
    for number, text in _unfolded(content.decode("utf-8-sig", errors="replace")):
        reader.take(number, text)
    if not reader.begun:
        raise Unreadable(Problem.NO_CALENDAR)
    if reader.open:
        raise Unreadable(Problem.CUT_OFF, reader.last)
    return reader.parts


class _Reader:
    """Follows how parts lie in one another; an alarm within an entry says nothing of when that is."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.open: list[Part] = []
        self.begun = False
        self.last = 1

    def take(self, number: int, text: str) -> None:
        self.last = number
        bound = _PART.fullmatch(text)
        if bound and bound[1].upper() == "BEGIN":
            self._begin(Part(bound[2].upper(), number))
        elif bound:
            self._end(bound[2].upper(), number)
        elif self.open:
            part = self.open[-1]
            wanted = {"VEVENT": _SAYS_WHEN, "VTIMEZONE": _NAMES_ZONE}.get(part.kind)
            if wanted and wanted.match(text):
                part.lines.append((number, text))
        elif not self.begun and text.strip():
            raise Unreadable(Problem.NO_CALENDAR, number)

    def _begin(self, part: Part) -> None:
        if not self.open and part.kind != "VCALENDAR":
            raise Unreadable(Problem.NO_CALENDAR, part.line)
        self.begun = True
        self.open.append(part)

    def _end(self, kind: str, number: int) -> None:
        if not self.open or self.open[-1].kind != kind:
            raise Unreadable(Problem.MISPLACED, number)
        part = self.open.pop()
        if part.kind in {"VEVENT", "VTIMEZONE"}:
            self.parts.append(part)
        if len(self.parts) > MAX_ENTRIES:
            raise Unreadable(Problem.TOO_MANY)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Join each line with those after it that begin with a space; the number is that of the first."""
    begun, parts = 1, list[str]()
    for number, line in enumerate(re.split("\r\n|\n|\r", text), start=1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        begun, parts = number, [line]
    if parts:
        yield begun, "".join(parts)
