"""Two at once: what keeps them apart, and what happens without it.

Every race has a test, in which one side comes first and the other finds it done, and a twin: the same race with its
guard off. There both sides read before either writes, without waiting for each other, and what the guard promises must
break; or the race would test nothing. Only PostgreSQL lets two transactions write at once; on SQLite one waits anyhow.
"""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.errors import DomainError
from marketplace.site.wiring import SELF_CHECKS
from tests.factories.till import open_till

CROWD = 8
SECONDS = 20  # So long one side waits for the other to have read; it never does when all is well.
WRITING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)\b")
LOCKING = re.compile(r"\s+FOR (?:NO KEY )?UPDATE(?: OF \w+)?(?: SKIP LOCKED)?\s*$")
each_round = pytest.mark.parametrize(
    "nth", range(3)
)  # Each in a database of its own: now the one is first, now the other.
on_postgresql = pytest.mark.parametrize("app", ["postgresql"], indirect=True)


@dataclass
class Meeting:
    """Where two sides wait for each other once: after they have read, and before either writes."""

    barrier: threading.Barrier = field(default_factory=lambda: threading.Barrier(2, timeout=SECONDS))
    side: threading.local = field(default_factory=threading.local)

    def call(self):
        """Have a side of a race attend before it next writes; what it reads until then, it reads as it was."""
        if threading.current_thread() is not threading.main_thread():
            self.side.called = True

    def meet(self):
        """Wait for the other side here and now, in the middle of what this one reads."""
        self.call()
        self.attend()

    def attend(self):
        """Wait for the other side, once, if this one was called."""
        if getattr(self.side, "called", False) and not getattr(self.side, "met", False):
            self.side.met = True
            self.barrier.wait()


def race(app, *performs):
    """Do several things at the same moment; gives what came of each, or the error in which it ended."""
    start = threading.Barrier(len(performs), timeout=SECONDS)

    def one(perform):
        start.wait()
        try:
            return _perform(app, perform)
        except Exception as error:  # noqa: BLE001 - what a side ends in is what a race is about
            return error

    reading().rollback()
    with ThreadPoolExecutor(len(performs)) as pool:
        outcomes = list(pool.map(one, performs))
    reading().rollback()
    assert not any(isinstance(one, threading.BrokenBarrierError) for one in outcomes), "they never met"
    return outcomes


def _perform(app, perform):
    with app.app_context():
        try:
            return perform()
        finally:
            db.session.remove()


@contextmanager
def elsewhere(app):
    """Give a function that has somebody else do something, and comes back when it is done or waits for a lock."""
    with ThreadPoolExecutor(1) as pool:

        def begin(perform):
            begun = pool.submit(_perform, app, perform)
            for _attempt in range(100 * SECONDS):
                if begun.done() or _somebody_waits():
                    return begun
                time.sleep(0.01)
            pytest.fail("it is neither done, nor waits for a lock")

        yield begin


def _somebody_waits():
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with db.engine.connect() as connection:
        return bool(connection.scalar(sa.text(waiting)))


def in_transaction(thing):
    """Give a function that does something in a transaction of its own."""

    def perform():
        with transaction() as session:
            return thing(session)

    return perform


def refused(outcomes):
    """List those who were told that it can't be done."""
    return [one for one in outcomes if isinstance(one, DomainError)]


def crashed(outcomes):
    """List those who were told nothing that a person understands."""
    return [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, DomainError)]


def done(outcomes):
    """List what came of those who had their way."""
    return [one for one in outcomes if not isinstance(one, Exception)]


def broken_checks():
    """Tell what the self-checks say."""
    reading().rollback()
    return {check.__name__: lines for check in SELF_CHECKS if (lines := check(reading()))}


@pytest.fixture
def busy_till(app):
    """A till in the middle of something, and perhaps broken on purpose: nobody looks at its books in the end."""
    with open_till(app) as till:
        yield till


@pytest.fixture
def at_once(app):
    """Give a function that does several things at the same moment, and tells what came of each; nobody may crash."""

    def run(*performs):
        outcomes = race(app, *performs)
        assert not crashed(outcomes), outcomes
        return outcomes

    return run


@pytest.fixture
def together(at_once):
    """Give a function that does the same with things that want a session, each in a transaction of its own."""
    return lambda *things: at_once(*map(in_transaction, things))


class Guards:
    """What keeps two sides apart, to be switched off."""

    def __init__(self, monkeypatch, engine, undo):
        """Begin with all of them on."""
        self.patch, self._engine, self._undo = monkeypatch, engine, undo

    def locks_off(self, *tables, meets=True):
        """Read rows of these tables without locking them; nobody writes before both have read the last table.

        Who lets one side begin in the middle of the other needs no meeting.
        """
        meeting = self._meeting()

        def unlock(_connection, _cursor, statement, parameters, _context, _many):
            read = next((name for name in tables if _reads(statement, name)), None)
            if read is not None and LOCKING.search(statement):
                statement = LOCKING.sub("", statement)
                if meets and read == tables[-1]:
                    meeting.call()
            return statement, parameters

        self._listen("before_cursor_execute", unlock, retval=True)

    def meet_at(self, table):
        """Let nobody write before both have read a table; or what follows its name in a statement."""
        meeting = self._meeting()

        def meet(_connection, _cursor, statement, _parameters, _context, _many):
            if _reads(statement, table):
                meeting.call()

        self._listen("after_cursor_execute", meet)

    def meet_at_commit(self):
        """Let nobody have done anything before both have read all that they read."""
        meeting = Meeting()

        self._listen("commit", lambda _connection: meeting.meet())

    def meet_after(self, home, *names):
        """Let nobody go on from functions of a module, any of them, before both have come so far.

        For those of which one locks what the other needs, after the function and before it writes.
        """
        meeting = Meeting()

        def and_meet(perform):
            def perform_and_meet(*arguments, **facts):
                found = perform(*arguments, **facts)
                meeting.meet()
                return found

            return perform_and_meet

        for name in names:
            self.patch.setattr(home, name, and_meet(getattr(home, name)))

    def _meeting(self):
        """Make a meeting that whoever was called to it attends before writing, or at its end if it writes nothing."""
        meeting = Meeting()

        def write(_connection, _cursor, statement, _parameters, _context, _many):
            if WRITING.match(statement):
                meeting.attend()

        self._listen("before_cursor_execute", write)
        for end in ("commit", "rollback"):
            self._listen(end, lambda _connection: meeting.attend())
        return meeting

    def key_decides_nothing(self, home):
        """Let a module take a key that is taken already for an accident."""
        self.patch.setattr(home, "IntegrityError", ZeroDivisionError)

    def _listen(self, name, function, **how):
        sa.event.listen(self._engine, name, function, **how)
        self._undo(lambda: sa.event.remove(self._engine, name, function))


def _reads(statement, table):
    return re.search(rf"\bFROM {table}\b", statement)


@pytest.fixture
def guards(app, monkeypatch, request):
    """All guards, switched on; they are on again after the test."""
    return Guards(monkeypatch, db.engine, request.addfinalizer)
