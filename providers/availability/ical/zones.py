"""Which zone a calendar file means: by its own name, Microsoft's, or what the file says of it."""

import re
from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from providers.availability.ical.lines import Part

MAX_NAME = 200


class Zones:
    """The zones that a file names."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Look at how the file itself explains its names."""
        self._explained: dict[str, str] = {}
        self._found: dict[str, ZoneInfo] = {}
        for part in parts:
            if part.kind == "VTIMEZONE":
                said = {name.upper(): value for _line, text in part.lines for name, value in [text.split(":", 1)]}
                self._explained[said.get("TZID", "").strip()] = said.get("X-LIC-LOCATION", "").strip()

    def named(self, name: str) -> ZoneInfo:
        """Find a zone.

        Raises:
            ValueError: nobody knows it.
        """
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> ZoneInfo:
        if len(name) > MAX_NAME:
            raise ValueError(name)
        for known in (name, WINDOWS_TO_OLSON.get(name, ""), self._explained.get(name, ""), _end_of(name)):
            if known in _known_zones():
                return ZoneInfo(known)
        raise ValueError(name)


@cache
def _known_zones() -> frozenset[str]:
    """Name all zones, those of old files included."""
    return frozenset(available_timezones())


def _end_of(name: str) -> str:
    """Take the zone from a name such as `/mozilla.org/20050126_1/Europe/Madrid`."""
    found = re.search(r"/([A-Z]\w+(?:/[A-Z][\w-]+){1,2})$", name)
    return found[1] if found else ""
