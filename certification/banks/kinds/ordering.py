"""Bringing parts into their order."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
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
    one_value,
    refuse,
    same_parts,
    too_many,
)
from certification.banks.kinds.texts import Text
from marketplace.kernel.translate import _


@dataclass(frozen=True)
class Item:
    """A part that has its place."""

    id: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class Ordering(Content):
    """The items stand in their right order."""

    KIND: ClassVar[Kind] = Kind.ORDERING
    items: tuple[Item, ...]

    def texts(self) -> tuple[Text, ...]:
        """List all its texts."""
        return self.stem, self.general_feedback, *(one.text for one in self.items)

    def part_ids(self) -> tuple[str, ...]:
        """Name the items."""
        return tuple(one.id for one in self.items)

    def seen(self, ids: ShownIds) -> Seen:
        """Show the items, each with a field for its place."""
        prompts = in_shown_order({one.id: one.text for one in self.items}, ids)
        return self._seen(Control.ORDER, prompts=prompts)

    def read_response(self, posted: Posted, ids: ShownIds) -> Response:
        """Read the place of each item, counted from 1."""
        places = {one.id: one_value(posted, f"{ANSWER}-{ids[one.id]}") for one in self.items}
        if not any(places.values()):
            return ()
        if sorted(places.values()) != sorted(str(place + 1) for place in range(len(self.items))):
            raise refuse(_("Give each part a place of its own, from 1 to %(n)d.") % {"n": len(self.items)})
        return tuple(sorted(places, key=lambda own: int(places[own])))

    def write_response(self, response: Response, ids: ShownIds) -> Posted:
        """Write the place of each item."""
        return {f"{ANSWER}-{ids[own]}": [str(place)] for place, own in enumerate(response, start=1)}

    def carried(self, response: Response, before: Content) -> Response | None:
        """Find the parts of then among those of now; all of them have to be there."""
        assert isinstance(before, Ordering), "a question never changes its kind"
        now = same_parts(*({one.id: one.text for one in content.items} for content in (before, self)))
        are_all_there = set(now) == set(before.part_ids()) and set(now.values()) == set(self.part_ids())
        return tuple(now[own] for own in response) if are_all_there or not response else None

    def mark(self, response: Response) -> Fraction:
        """Give the part of neighbours that follow each other as they should."""
        right = set(pairwise(self.part_ids()))
        return Fraction(len(right & set(pairwise(response))), len(right))

    def _check_parts(self) -> Problems:
        problems = too_many(self.items, "items")
        if len(self.items) < 2:  # noqa: PLR2004 - an order
            problems["items"] = [_("This needs at least two parts to bring into order.")]
        elif not all(one.text for one in self.items):
            problems["items"] = [_("One of the parts is empty.")]
        elif len(set(self.part_ids())) != len(self.items):
            problems["items"] = [_("Two of its parts have the same id.")]
        return problems
