"""One lever: its name, its words, what it asks for, and what it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.kernel.translate import LazyText
from marketplace.sandbox.stripe.engine.shapes import Choice, Fields, Given, Shape, Whole
from marketplace.sandbox.stripe.engine.world import Record, World

AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Input:
    """What a lever asks for: one of some words as Stripe writes them, or an amount, which may be left out."""

    name: str
    label: LazyText
    options: Sequence[str] = ()
    hint: LazyText | None = None

    @property
    def shape(self) -> Shape:
        """What the API side takes."""
        return Choice(*self.options) if self.options else Whole(minimum=1)


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that can be done to an object from outside."""

    name: str
    label: LazyText
    effect: LazyText
    pull: Callable[[World, Record, Given], Record]  # Gives the object to look at next.
    is_possible: Callable[[World, Record], bool]
    inputs: Sequence[Input] = ()

    @property
    def takes(self) -> Fields:
        """What is asked for; words must be given, an amount may."""
        return Fields(
            required={one.name: one.shape for one in self.inputs if one.options},
            optional={one.name: one.shape for one in self.inputs if not one.options},
        )
