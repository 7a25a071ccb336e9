"""From an address to a search: what is asked, and for whom."""

from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from marketplace.accounts import choices
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.translate import reader
from providers.directory import queries
from providers.directory.models import SavedSearch
from providers.directory.queries import Reader, Search
from providers.directory.queries.freshness import kept
from providers.directory.rules import KeptSearch
from providers.directory.schemas import SEARCH

Query = MultiDict[str, str]
# What makes another list: all that can be asked, but for where a page of it begins.
PARAMETERS = tuple(name for name in SEARCH.fields if name != "cursor")
CONDITIONS = tuple(name for name in PARAMETERS if name not in {"sort", "tz", "currency"})


def this_reader(session: Session) -> Reader:
    """Tell the zone and the currency of whoever reads: of the account, or a guess from the zone."""
    zone = reader().zone
    own = current_user.currency if current_user.is_authenticated else None
    usable = kept(session, choices.currency_codes)
    return Reader(zone, own if own is not None and own in usable else choices.likely_currency(usable, zone.key))


def search_from(session: Session, query: Query) -> Search:
    """Read a search, or raise `InvalidInput` with the messages by parameter."""
    values = load(SEARCH, query_values(SEARCH, query))
    return queries.search_for(session, values, this_reader(session))


def kept_from(query: Query, asked: Search) -> KeptSearch:
    """Bring a search that was read from a query into the form in which it is kept: what means the same is the same."""
    pairs = [(name, value) for name in CONDITIONS for value in sorted(set(query.getlist(name))) if value.strip()]
    return KeptSearch(urlencode(pairs), asked.reader.zone.key, asked.reader.currency)


def search_again(session: Session, saved: SavedSearch) -> Search:
    """Make the search that somebody has saved, or raise `InvalidInput` if it can not be done any more."""
    query = MultiDict(parse_qsl(saved.query))
    values = load(SEARCH, query_values(SEARCH, query))
    return queries.search_for(session, values, Reader(ZoneInfo(saved.zone), saved.currency))
