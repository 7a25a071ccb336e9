"""What each kind of question keeps in its row."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from certification.banks.formats.entries import Unreadable
from certification.banks.formats.table.cells import Column, read_text, read_yes
from certification.banks.kinds import (
    Choice,
    Content,
    Criterion,
    Description,
    Essay,
    Item,
    Kind,
    Matching,
    Multichoice,
    Numerical,
    Ordering,
    Pattern,
    Range,
    ShortAnswer,
    Text,
    TextFormat,
    TrueFalse,
    pair_up,
    read_grade,
    read_number,
)
from certification.banks.kinds.grades import NOTHING, RIGHT
from marketplace.kernel.translate import _


class Row:
    """The filled cells of a row."""

    def __init__(self, cells: Mapping[Column, str], language: str) -> None:
        """Read what every kind has."""
        self.cells = cells
        self.language = language
        typed = self.plain("format").lower()
        if typed and typed not in set(TextFormat):
            words = _("Write one of these in the column “format”: %(words)s.")
            raise Unreadable(words % {"words": ", ".join(TextFormat)})
        self.format = TextFormat(typed) if typed else TextFormat.PLAIN

    @property
    def texts(self) -> dict[str, Any]:
        """What every kind keeps."""
        return {"stem": self.text("text"), "general_feedback": self.text("general feedback")}

    @property
    def numbers(self) -> list[int]:
        """The numbers of the answers that there are."""
        return sorted({one.number for one in self.cells if one.number})

    def plain(self, name: str, number: int = 0) -> str:
        """Give the cell of a column, empty when there is none."""
        return self.cells.get(Column(name, number), "")

    def text(self, name: str, number: int = 0, written: TextFormat | None = None) -> Text:
        """Read a text in all its languages."""
        cells = {
            one.language or self.language: cell
            for one, cell in self.cells.items()
            if (one.name, one.number) == (name, number)
        }
        return read_text(cells, written or self.format)

    def grade(self, number: int, usual: Fraction) -> Fraction:
        """Read what an answer is worth, in percent."""
        typed = self.plain("grade", number).replace(",", ".").rstrip("% ")
        grade = read_grade(typed) if typed else usual
        if grade is None:
            words = _("%(weight)s is no grade. Write one that there is, such as 100, 50, 33.33333 or -25.")
            raise Unreadable(words % {"weight": typed})
        return grade

    def number(self, name: str, number: int) -> Decimal:
        """Read a number, also with a comma."""
        typed = self.plain(name, number)
        value = read_number(typed.replace(",", ".") or "0")
        if value is None:
            raise Unreadable(_("%(typed)s is no number.") % {"typed": f"“{typed}”"})
        return value


def _multichoice(row: Row) -> Content:
    choices = [
        Choice(f"c{place}", row.text("answer", one), row.grade(one, NOTHING), row.text("feedback", one))
        for place, one in enumerate(row.numbers, start=1)
    ]
    is_single = read_yes(row.plain("single") or "yes", "single")
    return Multichoice(**row.texts, choices=tuple(choices), is_single=is_single)


def _true_false(row: Row) -> Content:
    said = row.plain("answer", 1)
    if not said:
        raise Unreadable(_("Write yes or no in the column “%(column)s”.") % {"column": "answer 1"})
    return TrueFalse(
        **row.texts,
        is_true=read_yes(said, "answer 1"),
        feedback_true=row.text("feedback", 1),
        feedback_false=row.text("feedback", 2),
    )


def _short_answer(row: Row) -> Content:
    patterns = []
    for place, one in enumerate(row.numbers, start=1):
        words = row.text("answer", one, TextFormat.PLAIN).words
        pattern = Text(words, TextFormat.PLAIN) if words else Text()
        patterns.append(Pattern(f"a{place}", pattern, row.grade(one, RIGHT), row.text("feedback", one)))
    return ShortAnswer(**row.texts, patterns=tuple(patterns), minds_case=read_yes(row.plain("case"), "case"))


def _numerical(row: Row) -> Content:
    ranges = []
    for place, one in enumerate(row.numbers, start=1):
        value = None if row.plain("answer", one) == "*" else row.number("answer", one)
        tolerance = row.number("tolerance", one)
        ranges.append(Range(f"n{place}", value, tolerance, row.grade(one, RIGHT), row.text("feedback", one)))
    return Numerical(**row.texts, ranges=tuple(ranges))


def _matching(row: Row) -> Content:
    pairs, matches = pair_up(
        [(row.text("answer", one), row.text("match", one, TextFormat.PLAIN)) for one in row.numbers]
    )
    return Matching(**row.texts, pairs=pairs, matches=matches)


def _ordering(row: Row) -> Content:
    items = [Item(f"i{place}", row.text("answer", one)) for place, one in enumerate(row.numbers, start=1)]
    return Ordering(**row.texts, items=tuple(items))


def _essay(row: Row) -> Content:
    rubric = [
        Criterion(f"r{place}", row.text("answer", one), int(row.number("points", one)))
        for place, one in enumerate(row.numbers, start=1)
    ]
    return Essay(**row.texts, guidance=row.text("guidance"), rubric=tuple(rubric))


def _description(row: Row) -> Content:
    return Description(**row.texts)


READERS: Mapping[str, Callable[[Row], Content]] = {
    Kind.MULTICHOICE: _multichoice,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.NUMERICAL: _numerical,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.ESSAY: _essay,
    Kind.DESCRIPTION: _description,
}
