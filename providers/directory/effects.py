"""What time makes due."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.rounds import for_each
from providers.directory import asking, commands, queries
from providers.directory.models import SavedSearch

PEOPLE_A_ROUND = 25  # Each of whom has saved at most `MAX_SEARCHES`.

Fitting = tuple[int, dict[int, Sequence[int]]]  # A person, and who fits each search of theirs.


def forget_changes(now: datetime) -> None:
    """Keep the log of changes short."""
    with transaction() as session:
        commands.forget_changes(session, now=now)


def tell_who_fits(now: datetime) -> None:
    """Search again for those who have waited longest, and tell them who fits by now."""
    people = queries.people_to_look_for(reading(), PEOPLE_A_ROUND)

    def tell(session: Session, fitting: Fitting) -> None:
        commands.tell_who_fits(session, *fitting, now=now)

    for_each(_fitting(people, now), tell)


def _fitting(people: Sequence[int], now: datetime) -> Iterator[Fitting]:
    # Between the transactions: one that writes would have to make an index of its own.
    for person_id in people:
        session = reading()
        searches = queries.saved_searches(session, person_id)
        yield person_id, {one.id: _who_fits(session, one, now) for one in searches}


def _who_fits(session: Session, saved: SavedSearch, now: datetime) -> Sequence[int]:
    """List who fits, as far as the first page of the list goes."""
    try:
        return queries.find_ids(session, asking.search_again(session, saved), now).provider_ids
    except InvalidInput:  # A kind of work or a certificate is not known any more: nobody fits.
        return []
