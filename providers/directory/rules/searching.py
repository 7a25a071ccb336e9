"""A page of the list: who is on it, how many there are and would be, and what to change when nobody fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from providers.directory.rules.cards import Filters
from providers.directory.rules.counting import Facets, facets
from providers.directory.rules.matches import Matches
from providers.directory.rules.order import day_of, mark_of, ranked, read_cursor, together, write_cursor
from providers.directory.rules.relaxing import Nearest, Relaxation, nearest, relaxations


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list; `relax` says what to ask for instead when nobody fits, the smallest change first.

    Where no change of one parameter is enough, `nearest` says what to leave out.
    """

    provider_ids: Sequence[int]
    total: int
    facets: Facets
    next_cursor: str | None
    relax: Sequence[Relaxation]
    nearest: Nearest | None


def find(
    found: Sequence[Matches], filters: Filters, today: date, *, reader: str, cursor: str | None, limit: int
) -> Found:
    """Put a page together.

    Args:
        found: who meets what, in each segment; at least one.
        filters: what is asked.
        today: whose turn it is among equals changes with the day, in UTC.
        reader: for whom hours and prices are worked out, in a word of any kind.
        cursor: where the page before ended; None for the first page.
        limit: how many a page holds.

    Raises:
        BrokenCursor: the cursor is not one that this question gave.
    """
    mark = mark_of(filters, reader)
    place = read_cursor(cursor, mark) if cursor else None
    day = place.day if place else day_of(today)  # Pages of one list keep their order over midnight.
    everybody = together([ranked(one, filters.sort, day) for one in found])
    rest = everybody.after(place) if place else everybody
    page = rest.first(limit)
    total, is_more = len(everybody.rank), len(rest.rank) > limit
    counted = facets(found, filters)
    relax = [] if total else relaxations(found, filters, counted)
    return Found(
        provider_ids=page.provider_id.tolist(),
        total=total,
        facets=counted,
        next_cursor=write_cursor(page, mark, day) if is_more else None,
        relax=relax,
        nearest=None if total or relax else nearest(found, filters),
    )
