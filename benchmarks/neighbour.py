"""Another web process on the same database, which looks at the list again and again and tells when it has changed.

`benchmarks.directory` starts it, and holds what it says against its own clock: both count since the machine began.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.site.app import create_app
from marketplace.site.settings import Settings
from providers.directory import queries
from providers.directory.queries import Reader, Search
from providers.directory.rules import ANYBODY
from tests.plugins.app import make_settings

LOOKS_EVERY_S = 0.005
NOWHERE = "AQ"  # A country in which nobody of a crowd is.
CURRENCY = "EUR"


def moved() -> int:
    """Count those who are in a country in which nobody was."""
    search = Search(replace(ANYBODY, countries=frozenset({NOWHERE})), Reader(ZoneInfo("UTC"), CURRENCY))
    return queries.find_ids(reading(), search, utcnow()).total


@contextmanager
def neighbour(settings: Settings) -> Iterator[Iterator[float]]:
    """Start it, and give the moments, in seconds of the monotonic clock, at which it saw another number of `moved`."""
    command = [sys.executable, "-m", "benchmarks.neighbour", str(settings.data), settings.database_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603 - our own program
        assert other.stdout is not None, "its output is read"
        moments = map(float, other.stdout)
        next(moments)  # It has read everybody.
        try:
            yield moments
        finally:
            other.terminate()


def main() -> None:
    """Look, for ever."""
    app = create_app(make_settings(Path(sys.argv[1]), database_url=sys.argv[2]))
    with app.app_context():
        seen = -1
        while True:
            if (found := moved()) != seen:
                seen = found
                print(time.monotonic(), flush=True)
            reading().rollback()
            time.sleep(LOOKS_EVERY_S)


if __name__ == "__main__":
    main()
