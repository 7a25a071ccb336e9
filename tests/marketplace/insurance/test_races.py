"""Two at once about what a policy covers: each race has a twin whose guard is off; see `tests.plugins.racing`."""

import pytest

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.payments import commands as payments
from tests.factories.insurance import Insured, eur
from tests.plugins.racing import broken_checks, crashed, done, in_transaction, on_postgresql, race

PRICE, AGREED = 10_000, 6000


class Race:
    """Two things that are done at once with one year of a policy, of which a claim has reserved something."""

    def __init__(self, till):
        self.insured = Insured(till, deductible=eur(0))
        self.first, self.second = self.insured.held(PRICE), self.insured.held(PRICE)

    def one(self, session):
        """Use what is reserved, for a lower price."""
        payments.capture(session, self.first, amount=eur(AGREED), now=utcnow())

    def broken(self):
        """Tell what is wrong when all has come to rest; nothing if all is well."""
        self.insured.till.work()
        return broken_checks()


class TwoUses(Race):
    """Two claims are used."""

    def two(self, session):
        payments.capture(session, self.second, amount=eur(AGREED), now=utcnow())


class UseAndRelease(Race):
    """One claim is used, another one is let go."""

    def two(self, session):
        payments.release(session, self.second, now=utcnow())


RACES = pytest.mark.parametrize("kind", [TwoUses, UseAndRelease])


@RACES
def test_two_at_once_end_as_if_one_had_come_first(busy_till, together, kind):
    running = kind(busy_till)
    assert len(done(together(running.one, running.two))) == 2
    assert not running.broken()


@on_postgresql
@RACES
def test_without_its_guard_the_same_race_breaks(app, busy_till, guards, kind):
    running = kind(busy_till)
    reading().rollback()
    guards.locks_off("policy_year", meets=False)
    guards.meet_at("policy_year")
    outcomes = race(app, in_transaction(running.one), in_transaction(running.two))
    assert crashed(outcomes) or running.broken(), outcomes
