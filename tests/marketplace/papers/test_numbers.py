"""Numbers have no gaps and are given once, whatever happens at the same moment."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select

from marketplace.kernel.database import at_end, reading, transaction
from marketplace.papers import selfchecks
from marketplace.papers.models import Series
from marketplace.papers.rules import PaperKind
from marketplace.payments.models import Hold
from tests.factories.papers import make_receipt, papers
from tests.factories.payments import make_hold
from tests.plugins.racing import crashed, on_postgresql, race

CROWD, EACH = 6, 5


class ChangedItsMind(Exception):
    """Something failed after a number was taken."""


@pytest.fixture
def holds(app):
    """Payments that were taken."""
    with transaction() as session:
        made = [make_hold(session, status="captured", captured_minor=4900) for _number in range(CROWD * EACH)]
        return [hold.id for hold in made]


def issue(hold_id, *, fails=False):
    """Issue the receipt for a payment as the last thing of a transaction, which may fail after it."""
    with transaction() as session:
        hold = session.get_one(Hold, hold_id)
        at_end(session, hold_id, lambda session: make_receipt(session, hold=hold))
        if fails:
            at_end(session, "fail", _fail)


def _fail(_session):
    raise ChangedItsMind


def test_numbers_have_no_gaps_though_many_take_them_at_once_and_some_give_up(at_once, holds):
    def perform(number):
        failed = 0
        for turn in range(EACH):
            hold_id = holds[number * EACH + turn]
            try:
                issue(hold_id, fails=turn % 2 == 1)
            except ChangedItsMind:
                failed += 1
        return failed

    assert at_once(*[partial(perform, number) for number in range(CROWD)]) == [EACH // 2] * CROWD
    issued = papers()
    assert sorted(one.serial for one in issued) == list(range(1, len(issued) + 1))
    assert len(issued) == CROWD * (EACH - EACH // 2)
    assert selfchecks.numbers_with_gaps(reading()) == []


def test_the_same_fact_at_the_same_moment_issues_one_paper(at_once, holds):
    at_once(*[lambda: issue(holds[0])] * CROWD)
    [paper] = papers()
    assert paper.serial == 1
    assert reading().scalars(select(Series.issued).filter_by(kind=PaperKind.RECEIPT)).one() == 1


@on_postgresql
def test_without_the_lock_on_the_series_two_would_want_the_same_number(app, holds, guards):
    issue(holds[0])  # The year is open.
    guards.locks_off("series")
    assert len(crashed(race(app, partial(issue, holds[1]), partial(issue, holds[2])))) == 1


@on_postgresql
def test_without_the_lock_on_the_series_one_fact_would_want_two_papers(app, holds, guards):
    issue(holds[0])
    guards.locks_off("series")
    guards.meet_at(r"paper\s+WHERE paper.fact")
    assert len(crashed(race(app, *[partial(issue, holds[1])] * 2))) == 1


def test_each_year_begins_with_1_and_years_are_those_of_utc(app, holds):
    last, first = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with transaction() as session:
        for hold_id, now in zip(holds[:3], (last, last, first), strict=True):
            make_receipt(session, hold=session.get_one(Hold, hold_id), now=now)
    assert [one.number for one in papers()] == ["R-2026-000001", "R-2026-000002", "R-2027-000001"]


def test_a_gap_is_named(app, holds):
    with transaction() as session:
        make_receipt(session, hold=session.get_one(Hold, holds[0]))
        session.scalars(select(Series).filter_by(kind=PaperKind.RECEIPT)).one().issued = 3
    with transaction() as session:
        make_receipt(session, hold=session.get_one(Hold, holds[1]))
    assert selfchecks.numbers_with_gaps(reading()) == ["receipt of 2026: 4 were given out, 2 are there, the last is 4"]


def test_what_comes_last_is_done_once_for_each_key_and_after_all_else(app):
    done = []
    with transaction() as session:
        at_end(session, "b", lambda session: at_end(session, "d", lambda _session: done.append("d")))
        at_end(session, "a", lambda _session: done.append("a"))
        at_end(session, "a", lambda _session: done.append("again"))
        done.append("first")
    assert done == ["first", "a", "d"]


def test_what_comes_last_is_forgotten_with_a_transaction_that_fails(app):
    done = []

    def fail():
        with transaction() as session:
            at_end(session, "a", lambda _session: done.append("a"))
            raise ChangedItsMind

    with pytest.raises(ChangedItsMind):
        fail()
    with transaction():
        done.append("another transaction")
    assert done == ["another transaction"]
