"""What stands on a paper, word for word, and in which order: the same for the page and for the PDF.

A sheet is kept as it was issued, as JSON, so that no later change of words, names or rates changes it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Party:
    """Who issues a paper or gets it: the name first, then whatever else stands in the address."""

    role: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers stand at the end of their cells, and what is wide takes the room that is left."""

    label: str
    is_number: bool = False
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its title; `total` is its last row, if there is one."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on a paper, in the order in which it is read.

    Attributes:
        title: what it is.
        facts: labels and values: its number, its day, what it is about.
        parties: whose it is, and for whom.
        grids: what was bought or done.
        totals: labels and amounts; the last one is what counts.
        notes: whole sentences below.
        is_wide: it lies on its side, because its tables need the room.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    parties: Sequence[Party]
    grids: Sequence[Grid]
    totals: Sequence[tuple[str, str]]
    notes: Sequence[str]
    is_wide: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give plain values, to be kept."""
        return asdict(self)
