"""What somebody may keep of the list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l
from providers.directory.rules.cards import Condition

MAX_FAVOURITES = 100
MAX_COMPARED = 4  # More do not fit beside each other.
MAX_SEARCHES = 20
MAX_QUERY_LENGTH = 1000
SHORT_LIST = 5  # Up to so many partners, somebody may want to be told of the next.
DEMANDED = (Condition.LANGUAGE, Condition.NICHE, Condition.COUNTRY)


class TooManyFavourites(Conflict):
    """Somebody has saved as many providers as can be."""

    message = _l("You have saved %(most)s partners, and more can not be saved. Remove one first.")


class TooManySearches(Conflict):
    """Somebody has saved as many searches as can be."""

    message = _l("You have saved %(most)s searches, and more can not be saved. Remove one first.")


class TooLongSearch(Conflict):
    """A search asks for so much that it can not be kept."""

    message = _l("This search asks for too much to be saved. Choose fewer conditions.")


class EnoughFit(Conflict):
    """So many fit that there is nobody to wait for."""

    message = _l("By now enough partners fit. Look at the list.")


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search as it is kept: the conditions as an address has them, in one order, and for whom they are worked out."""

    query: str
    zone: str
    currency: str


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that people wait for, and how many of them."""

    condition: Condition
    value: str
    people: int


def demand(searches: Iterable[tuple[int, str]], most: int) -> list[Demand]:
    """Count who waits for which language, kind of work and country, each person once.

    Args:
        searches: who has saved it, and its query.
        most: of each condition only so many are listed, those that most people wait for.
    """
    wanted = {
        (condition, value.partition(":")[0] if condition is Condition.LANGUAGE else value, person_id)
        for person_id, query in searches
        for name, value in parse_qsl(query)
        for condition in DEMANDED
        if name == condition
    }
    counts = Counter((condition, value) for condition, value, _person_id in wanted)
    return [one for condition in DEMANDED for one in _most(counts, condition)[:most]]


def _most(counts: Counter[tuple[Condition, str]], condition: Condition) -> list[Demand]:
    found = [Demand(condition, value, people) for (of, value), people in counts.items() if of is condition]
    return sorted(found, key=lambda one: (-one.people, one.value))
