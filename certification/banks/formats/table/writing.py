"""Writing CSV: UTF-8 with its mark, so that every spreadsheet reads it."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from certification.banks.formats.entries import Entry, Refusal, Written
from certification.banks.formats.table.cells import (
    NO,
    NUMBERED_PLAIN,
    NUMBERED_TEXT,
    OUTDATED,
    PLAIN_COLUMNS,
    TEXT_COLUMNS,
    YES,
    Column,
    guard,
    write_text,
)
from certification.banks.kinds import (
    Content,
    Essay,
    Kind,
    Matching,
    Multichoice,
    Numerical,
    Ordering,
    ShortAnswer,
    Text,
    TextFormat,
    TrueFalse,
    write_grade,
    write_number,
)
from marketplace.kernel.translate import _

Cells = dict[Column, str]
_NAMES = (*PLAIN_COLUMNS, *TEXT_COLUMNS, *NUMBERED_TEXT[:2], *NUMBERED_PLAIN, NUMBERED_TEXT[2])


class _Pen:
    """Fills the cells of one row."""

    def __init__(self, inherited: TextFormat, language: str) -> None:
        self.cells: Cells = {}
        self.inherited = inherited
        self.language = language

    def text(self, name: str, text: Text, number: int = 0, inherited: TextFormat | None = None) -> None:
        for language, words in text.words.items():
            column = Column(name, number, "" if language == self.language else language)
            cell = write_text(words, text.format, inherited or self.inherited)
            self.cells[column] = f"{OUTDATED}{cell}" if language in text.outdated else cell

    def plain(self, name: str, value: str, number: int = 0) -> None:
        self.cells[Column(name, number)] = value


def write(entries: Iterable[Entry], language: str) -> Written:
    """Write questions in all their languages; the columns of this one have no language in their heading."""
    rows: list[Cells] = []
    left_out = []
    for entry in entries:
        if entry.content.images:
            reason = _("CSV holds no images. Moodle XML does.")
            left_out.append(Refusal(entry.line, entry.name, reason))
        else:
            rows.append(write_row(entry, language))
    return Written(_table(rows).encode("utf-8-sig"), left_out)


def _table(rows: Sequence[Cells]) -> str:
    always = {Column("type"), Column("name"), Column("text")}
    used = always.union(*rows)
    columns = sorted(used, key=lambda one: (one.number, _NAMES.index(one.name), one.language))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([one.heading for one in columns])
    writer.writerows([guard(row.get(one, "")) for one in columns] for row in rows)
    return text.getvalue()


def write_row(entry: Entry, language: str) -> Cells:
    """Write the cells of a question, but for its images."""
    content = entry.content
    pen = _Pen(content.stem.format, language)
    known = {
        "type": content.KIND,
        "name": entry.name,
        "idnumber": entry.idnumber,
        "topic": entry.topic,
        "difficulty": entry.difficulty,
        "tags": ", ".join(entry.tags),
        "format": content.stem.format,
    }
    for name, value in known.items():
        pen.plain(name, value)
    pen.text("text", content.stem)
    pen.text("general feedback", content.general_feedback)
    _WRITERS[content.KIND](content, pen)
    return pen.cells


def _multichoice(content: Multichoice, pen: _Pen) -> None:
    pen.plain("single", YES if content.is_single else NO)
    for number, one in enumerate(content.choices, start=1):
        pen.text("answer", one.text, number)
        pen.plain("grade", write_grade(one.grade), number)
        pen.text("feedback", one.feedback, number)


def _true_false(content: TrueFalse, pen: _Pen) -> None:
    pen.plain("answer", YES if content.is_true else NO, 1)
    pen.text("feedback", content.feedback_true, 1)
    pen.text("feedback", content.feedback_false, 2)


def _short_answer(content: ShortAnswer, pen: _Pen) -> None:
    pen.plain("case", YES if content.minds_case else NO)
    for number, one in enumerate(content.patterns, start=1):
        pen.text("answer", one.text, number, TextFormat.PLAIN)
        pen.plain("grade", write_grade(one.grade), number)
        pen.text("feedback", one.feedback, number)


def _numerical(content: Numerical, pen: _Pen) -> None:
    for number, one in enumerate(content.ranges, start=1):
        pen.plain("answer", "*" if one.value is None else write_number(one.value), number)
        pen.plain("tolerance", write_number(one.tolerance), number)
        pen.plain("grade", write_grade(one.grade), number)
        pen.text("feedback", one.feedback, number)


def _matching(content: Matching, pen: _Pen) -> None:
    answers = {one.id: one.text for one in content.matches}
    for number, pair in enumerate(content.pairs, start=1):
        pen.text("answer", pair.prompt, number)
        pen.text("match", answers[pair.match_id], number, TextFormat.PLAIN)
    used = {pair.match_id for pair in content.pairs}
    unused = [text for own, text in answers.items() if own not in used]
    for number, text in enumerate(unused, start=len(content.pairs) + 1):
        pen.text("match", text, number, TextFormat.PLAIN)


def _ordering(content: Ordering, pen: _Pen) -> None:
    for number, one in enumerate(content.items, start=1):
        pen.text("answer", one.text, number)


def _essay(content: Essay, pen: _Pen) -> None:
    pen.text("guidance", content.guidance)
    for number, one in enumerate(content.rubric, start=1):
        pen.text("answer", one.text, number)
        pen.plain("points", str(one.points), number)


def _description(_content: Content, _pen: _Pen) -> None:
    """Nothing more."""


_WRITERS: Mapping[Kind, Callable[[Any, _Pen], None]] = {
    Kind.MULTICHOICE: _multichoice,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.NUMERICAL: _numerical,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.ESSAY: _essay,
    Kind.DESCRIPTION: _description,
}
