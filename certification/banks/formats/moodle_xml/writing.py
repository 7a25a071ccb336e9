"""Writing Moodle XML."""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from certification.banks.formats.entries import Entry, Refusal, Unreadable, Written, words_in
from certification.banks.formats.moodle_xml.contents import TEXT_FORMATS
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
    TrueFalse,
    write_grade,
    write_number,
)
from certification.banks.kinds.grades import NOTHING, RIGHT

_FORMAT_NAMES = {written: name for name, written in TEXT_FORMATS.items()}


class _Pen:
    """Writes the parts of one question, in one language."""

    def __init__(self, question: Element, language: str) -> None:
        self.question = question
        self.language = language

    def text(self, name: str, text: Text, inside: Element | None = None, **attributes: str) -> Element:
        """Write a text with its format."""
        holder = SubElement(self.question if inside is None else inside, name, attributes)
        holder.set("format", _FORMAT_NAMES[text.format])
        SubElement(holder, "text").text = words_in(text, self.language)
        return holder

    def plain(self, name: str, words: str, inside: Element | None = None, **attributes: str) -> Element:
        """Write words without a format."""
        holder = SubElement(self.question if inside is None else inside, name, attributes)
        SubElement(holder, "text").text = words
        return holder

    def setting(self, name: str, value: str) -> None:
        """Write a setting."""
        SubElement(self.question, name).text = value


def write(entries: Iterable[Entry], language: str) -> Written:
    """Write questions in one language."""
    quiz = Element("quiz")
    left_out, topic = [], ""
    for entry in entries:
        try:
            question = _question(entry, language)
        except Unreadable as reason:
            left_out.append(Refusal(entry.line, entry.name, str(reason)))
            continue
        if entry.topic != topic:
            topic = entry.topic
            category = SubElement(SubElement(quiz, "question", {"type": "category"}), "category")
            SubElement(category, "text").text = "/".join(filter(None, ["$course$", "top", topic]))
        quiz.append(question)
    indent(quiz)
    return Written(tostring(quiz, encoding="UTF-8", xml_declaration=True) + b"\n", left_out)


def _question(entry: Entry, language: str) -> Element:
    content = entry.content
    question = Element("question", {"type": content.KIND})
    pen = _Pen(question, language)
    pen.plain("name", entry.name)
    stem = pen.text("questiontext", content.stem)
    for name, base64 in content.images.items():
        folder, _slash, own = name.rpartition("/")
        path = f"/{folder}/" if folder else "/"
        SubElement(stem, "file", {"name": own, "path": path, "encoding": "base64"}).text = base64
    pen.text("generalfeedback", content.general_feedback)
    if entry.idnumber:
        pen.setting("idnumber", entry.idnumber)
    _WRITERS[content.KIND](content, pen)
    tags = SubElement(question, "tags") if entry.all_tags else None
    for tag in entry.all_tags:
        pen.plain("tag", tag, tags)
    return question


def _answer(pen: _Pen, grade: Fraction, text: Text | str, feedback: Text) -> Element:
    fraction = write_grade(grade)
    if isinstance(text, Text):
        holder = pen.text("answer", text, fraction=fraction)
    else:
        holder = pen.plain("answer", text, fraction=fraction)
    pen.text("feedback", feedback, holder)
    return holder


def _multichoice(content: Multichoice, pen: _Pen) -> None:
    pen.setting("single", "true" if content.is_single else "false")
    pen.setting("shuffleanswers", "true")
    for one in content.choices:
        _answer(pen, one.grade, one.text, one.feedback)


def _true_false(content: TrueFalse, pen: _Pen) -> None:
    _answer(pen, RIGHT if content.is_true else NOTHING, "true", content.feedback_true)
    _answer(pen, NOTHING if content.is_true else RIGHT, "false", content.feedback_false)


def _short_answer(content: ShortAnswer, pen: _Pen) -> None:
    pen.setting("usecase", "1" if content.minds_case else "0")
    for one in content.patterns:
        _answer(pen, one.grade, words_in(one.text, pen.language), one.feedback)


def _numerical(content: Numerical, pen: _Pen) -> None:
    for one in content.ranges:
        value = "*" if one.value is None else write_number(one.value)
        holder = _answer(pen, one.grade, value, one.feedback)
        SubElement(holder, "tolerance").text = write_number(one.tolerance)


def _matching(content: Matching, pen: _Pen) -> None:
    pen.setting("shuffleanswers", "true")
    answers = {one.id: words_in(one.text, pen.language) for one in content.matches}
    for pair in content.pairs:
        pen.plain("answer", answers[pair.match_id], pen.text("subquestion", pair.prompt))
    used = {pair.match_id for pair in content.pairs}
    for own, words in answers.items():
        if own not in used:
            pen.plain("answer", words, pen.text("subquestion", Text()))


def _ordering(content: Ordering, pen: _Pen) -> None:
    for place, one in enumerate(content.items, start=1):
        pen.text("answer", one.text, fraction=str(place))


def _essay(content: Essay, pen: _Pen) -> None:
    pen.text("graderinfo", content.guidance)
    # Moodle passes over what it does not know.
    rubric = SubElement(pen.question, "rubric") if content.rubric else None
    for one in content.rubric:
        pen.text("criterion", one.text, rubric, points=str(one.points))


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
