"""From an address to a search: what is asked, and for whom."""

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from marketplace.accounts import choices
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.translate import reader
from providers.directory import queries
from providers.directory.queries import Reader, Search
from providers.directory.schemas import ReaderSchema, SearchSchema

Query = MultiDict[str, str]


def this_reader(session: Session) -> Reader:
    """Tell the zone and the currency of whoever reads: of the account, or a guess from the zone."""
    zone = reader().zone
    own = current_user.currency if current_user.is_authenticated else None
    usable = own is not None and own in choices.currency_codes(session)
    return Reader(zone, str(own) if usable else choices.likely_currency(session, zone.key))


def search_from(session: Session, query: Query) -> Search:
    """Read a search, or raise `InvalidInput` with the messages by parameter."""
    values = load(SearchSchema(), query_values(SearchSchema(), query))
    return queries.search_for(session, values, this_reader(session))


def reader_from(session: Session, query: Query) -> Reader:
    """Read for whom a provider is shown, or raise `InvalidInput`."""
    values: dict[str, Any] = load(ReaderSchema(), query_values(ReaderSchema(), query))
    return queries.reader_of(session, values, this_reader(session))
