"""Reading columns of the database as numbers, in pieces, without an object for a row."""

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, String, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from providers.directory.rules import CEFR, Reals, Small, Whole

AT_ONCE = 20_000  # Rows.

Key = TypeVar("Key")
Numbers = NDArray[Any]
AsRead = Callable[[Sequence[Any]], Numbers]
Found = tuple[Whole, NDArray[np.bool_]]  # Rows, and whether they are there at all.


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of some, or of everybody.

    `owner` in what follows is the column with their ids.
    """

    session: Session
    ids: Collection[int] | None

    def read(
        self, wanted: Select[*tuple[Any, ...]], owner: InstrumentedAttribute[int], *as_read: AsRead
    ) -> list[Numbers]:
        """Read each column of a statement as numbers."""
        pieces: list[list[Numbers]] = [[read(())] for read in as_read]
        for rows in self.pieces(wanted, owner):
            for kept, read, values in zip(pieces, as_read, zip(*rows, strict=True), strict=True):
                kept.append(read(values))
        return [np.concatenate(kept) for kept in pieces]

    def pieces(
        self, wanted: Select[*tuple[Any, ...]], owner: InstrumentedAttribute[int]
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """Give the rows of a statement, many at a time."""
        if self.ids is not None:
            wanted = wanted.where(owner.in_(self.ids))
        with self.session.connection().execute(wanted) as result:
            yield from result.partitions(AT_ONCE)


class Places(dict[Key, int]):
    """Numbers things in the order in which they come."""

    def __missing__(self, key: Key) -> int:
        self[key] = len(self)
        return self[key]

    def codes(self, values: Sequence[Key]) -> Small:
        """Number several."""
        return np.fromiter(map(self.__getitem__, values), dtype=np.int32, count=len(values))


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Let the collector rest: it would go through millions of values again and again, and find no circle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def rows_of(ids: Whole, among: Whole) -> Found:
    """Find the places of ids among others, which are in order, and tell which of them are there at all."""
    if not len(among):
        return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=bool)
    rows = np.minimum(np.searchsorted(among, ids), len(among) - 1)
    return rows, among[rows] == ids


def raw(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Take a column as the driver gives it."""
    return type_coerce(column, String)


def whole(values: Sequence[int]) -> Whole:
    """Read whole numbers."""
    return np.array(values, dtype=np.int64)


def whole_or_none(values: Sequence[int | None]) -> Whole:
    """Read whole numbers, of which some may be missing: those are `NONE`."""
    return np.array([NONE if value is None else value for value in values], dtype=np.int64)


NONE = -1


def levels_or_none(values: Sequence[str | None]) -> Small:
    """Read how well languages are known, as places in `CEFR`; `NONE` where somebody does not know it so."""
    return np.fromiter(map(_PLACES.__getitem__, values), dtype=np.int32, count=len(values))


_PLACES: Mapping[str | None, int] = {level.value: place for place, level in enumerate(CEFR)} | {None: NONE}


def seconds(values: Sequence[Any]) -> Reals:
    """Read moments, which SQLite gives as text in UTC, in seconds since 1970; 0 for none."""
    if any(isinstance(value, datetime) for value in values):
        return np.array([0.0 if value is None else value.timestamp() for value in values])
    moments = np.array([_EPOCH if value is None else value for value in values], dtype="datetime64[us]")
    seconds: Reals = moments.astype(np.int64) / 1_000_000
    return seconds


_EPOCH = "1970-01-01"
WIDTH = 2**32


def pair(row: Whole, code: Whole | Small) -> Whole:
    """Make one number of a row and a place, or `NONE`; `apart` takes them apart again."""
    return row * WIDTH + code


def apart(pairs: Whole) -> Iterator[tuple[int, int]]:
    """Take pairs apart."""
    rows = (pairs - NONE) // WIDTH
    return zip(rows.tolist(), (pairs - rows * WIDTH).tolist(), strict=True)


def small(values: Numbers) -> Small:
    """Make numbers short, as rows and places are."""
    return values.astype(np.int32)
