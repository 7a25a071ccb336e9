"""Effects follow the commit, are repeated until they are done, and are never lost."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import LEASE, MAX_ATTEMPTS, OutboxMessage
from tests.factories import DAY, MINUTE, NOON


class Recorder:
    """Stands for the outside: remembers what it was asked, and fails as often as it is told."""

    def __init__(self):
        self.seen = []
        self.failures = 0

    def __call__(self, due):
        self.seen.append(due.payload["word"])
        if self.failures:
            self.failures -= 1
            raise ConnectionError("away")


@pytest.fixture
def outside(app, monkeypatch):
    """Give a recorder that handles messages of the kind "say"."""
    recorder = Recorder()
    monkeypatch.setitem(app.extensions, "handrail_outbox", {"say": recorder})
    return recorder


def say(word, **options):
    """Owe a message; tells its id."""
    with transaction() as session:
        return outbox.enqueue(session, "say", **{"at": NOON, "word": word, **options}).id


def say_and_fail():
    """Owe a message in a transaction that does not end well."""
    with transaction() as session:
        outbox.enqueue(session, "say", at=NOON, word="never")
        raise ZeroDivisionError


def message(message_id):
    """Look at a message."""
    reading().rollback()
    return reading().get_one(OutboxMessage, message_id)


def test_what_is_due_is_performed_once_and_in_order(outside):
    say("later", at=NOON + MINUTE)
    say("first")
    say("second")
    assert outbox.deliver_due(NOON) == 2
    assert outbox.deliver_due(NOON) == 0
    assert outside.seen == ["first", "second"]
    outbox.deliver_due(NOON + MINUTE)
    assert outside.seen == ["first", "second", "later"]


def test_whoever_performs_at_once_what_they_owe_has_a_head_start(outside):
    owed = say("first")
    assert outbox.deliver_due(NOON, head_start=MINUTE) == 0
    assert outbox.deliver_now(owed)
    say("second")
    assert outbox.deliver_due(NOON + MINUTE, head_start=MINUTE) == 1
    assert outside.seen == ["first", "second"]


def test_nothing_is_owed_when_the_transaction_fails(outside):
    with pytest.raises(ZeroDivisionError):
        say_and_fail()
    assert outbox.deliver_due(NOON) == 0


def test_a_failure_is_repeated_later_and_does_not_hold_up_others(outside):
    failing = say("a")
    say("b")
    outside.failures = 1
    outbox.deliver_due(NOON)
    assert outside.seen == ["a", "b"]
    assert message(failing).done_at is None
    assert "away" in message(failing).last_error
    outbox.deliver_due(NOON + MINUTE)
    assert outside.seen == ["a", "b", "a"]
    assert message(failing).done_at == NOON + MINUTE


def test_a_worker_that_dies_loses_its_lease_and_another_repeats(outside):
    dying = say("a")
    with transaction() as session:
        session.get_one(OutboxMessage, dying).leased_until = NOON + LEASE
    assert outbox.deliver_due(NOON) == 0
    assert outbox.deliver_due(NOON + LEASE) == 1


def test_what_fails_for_too_long_is_set_aside_and_shown_by_the_check(outside):
    lost = say("a")
    outside.failures = MAX_ATTEMPTS
    for day in range(MAX_ATTEMPTS):
        assert outbox.deliver_due(NOON + day * DAY) == 1
    assert outbox.deliver_due(NOON + MAX_ATTEMPTS * DAY) == 0
    assert message(lost).dead_at is not None
    [line] = outbox.dead_messages(reading())
    assert f"message {lost}" in line


def test_a_key_is_owed_once(outside):
    say("a", key="once")
    with pytest.raises(IntegrityError):
        say("a", key="once")
    assert len(reading().scalars(select(OutboxMessage)).all()) == 1


def test_what_is_delivered_at_once_is_not_delivered_again(outside):
    message_id = say("a")
    assert outbox.deliver_now(message_id)
    assert not outbox.deliver_now(message_id)
    assert outside.seen == ["a"]
