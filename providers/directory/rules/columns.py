"""Many providers at once, column by column, as the index reads them.

A provider is a row, by its place in `provider_ids`; what it has several of stands in tables that name the row as
`owner` and are sorted by it. What others are looked up by is `Whole`, which numpy need not bring into another form
first; what is only read is `Small`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.tariffs.rules import PartnerLevel
from providers.availability.rules import Hours
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Medium
from providers.services.rules import Terms

Whole: TypeAlias = NDArray[np.int64]
Small: TypeAlias = NDArray[np.int32]
Reals: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

# How a language is used, None for what somebody knows better; and whether it must be proven.
Use: TypeAlias = tuple[Medium | None, bool]

CEFR = tuple(Cefr)
LAYERS = tuple(Layer)
KINDS = tuple(ServiceKind)
PARTNER_LEVELS = tuple(PartnerLevel)


@dataclass(frozen=True, slots=True)
class Coded:
    """Words, and for each row the place of its word among them."""

    words: Sequence[str]
    codes: Small


@dataclass(frozen=True, slots=True)
class Alike:
    """Different sets of words, and for each row the place of its set: few sets, each of them that of many rows."""

    sets: Sequence[frozenset[str]]
    codes: Small


@dataclass(frozen=True, slots=True)
class Owned:
    """Words that rows have several of, without doubles, sorted by owner."""

    words: Sequence[str]
    owner: Whole
    code: Small


@dataclass(frozen=True, slots=True)
class Spoken(Owned):
    """Languages, each at its best levels: places in `CEFR`, or -1 where there is none.

    `level` is the better of `spoken` and `written`; so is `proven` of what of these is proven.
    """

    level: Small
    spoken: Small
    written: Small
    proven: Small
    spoken_proven: Small
    written_proven: Small

    def levels(self, use: Use) -> Small:
        """Give the levels that count if languages are used in some way."""
        medium, is_proven = use
        if is_proven:
            return {None: self.proven, Medium.SPOKEN: self.spoken_proven, Medium.WRITTEN: self.written_proven}[medium]
        return {None: self.level, Medium.SPOKEN: self.spoken, Medium.WRITTEN: self.written}[medium]


@dataclass(frozen=True, slots=True)
class Sold(Owned):
    """Services for whose niche (`code`) somebody there is certified, sorted by owner and niche.

    Layers and kinds are places in `LAYERS` and `KINDS`; terms are places in `different_terms`.
    """

    layer: Small
    kind: Small
    urgency_hours: Small
    terms: Whole
    different_terms: Sequence[Terms]


@dataclass(frozen=True, slots=True)
class Columns:
    """Listed providers, by their ids from small to large.

    `break_until` is in seconds since 1970, 0 for those on no break; so is `created_at`. `opens_after_break` is when
    somebody works after the break, infinite if nobody does or if there is none. `schedules` are different hours of all
    members of a provider, and `schedule` is a place among them.
    """

    provider_ids: Whole
    countries: Coded
    level: Small
    accepts_cover: Mask
    created_at: Reals
    break_until: Reals
    opens_after_break: Reals
    stars: Reals
    likely_stars: Reals
    likely_kept_share: Reals
    schedules: Sequence[tuple[Hours, ...]]
    schedule: Whole
    languages: Spoken
    services: Sold
    tracks: Owned
    releases: Alike

    def __len__(self) -> int:
        """So many providers."""
        return len(self.provider_ids)


def begins(values: Whole | Small) -> Whole:
    """Tell where each value of a sorted column stands first."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])


def distinct(values: Whole) -> Whole:
    """Give numbers in order and each once: ten times as fast as `numpy.unique`, which hashes them."""
    in_order = np.sort(values)
    return in_order[begins(in_order)]
