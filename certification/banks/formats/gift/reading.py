"""Reading GIFT: blocks between blank lines, each a category or a question."""

import re
from collections.abc import Iterator

from certification.banks.formats.entries import Entry, Found, Unreadable, entry_of
from certification.banks.formats.gift.answers import Asked, read_answers
from certification.banks.formats.gift.signs import SPACE, find, hide, read_text
from certification.banks.kinds import Content, Description, Text, one_line
from certification.banks.rules import DEFAULT_NAME_LENGTH, topic_in_moodle
from marketplace.kernel.translate import _

CATEGORY = "$CATEGORY:"
COMMENT = "//"
GAP = "_____"
GENERAL_FEEDBACK = "####"
_IDNUMBER = re.compile(r"\[id:((?:\\]|[^\]\x00-\x1f\x7f])+)]")
_TAG = re.compile(r"\[tag:((?:\\]|[^\]<>`\x00-\x1f\x7f])+)]")

Line = tuple[int, str]


def read(text: str, language: str) -> Found:
    """Read the questions of a file."""
    found, topic = Found(), ""
    for block in _blocks(text):
        if found.is_full:
            found.refuse_more(block[0][0])
            break
        comments, rest = _part_comments(block)
        body = hide("\n".join(line for _number, line in rest).strip(SPACE))
        if not body:
            continue
        line = next(number for number, line in rest if line.strip(SPACE))
        try:
            if body.startswith(CATEGORY):
                topic = _category(body)
                found.enter(topic)
            else:
                found.take(_question(body, comments, language, topic, line))
        except Unreadable as reason:
            found.refuse(line, _name_of(body), str(reason))
    return found


def _blocks(text: str) -> Iterator[list[Line]]:
    """Give the lines between blank ones, numbered; also inside braces a blank line ends a question."""
    lines = text.split("\n" if "\n" in text else "\r")
    block: list[Line] = []
    for number, line in enumerate(lines, start=1):
        trimmed = line.strip(SPACE)
        if trimmed:
            block.append((number, trimmed))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _part_comments(block: list[Line]) -> tuple[str, list[Line]]:
    """Part the comments from the rest, in which a space stands for each."""
    comments = [line for _number, line in block if line.startswith(COMMENT)]
    rest = [(number, " " if line.startswith(COMMENT) else line) for number, line in block]
    return "\n".join(comments), rest


def _category(body: str) -> str:
    path = body.removeprefix(CATEGORY).strip(SPACE)
    if "\n" in path:
        raise Unreadable(_("Leave an empty line behind the line of $CATEGORY: what follows became part of its name."))
    return topic_in_moodle(find(path))


def _question(body: str, comments: str, language: str, topic: str, line: int) -> Entry:
    name, text = _part_name(body)
    stem, answers = _part_answers(text)
    idnumber = _IDNUMBER.search(comments)
    return entry_of(
        name=find(name),
        content=_content(stem, answers, language),
        line=line,
        idnumber=_unescaped(idnumber[1]) if idnumber else "",
        topic=topic,
        tags=[_unescaped(tag) for tag in _TAG.findall(comments)],
    )


def _content(stem: str, answers: str | None, language: str) -> Content:
    asked = read_text(stem, language)
    if answers is None:
        return Description(stem=asked)
    right, sign, general = answers.rpartition(GENERAL_FEEDBACK)
    feedback = read_text(general, language, asked.format) if sign else Text()
    return read_answers(right.strip(SPACE) if sign else answers, Asked(asked, feedback, language))


def _part_name(body: str) -> tuple[str, str]:
    """Part the name from the rest; one that does not end makes what follows its sign the text."""
    if not body.startswith("::"):
        return "", body
    name, sign, text = body[2:].partition("::")
    return (name, text.strip(SPACE)) if sign else ("", name)


def _part_answers(text: str) -> tuple[str, str | None]:
    """Part the answers from the text, in which a gap stands for them unless they end it; None when there are none."""
    start, end = text.find("{"), text.find("}")
    if start == end == -1:
        return text, None
    if start == -1 or end == -1:
        raise Unreadable(_("One of the braces { } is missing. Close what is open, or write \\{ and \\} for the signs."))
    if end < start:
        raise Unreadable(_("The brace } stands before the brace {. Write \\} if it is only a sign."))
    gap = "" if text.endswith("}") else GAP
    return text[:start] + gap + text[end + 1 :], text[start + 1 : end].strip(SPACE)


def _name_of(body: str) -> str:
    name, text = _part_name(body)
    return find(name) or one_line(find(text), DEFAULT_NAME_LENGTH)


def _unescaped(words: str) -> str:
    return words.strip(SPACE).replace("\\]", "]")
