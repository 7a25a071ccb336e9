"""Choosing one or some of several answers."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from certification.banks.kinds.base import (
    ANSWER,
    Content,
    Control,
    Kind,
    Posted,
    Problems,
    Response,
    Seen,
    ShownIds,
    in_shown_order,
    own_ids,
    refuse,
    same_parts,
    too_many,
)
from certification.banks.kinds.grades import GRADES, NOTHING, RIGHT, out_of_reach
from certification.banks.kinds.texts import Text
from marketplace.kernel.translate import _


@dataclass(frozen=True)
class Choice:
    """An answer that can be chosen, and what part of the mark it brings or takes."""

    id: str
    text: Text
    grade: Fraction
    feedback: Text = field(default_factory=Text)


@dataclass(frozen=True, kw_only=True)
class Multichoice(Content):
    """One answer is chosen, or any number of them."""

    KIND: ClassVar[Kind] = Kind.MULTICHOICE
    choices: tuple[Choice, ...]
    is_single: bool = True

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        return self.stem, self.general_feedback, *(text for one in self.choices for text in (one.text, one.feedback))

    def part_ids(self) -> tuple[str, ...]:
        """Name the choices."""
        return tuple(one.id for one in self.choices)

    def notices(self) -> list[str]:
        """Say so when nobody can reach the full mark."""
        if self.is_single:
            return out_of_reach(one.grade for one in self.choices)
        earned = sum((one.grade for one in self.choices if one.grade > 0), NOTHING)
        return [] if round(earned, 2) == 1 else [_("The right answers together are not worth exactly the full mark.")]

    def seen(self, ids: ShownIds) -> Seen:
        """Show the choices."""
        control = Control.CHOOSE_ONE if self.is_single else Control.CHOOSE_SOME
        return self._seen(control, in_shown_order({one.id: one.text for one in self.choices}, ids))

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read the ids that were chosen."""
        values = [value for value in posted.get(ANSWER, ()) if value]
        if len(set(values)) != len(values) or (self.is_single and len(values) > 1):
            raise refuse(_("Choose one of the answers.") if self.is_single else _("Choose each answer once."))
        return own_ids(values, ids, self.part_ids())

    def carried(self, response: Response, before: Content) -> Response | None:
        """Find what was chosen among the choices that there are now."""
        assert isinstance(before, Multichoice), "a question never changes its kind"
        now = same_parts(*({one.id: one.text for one in content.choices} for content in (before, self)))
        are_several = self.is_single and len(response) > 1
        return None if are_several or set(response) - set(now) else tuple(now[own] for own in response)

    def mark(self, response: Response) -> Fraction:
        """Add up the grades of what was chosen; never below nothing or above all."""
        earned = sum((one.grade for one in self.choices if one.id in response), NOTHING)
        return min(max(earned, NOTHING), RIGHT)

    def _check_parts(self) -> Problems:
        problems = too_many(self.choices, "choices")
        if len(self.choices) < 2:  # noqa: PLR2004 - a choice
            problems["choices"] = [_("This needs at least two answers to choose from.")]
        elif not all(one.text for one in self.choices):
            problems["choices"] = [_("One of the answers is empty.")]
        elif len(set(self.part_ids())) != len(self.choices):
            problems["choices"] = [_("Two of the answers have the same id.")]
        elif not all(one.grade in GRADES for one in self.choices):
            problems["choices"] = [_("One of the answers has a grade that there is not.")]
        elif all(one.grade <= 0 for one in self.choices):
            problems["choices"] = [_("No answer is right.")]
        return problems
