"""Fetching the events that have never come: of the platform, and of each account that is connected to it."""

import logging
from datetime import datetime
from itertools import islice

from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.effects.paid import refresh_account
from marketplace.payments.gateway import Refused, Uncertain, gateway
from marketplace.payments.rules import EVENTS_AT_FIRST, EVENTS_OVERLAP

EVENTS_AT_ONCE = 100
_log = logging.getLogger(__name__)


def catch_up(now: datetime) -> None:
    """Fetch the events that have not arrived since last time, whatever kept them; the others are known."""
    read_until = queries.events_read_until(reading())
    reading().rollback()
    _fetch(read_until, now)
    with transaction() as session:
        commands.mark_events_read(session, until=now)
    accounts = queries.accounts_to_read(reading(), now)
    due = [(one.payee_id, one.stripe_account_id, one.events_read_until) for one in accounts]
    reading().rollback()
    for payee_id, account_id, account_read_until in due:
        assert account_id is not None
        try:
            _catch_up_with(payee_id, account_id, account_read_until, now)
        except Uncertain as error:  # The others are not to wait for this one; it is asked for again next time.
            _log.warning("the events of account %s could not be fetched", account_id, exc_info=error)


def _catch_up_with(payee_id: int, account_id: str, read_until: datetime | None, now: datetime) -> None:
    """Fetch the events of an account; that its owner has left is seen by its being out of reach."""
    try:
        _fetch(read_until, now, account_id)
    except Refused:
        refresh_account(payee_id, now)
    with transaction() as session:
        commands.mark_account_read(session, payee_id, account_id, until=now)


def _fetch(read_until: datetime | None, now: datetime, account_id: str | None = None) -> None:
    since = now - EVENTS_AT_FIRST if read_until is None else read_until - EVENTS_OVERLAP
    events = iter(gateway().events(since=since, account_id=account_id))
    while some := list(islice(events, EVENTS_AT_ONCE)):
        with transaction() as session:
            for event in some:
                commands.store_event(session.connection(), event, now=now)
