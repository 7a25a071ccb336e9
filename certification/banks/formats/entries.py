"""What a file holds: questions, those that were refused and why, and their topics."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import TypeVar

from certification.banks.kinds import Content, Text, TextFormat, one_line
from certification.banks.rules import (
    DEFAULT_NAME_LENGTH,
    MAX_NAME_LENGTH,
    MAX_TAGS,
    MAX_TOPIC_LENGTH,
    Difficulty,
    idnumber_of,
    tag_of,
)
from marketplace.kernel.translate import _

MAX_QUESTIONS = 20_000  # Of one file.
DIFFICULTY_TAG = "difficulty:"  # How a format without difficulties holds one.
Reader = TypeVar("Reader")
_MARKUP = re.compile("<[^>]*>")


class Unreadable(Exception):
    """A question can't be read; its words say why, and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A question in a file, or for one."""

    name: str
    content: Content
    idnumber: str = ""
    topic: str = ""
    difficulty: Difficulty = Difficulty.MEDIUM
    tags: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def all_tags(self) -> tuple[str, ...]:
        """Its tags, with one for its difficulty when that is not the usual one."""
        usual = self.difficulty is Difficulty.MEDIUM
        return self.tags if usual else (*self.tags, f"{DIFFICULTY_TAG}{self.difficulty}")


@dataclass(frozen=True)
class Refusal:
    """A question that was refused: where it stands, what it is called, and how to mend it."""

    line: int
    name: str
    reason: str


@dataclass
class Found:
    """What was found in a file."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Tell whether there is no room for more."""
        return len(self.entries) + len(self.refused) >= MAX_QUESTIONS

    def take(self, entry: Entry) -> None:
        """Keep a question, or the reason why it can't be asked."""
        reasons = [words for texts in entry.content.check().values() for words in texts]
        if len(entry.topic) > MAX_TOPIC_LENGTH:
            reasons.append(_("The path of its topic is too long: at most %(n)d characters.") % {"n": MAX_TOPIC_LENGTH})
        if reasons:
            self.refuse(entry.line, entry.name, " ".join(reasons))
        else:
            self.entries.append(entry)

    def refuse(self, line: int, name: str, reason: str) -> None:
        """Keep the reason why a question was refused."""
        self.refused.append(Refusal(line, one_line(name, MAX_NAME_LENGTH), reason))

    def enter(self, category: str) -> None:
        """Keep a topic, once."""
        if category and category not in self.categories:
            self.categories.append(category)

    def refuse_more(self, line: int) -> None:
        """Say that the file has more questions than are read at once."""
        words = _("From here on nothing was read: a file holds at most %(n)d questions. Make two files of it.")
        self.refuse(line, "", words % {"n": MAX_QUESTIONS})


@dataclass
class Written:
    """A file that was written, and the questions that it can't hold, with the reason."""

    data: bytes
    left_out: list[Refusal]


def entry_of(
    *, name: str, content: Content, line: int, idnumber: str = "", topic: str = "", tags: Iterable[str] = ()
) -> Entry:
    """Make an entry of what a file says, in the form that every format can hold."""
    own, difficulty = [], Difficulty.MEDIUM
    for tag in filter(None, map(tag_of, tags)):
        level = tag.lower().removeprefix(DIFFICULTY_TAG)
        if level in set(Difficulty) and tag.lower().startswith(DIFFICULTY_TAG):
            difficulty = Difficulty(level)
        elif tag not in own:
            own.append(tag)
    return Entry(
        name=one_line(name, MAX_NAME_LENGTH) or default_name(content.stem),
        content=content,
        idnumber=idnumber_of(idnumber),
        topic=topic,
        difficulty=difficulty,
        tags=tuple(own[:MAX_TAGS]),
        line=line,
    )


def reader_for(kind: str, readers: Mapping[str, Reader]) -> Reader:
    """Give what reads a type of question.

    Raises:
        Unreadable: nothing does.
    """
    if kind not in readers:
        words = _("Questions of the type “%(type)s” are not taken. Those that are: %(types)s.")
        raise Unreadable(words % {"type": kind, "types": ", ".join(sorted(readers))})
    return readers[kind]


def default_name(stem: Text) -> str:
    """Name a question by how its text begins."""
    plain = unescape(_MARKUP.sub(" ", stem.text)) if stem.format is TextFormat.HTML else stem.text
    return one_line(plain, DEFAULT_NAME_LENGTH) or "?"


def words_in(text: Text, language: str) -> str:
    """Give the words of a text in one language, empty for an empty text.

    Raises:
        Unreadable: it has words, but not in this language.
    """
    if text and language not in text.words:
        raise Unreadable(_("It is not translated into this language: %(language)s.") % {"language": language})
    return text.words.get(language, "")
