"""What the worker and the desks look for again and again is found by an index: what is over costs nothing."""

import re

import pytest
import sqlalchemy as sa

from certification.credentials import queries as certificates
from marketplace.conversation import queries as conversation
from marketplace.jobs import queries as jobs
from marketplace.kernel import outbox
from marketplace.kernel.database import db, reading
from marketplace.matching import queries as matching
from marketplace.payments import queries as money
from marketplace.payments.rules import PayoutStatus
from marketplace.support_requests import queries as requests
from tests.factories import NOON

# All of these indexes is what is looked for.
HOLD_ONLY_WHAT_IS_OPEN = re.compile("ix_chargeback_open|ix_credential_appeal_open")
LOOKS = {
    "messages due": lambda _session: outbox.deliver_due(NOON),
    "messages given up": outbox.dead_messages,
    "offers overdue": lambda session: matching.requests_with_overdue_offers(session, NOON),
    "promises overdue": lambda session: conversation.requests_with_overdue_promises(session, NOON),
    "silent customers": lambda session: jobs.overdue_for_confirmation(session, NOON),
    "holds to renew": lambda session: jobs.holds_to_renew(session, NOON),
    "searches overdue": lambda session: jobs.overdue_searches(session, NOON),
    "requests unmatched": jobs.unmatched,
    "silent holds": lambda session: money.lock_silent_holds(session, NOON),
    "reserves": lambda session: money.reserves_to_release(session, NOON),
    "certificates that end": lambda session: certificates.to_remind_of(session, NOON),
    "appeals about certificates": certificates.open_appeals,
    "disputes": jobs.open_disputes,
    "chargebacks": money.chargebacks_to_decide,
    "payouts due": money.payouts_due,
    "payouts of a payee": lambda session: money.lock_payouts(session, payee_id=1, statuses={PayoutStatus.DUE}),
    "payouts of a request": lambda session: money.payouts_by_subject(session, [1]),
    "refunds that came back": money.refunds_to_pay_by_hand,
    "debts": money.debts,
    "jobs of a partner": lambda session: requests.open_jobs(session, [1]),
}


@pytest.fixture
def plans(app):
    """Give a function that tells how SQLite finds what a function reads."""

    def explain(look):
        asked = []

        def hear(_connection, _cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT"):
                asked.append((statement, parameters))

        sa.event.listen(db.engine, "before_cursor_execute", hear)
        look(reading())
        sa.event.remove(db.engine, "before_cursor_execute", hear)
        reading().rollback()
        with db.engine.connect() as connection:
            steps = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", given) for one, given in asked]
            return [row[-1] for rows in steps for row in rows]

    return explain


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", LOOKS)
def test_nothing_is_looked_for_in_a_whole_table(plans, name):
    steps = plans(LOOKS[name])
    assert steps
    assert [one for one in steps if one.startswith("SCAN ") and not HOLD_ONLY_WHAT_IS_OPEN.search(one)] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_whole_table_would_be_noticed(plans):
    assert [step for step in plans(lambda session: session.execute(sa.text("SELECT * FROM hold"))) if "SCAN" in step]
