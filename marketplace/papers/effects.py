"""What time makes due of papers."""

from collections.abc import Iterator
from datetime import date, datetime

from marketplace.kernel.database import reading
from marketplace.kernel.rounds import for_each
from marketplace.papers import commands, queries
from marketplace.papers.rules import begin_of, last_to_state, month_after, month_of

AT_ONCE = 200


def issue_missing(now: datetime) -> None:
    """Issue what is missing: the papers for payments that were taken before there were such papers."""
    missing = [hold_id for hold_id, _papers, _kept in queries.unpapered(reading())[:AT_ONCE]]
    for_each(missing, lambda session, hold_id: commands.issue_owed(session, hold_id, now=now))
    premiums = [one.payment_id for one in queries.unpapered_premiums(reading())[:AT_ONCE]]
    for_each(premiums, lambda session, payment_id: commands.issue_owed_for_premium(session, payment_id, now=now))


def issue_statements(now: datetime) -> None:
    """Issue the statements of all months that are over and not stated yet."""
    last = last_to_state(now)
    owed = queries.to_state(reading(), begin_of(month_after(last)))
    months = [(payee_id, currency, month) for payee_id, currency, since in owed for month in _months(since, last)]
    for_each(months, lambda session, one: commands.issue_statement(session, *one, now=now))


def _months(since: datetime, last: date) -> Iterator[date]:
    month = month_of(since)
    while month <= last:
        yield month
        month = month_after(month)
