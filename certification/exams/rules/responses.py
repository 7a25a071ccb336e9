"""Marks in a CSV: a row for each attempt, a column for each question.

The header names each question and, after its last colon, the most that can be got for it: `Backups:2`. A cell holds the
mark; it is empty where the question was not in the attempt.
"""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from certification.exams.rules.statistics import Marks
from marketplace.kernel.errors import DomainError
from marketplace.kernel.translate import _l

AT_ONCE = 4096  # Attempts.
NOT_ASKED = "nan"
_NOTHING = re.compile(r"(?<![^,])(?=,|$)")  # Nothing between two commas, or at an end.
_SLACK = 1e-9  # By how much a mark may be above the most: thirds are written with seven digits.


class BadResponses(DomainError):
    """The file holds something else than marks."""


class NoQuestions(BadResponses):
    """There is no header."""

    message = _l("The file is empty. Its first line names each question and its highest mark, such as Backups:2.")


class BadQuestion(BadResponses):
    """A column has no name or no highest mark."""

    message = _l(
        "Column %(column)s is headed “%(text)s”. Write the name of the question, a colon and its highest mark, such as "
        "Backups:2."
    )


class NamedTwice(BadResponses):
    """Two columns have one name."""

    message = _l("Two columns are called “%(name)s”. Give each question a name of its own.")


class WrongWidth(BadResponses):
    """A line is longer or shorter than the header."""

    message = _l("Line %(line)s has %(found)s cells, but the header has %(wanted)s.")


class BadMark(BadResponses):
    """A cell holds no mark."""

    message = _l(
        "Line %(line)s, question “%(name)s”: “%(cell)s” is no mark. Write a number from −%(most)s to %(most)s with a "
        "point, or leave the cell empty if the question was not asked."
    )


@dataclass(frozen=True, slots=True)
class Responses:
    """The marks of many attempts: one row for each, one column for each question; NaN where it was not asked."""

    names: list[str]
    max_marks: list[float]
    marks: Marks


def read_responses(lines: Iterable[str]) -> Responses:
    """Read marks, many lines at a time; empty lines are left out.

    Raises:
        BadResponses: something is no mark; it says where.
    """
    rest = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    names, max_marks = _header(rest)
    parts = list(_parts(rest, names, max_marks))
    marks = np.empty((sum(len(part) for part in parts), len(names)), order="F")  # Questions are looked at one by one.
    first = 0
    for number, part in enumerate(parts):
        marks[first : first + len(part)] = part
        first += len(part)
        parts[number] = part[:0].copy()  # Of large files there is room for one copy only.
    return Responses(names, max_marks, marks)


def _header(rest: Iterator[tuple[int, str]]) -> tuple[list[str], list[float]]:
    _number, line = next(rest, (0, ""))
    if not line:
        raise NoQuestions
    columns = [_question(column, text) for column, text in enumerate(next(csv.reader([line])), start=1)]
    names = [name for name, _most in columns]
    [(name, often)] = Counter(names).most_common(1)
    if often > 1:
        raise NamedTwice(name=name)
    return names, [most for _name, most in columns]


def _question(column: int, text: str) -> tuple[str, float]:
    name, _colon, most = text.strip().rpartition(":")
    number = _number(most)
    if not name or number is None or number < 0:
        raise BadQuestion(column=column, text=text)
    return name, number


def _parts(rest: Iterator[tuple[int, str]], names: list[str], max_marks: list[float]) -> Iterator[Marks]:
    highest = np.add(max_marks, _SLACK)
    while some := list(islice(rest, AT_ONCE)):
        cells = [_NOTHING.sub(NOT_ASKED, line.strip()) for _number, line in some]
        try:
            part = np.loadtxt(cells, delimiter=",", quotechar='"', comments=None, ndmin=2)
        except ValueError:
            part = np.empty((0, 0))
        is_good = part.shape == (len(some), len(names)) and not (np.abs(part) > highest).any()
        yield part if is_good else _slowly(some, names, max_marks)


def _slowly(some: list[tuple[int, str]], names: list[str], max_marks: list[float]) -> Marks:
    """Read cell by cell what can't be read at once, and find what is wrong with it."""
    rows = []
    for number, line in some:
        cells = next(csv.reader([line]))
        if len(cells) != len(names):
            raise WrongWidth(line=number, found=len(cells), wanted=len(names))
        rows.append([_mark(number, *one) for one in zip(names, max_marks, cells, strict=True)])
    return np.array(rows)


def _mark(line: int, name: str, most: float, cell: str) -> float:
    if cell.strip().lower() in {"", NOT_ASKED}:
        return math.nan
    mark = _number(cell)
    if mark is None or abs(mark) > most + _SLACK:
        raise BadMark(line=line, name=name, cell=cell, most=f"{most:g}")
    return mark


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
