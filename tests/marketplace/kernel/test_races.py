"""One effect, whoever asks for it at the same moment. Each race has a twin whose guard is off."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import idempotency, outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import MINUTE, NOON
from tests.factories.accounts import make_person
from tests.plugins.racing import CROWD, crashed, in_transaction, on_postgresql, race

MESSAGES = 20


@pytest.fixture
def performed(app, monkeypatch):
    """What was performed of messages of the kind "say"."""
    seen = []
    monkeypatch.setitem(app.extensions, "handrail_outbox", {"say": lambda due: seen.append(due.message_id)})
    return seen


@pytest.fixture
def owed(performed):
    """Some messages that are due."""
    with transaction() as session:
        return [outbox.enqueue(session, "say", at=NOON) for _number in range(MESSAGES)]


def take_anyhow(session, message_id, now):
    """Lease a message without asking whether somebody else has it."""
    session.execute(sa.update(OutboxMessage).filter_by(id=message_id).values(leased_until=now + MINUTE))
    return True


def deliver_due():
    return outbox.deliver_due(NOON, limit=50)


def test_a_message_has_one_performer(at_once, owed, performed):
    at_once(*[deliver_due] * CROWD)
    assert sorted(performed) == owed


@on_postgresql
def test_without_a_lease_a_message_has_two(app, owed, performed, guards):
    guards.locks_off("outbox_message")  # Rows that are locked are passed over: that alone would be enough.
    guards.patch.setattr(outbox, "_lease", take_anyhow)
    race(app, deliver_due, deliver_due)
    assert sorted(performed) == sorted(owed * 2)


def test_who_waits_for_a_message_and_the_worker_do_not_both_perform_it(at_once, owed, performed):
    at_once(lambda: outbox.deliver_now(owed[0]), lambda: outbox.deliver_due(utcnow(), limit=50))
    assert sorted(performed) == owed


def test_without_a_lease_both_would(app, owed, performed, guards):
    guards.patch.setattr(outbox, "_lease", take_anyhow)
    race(app, *[lambda: outbox.deliver_now(owed[0])] * 2)
    assert performed == [owed[0]] * 2


@pytest.fixture
def ask(app):
    """Something that somebody asks for under a key, as a function of a session; tells whether it was done just now."""
    with transaction() as session:
        person_id = make_person(session).id

    def perform(session):
        content = idempotency.fingerprint("ask")
        claimed = idempotency.claim(session, person_id=person_id, key="k", content=content, now=NOON)
        is_fresh = not claimed.outcome
        claimed.outcome = {"reference": "abc"}
        return is_fresh

    return perform


def test_a_double_click_has_one_effect(ask, together):
    assert sorted(together(*[ask] * CROWD)) == [False] * (CROWD - 1) + [True]


@on_postgresql
def test_without_the_decision_of_the_key_the_second_click_would_crash(app, ask, guards):
    guards.meet_at("idempotency_key")
    guards.key_decides_nothing(idempotency)
    assert len(crashed(race(app, *[in_transaction(ask)] * 2))) == 1
