"""What Stripe tells of payees' accounts, and never arrives: it is fetched from each account's own list, in turn."""

import pytest

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, effects, queries
from marketplace.payments.gateway import CONNECT_EVENTS, Gateway, Uncertain, gateway
from marketplace.payments.models import ConnectedAccount
from marketplace.payments.rules import ACCOUNTS_AT_ONCE, BUSY_FOR, QUIET_EVERY, AccountState
from tests.factories import DAY, HOUR, MINUTE
from tests.factories.profiles import make_provider
from tests.told import kept_events, unapplied_events


def catch_up(till):
    """Do what the worker does every ten minutes."""
    effects.catch_up(utcnow())
    till.work()


def account(till, payee_id):
    return till.row(ConnectedAccount, payee_id)


def pull_unheard(till, payee_id, lever, **given):
    """Let something happen to an account of which nothing is told."""
    till.stand_in.add_fault("hold_back")
    till.pull(account(till, payee_id).stripe_account_id, lever, **given)
    till.work()
    till.stand_in.faults.clear()


def is_due(till, payee_id):
    reading().rollback()
    return payee_id in [one.payee_id for one in queries.accounts_to_read(reading(), utcnow())]


def make_quiet(till, payee_id):
    """Let nothing happen to an account for so long that it has its turn only once a day."""
    till.wait(BUSY_FOR + DAY)
    catch_up(till)
    assert not is_due(till, payee_id)


@pytest.mark.parametrize(
    ("lever", "state"),
    [
        ("past_due", AccountState.PAST_DUE),
        ("under_review", AccountState.UNDER_REVIEW),
        ("payouts_paused", AccountState.PAYOUTS_PAUSED),
        ("deauthorise", AccountState.DEAUTHORISED),
    ],
)
def test_what_was_never_told_of_an_account_is_found(till, lever, state):
    payee_id = till.payee()
    catch_up(till)
    pull_unheard(till, payee_id, lever)
    assert account(till, payee_id).state is AccountState.ENABLED
    till.wait(10 * MINUTE)
    catch_up(till)
    assert account(till, payee_id).state is state


def test_an_event_that_arrives_and_is_fetched_is_one(till):
    payee_id = till.payee()
    till.pull(account(till, payee_id).stripe_account_id, "past_due")
    till.work()
    catch_up(till)
    before = kept_events()
    catch_up(till)
    assert kept_events() == before
    assert unapplied_events() == []


def test_of_an_account_only_what_changes_something_is_fetched(till):
    payee_id = till.payee()
    account_id = account(till, payee_id).stripe_account_id
    till.settled(payee_id)
    listed = gateway()._client.v1.events.list({"limit": 100}, {"stripe_account": account_id}).data
    fetched = list(gateway().events(since=utcnow() - DAY, account_id=account_id))
    assert {one.type for one in listed} - set(CONNECT_EVENTS)
    assert {one.type for one in fetched} <= set(CONNECT_EVENTS)
    assert {one.account_id for one in fetched} == {account_id}


def test_who_has_left_is_asked_about_no_more_until_there_is_another_account(till):
    payee_id = till.payee()
    pull_unheard(till, payee_id, "deauthorise")
    catch_up(till)
    till.wait(2 * DAY)
    assert not is_due(till, payee_id)
    with transaction() as session:
        commands.ask_account(session, payee_id, country="DE", email="bo@example.test", now=utcnow())
    till.work()
    assert is_due(till, payee_id)
    assert account(till, payee_id).events_read_until is None


def test_a_quiet_account_has_its_turn_once_a_day(till):
    payee_id = till.payee()
    make_quiet(till, payee_id)
    pull_unheard(till, payee_id, "past_due")
    till.wait(QUIET_EVERY - HOUR)
    catch_up(till)
    assert account(till, payee_id).state is AccountState.ENABLED
    till.wait(HOUR)
    catch_up(till)
    assert account(till, payee_id).state is AccountState.PAST_DUE


def test_where_money_is_on_its_way_an_account_is_asked_about_each_time(till):
    payee_id = till.payee()
    make_quiet(till, payee_id)
    hold_id = till.taken()
    till.stand_in.add_fault("error_before", place="POST /v1/transfers", times=99)
    till.settle(hold_id, payee_id)
    assert is_due(till, payee_id)
    till.stand_in.faults.clear()
    till.work()
    assert not is_due(till, payee_id)


def test_one_list_that_can_not_be_had_keeps_no_other_waiting(till, monkeypatch):
    first, second = till.payee(), till.payee()
    for payee_id in (first, second):
        pull_unheard(till, payee_id, "past_due")
    door, out_of_order = gateway(), account(till, first).stripe_account_id

    def events(*, since, account_id=None):
        if account_id == out_of_order:
            raise Uncertain("no answer")
        return Gateway.events(door, since=since, account_id=account_id)

    monkeypatch.setattr(door, "events", events)
    catch_up(till)
    assert [account(till, one).state for one in (first, second)] == [AccountState.ENABLED, AccountState.PAST_DUE]
    assert account(till, first).events_read_until is None
    monkeypatch.undo()
    catch_up(till)
    assert account(till, first).state is AccountState.PAST_DUE


def test_many_accounts_have_their_turns(till):
    with transaction() as session:
        for number in range(ACCOUNTS_AT_ONCE + 5):
            payee_id = make_provider(session).id
            session.add(
                ConnectedAccount(
                    payee_id=payee_id,
                    country="DE",
                    email="bo@example.test",
                    stripe_account_id=f"acct_{number}",
                    state=AccountState.ENABLED,
                    updated_at=utcnow(),
                )
            )
    seen = []
    for _ in range(2):
        with transaction() as session:
            found = queries.accounts_to_read(session, utcnow())
            assert len(found) == ACCOUNTS_AT_ONCE
            seen += [one.payee_id for one in found]
            for one in found:
                commands.mark_account_read(session, one.payee_id, one.stripe_account_id, until=utcnow())
        till.wait(10 * MINUTE)
    assert len(set(seen)) == ACCOUNTS_AT_ONCE + 5


def test_news_of_an_account_that_was_left_marks_nothing_read(till):
    payee_id = till.payee()
    with transaction() as session:
        commands.mark_account_read(session, payee_id, "acct_of_before", until=utcnow())
    assert account(till, payee_id).events_read_until is None
