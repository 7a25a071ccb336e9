"""How far figures of a year could have come out otherwise, had other customers of the same kind been insured.

Whole policies are drawn again, with replacement, as many as there were; each draw gives the figures of one year that
could have been ("bootstrap": Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6 and 13). A policy
is drawn with all its claims, because claims of one customer come together.

Of very many policies, random groups of equal size are drawn instead ("random groups": Wolter, Introduction to Variance
Estimation, 2007, chapter 2), so that time and memory stay bounded whatever the vendor has sold.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.int64]  # Amounts in minor units, counts and row numbers: exact.

RESAMPLES = 1_000
MAX_DRAWN = 2_000  # So many policies or groups are drawn at most; more would not move the band.
MAX_SUM = 2**62 // MAX_DRAWN  # Of a column of one group, so that no sum of a draw leaves the 64 bits.
LOW, HIGH = 0.05, 0.95  # Nine of ten years that could have been lie between.
_AT_ONCE = 100


def resampled(rows: Whole, *, seed: int) -> Whole:
    """Draw policies again, a thousand times; the same seed gives the same draws.

    Args:
        rows: one for each policy, at least one; a column for each figure, whole numbers.
        seed: of the draws.

    Returns:
        the sums of the columns, one row for each draw.
    """
    luck = np.random.default_rng(seed)
    drawn = _in_groups(rows, luck)
    count = len(drawn)
    sums = [_times_drawn(luck, count) @ drawn for _ in range(RESAMPLES // _AT_ONCE)]
    return np.concatenate(sums)


def _in_groups(rows: Whole, luck: np.random.Generator) -> Whole:
    """Add up random groups of policies, as few in each as the most groups allow."""
    assert len(rows), "nobody to draw"
    size = -(-len(rows) // MAX_DRAWN)
    if size == 1:
        grouped = rows
    else:
        count = len(rows) // size
        grouped = np.zeros((count, rows.shape[1]), np.int64)
        np.add.at(grouped, luck.permutation(len(rows)) % count, rows)
    assert np.abs(grouped).max(initial=0) <= MAX_SUM, "amounts beyond any real currency"
    return grouped


def _times_drawn(luck: np.random.Generator, count: int) -> Whole:
    """Say of each of some draws how often each one is in it."""
    drawn = luck.integers(0, count, size=(_AT_ONCE, count)) + np.arange(_AT_ONCE)[:, None] * count
    return np.bincount(drawn.ravel(), minlength=_AT_ONCE * count).reshape(_AT_ONCE, count).astype(np.int64, copy=False)
