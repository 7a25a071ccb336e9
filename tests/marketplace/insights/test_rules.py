"""Lines stay inside their drawing and on one scale."""

import re

from hypothesis import given
from hypothesis import strategies as st

from marketplace.insights.rules import HEIGHT, WIDTH, draw

points = re.compile(r"[ML](\d+) (\d+)")


def ends(path):
    """List the points of a path."""
    return [(int(x), int(y)) for x, y in points.findall(path)]


def test_the_highest_is_at_the_top_and_nothing_at_the_bottom():
    drawing = draw([[0, 50, 100], [25, 25, 25]])
    assert [ends(path) for path in drawing.paths] == [
        [(0, HEIGHT), (500, 150), (WIDTH, 0)],
        [(0, 225), (500, 225), (WIDTH, 225)],
    ]
    assert (drawing.low, drawing.high, drawing.zero) == (0, 100, HEIGHT)


def test_less_than_nothing_is_below_the_line_of_nothing():
    drawing = draw([[-100, 100]])
    assert (drawing.low, drawing.high, drawing.zero) == (-100, 100, HEIGHT // 2)
    assert ends(drawing.paths[0]) == [(0, HEIGHT), (WIDTH, 0)]


def test_nothing_at_all_is_a_line_at_the_bottom():
    drawing = draw([[0, 0], []])
    assert drawing.paths[1] == ""
    assert (drawing.zero, drawing.high) == (HEIGHT, 0)


@given(
    st.integers(1, 400).flatmap(
        lambda days: st.lists(
            st.lists(st.integers(-(10**12), 10**12), min_size=days, max_size=days), min_size=1, max_size=3
        )
    )
)
def test_no_line_leaves_the_drawing(series):
    for values, path in zip(series, draw(series).paths, strict=True):
        found = ends(path)
        assert len(found) == len(values)
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in found)
