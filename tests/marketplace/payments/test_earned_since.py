"""What was earned since a day, without reading each booking: the same as the bookings say."""

import pytest

from marketplace.payments import commands, queries
from marketplace.payments.commands.earning import earn_rest
from marketplace.payments.rules import AccountKind
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.subscribing import make_period_payment, make_running_subscription

DAYS = 40
PURPOSE, SUBJECT_ID = "test", 7
MIDNIGHT = NOON.replace(hour=0)


@pytest.fixture
def payments(session):
    """A month, and the month after it, of one subscription; and one of another purpose."""
    payer_id = make_person(session).id
    running = make_running_subscription(session, payer_id=payer_id, purpose=PURPOSE, subject_id=SUBJECT_ID)
    other = make_running_subscription(session, payer_id=payer_id, purpose="other", subject_id=SUBJECT_ID)
    later = {"period_start": NOON + 31 * DAY, "period_end": NOON + 59 * DAY}
    made = [
        make_period_payment(session, running),
        make_period_payment(session, running, stripe_invoice_id="in_later", charge_id="ch_later", **later),
        make_period_payment(session, other),
    ]
    return [one.id for one in made]


def since(session, day, currency="EUR"):
    return queries.earned_since(session, PURPOSE, currency, day.date()).get(SUBJECT_ID, 0)


def test_it_is_what_the_ledger_has_of_each_day_since(session, payments):
    for number in range(DAYS):
        for payment_id in payments:
            commands.earn(session, payment_id, now=NOON + number * DAY)
    session.flush()
    for number in range(-1, DAYS + 1):
        day = MIDNIGHT + number * DAY
        booked = queries.moved_by_subject(session, AccountKind.EARNED, "EUR", since=day + DAY)  # On the next morning.
        assert since(session, day) == booked.get((PURPOSE, SUBJECT_ID), 0), number
    assert since(session, MIDNIGHT) > since(session, MIDNIGHT + 35 * DAY) > 0
    assert since(session, MIDNIGHT, "USD") == 0


def test_what_ended_early_is_earned_to_the_end_on_that_day(session, payments):
    first = queries.period_payment(session, payments[0])
    running = queries.lock_subscription(session, first.subscription_id)
    running.status, running.ended_at, running.end_reason = "ended", NOON + 10 * DAY, "cancelled"
    earn_rest(session, running, NOON + 10 * DAY)
    session.flush()
    assert since(session, MIDNIGHT + 10 * DAY) > 0
    assert since(session, MIDNIGHT + 11 * DAY) == 0
