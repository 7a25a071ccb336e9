"""Questions of every kind."""

from decimal import Decimal
from fractions import Fraction

from certification.banks.kinds import (
    Choice,
    Criterion,
    Description,
    Essay,
    Item,
    Matching,
    Multichoice,
    Numerical,
    Ordering,
    Pattern,
    Range,
    ShortAnswer,
    TextFormat,
    TrueFalse,
    pair_up,
    say,
)

HALF, ALL, NONE = Fraction(1, 2), Fraction(1), Fraction(0)
FEEDBACK = "Look at the manual once more"


def text(words):
    return say(words, "en")


def choices(*grades):
    return tuple(
        Choice(f"c{number}", text(f"Answer {number}"), Fraction(grade), text(FEEDBACK))
        for number, grade in enumerate(grades, start=1)
    )


def single(*grades):
    return Multichoice(stem=text("Which one?"), choices=choices(*(grades or (ALL, NONE, NONE))))


def several(*grades):
    found = choices(*(grades or (HALF, HALF, Fraction(-1, 2))))
    return Multichoice(stem=text("Which ones?"), choices=found, is_single=False)


def true_false(*, is_true=True):
    return TrueFalse(stem=text("Water is wet."), is_true=is_true, feedback_false=text(FEEDBACK))


def short(*patterns, minds_case=False):
    found = tuple(
        Pattern(f"a{number}", say(words, "en", TextFormat.PLAIN), Fraction(grade), text(FEEDBACK))
        for number, (words, grade) in enumerate(patterns or [("rollback", 1)], start=1)
    )
    return ShortAnswer(stem=text("Which word?"), patterns=found, minds_case=minds_case)


def numerical(*ranges):
    found = tuple(
        Range(f"n{number}", None if value is None else Decimal(value), Decimal(tolerance), Fraction(grade))
        for number, (value, tolerance, grade) in enumerate(ranges or [("3.14", "0.01", 1)], start=1)
    )
    return Numerical(stem=text("How many?"), ranges=found)


def matching(*sides):
    found = sides or (("Cat", "purrs"), ("Dog", "barks"), ("Lion", "roars"), ("", "sings"))
    pairs, matches = pair_up([(text(prompt), text(answer)) for prompt, answer in found])
    return Matching(stem=text("Who does what?"), pairs=pairs, matches=matches)


def ordering(count=4):
    items = tuple(Item(f"i{number}", text(f"Step {number}")) for number in range(1, count + 1))
    return Ordering(stem=text("In which order?"), items=items)


def essay():
    rubric = (Criterion("r1", text("Names the cause"), 3), Criterion("r2", text("Is polite"), 1))
    return Essay(stem=text("Answer this customer."), guidance=text("Be fair"), rubric=rubric)


def description():
    return Description(stem=text("The next questions are about hosting."))


EVERY_KIND = (single, several, true_false, short, numerical, matching, ordering, essay, description)


def shown_ids(content):
    """Give ids as an attempt does: they say nothing, and stand in another order."""
    own = content.part_ids()
    return {one: f"x{number}" for number, one in reversed(list(enumerate(own)))}
