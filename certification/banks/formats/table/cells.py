"""The columns of the table, and cells that a spreadsheet leaves as they are."""

import re
from dataclasses import dataclass

from certification.banks.formats.entries import Unreadable
from certification.banks.kinds import Text, TextFormat, say
from marketplace.kernel.translate import _

PLAIN_COLUMNS = ("type", "name", "idnumber", "topic", "difficulty", "tags", "format", "single", "case", "note")
TEXT_COLUMNS = ("text", "general feedback", "guidance")
NUMBERED_PLAIN = ("grade", "tolerance", "points")
NUMBERED_TEXT = ("answer", "match", "feedback")
MAX_NUMBER = 60
YES, NO = "yes", "no"
OUTDATED = "[outdated]"  # Before a translation of what the text said before; other words with a bracket have a format.
_HEADING = re.compile(
    r"(?P<name>[a-z ]+?)(?: (?P<number>[1-9][0-9]?))?(?: ?\[(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\])?"
)
# What a spreadsheet would make something else of: formulas, numbers, dates, and words for true and false.
_CHANGED = re.compile(r"[-=+@\t\r'0-9.,]|(?i:true|false)$")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")


@dataclass(frozen=True)
class Column:
    """What stands in a column: a part of the question, its number, its language."""

    name: str
    number: int = 0
    language: str = ""

    @property
    def heading(self) -> str:
        """How the column is called."""
        number = f" {self.number}" if self.number else ""
        return f"{self.name}{number}{f' [{self.language}]' if self.language else ''}"


def read_heading(words: str) -> Column | None:
    """Tell what stands in a column; None when there is no such column."""
    parts = _HEADING.fullmatch(" ".join(words.replace("_", " ").lower().split()))
    if parts is None:
        return None
    number = int(parts["number"] or 0)
    names = (*NUMBERED_PLAIN, *NUMBERED_TEXT) if number else (*PLAIN_COLUMNS, *TEXT_COLUMNS)
    is_text = parts["name"] in (*TEXT_COLUMNS, *NUMBERED_TEXT)
    if parts["name"] not in names or number > MAX_NUMBER or (parts["language"] and not is_text):
        return None
    # The case of a language is read from the heading as it was typed.
    language = re.search(r"\[([^\]]*)\]\s*$", words)
    return Column(parts["name"], number, language[1] if language else "")


def guard(cell: str) -> str:
    """Write a cell so that no spreadsheet makes something else of it."""
    return f"'{cell}" if _CHANGED.match(cell) else cell


def unguard(cell: str) -> str:
    """Read a cell that may have been guarded."""
    return cell[1:] if cell.startswith("'") and _CHANGED.match(cell[1:]) else cell


def read_text(cells: dict[str, str], inherited: TextFormat) -> Text:
    """Read a text by language; each may begin with its format."""
    words: dict[str, str] = {}
    outdated = tuple(sorted(language for language, cell in cells.items() if cell.startswith(OUTDATED)))
    written = inherited
    for language, marked in cells.items():
        cell = marked.removeprefix(OUTDATED)
        known = _FORMAT.match(cell)
        written = TextFormat(known[1]) if known else inherited
        words |= say(cell[known.end() :] if known else cell, language, written).words
    return Text(words, written, outdated) if words else Text()


def write_text(words: str, written: TextFormat, inherited: TextFormat) -> str:
    """Write a text, with its format where it is not that of the question."""
    return words if not words or (written is inherited and not words.startswith("[")) else f"[{written}]{words}"


def read_yes(cell: str, heading: str) -> bool:
    """Read yes or no, also as spreadsheets write it.

    Raises:
        Unreadable: it is neither.
    """
    said = cell.strip().lower()
    if said not in (YES, NO, "true", "false", "1", "0", ""):
        raise Unreadable(_("Write yes or no in the column “%(column)s”.") % {"column": heading})
    return said in (YES, "true", "1")
