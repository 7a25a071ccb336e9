"""Writing without objects: all or nothing, and never inside another transaction."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.database import insert_new, reading, transaction, writing
from marketplace.payments.models import ReceivedEvent
from tests.factories import NOON


def keep(connection, event_id):
    """Keep an event; tells whether it is new."""
    return insert_new(connection, ReceivedEvent, id=event_id, type="x", payload={}, received_at=NOON)


def kept():
    """List the events that are kept."""
    reading().rollback()
    return list(reading().scalars(sa.select(ReceivedEvent.id).order_by(ReceivedEvent.id)))


def test_what_was_written_is_there(app):
    with writing() as connection:
        assert keep(connection, "evt_1")
        assert keep(connection, "evt_2")
    assert kept() == ["evt_1", "evt_2"]


def test_a_key_that_is_taken_keeps_the_first_row(app):
    with writing() as connection:
        assert keep(connection, "evt_1")
        assert not keep(connection, "evt_1")
    with writing() as connection:
        assert not keep(connection, "evt_1")
    assert kept() == ["evt_1"]


def fail_after(connection, event_id):
    """Write something, and then break."""
    keep(connection, event_id)
    raise ZeroDivisionError


def test_after_an_error_nothing_was_written(app):
    with pytest.raises(ZeroDivisionError), writing() as connection:
        fail_after(connection, "evt_1")
    assert kept() == []


def test_inside_a_transaction_there_is_no_other(app):
    with transaction(), pytest.raises(AssertionError, match="open already"), writing():
        pass
    with writing() as connection:
        assert keep(connection, "evt_1")
    assert kept() == ["evt_1"]
