"""Writing without objects: all or nothing, and never inside another transaction."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.database import insert_new, reading, transaction, writing
from marketplace.kernel.outbox import OutboxMessage
from tests.factories import NOON


def keep(connection, key):
    """Keep a message; tells whether it is new."""
    return insert_new(connection, OutboxMessage, kind="x", key=key, payload={}, run_at=NOON)


def kept():
    """List the keys of the messages that are kept."""
    reading().rollback()
    return list(reading().scalars(sa.select(OutboxMessage.key).order_by(OutboxMessage.id)))


def test_what_was_written_is_there(app):
    with writing() as connection:
        assert keep(connection, "key-1")
        assert keep(connection, "key-2")
    assert kept() == ["key-1", "key-2"]


def test_a_key_that_is_taken_keeps_the_first_row(app):
    with writing() as connection:
        assert keep(connection, "key-1")
        assert not keep(connection, "key-1")
    with writing() as connection:
        assert not keep(connection, "key-1")
    assert kept() == ["key-1"]


def fail_after(connection, key):
    """Write something, and then break."""
    keep(connection, key)
    raise ZeroDivisionError


def test_after_an_error_nothing_was_written(app):
    with pytest.raises(ZeroDivisionError), writing() as connection:
        fail_after(connection, "key-1")
    assert kept() == []


def test_inside_a_transaction_there_is_no_other(app):
    with transaction(), pytest.raises(AssertionError, match="open already"), writing():
        pass
    with writing() as connection:
        assert keep(connection, "key-1")
    assert kept() == ["key-1"]
