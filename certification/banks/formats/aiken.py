"""Aiken: a question on one line, its choices, and the letter of the right one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from certification.banks.formats.entries import Entry, Found, Refusal, Unreadable, Written, entry_of, words_in
from certification.banks.kinds import Choice, Multichoice, TextFormat, say
from certification.banks.kinds.grades import NOTHING, RIGHT
from marketplace.kernel.translate import _

_CHOICE = re.compile(r"[A-Z][).][ \t]")
_ANSWER = re.compile(r"ANSWER:\s*(.?)")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class _Draft:
    """A question that is being read."""

    line: int
    stems: list[str] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)


def looks_like(text: str) -> bool:
    """Tell whether a text is Aiken: a line tells a right letter."""
    return re.search(r"^ANSWER:\s*[A-Z]\s*$", text, re.MULTILINE) is not None


def read(text: str, language: str) -> Found:
    """Read the questions of a file."""
    found = Found()
    for draft, letter in _drafts(text):
        if found.is_full:
            found.refuse_more(draft.line)
            break
        name = draft.stems[0] if draft.stems else ""
        try:
            found.take(entry_of(name=name[:80], content=_content(draft, letter, language), line=draft.line))
        except Unreadable as reason:
            found.refuse(draft.line, name, str(reason))
    return found


def _drafts(text: str) -> Iterator[tuple[_Draft, str]]:
    """Give each question with the letter that closes it, empty when none does."""
    draft: _Draft | None = None
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        line = raw.strip()
        if len(line) < 2:  # noqa: PLR2004 - as Moodle reads it
            continue
        draft = draft or _Draft(number)
        answer = _ANSWER.match(line)
        if answer:
            yield draft, answer[1]
            draft = None
        elif _CHOICE.match(line):
            draft.choices.append((line[0], line[2:].strip()))
        elif draft.choices:
            yield draft, ""
            draft = _Draft(number, [line])
        else:
            draft.stems.append(line)
    if draft:
        yield draft, ""


def _content(draft: _Draft, letter: str, language: str) -> Multichoice:
    """Make a choice of it; what Moodle would lose silently is refused."""
    if len(draft.stems) > 1:
        raise Unreadable(_("Its text has several lines, of which Aiken keeps only the last. Write it on one line."))
    if not draft.stems:
        raise Unreadable(_("The text of the question is missing before the first choice."))
    if not letter:
        raise Unreadable(_("The line ANSWER: with the letter of the right choice is missing behind the choices."))
    letters = [own for own, _words in draft.choices]
    if letters != list(_LETTERS[: len(letters)]):
        raise Unreadable(_("Letter the choices A, B, C and so on, without gaps."))
    if letter not in letters:
        raise Unreadable(_("The right answer is %(letter)s, but there is no such choice.") % {"letter": letter})
    choices = [
        Choice(f"c{number}", say(words, language, TextFormat.PLAIN), RIGHT if own == letter else NOTHING)
        for number, (own, words) in enumerate(draft.choices, start=1)
    ]
    return Multichoice(stem=say(draft.stems[0], language, TextFormat.PLAIN), choices=tuple(choices))


def write(entries: Iterable[Entry], language: str) -> Written:
    """Write questions in one language."""
    blocks, left_out = [], []
    for entry in entries:
        try:
            blocks.append(_question(entry, language))
        except Unreadable as reason:
            left_out.append(Refusal(entry.line, entry.name, str(reason)))
    return Written("\n".join(blocks).encode(), left_out)


def _question(entry: Entry, language: str) -> str:
    content = entry.content
    if not isinstance(content, Multichoice) or not content.is_single or len(content.choices) > len(_LETTERS):
        raise Unreadable(_("Aiken holds only choices of one among up to 26 answers."))
    right = [letter for letter, one in zip(_LETTERS, content.choices, strict=False) if one.grade == RIGHT]
    if len(right) != 1 or any(one.grade not in (NOTHING, RIGHT) or one.feedback for one in content.choices):
        raise Unreadable(_("Aiken holds one right answer, no parts of a mark and no feedback."))
    stem = words_in(content.stem, language)
    answers = [words_in(one.text, language) for one in content.choices]
    lines = [stem, *(f"{letter}. {words}" for letter, words in zip(_LETTERS, answers, strict=False))]
    block = "\n".join([*lines, f"ANSWER: {right[0]}", ""])
    # Whatever else the format can't hold shows when it is read again: several lines, markup, images, a name.
    again = read(block, language)
    if [(one.name, one.content) for one in again.entries] != [(entry.name, content)] or _has_more(entry):
        raise Unreadable(_("Aiken holds one line of plain text for each part, and neither names nor topics."))
    return block


def _has_more(entry: Entry) -> bool:
    return bool(entry.idnumber or entry.topic or entry.all_tags)
