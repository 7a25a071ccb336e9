"""What time makes due in the life of requests: each in a transaction of its own, in which it is looked at again."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import commands, queries
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import DomainError
from marketplace.matching import queries as matching

_log = logging.getLogger(__name__)


def expire_offers(now: datetime) -> None:
    """Let offers lapse whose time is up, and ask the next."""
    _each(
        matching.requests_with_overdue_offers(reading(), now),
        lambda session, one: commands.expire_offer(session, one, now=now),
    )


def confirm_overdue(now: datetime) -> None:
    """Close what silent customers have not confirmed for 72 hours."""
    _each(
        queries.overdue_for_confirmation(reading(), now),
        lambda session, one: commands.confirm_for_silent_customer(session, one, now=now),
    )


def end_overdue_searches(now: datetime) -> None:
    """Give up searches while the bank still holds the money."""
    _each(queries.overdue_searches(reading(), now), lambda session, one: commands.end_search(session, one, now=now))


def search_again(now: datetime) -> None:
    """Look once more for what nobody took: somebody may be back from a holiday, or newly certified."""
    _each(queries.unmatched(reading()), lambda session, one: commands.search_again(session, one, now=now))


def _each(request_ids: Sequence[int], perform: Callable[[Session, int], object]) -> None:
    reading().rollback()
    for request_id in request_ids:
        try:
            with transaction() as session:
                perform(session, request_id)
        except DomainError as error:  # Somebody was faster, or the payment is on its way: the next round looks again.
            _log.info("request %s was left as it is: %r", request_id, error)
