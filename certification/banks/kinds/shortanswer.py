"""Writing a few words, which are held to patterns."""

import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from certification.banks.kinds.base import (
    Content,
    Control,
    Kind,
    Posted,
    Problems,
    Response,
    Seen,
    ShownIds,
    one_value,
    refuse,
    too_many,
)
from certification.banks.kinds.grades import GRADES, NOTHING, out_of_reach
from certification.banks.kinds.texts import Text, tidy
from marketplace.kernel.translate import _

MAX_TYPED_LENGTH = 1000
_LITERAL = "\ufdd0"  # Stands for an asterisk that means itself; nobody's text holds it.


@dataclass(frozen=True)
class Pattern:
    r"""What may be written: `*` stands for anything, `\*` for an asterisk."""

    id: str
    text: Text
    grade: Fraction
    feedback: Text = field(default_factory=Text)


@dataclass(frozen=True, kw_only=True)
class ShortAnswer(Content):
    """The first pattern that fits decides; patterns of all languages count."""

    KIND: ClassVar[Kind] = Kind.SHORT_ANSWER
    patterns: tuple[Pattern, ...]
    minds_case: bool = False

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        return self.stem, self.general_feedback, *(text for one in self.patterns for text in (one.text, one.feedback))

    def notices(self) -> list[str]:
        """Say so when nobody can reach the full mark."""
        return out_of_reach(one.grade for one in self.patterns)

    def seen(self, ids: ShownIds) -> Seen:
        """Show a line to write on."""
        del ids
        return self._seen(Control.LINE)

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read what was typed."""
        del ids
        typed = " ".join(tidy(one_value(posted)).split())
        if len(typed) > MAX_TYPED_LENGTH:
            raise refuse(_("Write at most %(n)d characters.") % {"n": MAX_TYPED_LENGTH})
        return (typed,) if typed else ()

    def mark(self, response: Response) -> Fraction:
        """Give the grade of the first pattern that fits; never below nothing."""
        for typed in response:
            for one in self.patterns:
                if any(fits(typed, words, minds_case=self.minds_case) for words in one.text.words.values()):
                    return max(one.grade, NOTHING)
        return NOTHING

    def _check_parts(self) -> Problems:
        problems = too_many(self.patterns, "patterns")
        if not self.patterns or not all(one.text for one in self.patterns):
            problems["patterns"] = [_("Write at least one answer, and none that is empty.")]
        elif not all(one.grade in GRADES for one in self.patterns):
            problems["patterns"] = [_("One of the answers has a grade that there is not.")]
        elif all(one.grade <= 0 for one in self.patterns):
            problems["patterns"] = [_("No answer is right.")]
        return problems


def fits(typed: str, pattern: str, *, minds_case: bool) -> bool:
    """Tell whether a pattern fits, in time that grows with the lengths only.

    Space is compared as one space each, since a candidate does not see how many there are.
    """
    parts = [_same(part, minds_case=minds_case) for part in pattern.replace(r"\*", _LITERAL).split("*")]
    rest = _same(typed, minds_case=minds_case).strip()
    first, *inner = (part.replace(_LITERAL, "*") for part in parts)
    if not inner:
        return rest == first
    last = inner.pop()
    if len(rest) < len(first) + len(last) or not (rest.startswith(first) and rest.endswith(last)):
        return False
    rest = rest[len(first) : len(rest) - len(last)]
    for part in inner:
        found, _part, rest_after = rest.partition(part) if part else ("", "", rest)
        if part and len(found) == len(rest):
            return False
        rest = rest_after
    return True


def _same(text: str, *, minds_case: bool) -> str:
    """Bring a text to the one form in which it is compared."""
    normal = " ".join(f"|{unicodedata.normalize('NFC', text)}|".split())[1:-1]
    return normal if minds_case else unicodedata.normalize("NFC", normal.casefold())
