"""Shapes that few endpoints need: what is not built, what an empty text clears, a word in place of a number."""

from typing import Any

from marketplace.sandbox.stripe.engine.errors import NotSimulated
from marketplace.sandbox.stripe.engine.forms import Tree
from marketplace.sandbox.stripe.engine.shapes import Choice, Shape, Whole


class NotBuilt(Shape):
    """A parameter that Stripe takes and the stand-in does not: it says so, instead of doing something else."""

    def read(self, _value: Tree | str, name: str) -> Any:
        """Refuse it by name.

        Raises:
            NotSimulated: always.
        """
        raise NotSimulated(f"The parameter {name} is not part of this stand-in for Stripe.", param=name)


def not_built(names: str) -> dict[str, Shape]:
    """Name, in one text, parameters that Stripe takes and the stand-in does not."""
    return dict.fromkeys(names.split(), NotBuilt())


class OnlyBuilt(Shape):
    """One of a few words of which not all are built."""

    def __init__(self, words: str, but_not: str) -> None:
        """Keep the words that are taken, and those that Stripe takes, too."""
        self._words = words.split()
        self._but_not = but_not.split()

    def read(self, value: Tree | str, name: str) -> str:
        """Read one of the words; what is not built says so."""
        if value in self._but_not:
            raise NotSimulated(f"{name}={value} is not part of this stand-in for Stripe.", param=name)
        return str(Choice(*self._words).read(value, name))


class Clearable(Shape):
    """A hash or a list that an empty text unsets; that is read as None."""

    def __init__(self, one: Shape) -> None:
        """Keep the shape of what is not empty."""
        self._one = one

    def read(self, value: Tree | str, name: str) -> Any:
        """Read what was sent."""
        return None if value == "" else self._one.read(value, name)


class WordOrWhole(Shape):
    """A whole number, or one of a few words instead of it."""

    def __init__(self, *words: str) -> None:
        """Keep the words."""
        self._words = words

    def read(self, value: Tree | str, name: str) -> str | int:
        """Read the word or the number."""
        return value if isinstance(value, str) and value in self._words else int(Whole().read(value, name))
