"""The signs of GIFT: what is escaped, how a text says its format, what an answer is worth."""

import re
from fractions import Fraction

from certification.banks.formats.entries import Unreadable
from certification.banks.kinds import Text, TextFormat, read_grade, say
from marketplace.kernel.translate import _

SPACE = " \t\n\r\0\x0b"  # What is trimmed, and nothing else.
_SIGNS = ":#={}~"
_HIDDEN = {sign: chr(0xFDD1 + number) for number, sign in enumerate(f"{_SIGNS}n")}
_FOUND = str.maketrans({hidden: "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()})
_ESCAPED = re.compile(r"\\([\\:#={}~n])")
_ESCAPE = str.maketrans({**{sign: f"\\{sign}" for sign in f"\\{_SIGNS}"}, "\n": r"\n"})
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
WEIGHT = re.compile(r"%(-*[0-9]{1,2}\.?[0-9]*)%")


def hide(text: str) -> str:
    """Put marks in the place of escaped signs, so that those that are left mean something."""
    return _ESCAPED.sub(lambda found: _HIDDEN.get(found[1], "\\"), text)


def find(text: str) -> str:
    """Put the signs back in the place of their marks."""
    return text.translate(_FOUND)


def escape(words: str) -> str:
    """Write words so that none of their signs means anything."""
    return words.translate(_ESCAPE)


def read_text(hidden: str, language: str, inherited: TextFormat = TextFormat.MOODLE) -> Text:
    """Read a text that may begin with its format; an unknown word in brackets is text."""
    known = _FORMAT.match(hidden)
    written = TextFormat(known[1]) if known else inherited
    return say(find(hidden[known.end() :] if known else hidden), language, written)


def write_text(words: str, written: TextFormat, inherited: TextFormat = TextFormat.MOODLE) -> str:
    """Write a text, with its format where that is not understood."""
    if not words:
        return ""
    return escape(words) if written is inherited and not words.startswith("[") else f"[{written}]{escape(words)}"


def with_feedback(hidden: str, language: str, inherited: TextFormat) -> tuple[str, Text]:
    """Part an answer from the feedback for whoever gives it."""
    answer, _sign, feedback = hidden.partition("#")
    return answer.strip(SPACE), read_text(feedback.strip(SPACE), language, inherited)


def with_weight(answer: str, usual: Fraction) -> tuple[Fraction, str]:
    """Part what an answer is worth from the answer.

    Raises:
        Unreadable: there is no such grade.
    """
    weight = WEIGHT.match(answer)
    if weight is None:
        return usual, answer
    grade = read_grade(weight[1])
    if grade is None:
        words = _("%(weight)s is no grade. Write one that there is, such as 100, 50, 33.33333 or -25.")
        raise Unreadable(words % {"weight": weight[0]})
    return grade, answer[weight.end() :]
