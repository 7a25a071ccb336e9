"""Writing a number."""

from dataclasses import dataclass, field
from decimal import Decimal
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
from certification.banks.kinds.grades import GRADES, NOTHING, out_of_reach, read_number
from certification.banks.kinds.texts import Text
from marketplace.kernel.translate import _

EPSILON = Fraction(1, 10**14)  # What Moodle adds at both ends, so that a bound itself is inside.
_PLAIN = str.maketrans({"\u2212": "-", "\u066b": ".", "\u00a0": "", "\u202f": "", "\u2009": "", " ": ""})


@dataclass(frozen=True)
class Range:
    """A number and how far one may be off; without a number, anything that is none of the others."""

    id: str
    value: Decimal | None
    tolerance: Decimal
    grade: Fraction
    feedback: Text = field(default_factory=Text)

    def holds(self, number: Decimal) -> bool:
        """Tell whether a number is inside, both bounds included."""
        if self.value is None:
            return True
        tolerance = Fraction(self.tolerance)
        slack = EPSILON * max(tolerance, abs(Fraction(self.value)), EPSILON)
        return abs(Fraction(number) - Fraction(self.value)) <= tolerance + slack


@dataclass(frozen=True, kw_only=True)
class Numerical(Content):
    """The first range that holds the number decides."""

    KIND: ClassVar[Kind] = Kind.NUMERICAL
    ranges: tuple[Range, ...]

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        return self.stem, self.general_feedback, *(one.feedback for one in self.ranges)

    def notices(self) -> list[str]:
        """Say so when nobody can reach the full mark."""
        return out_of_reach(one.grade for one in self.ranges)

    def seen(self, ids: ShownIds) -> Seen:
        """Show a line for a number."""
        del ids
        return self._seen(Control.NUMBER)

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read a number as people write it: a comma or a point, and space between thousands."""
        del ids
        typed = one_value(posted)
        if not typed:
            return ()
        if _number_typed(typed) is None:
            raise refuse(_("Write one number, such as -3.5, without a unit."))
        return (typed,)

    def mark(self, response: Response) -> Fraction:
        """Give the grade of the first range that holds the number; never below nothing."""
        for typed in response:
            number = _number_typed(typed)
            for one in self.ranges:
                if number is not None and one.holds(number):
                    return max(one.grade, NOTHING)
        return NOTHING

    def _check_parts(self) -> Problems:
        problems = too_many(self.ranges, "ranges")
        if not self.ranges:
            problems["ranges"] = [_("Write at least one number that is right.")]
        elif any(one.tolerance < 0 for one in self.ranges):
            problems["ranges"] = [_("A tolerance is less than nothing; the smaller number of a range comes first.")]
        elif not all(one.grade in GRADES for one in self.ranges):
            problems["ranges"] = [_("One of the answers has a grade that there is not.")]
        elif all(one.grade <= 0 for one in self.ranges):
            problems["ranges"] = [_("No answer is right.")]
        return problems


def _number_typed(typed: str) -> Decimal | None:
    """Read a number as it was typed; a comma is a decimal point when it is the only mark."""
    plain = "".join(_digit(one) for one in typed.translate(_PLAIN))
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    return read_number(plain)


def _digit(character: str) -> str:
    """Give a digit of any script as one of ours."""
    return str(int(character)) if character.isdecimal() else character
