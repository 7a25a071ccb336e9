"""The answers between the braces: one rule for each kind, and the first that fits is the one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from certification.banks.formats.entries import Unreadable
from certification.banks.formats.gift.signs import SPACE, find, read_text, with_feedback, with_weight
from certification.banks.kinds import (
    Choice,
    Content,
    Essay,
    Matching,
    Multichoice,
    Numerical,
    Pattern,
    Range,
    ShortAnswer,
    Text,
    TextFormat,
    TrueFalse,
    pair_up,
    read_number,
    say,
)
from certification.banks.kinds.grades import NOTHING, RIGHT
from marketplace.kernel.translate import _

TRUE, FALSE = ("T", "TRUE"), ("F", "FALSE")


@dataclass(frozen=True)
class Asked:
    """What is known of a question before its answers are read."""

    stem: Text
    general_feedback: Text
    language: str

    @property
    def texts(self) -> dict[str, Any]:
        """What every kind keeps."""
        return {"stem": self.stem, "general_feedback": self.general_feedback}

    def text(self, hidden: str) -> Text:
        """Read a part, in the format of the question unless it says another."""
        return read_text(hidden, self.language, self.stem.format)

    def parted(self, hidden: str) -> tuple[str, Text]:
        """Part an answer from its feedback."""
        return with_feedback(hidden, self.language, self.stem.format)


def read_answers(answers: str, asked: Asked) -> Content:
    """Read what stands between the braces.

    Raises:
        Unreadable: it can't be read; says why.
    """
    return next(read for fits, read in _RULES if fits(answers))(answers, asked)


def _essay(_answers: str, asked: Asked) -> Content:
    return Essay(**asked.texts)


def _numerical(answers: str, asked: Asked) -> Content:
    right, tilde, otherwise = answers[1:].partition("~")
    ranges = [_range(number, one, asked) for number, one in enumerate(_pieces(right, "="), start=1)]
    if not ranges:
        raise Unreadable(_("Write a number behind the #, such as {#3.5:0.1}."))
    if tilde:
        feedback = asked.parted(otherwise)[1]
        ranges.append(Range(f"n{len(ranges) + 1}", None, Decimal(0), NOTHING, feedback))
    return Numerical(**asked.texts, ranges=tuple(ranges))


def _range(number: int, piece: str, asked: Asked) -> Range:
    grade, rest = with_weight(piece, RIGHT)
    answer, feedback = asked.parted(rest)
    value, tolerance = _value_and_tolerance(find(answer).strip(SPACE))
    return Range(f"n{number}", value, tolerance, grade, feedback)


def _value_and_tolerance(answer: str) -> tuple[Decimal | None, Decimal]:
    if answer.find("..") > 0:
        least, _dots, most = answer.partition("..")
        low, high = _number(least), _number(most)
        return (low + high) / 2, (high - low) / 2
    value, _colon, tolerance = answer.partition(":")
    return None if value.strip(SPACE) == "*" else _number(value), _number(tolerance or "0")


def _number(typed: str) -> Decimal:
    number = read_number(typed)
    if number is None:
        words = _("%(typed)s is no number. Write one such as 3.5, 3.5:0.1 or 3.4..3.6.")
        raise Unreadable(words % {"typed": f"“{typed.strip()}”"})
    return number


def _multichoice(answers: str, asked: Asked) -> Content:
    pieces = _pieces(answers.replace("=", "~="), "~")
    # Moodle counts empty answers here, and loses them later.
    choices = [_choice(number, one, asked) for number, one in enumerate(filter(None, pieces), start=1)]
    return Multichoice(**asked.texts, choices=tuple(choices), is_single="=" in answers)


def _choice(number: int, piece: str, asked: Asked) -> Choice:
    grade, rest = (RIGHT, piece[1:]) if piece.startswith("=") else with_weight(piece, NOTHING)
    answer, feedback = asked.parted(rest)
    return Choice(f"c{number}", asked.text(answer), grade, feedback)


def _matching(answers: str, asked: Asked) -> Content:
    sides = []
    for piece in _pieces(answers, "="):
        prompt, arrow, answer = piece.partition("->")
        if not arrow:
            raise Unreadable(_("Every pair needs an arrow: {=cat -> purrs =dog -> barks}."))
        sides.append((asked.text(prompt.strip(SPACE)), say(find(answer), asked.language, TextFormat.PLAIN)))
    pairs, matches = pair_up(sides)
    return Matching(**asked.texts, pairs=pairs, matches=matches)


def _true_false(answers: str, asked: Asked) -> Content:
    answer, *feedback = (part.strip(SPACE) for part in answers.split("#", 2))
    wrong, right, *_rest = [*map(asked.text, feedback), asked.text(""), asked.text("")]
    is_true = answer in TRUE
    when_true, when_false = (right, wrong) if is_true else (wrong, right)
    return TrueFalse(**asked.texts, is_true=is_true, feedback_true=when_true, feedback_false=when_false)


def _short_answer(answers: str, asked: Asked) -> Content:
    patterns = [_pattern(number, one, asked) for number, one in enumerate(_pieces(answers, "="), start=1)]
    return ShortAnswer(**asked.texts, patterns=tuple(one for one in patterns if one.text))


def _pattern(number: int, piece: str, asked: Asked) -> Pattern:
    grade, rest = with_weight(piece, RIGHT)
    answer, feedback = asked.parted(rest)
    words = read_text(answer, asked.language, TextFormat.PLAIN).words
    return Pattern(f"a{number}", Text(words, TextFormat.PLAIN), grade, feedback)


def _pieces(answers: str, sign: str) -> list[str]:
    first, *rest = (piece.strip(SPACE) for piece in answers.split(sign))
    return [first, *rest] if first else rest


def _says_true_or_false(answers: str) -> bool:
    return answers.partition("#")[0].strip(SPACE) in (*TRUE, *FALSE)


_RULES: Sequence[tuple[Callable[[str], bool], Callable[[str, Asked], Content]]] = (
    (lambda answers: not answers, _essay),
    (lambda answers: answers.startswith("#"), _numerical),
    (lambda answers: "~" in answers, _multichoice),
    (lambda answers: "=" in answers and "->" in answers, _matching),
    (_says_true_or_false, _true_false),
    (lambda _answers: True, _short_answer),
)
