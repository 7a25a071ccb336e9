"""Writing freely; a person marks it."""

from collections.abc import Mapping
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
from certification.banks.kinds.grades import NOTHING
from certification.banks.kinds.texts import Text, tidy
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _

MAX_ESSAY_LENGTH = 20_000
MAX_POINTS = 100


@dataclass(frozen=True)
class Criterion:
    """What is looked at, and how many points it brings at most."""

    id: str
    text: Text
    points: int


@dataclass(frozen=True, kw_only=True)
class Essay(Content):
    """A free text; whoever marks it gives points by a rubric."""

    KIND: ClassVar[Kind] = Kind.ESSAY
    guidance: Text = field(default_factory=Text)  # For whoever marks it.
    rubric: tuple[Criterion, ...] = ()

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        return self.stem, self.general_feedback, self.guidance, *(one.text for one in self.rubric)

    def notices(self) -> list[str]:
        """Say so when there is nothing to mark by."""
        return [] if self.rubric else [_("There is no rubric yet: whoever marks it gives a share of the mark.")]

    def seen(self, ids: ShownIds) -> Seen:
        """Show a field to write in."""
        del ids
        return self._seen(Control.WRITE)

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read what was written."""
        del ids
        written = tidy(one_value(posted))
        if len(written) > MAX_ESSAY_LENGTH:
            raise refuse(_("Write at most %(n)d characters.") % {"n": MAX_ESSAY_LENGTH})
        return (written,) if written else ()

    def mark(self, response: Response) -> Fraction | None:
        """Leave it to a person, unless nothing was written."""
        return None if response else NOTHING

    def mark_by_rubric(self, points: Mapping[str, int]) -> Fraction:
        """Mark by the points that a person has given for each criterion.

        Raises:
            InvalidInput: a criterion is missing, or has more points than it brings.
        """
        assert self.rubric, "marked by a rubric"
        wrong = [one.id for one in self.rubric if not 0 <= points.get(one.id, -1) <= one.points]
        if wrong or len(points) != len(self.rubric):
            raise InvalidInput({name: [_("Give each criterion its points.")] for name in wrong or ["rubric"]})
        return Fraction(sum(points.values()), sum(one.points for one in self.rubric))

    def _check_parts(self) -> Problems:
        problems = too_many(self.rubric, "rubric")
        if not all(one.text and 1 <= one.points <= MAX_POINTS for one in self.rubric):
            problems["rubric"] = [_("Each criterion needs words, and 1 to %(n)d points.") % {"n": MAX_POINTS}]
        elif len({one.id for one in self.rubric}) != len(self.rubric):
            problems["rubric"] = [_("Two of its parts have the same id.")]
        return problems
