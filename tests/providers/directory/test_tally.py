"""Counting words among some providers: as bits and row by row it is the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.directory.rules import tally
from providers.directory.rules.tally import Tally, packed

WORDS = 4


@st.composite
def tables(draw):
    """Give so many providers, who is chosen, and rows by word and owner, each with whether it counts."""
    providers = draw(st.integers(1, 200))
    chosen = draw(st.lists(st.booleans(), min_size=providers, max_size=providers))
    pairs = st.tuples(st.integers(0, WORDS - 1), st.integers(0, providers - 1))
    rows = sorted(draw(st.dictionaries(pairs, st.booleans(), max_size=60)).items())
    return providers, chosen, rows


@pytest.mark.parametrize("many", [0, 16, 10**6], ids=["rows", "both", "bits"])
@given(tables())
def test_what_is_counted_is_who_has_it(many, table):
    providers, chosen, rows = table
    word, owner = (np.array([row[0][place] for row in rows], dtype=np.int64) for place in (0, 1))
    kept, mask = np.array([counts for _pair, counts in rows], dtype=bool), np.array(chosen)
    first = np.searchsorted(word, np.arange(WORDS + 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "MANY", many)
        for kept_or_all in (kept, None):
            counted = Tally(owner, first, kept_or_all, providers).count(mask, packed(mask))
            assert counted.tolist() == [
                sum(chosen[whose] and (counts or kept_or_all is None) for (one, whose), counts in rows if one == number)
                for number in range(WORDS)
            ]


@pytest.mark.parametrize("providers", [0, 1, 63, 64, 65, 200])
def test_nothing_is_set_behind_the_last_provider(providers):
    bits = packed(np.ones(providers, dtype=bool))
    assert int(np.bitwise_count(bits).sum()) == providers
