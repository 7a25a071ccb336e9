"""How figures are drawn: a line through one point for each day, as the path of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 300  # Of the drawing, in units of its own; the page stretches it.


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines on one scale.

    Attributes:
        paths: the way of each line, as SVG has it, in the order of the series.
        low, high: what the lower and the upper edge stand for.
        zero: how far below the upper edge nothing is.
    """

    paths: list[str]
    low: int
    high: int
    zero: int


def draw(series: Sequence[Sequence[int]]) -> Drawing:
    """Draw series of whole numbers, all as long, on one scale that has nothing on it; time runs from the left."""
    low = min(0, *(min(values, default=0) for values in series), 0)
    high = max(0, *(max(values, default=0) for values in series), 0)
    span = max(high - low, 1)
    paths = ["".join(_points(values, high, span)) for values in series]
    return Drawing(paths, low, high, HEIGHT * high // span if high > low else HEIGHT)


def _points(values: Sequence[int], high: int, span: int) -> list[str]:
    last = max(len(values) - 1, 1)
    at = [f"{WIDTH * index // last} {HEIGHT * (high - value) // span}" for index, value in enumerate(values)]
    return [f"{'L' if index else 'M'}{point}" for index, point in enumerate(at)]
