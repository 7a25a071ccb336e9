"""Reading the public list."""

from providers.directory.queries.favourites import count_favourites, favourites, saved_among
from providers.directory.queries.listing import (
    PAGE,
    Listed,
    OfferedService,
    Snapshot,
    find_ids,
    search,
    snapshot,
    snapshots,
    unknown_page,
)
from providers.directory.queries.questions import (
    Reader,
    Search,
    names_in_use,
    reader_of,
    releases_in_use,
    search_for,
    search_for_anybody,
)
from providers.directory.queries.saved_searches import (
    count_searches,
    demand,
    known_fits,
    people_to_look_for,
    same_search,
    saved_search,
    saved_searches,
)

__all__ = [
    "PAGE",
    "Listed",
    "OfferedService",
    "Reader",
    "Search",
    "Snapshot",
    "count_favourites",
    "count_searches",
    "demand",
    "favourites",
    "find_ids",
    "known_fits",
    "names_in_use",
    "people_to_look_for",
    "reader_of",
    "releases_in_use",
    "same_search",
    "saved_among",
    "saved_search",
    "saved_searches",
    "search",
    "search_for",
    "search_for_anybody",
    "snapshot",
    "snapshots",
    "unknown_page",
]
