"""The index of the list: in each process, and as new as the database.

It is made when it is needed first. From then on a process reads the log of changes before a search, at most every
quarter of a second and always after a change of its own, and reads again who has changed. Those stand in small parts of
their own, and their old rows are outdated. When the small parts have grown, or the day is over, all of it is made anew
beside the old one, which serves until then.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock, Thread
from time import monotonic
from zoneinfo import ZoneInfo

import numpy as np
from flask import Flask, current_app
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import Rates
from marketplace.kernel.database import db
from providers.directory.models import DirectoryChange
from providers.directory.queries.freshness import POLL_EVERY_S, is_writing, last_commit
from providers.directory.queries.loading import load
from providers.directory.queries.reading import nothing_collected
from providers.directory.queries.shelf import Shelf
from providers.directory.queries.words import load_words
from providers.directory.rules import Mask, PriceList, Reals, Segment, Timetable, View, WordIndex
from providers.directory.rules.timetable import SERVES_DAYS

EXTENSION = "handrail_directory"
FORGET_AFTER_S = 6 * 60 * 60  # Without a poll; the log keeps a day, see `commands.KEEP_CHANGES`.
MOST_FRESH = 64  # Providers that are read again with every change; beyond, they join those that changed before.
MOST_CHANGED = 2_000  # Providers beside the first part, before all is made anew.
CLOCKS_DIFFER_S = 5  # A search that began before another may ask for a moment that is past.


@dataclass(frozen=True)
class Part:
    """Some of those on the list.

    `until` is the second since 1970 at which time alone changes a provider; who is outdated stands in a later part.
    """

    segment: Segment
    timetable: Timetable
    until: Reals
    is_current: Mask

    @classmethod
    def read(cls, session: Session, now: datetime, day: date, provider_ids: Collection[int] | None = None) -> "Part":
        """Read providers, or everybody, with their hours around a day."""
        with nothing_collected():
            loaded = load(session, now, provider_ids)
            everybody = np.ones(len(loaded.columns), dtype=bool)
            return cls(Segment(loaded.columns), Timetable(loaded.columns.schedules, day), loaded.until, everybody)

    @property
    def current_ids(self) -> list[int]:
        """List who is not outdated."""
        return [int(one) for one in self.segment.columns.provider_ids[self.is_current]]

    def view(self, zone: ZoneInfo, prices: PriceList, now: datetime) -> View:
        """Show it to a reader."""
        segment = self.segment
        return View(
            columns=segment.columns,
            rests=segment.rests,
            now=now.timestamp(),
            overlap_minutes=self.timetable.overlap_minutes(zone, now),
            opens_at=self.timetable.opens_at(now),
            prices=segment.prices.on(prices),
            terms_in_use=self.terms_in_use,
        )

    def written(self, session: Session) -> WordIndex:
        """Give the words of names and profiles, read when they are needed first."""
        if self.segment.written is None:
            ids = self.segment.columns.provider_ids
            self.segment.written = load_words(session, ids, is_everybody=len(ids) > MOST_CHANGED)
        return self.segment.written

    def without(self, provider_ids: Collection[int]) -> "Part":
        """Let some be outdated."""
        is_kept = ~np.isin(self.segment.columns.provider_ids, list(provider_ids))
        return replace(self, is_current=self.is_current & is_kept)

    def ended(self, moment: float) -> list[int]:
        """List those whom time has changed."""
        is_over = (self.until <= moment) & self.is_current
        return [int(one) for one in self.segment.columns.provider_ids[is_over]]

    @cached_property
    def next_end(self) -> float:
        """Tell when time changes somebody next, in seconds since 1970."""
        return float(self.until[self.is_current].min(initial=np.inf))

    @cached_property
    def terms_in_use(self) -> Mask:
        """Tell which terms somebody sells on who is not outdated."""
        services = self.segment.columns.services
        found = np.zeros(len(services.different_terms), dtype=bool)
        found[services.terms[self.is_current[services.owner]]] = True
        return found


@dataclass(frozen=True, slots=True)
class _Read:
    """How far the log has been read: all before `horizon` is known, and of what is after it, `seen`.

    On SQLite the horizon is a number of the log, for its one writer counts in order. PostgreSQL gives numbers before it
    commits, so a later one may be seen first: there it is a transaction, before which no other is still open.
    """

    horizon: int
    seen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """The index at one moment, and the vendor's rates; never changed, so that searches need no lock."""

    read: _Read
    day: date
    as_of: datetime
    rates: Rates
    first: Part
    changed: Part | None = None  # Who has changed since the first part was made,
    fresh: Part | None = None  # and who has lately: these are read again with every change.

    @property
    def parts(self) -> list[Part]:
        """All that there are."""
        return [part for part in (self.first, self.changed, self.fresh) if part is not None]


@dataclass(slots=True)
class Index:
    """The index of one application in one process."""

    _state: State | None = None
    _polled: float = 0.0
    _commit: int = -1
    _lock: Lock = field(default_factory=Lock)
    _renewal: Thread | None = None
    shelf: Shelf = field(default_factory=Shelf)

    def state(self, session: Session, now: datetime) -> "State":
        """Give all of the list as it is now, as far as this session sees it."""
        state = self._state
        if state is None or self._is_due(state, now):
            with self._lock:
                state = self._renewed(session, now)
        return state

    def _is_due(self, state: State, now: datetime) -> bool:
        return (
            self._commit != last_commit()
            or monotonic() - self._polled >= POLL_EVERY_S
            or not self._serves(state, now)
            or any(part.next_end <= now.timestamp() for part in state.parts)
        )

    def _serves(self, state: State, now: datetime) -> bool:
        days = (now.date() - state.day).days
        is_known = monotonic() - self._polled < FORGET_AFTER_S
        return is_known and 0 <= days < SERVES_DAYS and (state.as_of - now).total_seconds() < CLOCKS_DIFFER_S

    def _renewed(self, session: Session, now: datetime) -> State:
        commit, state = last_commit(), self._state
        if state is None or not self._serves(state, now):
            state = build(session, now)
            self.shelf.forget()
        else:
            state, changed = _caught_up(session, state, now)
            if changed is None or changed:
                self.shelf.forget(changed)
        self._state, self._commit, self._polled = state, commit, monotonic()
        if _is_worn(state, now):
            self._renew_aside(now)
        return state

    def _renew_aside(self, now: datetime) -> None:
        if self._renewal is None or not self._renewal.is_alive():
            app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - threads need the thing
            self._renewal = Thread(target=self._renew, args=(app, now), daemon=True)
            self._renewal.start()

    def _renew(self, app: Flask, now: datetime) -> None:
        with app.app_context():
            renewed = build(db.session(), now)
        with self._lock:
            self._state = renewed  # What has changed meanwhile is in the log, after what it has read.


def index() -> Index:
    """Give the index of this application."""
    found: Index = current_app.extensions.setdefault(EXTENSION, Index())
    return found


def index_for(session: Session, now: datetime) -> State:
    """Give the whole list as a session sees it; what is not committed is nobody else's."""
    return build(session, now) if is_writing(session) else index().state(session, now)


def build(session: Session, now: datetime) -> State:
    """Read everybody."""
    read = _Read(_horizon(session))  # Before the rest: what comes in between is read twice.
    return State(read, now.date(), now, catalogue.rates(session), Part.read(session, now, now.date()))


def _is_worn(state: State, now: datetime) -> bool:
    changed = len(state.changed.segment) if state.changed else 0
    return changed > MOST_CHANGED or now.date() != state.day


# Catching up


def _caught_up(session: Session, state: State, now: datetime) -> tuple[State, set[int] | None]:
    """Bring the index up to date; gives also who has changed, None being everybody."""
    read, changed = _changed_since(session, state.read)
    if None in changed:
        return build(session, now), None
    ids = {one for one in changed if one is not None}
    for part in state.parts:
        ids.update(part.ended(now.timestamp()))
    state = replace(state, read=read, as_of=max(now, state.as_of), rates=catalogue.rates(session))
    return (_with_changed(session, state, ids, now) if ids else state), ids


def _with_changed(session: Session, state: State, ids: set[int], now: datetime) -> State:
    """Read some again: into the fresh part, or when that is full, together with all that have changed."""
    first = state.first.without(ids)
    again = ids.union(state.fresh.current_ids if state.fresh else ())
    if len(again) <= MOST_FRESH:
        changed = state.changed.without(ids) if state.changed else None
        return replace(state, first=first, changed=changed, fresh=Part.read(session, now, state.day, again))
    again.update(state.changed.current_ids if state.changed else ())
    return replace(state, first=first, changed=Part.read(session, now, state.day, again), fresh=None)


def _horizon(session: Session) -> int:
    if _is_postgresql(session):
        return int(session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) or 0)
    return session.scalar(select(func.coalesce(func.max(DirectoryChange.seq), 0))) or 0


def _changed_since(session: Session, read: _Read) -> tuple[_Read, set[int | None]]:
    """Give how far the log is read now, and who is in what is new; None is everybody."""
    horizon = _horizon(session)  # Before the rows: whoever commits in between is seen now and again.
    counter = (
        DirectoryChange.written_by >= read.horizon if _is_postgresql(session) else DirectoryChange.seq > read.horizon
    )
    rows = session.execute(select(DirectoryChange.seq, DirectoryChange.provider_id).where(counter)).all()
    seen = frozenset(seq for seq, _provider_id in rows) if _is_postgresql(session) else frozenset()
    return _Read(horizon, seen), {provider_id for seq, provider_id in rows if seq not in read.seen}


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
