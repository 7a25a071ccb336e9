"""Effects follow the commit, are repeated until they are done, and are never lost."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import outbox
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading, transaction, writing
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import LEASE, MAX_ATTEMPTS, Hopeless, NotGivenUp, OutboxMessage
from tests.factories import DAY, MINUTE, NOON

KINDS = {"say"}


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
        return outbox.enqueue(session, "say", **{"at": NOON, "word": word, **options})


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


def refuse(_due):
    raise Hopeless("no such address")


def test_what_was_refused_for_good_is_given_up_at_once(app, outside, monkeypatch):
    refused = say("a")
    monkeypatch.setitem(app.extensions, "handrail_outbox", {"say": refuse})
    outbox.deliver_due(NOON)
    assert (message(refused).dead_at, message(refused).attempts) == (NOON, 1)
    assert message(refused).last_error == "no such address"
    assert [one.id for one in outbox.given_up(reading(), KINDS)] == [refused]
    assert outbox.given_up(reading(), {"mail"}) == []


@pytest.fixture
def lost(app, outside, monkeypatch):
    """A message that was given up."""
    message_id = say("a")
    monkeypatch.setitem(app.extensions, "handrail_outbox", {"say": refuse})
    outbox.deliver_due(NOON)
    monkeypatch.setitem(app.extensions, "handrail_outbox", {"say": outside})
    return message_id


def decide(what, message_id, *details, kinds=KINDS):
    """Let somebody decide about a message."""
    with transaction() as session:
        what(session, message_id, *details, kinds=kinds, by=None, now=NOON + MINUTE)


def traces():
    return [(one.action, one.facts) for one in reading().scalars(select(AuditEntry).order_by(AuditEntry.id))]


def test_what_is_tried_again_is_as_if_it_were_new(lost, outside):
    decide(outbox.try_again, lost)
    assert (message(lost).dead_at, message(lost).attempts) == (None, 0)
    outbox.deliver_due(NOON + MINUTE)
    assert outside.seen == ["a"]
    assert traces() == [("try_again", {"kind": "say", "error": "no such address"})]
    with pytest.raises(NotGivenUp):
        decide(outbox.try_again, lost)


def test_what_is_dropped_is_over_and_its_ending_has_come(app, lost, monkeypatch):
    ended = []

    def end(_session, *facts):
        ended.append(facts)

    monkeypatch.setitem(app.extensions, "handrail_outbox_endings", {"say": end})
    decide(outbox.drop, lost, "Nobody waits for it.")
    assert ended == [({"word": "a"}, "Nobody waits for it.", NOON + MINUTE)]
    assert outbox.dead_messages(reading()) == []
    assert outbox.deliver_due(NOON + MINUTE) == 0
    assert traces() == [("drop", {"kind": "say", "error": "no such address", "reason": "Nobody waits for it."})]
    for what, details in ((outbox.drop, ["again"]), (outbox.try_again, [])):
        with pytest.raises(NotGivenUp):
            decide(what, lost, *details)


def test_a_message_of_another_kind_is_nobody_elses_business(lost):
    with pytest.raises(NotFound):
        decide(outbox.try_again, lost, kinds={"mail"})


def test_what_is_on_its_way_can_not_be_dropped(outside):
    with pytest.raises(NotGivenUp):
        decide(outbox.drop, say("a"), "no need")


def test_all_is_tried_again_at_once(lost, outside):
    with transaction() as session:
        assert outbox.try_all_again(session, kinds=KINDS, by=None, now=NOON) == 1
    outbox.deliver_due(NOON)
    assert outside.seen == ["a"]


def test_what_is_unfinished_is_owed_or_was_given_up_lately(lost):
    say("b")
    assert outbox.unfinished(reading(), "say", given_up_since=NOON) == [{"word": "a"}, {"word": "b"}]
    assert outbox.unfinished(reading(), "say", given_up_since=NOON + MINUTE) == [{"word": "b"}]


def test_only_what_was_given_up_can_be_dropped(outside):
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(OutboxMessage, say_in(session)).dropped_at = NOON


def say_in(session):
    return outbox.enqueue(session, "say", at=NOON, word="a")


def test_a_key_is_owed_once(outside):
    say("a", key="once")
    with pytest.raises(IntegrityError):
        say("a", key="once")
    assert len(reading().scalars(select(OutboxMessage)).all()) == 1


def test_what_is_owed_without_objects_is_performed_like_all_else(outside):
    with writing() as connection:
        assert outbox.owe_once(connection, "say", at=NOON, key="1", word="a")
        assert outbox.owe_once(connection, "say", at=NOON, key="2", word="b")
        assert not outbox.owe_once(connection, "say", at=NOON, key="1", word="a")
    assert outbox.deliver_due(NOON) == 2
    assert outside.seen == ["a", "b"]


def test_what_nobody_would_perform_is_not_owed(outside):
    with pytest.raises(AssertionError, match="nobody handles sing"), writing() as connection:
        outbox.owe_once(connection, "sing", at=NOON, key="1")
    with pytest.raises(AssertionError, match="nobody handles sing"), transaction() as session:
        outbox.enqueue(session, "sing", at=NOON)
    assert reading().scalars(select(OutboxMessage)).all() == []


def test_what_is_delivered_at_once_is_not_delivered_again(outside):
    message_id = say("a")
    assert outbox.deliver_now(message_id)
    assert not outbox.deliver_now(message_id)
    assert outside.seen == ["a"]
