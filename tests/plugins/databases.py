"""Fixtures for databases of both kinds. What cannot be provided fails the test with the reason."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.pg import NoPostgres, Server, running_server

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """This worker's own PostgreSQL server, started when the first test asks for it."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except NoPostgres as reason:
            pytest.fail(f"no PostgreSQL for the tests: {reason}", pytrace=False)
        yield server


@pytest.fixture
def postgres_database(postgres_server: Server) -> Iterator[str]:
    """Give the address of an empty PostgreSQL database that lasts for one test."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """Give the address of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'handrail.db'}"


@pytest.fixture(params=ENGINES)
def empty_database(request: pytest.FixtureRequest) -> str:
    """Give the address of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "postgres_database")
