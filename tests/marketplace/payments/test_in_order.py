"""Several rows may be of the same moment: then the older one is first, on every database, however often it is asked.

PostgreSQL gives what is equal as it lies in the table, and what was changed lies behind the rest. Of the same moment is
above all what the worker has looked at together.
"""

import pytest

from marketplace.payments import queries
from marketplace.payments.models import StripeCall
from marketplace.payments.rules import CallKind, ClawbackStatus
from tests.factories import DAY, HOUR, NOON
from tests.factories.payments import make_clawback, make_hold, make_payout, make_refund
from tests.factories.subscribing import make_running_subscription

NUMBERS = range(3)


@pytest.fixture
def change_backwards(session):
    """Give a function that changes a field of several rows, the last row first."""

    def change(rows, field, value):
        for one in reversed(rows):
            setattr(one, field, value)
            session.flush()
        return rows

    return change


def test_the_older_of_two_silent_holds_is_looked_at_first(session, change_backwards):
    made = [make_hold(session, checked_at=NOON - number * HOUR) for number in NUMBERS]
    holds = change_backwards(made, "checked_at", NOON)
    assert queries.lock_silent_holds(session, NOON + DAY) == holds


def test_the_older_of_two_silent_subscriptions_is_looked_at_first(session, change_backwards):
    made = [
        make_running_subscription(session, subject_id=number, checked_at=NOON - number * HOUR) for number in NUMBERS
    ]
    subscriptions = change_backwards(made, "checked_at", NOON)
    assert queries.subscriptions_to_check(session, NOON + 30 * DAY) == [one.id for one in subscriptions]


def test_the_oldest_debt_stands_first(session, change_backwards):
    payout = make_payout(session)
    refunds = [make_refund(session, hold=payout.hold) for _number in NUMBERS]
    made = [make_clawback(session, payout=payout, refund=refund) for refund in refunds]
    debts = change_backwards(made, "status", ClawbackStatus.OWED)
    assert queries.debts_of(session, payout.payee_id) == debts


def test_the_last_refusal_stands_first(session, change_backwards):
    made = [
        StripeCall(kind=CallKind.CAPTURE, about_id=number, key=f"capture:{number}", error="no", created_at=NOON)
        for number in NUMBERS
    ]
    session.add_all(made)
    session.flush()
    refused = change_backwards(made, "answered_at", NOON)
    assert queries.refused_calls(session, since=NOON, limit=10) == refused[::-1]
