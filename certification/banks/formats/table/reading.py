"""Reading CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from certification.banks.formats.decoding import NoText
from certification.banks.formats.entries import DIFFICULTY_TAG, Entry, Found, Unreadable, entry_of, reader_for
from certification.banks.formats.table.cells import Column, read_heading, unguard
from certification.banks.formats.table.contents import READERS, Row
from certification.banks.rules import Difficulty, topic_of
from marketplace.kernel.translate import _

DELIMITERS = (",", ";", "\t")


def read(text: str, language: str) -> Found:
    """Read the questions of a file."""
    found = Found()
    first, *rest = io.StringIO(text, newline="").readlines() or [""]
    delimiter = max(DELIMITERS, key=first.count)
    columns = _columns(next(csv.reader([first], delimiter=delimiter), []))
    try:
        for line, cells in _rows(rest, delimiter):
            if found.is_full:
                found.refuse_more(line)
                break
            _take(found, cells, columns, language, line)
    except csv.Error as error:
        found.refuse(len(found.entries) + 2, "", _("From here on this is no CSV: %(what)s.") % {"what": error})
    return found


def _columns(headings: Sequence[str]) -> list[Column]:
    known = [read_heading(words) for words in headings]
    strange = [words for words, one in zip(headings, known, strict=True) if one is None and words.strip()]
    if strange or Column("type") not in known or Column("text") not in known:
        words = _("The first line names the columns, at least “type” and “text”. Those that nobody knows: %(columns)s.")
        raise NoText(words % {"columns": ", ".join(strange) or "–"})
    return [one or Column("note") for one in known]


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give the rows, each with the line of the file on which it begins."""
    reader = csv.reader(lines, delimiter=delimiter)
    line = 2
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 2


def _take(found: Found, cells: list[str], columns: list[Column], language: str, line: int) -> None:
    filled = {column: unguard(cell.strip()) for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    try:
        _refuse_more_cells(cells[len(columns) :])
        entry = read_row(filled, language, line)
    except Unreadable as reason:
        found.refuse(line, filled.get(Column("name"), ""), str(reason))
        return
    found.enter(entry.topic)
    found.take(entry)


def _refuse_more_cells(cells: list[str]) -> None:
    if any(cell.strip() for cell in cells):
        raise Unreadable(_("This row has more cells than there are columns. Is a quote missing?"))


def read_row(filled: Mapping[Column, str], language: str, line: int = 0) -> Entry:
    """Read a question from the filled cells of a row, or from a form with the same fields.

    Raises:
        Unreadable: it can't be read; says why.
    """
    row = Row(filled, language)
    return entry_of(
        name=row.plain("name"),
        content=reader_for(row.plain("type").lower(), READERS)(row),
        line=line,
        idnumber=row.plain("idnumber"),
        topic=topic_of(row.plain("topic")),
        tags=[*row.plain("tags").split(","), f"{DIFFICULTY_TAG}{_difficulty(row.plain('difficulty'))}"],
    )


def _difficulty(typed: str) -> Difficulty:
    if typed and typed.lower() not in set(Difficulty):
        words = _("Write one of these in the column “difficulty”: %(words)s.")
        raise Unreadable(words % {"words": ", ".join(Difficulty)})
    return Difficulty(typed.lower()) if typed else Difficulty.MEDIUM
