"""What the tests of the catalogue share."""

import pytest
from sqlalchemy import event

from marketplace.kernel.database import db


@pytest.fixture
def count_statements(app):
    """Give a function that counts the statements that something sends to the database."""
    assert app

    def count(do):
        sent = []

        def note(_connection, _cursor, statement, *_more):
            sent.append(statement)

        engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        do()
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    return count
