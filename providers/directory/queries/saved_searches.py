"""Reading about what people wait for."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from providers.directory import rules
from providers.directory.models import KnownFit, SavedSearch
from providers.directory.rules import Demand, KeptSearch

MAX_SAMPLE = 2000  # The latest searches; more would not change what most wait for, only slow the page.


def saved_searches(session: Session, person_id: int) -> list[SavedSearch]:
    """List the searches that a person has saved, the latest first."""
    mine = select(SavedSearch).filter_by(person_id=person_id)
    return list(session.scalars(mine.order_by(SavedSearch.saved_at.desc(), SavedSearch.id.desc())))


def saved_search(session: Session, person_id: int, search_id: int) -> SavedSearch:
    """Find a search that a person has saved, or raise `NotFound`."""
    found = session.scalar(select(SavedSearch).filter_by(person_id=person_id, id=search_id))
    if found is None:
        raise NotFound(search_id=search_id)
    return found


def same_search(session: Session, person_id: int, kept: KeptSearch) -> SavedSearch | None:
    """Find the same search, if the person has saved it."""
    facts = {"query": kept.query, "zone": kept.zone, "currency": kept.currency}
    return session.scalar(select(SavedSearch).filter_by(person_id=person_id, **facts))


def count_searches(session: Session, person_id: int) -> int:
    """Count the searches that a person has saved."""
    return session.scalar(select(func.count()).select_from(SavedSearch).filter_by(person_id=person_id)) or 0


def known_fits(session: Session, search_ids: Collection[int]) -> dict[int, set[int]]:
    """Tell for each search of whom its person knows that they fit."""
    known: dict[int, set[int]] = {search_id: set() for search_id in search_ids}
    rows = select(KnownFit.search_id, KnownFit.provider_id).where(KnownFit.search_id.in_(search_ids))
    for search_id, provider_id in session.execute(rows):
        known[search_id].add(provider_id)
    return known


def people_to_look_for(session: Session, limit: int) -> list[int]:
    """List who has saved searches, those first for whom nobody was looked for longest."""
    waiting = select(SavedSearch.person_id).group_by(SavedSearch.person_id)
    longest = waiting.order_by(func.min(SavedSearch.looked_at), SavedSearch.person_id)
    return list(session.scalars(longest.limit(limit)))


def demand(session: Session, most: int) -> list[Demand]:
    """Count who waits for which language, kind of work and country, by the searches that were saved last."""
    latest = select(SavedSearch.person_id, SavedSearch.query).order_by(SavedSearch.id.desc()).limit(MAX_SAMPLE)
    return rules.demand(((person_id, query) for person_id, query in session.execute(latest)), most)
