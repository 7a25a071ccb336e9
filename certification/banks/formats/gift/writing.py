"""Writing GIFT, so that what is read again is the same."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from certification.banks.formats.entries import Entry, Refusal, Unreadable, Written, words_in
from certification.banks.formats.gift.reading import CATEGORY, GENERAL_FEEDBACK
from certification.banks.formats.gift.signs import WEIGHT, escape, write_text
from certification.banks.kinds import (
    Content,
    Description,
    Essay,
    Kind,
    Matching,
    Multichoice,
    Numerical,
    ShortAnswer,
    Text,
    TextFormat,
    TrueFalse,
    write_grade,
    write_number,
)
from certification.banks.kinds.grades import NOTHING, RIGHT
from marketplace.kernel.translate import _

ARROW = "->"


class _Pen:
    """Writes the texts of one question, in one language."""

    def __init__(self, language: str, inherited: TextFormat) -> None:
        self.language = language
        self.inherited = inherited

    def text(self, text: Text) -> str:
        return write_text(words_in(text, self.language), text.format, self.inherited)

    def plain(self, text: Text) -> str:
        """Write a pattern, in which nothing is HTML."""
        return write_text(words_in(text, self.language), TextFormat.PLAIN, TextFormat.PLAIN)

    def feedback(self, text: Text) -> str:
        written = self.text(text)
        return f"#{written}" if written else ""


def write(entries: Iterable[Entry], language: str) -> Written:
    """Write questions in one language."""
    blocks: list[str] = []
    left_out, topic = [], ""
    for entry in entries:
        try:
            block = _question(entry, language)
        except Unreadable as reason:
            left_out.append(Refusal(entry.line, entry.name, str(reason)))
            continue
        if entry.topic != topic:
            topic = entry.topic
            blocks.append(f"{CATEGORY} {'/'.join(filter(None, ['$course$', 'top', topic]))}".replace("\\", "\\\\"))
        blocks.append(block)
    return Written("".join(f"{block}\n\n" for block in blocks).encode(), left_out)


def _question(entry: Entry, language: str) -> str:
    content = entry.content
    if content.images:
        raise Unreadable(_("GIFT holds no images. Moodle XML does."))
    pen = _Pen(language, content.stem.format)
    stem = write_text(words_in(content.stem, language), content.stem.format)
    marks = [f"[id:{_in_brackets(entry.idnumber)}]"] if entry.idnumber else []
    marks += [f"[tag:{_in_brackets(tag)}]" for tag in entry.all_tags]
    comment = f"// {' '.join(marks)}\n" if marks else ""
    return f"{comment}::{escape(entry.name)}::{stem}{_WRITERS[content.KIND](content, pen)}"


def _in_brackets(words: str) -> str:
    return words.replace("]", "\\]")


def _braced(answers: str, content: Content, pen: _Pen) -> str:
    general = pen.text(content.general_feedback)
    return f"{{{answers}{GENERAL_FEEDBACK + general if general else ''}}}"


def _lines(answers: Iterable[str]) -> str:
    return "".join(f"\n\t{answer}" for answer in answers) + "\n"


def _multichoice(content: Multichoice, pen: _Pen) -> str:
    if content.is_single and all(one.grade != RIGHT for one in content.choices):
        raise Unreadable(_("GIFT takes one choice for several when none is worth the full mark."))
    answers = []
    for one in content.choices:
        words = pen.text(one.text)
        if one.grade == RIGHT and content.is_single:
            sign = "="
        else:
            sign = f"~%{write_grade(one.grade)}%" if one.grade != NOTHING or WEIGHT.match(words) else "~"
        answers.append(f"{sign}{words}{pen.feedback(one.feedback)}")
    return _braced(_lines(answers), content, pen)


def _true_false(content: TrueFalse, pen: _Pen) -> str:
    feedback = [pen.text(content.feedback_false), pen.text(content.feedback_true)]
    wrong, right = feedback if content.is_true else reversed(feedback)
    told = f"#{wrong}#{right}" if right else f"#{wrong}" if wrong else ""
    return _braced(f"{'TRUE' if content.is_true else 'FALSE'}{told}", content, pen)


def _short_answer(content: ShortAnswer, pen: _Pen) -> str:
    if content.minds_case:
        raise Unreadable(_("GIFT can not say that capital letters count. Moodle XML can."))
    answers = [
        f"%{write_grade(one.grade)}%{pen.plain(one.text)}{pen.feedback(one.feedback)}" for one in content.patterns
    ]
    if not any(ARROW in answer for answer in answers):
        return _braced(_lines(f"={answer}" for answer in answers), content, pen)
    if len(answers) > 1:
        raise Unreadable(_("GIFT takes several answers with an arrow -> for pairs to match. Moodle XML does not."))
    return _braced(answers[0], content, pen)


def _numerical(content: Numerical, pen: _Pen) -> str:
    answers = []
    for one in content.ranges:
        value = "*" if one.value is None else f"{write_number(one.value)}:{write_number(one.tolerance)}"
        answers.append(f"=%{write_grade(one.grade)}%{value}{pen.feedback(one.feedback)}")
    return _braced(f"#{_lines(answers)}", content, pen)


def _matching(content: Matching, pen: _Pen) -> str:
    answers = {one.id: words_in(one.text, pen.language) for one in content.matches}
    sides = [(pen.text(one.prompt), answers[one.match_id]) for one in content.pairs]
    if any(ARROW in prompt for prompt, _answer in sides):
        raise Unreadable(
            _("GIFT splits a pair at its first arrow ->, so there may be none before. Moodle XML does not.")
        )
    used = {one.match_id for one in content.pairs}
    sides += [("", words) for own, words in answers.items() if own not in used]
    return _braced(_lines(f"={prompt} {ARROW} {escape(answer)}" for prompt, answer in sides), content, pen)


def _essay(content: Essay, pen: _Pen) -> str:
    if content.rubric or content.guidance:
        raise Unreadable(_("GIFT holds no guidance for whoever marks a text. CSV does."))
    return _braced("", content, pen)


def _description(content: Description, _pen: _Pen) -> str:
    if content.general_feedback:
        raise Unreadable(_("GIFT holds no feedback for a text without a question. Moodle XML does."))
    return ""


def _ordering(_content: Content, _pen: _Pen) -> str:
    raise Unreadable(_("GIFT holds no questions about an order. Moodle XML and CSV do."))


_WRITERS: Mapping[Kind, Callable[[Any, _Pen], str]] = {
    Kind.MULTICHOICE: _multichoice,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.NUMERICAL: _numerical,
    Kind.MATCHING: _matching,
    Kind.ORDERING: _ordering,
    Kind.ESSAY: _essay,
    Kind.DESCRIPTION: _description,
}
