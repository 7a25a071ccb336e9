"""What an answer is worth: exact parts of one, the same that Moodle knows."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from marketplace.kernel.translate import _

_POSITIVE = [
    *(Fraction(tenths, 10) for tenths in range(1, 11)),
    *(Fraction(1, parts) for parts in (3, 4, 6, 7, 8, 9, 20)),
    *(Fraction(2, 3), Fraction(3, 4), Fraction(5, 6)),
]
GRADES = frozenset([Fraction(0), *_POSITIVE, *(-grade for grade in _POSITIVE)])
NEAR = Fraction(1, 100_000)
MAX_NUMBER_LENGTH = 40
MAX_EXPONENT = 100
RIGHT = Fraction(1)
NOTHING = Fraction(0)


def read_number(text: str) -> Decimal | None:
    """Read a plain decimal number, with an exponent or without; None when it is none, or beyond all sense."""
    typed = text.strip()
    if not typed.isascii() or "_" in typed or len(typed) > MAX_NUMBER_LENGTH:
        return None
    try:
        number = Decimal(typed)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= MAX_EXPONENT else None


def read_grade(percent: str) -> Fraction | None:
    """Read a grade in percent, such as 33.33333; None when it is none of those that there are."""
    number = read_number(percent)
    if number is None:
        return None
    value = Fraction(number) / 100
    return next((grade for grade in GRADES if abs(grade - value) < NEAR), None)


def out_of_reach(grades: Iterable[Fraction]) -> list[str]:
    """Say so when none of some answers is worth the full mark."""
    return [] if RIGHT in set(grades) else [_("No answer is worth the full mark.")]


def write_grade(grade: Fraction) -> str:
    """Write a grade in percent, so that it is read as the same grade again."""
    return write_number((Decimal(grade.numerator) * 100 / grade.denominator).quantize(Decimal("0.00001")))


def write_number(number: Decimal) -> str:
    """Write a number without an exponent where that is short, and without zeros at its end."""
    plain = f"{number.normalize():f}"
    return plain if len(plain) <= MAX_NUMBER_LENGTH else str(number.normalize())
