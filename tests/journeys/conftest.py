"""Fixtures for the journeys: an installation that runs, and windows of the real browser onto it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.kernel.clock import utcnow
from tests.journeys.cast import Somebody
from tests.journeys.installation import Installation, installed
from tests.journeys.market import open_market
from tests.journeys.steps import sign_in

PATIENCE_MS = 20_000  # Both cores may be busy with other tests.
DATABASES = {"sqlite": "sqlite_database", "postgresql": "postgres_database"}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def works() -> bool:
    """Tell whether a worker runs beside the site."""
    return True


@pytest.fixture
def installation(request: pytest.FixtureRequest, tmp_path: Path, *, works: bool) -> Iterator[Installation]:
    """Give a site with a small market; on SQLite unless the test asks for another kind of database."""
    database_url = request.getfixturevalue(DATABASES[getattr(request, "param", "sqlite")])
    with installed(tmp_path / "data", database_url, works=works) as running:
        running.ask(lambda: open_market(utcnow()))
        yield running


@pytest.fixture
def open_window(installation: Installation, new_context: Callable[..., object]) -> Callable[..., Page]:
    """Give a function that opens the site for somebody, who signs in, or for a visitor in Madrid."""

    def open_page(somebody: Somebody | None = None, **options: object) -> Page:
        zone = somebody.zone if somebody else "Europe/Madrid"
        context = new_context(base_url=installation.url, viewport=WIDE, timezone_id=zone, **options)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        if somebody:
            sign_in(page, somebody)
        return page

    return open_page
