"""Saving partners and searches, telling who fits, and keeping the log of changes short."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.accounts import queries as accounts
from marketplace.kernel.database import insert_new
from marketplace.kernel.events import announce
from providers.directory import queries
from providers.directory.events import SomebodyFits
from providers.directory.models import DirectoryChange, Favourite, KnownFit, SavedSearch
from providers.directory.rules import (
    MAX_FAVOURITES,
    MAX_QUERY_LENGTH,
    MAX_SEARCHES,
    SHORT_LIST,
    EnoughFit,
    KeptSearch,
    TooLongSearch,
    TooManyFavourites,
    TooManySearches,
)
from providers.profiles import queries as profiles
from providers.profiles.models import Provider

KEEP_CHANGES = timedelta(days=1)  # A process that has not read for so long makes its index anew.


def forget_changes(session: Session, *, now: datetime) -> None:
    """Forget what every process has read long since."""
    session.execute(delete(DirectoryChange).where(DirectoryChange.at <= now - KEEP_CHANGES))


def save_provider(session: Session, person_id: int, slug: str, *, now: datetime) -> Provider:
    """Keep a provider among those whom a person has saved; saving it again changes nothing.

    Raises:
        NotFound: customers can not find it.
        TooManyFavourites: so many are saved already.
    """
    provider = profiles.provider_by_slug(session, slug)
    accounts.lock_person(session, person_id)  # Of two at once, the second counts the first.
    is_new = not queries.saved_among(session, person_id, [provider.id])
    if is_new and queries.count_favourites(session, person_id) >= MAX_FAVOURITES:
        raise TooManyFavourites(most=MAX_FAVOURITES)
    insert_new(session, Favourite, person_id=person_id, provider_id=provider.id, saved_at=now)
    return provider


def drop_provider(session: Session, person_id: int, slug: str) -> None:
    """Take a provider from those whom a person has saved; what is not saved, or unknown, changes nothing."""
    of_this = select(Provider.id).filter_by(slug=slug).scalar_subquery()
    session.execute(delete(Favourite).where(Favourite.person_id == person_id, Favourite.provider_id == of_this))


def save_search(session: Session, person_id: int, kept: KeptSearch, fit: Collection[int], *, now: datetime) -> None:
    """Tell a person from now on when somebody fits who does not yet; saving it again changes nothing.

    Args:
        session: the transaction.
        person_id: who wants to be told.
        kept: what is searched for.
        fit: the ids of those who fit now, of whom nothing is told.
        now: the present moment.

    Raises:
        EnoughFit: there are more than a short list of them.
        TooLongSearch: it asks for too much to be kept.
        TooManySearches: so many are saved already.
    """
    accounts.lock_person(session, person_id)  # Of two at once, the second counts the first.
    if queries.same_search(session, person_id, kept) is not None:
        return
    if len(fit) > SHORT_LIST:
        raise EnoughFit
    if len(kept.query) > MAX_QUERY_LENGTH:
        raise TooLongSearch
    if queries.count_searches(session, person_id) >= MAX_SEARCHES:
        raise TooManySearches(most=MAX_SEARCHES)
    facts = {"query": kept.query, "zone": kept.zone, "currency": kept.currency}
    saved = SavedSearch(person_id=person_id, saved_at=now, looked_at=now, **facts)
    session.add(saved)
    session.flush()
    _know(session, saved.id, fit, now)


def _know(session: Session, search_id: int, provider_ids: Collection[int], now: datetime) -> None:
    session.add_all(KnownFit(search_id=search_id, provider_id=one, at=now) for one in provider_ids)
    session.flush()


def drop_search(session: Session, person_id: int, search_id: int) -> None:
    """Forget a search of a person, or raise `NotFound`."""
    _forget(session, [queries.saved_search(session, person_id, search_id)])


def drop_searches(session: Session, person_id: int) -> int:
    """Forget all searches that a person has saved; gives how many there were."""
    accounts.lock_person(session, person_id)
    found = queries.saved_searches(session, person_id)
    _forget(session, found)
    return len(found)


def _forget(session: Session, searches: Sequence[SavedSearch]) -> None:
    ids = [one.id for one in searches]
    session.execute(delete(KnownFit).where(KnownFit.search_id.in_(ids)))
    session.execute(delete(SavedSearch).where(SavedSearch.id.in_(ids)))


def tell_who_fits(session: Session, person_id: int, found: Mapping[int, Sequence[int]], *, now: datetime) -> None:
    """Tell a person, in one letter, who fits the searches that they have saved and was not known to fit.

    Args:
        session: the transaction.
        person_id: who has saved them.
        found: by the ids of the searches, the ids of those who fit now; a search that is gone meanwhile is left out.
        now: the present moment.
    """
    accounts.lock_person(session, person_id)
    searches = [one for one in queries.saved_searches(session, person_id) if one.id in found]
    known = queries.known_fits(session, [one.id for one in searches])
    news: list[tuple[int, tuple[int, ...]]] = []
    for one in searches:
        one.looked_at = now
        fresh = tuple(provider_id for provider_id in found[one.id] if provider_id not in known[one.id])
        if fresh:
            _know(session, one.id, fresh, now)
            news.append((one.id, fresh))
    session.flush()
    if news:
        announce(session, SomebodyFits(person_id, tuple(news), now))
