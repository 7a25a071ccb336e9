"""What is broken about one row keeps back no other."""

import pytest

from marketplace.kernel.audit import AuditEntry, record
from marketplace.kernel.database import reading
from marketplace.kernel.errors import Conflict
from marketplace.kernel.rounds import for_each
from tests.factories import NOON
from tests.factories.accounts import make_person


@pytest.mark.parametrize(("error", "level"), [(Conflict(), "INFO"), (ZeroDivisionError(), "ERROR")])
def test_one_that_fails_changes_nothing_and_keeps_back_no_other(app, caplog, error, level):
    caplog.set_level("INFO", "marketplace.kernel.rounds")

    def perform(session, number):
        record(session, make_person(session), f"number {number}", by=None, at=NOON)
        if number == 2:
            raise error

    for_each([1, 2, 3], perform)
    assert [one.action for one in reading().query(AuditEntry).order_by(AuditEntry.id)] == ["number 1", "number 3"]
    assert [one.levelname for one in caplog.records] == [level]
