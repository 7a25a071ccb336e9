"""What must always hold of what people keep of the list."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from providers.directory.models import Favourite, SavedSearch
from providers.directory.rules import MAX_FAVOURITES, MAX_SEARCHES


def favourites_beyond_the_limit(session: Session) -> list[str]:
    """Nobody has saved more providers than can be saved."""
    counted = select(Favourite.person_id, func.count()).group_by(Favourite.person_id)
    beyond = counted.having(func.count() > MAX_FAVOURITES).order_by(Favourite.person_id)
    return [f"person {person_id} has saved {count} providers" for person_id, count in session.execute(beyond)]


def searches_beyond_the_limit(session: Session) -> list[str]:
    """Nobody has saved more searches than can be saved."""
    counted = select(SavedSearch.person_id, func.count()).group_by(SavedSearch.person_id)
    beyond = counted.having(func.count() > MAX_SEARCHES).order_by(SavedSearch.person_id)
    return [f"person {person_id} has saved {count} searches" for person_id, count in session.execute(beyond)]


CHECKS = (favourites_beyond_the_limit, searches_beyond_the_limit)
