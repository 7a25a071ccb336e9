"""What every kind of question can do. Plain rules: no database, no pages."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar
from urllib.parse import unquote

from certification.banks.kinds.texts import (
    IMAGE_PLACE,
    MAX_IMAGE_BYTES,
    MAX_IMAGES_BYTES,
    MAX_TEXT_LENGTH,
    Text,
    is_image,
    place_images,
)
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import LazyText, _, _l

MAX_PARTS = 50
ANSWER = "answer"  # The field in which a response is posted; parts of one are `answer-…`.

Problems = dict[str, list[str]]
Response = tuple[str, ...]  # By the parts' own ids or as it was typed; empty when nothing was answered.
ShownIds = Mapping[str, str]  # What stands for each part in one attempt, in the order in which it is shown.
Posted = Mapping[str, Sequence[str]]


class Kind(StrEnum):
    """The kinds of questions, by Moodle's names."""

    MULTICHOICE = "multichoice"
    TRUE_FALSE = "truefalse"
    SHORT_ANSWER = "shortanswer"
    NUMERICAL = "numerical"
    MATCHING = "matching"
    ORDERING = "ordering"
    ESSAY = "essay"
    DESCRIPTION = "description"

    @property
    def label(self) -> LazyText:
        """The kind in words."""
        return KIND_LABELS[self]


KIND_LABELS = {
    Kind.MULTICHOICE: _l("Choice"),
    Kind.TRUE_FALSE: _l("True or false"),
    Kind.SHORT_ANSWER: _l("Short answer"),
    Kind.NUMERICAL: _l("Number"),
    Kind.MATCHING: _l("Matching"),
    Kind.ORDERING: _l("Order"),
    Kind.ESSAY: _l("Free text, marked by a person"),
    Kind.DESCRIPTION: _l("Text without a question"),
}


class Control(StrEnum):
    """With what a candidate answers."""

    CHOOSE_ONE = "choose_one"
    CHOOSE_SOME = "choose_some"
    LINE = "line"
    NUMBER = "number"
    MATCH = "match"
    ORDER = "order"
    WRITE = "write"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Shown:
    """A part as a candidate sees it: under an id that means nothing elsewhere, as harmless HTML."""

    id: str
    text: str
    language: str = ""  # Of its text; empty when it is said in the reader's.


@dataclass(frozen=True)
class Seen:
    """All that a candidate sees of a question."""

    control: Control
    stem: str
    options: tuple[Shown, ...] = ()
    prompts: tuple[Shown, ...] = ()  # Each is answered by a field of its own, `answer-` and its id.
    language: str = ""  # Of the stem.

    def with_images(self, address: Callable[[str], str]) -> "Seen":
        """Let its images be fetched: `address` makes an address of an image's name."""

        def placed(parts: tuple[Shown, ...]) -> tuple[Shown, ...]:
            return tuple(replace(one, text=place_images(one.text, address)) for one in parts)

        stem = place_images(self.stem, address)
        return replace(self, stem=stem, options=placed(self.options), prompts=placed(self.prompts))


@dataclass(frozen=True, kw_only=True)
class Content(ABC):
    """What is asked, and what is right."""

    KIND: ClassVar[Kind]
    stem: Text
    general_feedback: Text = field(default_factory=Text)
    images: Mapping[str, str] = field(default_factory=dict)  # Base64 by name.

    def check(self) -> Problems:
        """Say what is wrong with it, by field; nothing when it can be asked."""
        problems = self._check_parts()
        if not self.stem:
            problems.setdefault("stem", []).append(_("This question says nothing. Write what is asked."))
        if any(len(words) > MAX_TEXT_LENGTH for text in self.texts() for words in text.words.values()):
            problems.setdefault("stem", []).append(
                _("One of its texts is too long: at most %(n)d characters.") % {"n": MAX_TEXT_LENGTH}
            )
        return problems | self._check_images()

    def notices(self) -> list[str]:
        """Say what is odd about it, though it can be asked."""
        return []

    def part_ids(self) -> tuple[str, ...]:
        """Name the parts that need an id of their own in each attempt."""
        return ()

    @abstractmethod
    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""

    @abstractmethod
    def seen(self, ids: ShownIds) -> Seen:
        """Give what a candidate sees: no grade, no key, no feedback, and no id but those given."""

    @abstractmethod
    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read what a candidate has sent.

        Raises:
            InvalidInput: it can't be an answer to this question; says why.
        """

    def write_response(self, response: Response, ids: ShownIds) -> Posted:
        """Write a response as it would be posted, so that the form shows it again."""
        return {ANSWER: [ids.get(one, one) for one in response]}

    def carried(self, response: Response, before: "Content") -> Response | None:
        """Give a response to an earlier version as one to this one; None if its parts say something else by now."""
        del before
        return response

    @abstractmethod
    def mark(self, response: Response) -> Fraction | None:
        """Mark a response from 0 to 1; None when a person has to."""

    def _seen(self, control: Control, options: tuple[Shown, ...] = (), prompts: tuple[Shown, ...] = ()) -> Seen:
        return Seen(control, self.stem.shown, options, prompts, self.stem.language)

    @abstractmethod
    def _check_parts(self) -> Problems: ...

    def _check_images(self) -> Problems:
        wrong = [name for name, content in self.images.items() if not is_image(name, content)]
        named = {
            unquote(name) for text in self.texts() for words in text.words.values() for name in _IMAGE.findall(words)
        }
        sizes = [len(content) * 3 // 4 for content in self.images.values()]
        found = [_("%(name)s is no PNG, JPEG, GIF or WebP image.") % {"name": name} for name in wrong]
        found += [_("The image %(name)s is missing.") % {"name": name} for name in sorted(named - set(self.images))]
        if sizes and (max(sizes) > MAX_IMAGE_BYTES or sum(sizes) > MAX_IMAGES_BYTES):
            found.append(_("Its images are too big: at most 1 MB each, and 3 MB together."))
        return {"images": found} if found else {}


_IMAGE = re.compile(re.escape(IMAGE_PLACE) + r"([^\s\"'<>?#]+)")


def refuse(words: str) -> InvalidInput:
    """Make the error that says why something is no answer."""
    return InvalidInput({ANSWER: [words]})


def one_value(posted: Posted, field_name: str = ANSWER) -> str:
    """Give the one value of a field, empty when there is none.

    Raises:
        InvalidInput: there are several.
    """
    values = [value.strip() for value in posted.get(field_name, ())]
    if len(values) > 1:
        raise refuse(_("Give one answer here, not several."))
    return values[0] if values else ""


def own_ids(values: Sequence[str], ids: ShownIds, allowed: Sequence[str]) -> Response:
    """Turn the ids that a candidate saw back into the parts' own.

    Raises:
        InvalidInput: one of them was not shown here.
    """
    by_shown = {shown: own for own, shown in ids.items() if own in allowed}
    if not all(value in by_shown for value in values):
        raise refuse(_("Choose among the answers that are shown."))
    return tuple(by_shown[value] for value in values)


def same_parts(before: Mapping[str, Text], after: Mapping[str, Text]) -> dict[str, str]:
    """Tell of each part that has stayed which one it is now: that of its id, or else the only one of its words."""
    found: dict[str, str] = {}
    for own, text in before.items():
        said = [one for one, other in after.items() if other.words.get(text.source) == text.words.get(text.source)]
        if own in said or len(said) == 1:
            found[own] = own if own in said else said[0]
    return found


def in_shown_order(parts: Mapping[str, Text], ids: ShownIds) -> tuple[Shown, ...]:
    """Give some parts under the ids and in the order of an attempt."""
    return tuple(Shown(shown, parts[own].shown, parts[own].language) for own, shown in ids.items() if own in parts)


def too_many(parts: Sequence[Any], field_name: str) -> Problems:
    """Refuse more parts than a candidate could look through."""
    if len(parts) <= MAX_PARTS:
        return {}
    return {field_name: [_("These are too many: at most %(n)d.") % {"n": MAX_PARTS}]}
