"""Questions as they are typed into a form: its fields are the columns of our CSV, so both read alike."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from certification.banks.formats import Entry
from certification.banks.formats.entries import Unreadable
from certification.banks.formats.table import Column, read_row, write_row
from certification.banks.kinds import Kind
from certification.banks.kinds.base import MAX_PARTS
from marketplace.kernel.errors import InvalidInput

# How many answers a new question has room for, and how many more than are filled there always are.
FIRST_ROWS = {
    Kind.MULTICHOICE: 4,
    Kind.SHORT_ANSWER: 2,
    Kind.NUMERICAL: 2,
    Kind.MATCHING: 4,
    Kind.ORDERING: 4,
    Kind.ESSAY: 3,
}
_HAS_PARTS = ("answer", "match")
_OF_THE_FORM = {"kind", "language", "step", "rows", "seen"}


def entry_typed(values: Mapping[str, Any], language: str, images: Mapping[str, str]) -> Entry:
    """Make a question of what was typed.

    Raises:
        InvalidInput: a number or a grade is none; whether it can be asked, `content.check()` says.
    """
    cells = {_column(name): str(value) for name, value in values.items() if name not in _OF_THE_FORM}
    filled = {column.number for column in cells if column.name in _HAS_PARTS}
    kept = {column: cell for column, cell in cells.items() if _counts(column, filled, values["kind"])}
    try:
        entry = read_row({**kept, Column("type"): values["kind"]}, language)
    except Unreadable as reason:
        raise InvalidInput({"answer-1": [str(reason)]}) from None
    return replace(entry, content=replace(entry.content, images=images))


def typed_of(entry: Entry, language: str) -> dict[str, str]:
    """Write a question as it would be typed, in one language."""
    cells = write_row(entry, language)
    typed = {_field(column): cell for column, cell in cells.items() if not column.language}
    typed["kind"] = typed.pop("type")
    return typed


def rows_shown(kind: Kind, typed: Mapping[str, Any], asked: int) -> int:
    """Tell for how many answers the form has room: for those asked, and always for one more than are filled."""
    filled = [int(name.rpartition("-")[2]) for name in typed if name.startswith(tuple(f"{one}-" for one in _HAS_PARTS))]
    return min(max(asked, max(filled, default=0) + 1, FIRST_ROWS.get(kind, 0)), MAX_PARTS) if kind in FIRST_ROWS else 0


def fields_wrong(problems: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Tell at which field of the form each problem of a question stands."""
    wrong: dict[str, list[str]] = {}
    for name, words in problems.items():
        field = "text" if name in ("stem", "images") else "answer-1" if name in _PARTS else name
        wrong.setdefault(field, []).extend(words)
    return wrong


_PARTS = {"choices", "patterns", "ranges", "pairs", "items", "rubric"}


def _counts(column: Column, filled: set[int], kind: Kind) -> bool:
    """Leave out what belongs to an answer that was left empty; true and false have feedback without one."""
    return not column.number or column.number in filled or kind is Kind.TRUE_FALSE


def _column(field: str) -> Column:
    name, _hyphen, number = field.partition("-")
    return Column(name.replace("_", " "), int(number or 0))


def _field(column: Column) -> str:
    name = column.name.replace(" ", "_")
    return f"{name}-{column.number}" if column.number else name
