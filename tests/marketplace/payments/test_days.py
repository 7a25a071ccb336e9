"""What stood on the book at the end of each day."""

from datetime import timedelta

from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.ledger import book
from marketplace.payments.rules import Account, AccountKind, Fact, Movement
from tests.factories import DAY, NOON
from tests.factories.payments import make_hold

BALANCE, HELD = AccountKind.STRIPE_BALANCE, AccountKind.CUSTOMER_HELD
TODAY = NOON.date()


def move(session, hold, minor, at, *, back=False, currency="EUR"):
    """Book an amount that comes in for a hold, or goes back."""
    sides = Account(BALANCE), Account(HELD, hold.subject_id)
    movement = Movement(*(reversed(sides) if back else sides), Money(minor, currency))
    assert book(session, hold, Fact.CAPTURED, f"test:{at}:{minor}:{back}:{currency}", [movement], now=at)


def by_day(session, days_back=3, currency="EUR"):
    return queries.balances_by_day(
        session, [BALANCE, HELD], currency, since=TODAY - timedelta(days=days_back), until=TODAY
    )


def test_an_empty_book_has_nothing_on_any_day(session):
    assert by_day(session) == {BALANCE: [0] * 4, HELD: [0] * 4}


def test_each_day_ends_with_all_that_came_before_it(session):
    hold = make_hold(session)
    move(session, hold, 500, NOON - 30 * DAY)
    move(session, hold, 1000, NOON - 2 * DAY)
    move(session, hold, 200, NOON, back=True)
    move(session, hold, 7, NOON + DAY)  # Tomorrow is not asked for.
    assert by_day(session) == {BALANCE: [500, 1500, 1500, 1300], HELD: [500, 1500, 1500, 1300]}


def test_the_last_day_is_what_the_ledger_says(session):
    hold = make_hold(session)
    for number in range(5):
        move(session, hold, 100 + number, NOON - number * DAY, back=number == 2)
    assert by_day(session)[HELD][-1] == queries.balance(session, HELD, "EUR").minor


def test_a_day_ends_at_midnight_in_utc(session):
    hold = make_hold(session)
    midnight = NOON.replace(hour=0)
    move(session, hold, 1, midnight - timedelta(microseconds=1))
    move(session, hold, 2, midnight)
    assert by_day(session, days_back=1)[HELD] == [1, 3]


def test_other_currencies_are_another_book(session):
    hold = make_hold(session)
    move(session, hold, 500, NOON, currency="ISK")
    assert by_day(session)[HELD][-1] == 0
    assert by_day(session, currency="ISK")[HELD][-1] == 500
