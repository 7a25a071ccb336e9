"""Quotes: how many partners are asked at once, how long they may think, and what they may ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l
from marketplace.matching.rules.offers import LATEST_ANSWER
from providers.services.rules import Terms

WAVE = 5  # So many partners are asked at once.
ENOUGH_QUOTES = 3  # With so many to choose from, nobody else is asked.
QUOTES_WITHIN_URGENCY = 3  # So many waves can follow each other before the time is up.
SHORTEST_QUOTE = timedelta(minutes=30)
LONGEST_QUOTE = timedelta(hours=24)
MIN_VALID_HOURS, MAX_VALID_HOURS = 1, 14 * 24
MAX_INCLUDES_LENGTH = 2000
MAX_REMARK_LENGTH = 1000


class QuoteChanged(Conflict):
    """The partner has revised the quote since the customer saw it."""

    message = _l("%(name)s has changed this quote by now. Look at the new one, then decide: nothing was taken.")


class QuoteOver(Conflict):
    """The quote can't be chosen any more."""

    message = _l("The quote of %(name)s can not be chosen any more. Choose another: nothing was taken.")


class QuoteLapsed(Conflict):
    """The provider quoted after the deadline."""

    message = _l("The time for your answer is over. The customer chooses among the quotes that came in time.")


class QuoteIsChosen(Conflict):
    """The customer is on the way to pay this quote."""

    message = _l("Your customer has chosen this quote and is about to pay it, so it can not be changed now.")


@dataclass(frozen=True, slots=True)
class Quotation:
    """What a partner answers to a request for a quote.

    Args:
        terms: what it costs, in the currency of the request.
        includes: what is done for that.
        remark: anything else that helps to choose.
        first_answer_in: how soon after the customer's choice the first answer comes.
        valid_for: how long the customer may choose it.
    """

    terms: Terms
    includes: str
    remark: str | None
    first_answer_in: timedelta
    valid_for: timedelta


def kinds_of_quote(kind: ServiceKind) -> tuple[ServiceKind, ...]:
    """List how a quote may be priced, the usual way of the request first; a session is at a time, nothing else is."""
    if kind is ServiceKind.SESSION:
        return (kind,)
    other = ServiceKind.HOURLY if kind is ServiceKind.INCIDENT else ServiceKind.INCIDENT
    return (kind, other)


def quote_window(urgency_hours: int) -> timedelta:
    """Tell how long a partner may think about a quote: a part of the time that the customer has, within limits."""
    share = timedelta(hours=urgency_hours) / QUOTES_WITHIN_URGENCY
    return min(max(share, SHORTEST_QUOTE), LONGEST_QUOTE)


def quote_end(urgency_hours: int, starts_at: datetime | None, now: datetime) -> datetime:
    """Tell until when a partner who is asked now may quote; for a session, in good time before it starts."""
    return in_good_time(now + quote_window(urgency_hours), starts_at)


def in_good_time(moment: datetime, starts_at: datetime | None) -> datetime:
    """Bring a moment forward that would be too late for a session."""
    return moment if starts_at is None else min(moment, starts_at - LATEST_ANSWER)
