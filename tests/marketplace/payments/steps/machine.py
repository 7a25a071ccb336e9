"""What every part of a state machine over the life of money is built on: a world, its rows, and what holds of them.

The steps stand beside this by the part of life that they belong to; a machine is put together of the parts it needs.
"""

import sys

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition

from marketplace.insurance.selfchecks import payments_covered_for_nobody
from marketplace.kernel.database import db
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money, smallest_step
from marketplace.site.wiring import SELF_CHECKS
from tests.factories import NOON
from tests.marketplace.payments.life import Life
from tests.marketplace.payments.rows import MODELS, rows
from tests.marketplace.payments.truths import ALWAYS, hold_at_any_time, hold_at_rest

which = st.integers(0, 20)
percent = st.integers(1, 100)
at_once = st.sampled_from([True, True, False])  # Whether everybody does their part right afterwards.


def needs(table, **facts):
    """Let a step be taken when there is a row for it."""
    return precondition(lambda self: self.found(table, **facts))


def part_of(minor, currency, percent):
    """Take a part of an amount, at least the smallest there is."""
    step = smallest_step(currency)
    return Money(max(1, minor // step * percent // 100) * step, currency)


class Machine(RuleBasedStateMachine):
    """A world in which everybody does anything."""

    WORLD, MODELS = Life, MODELS
    CHECKS = ALWAYS
    CHECKS_AT_REST = tuple(check for check in SELF_CHECKS if check is not payments_covered_for_nobody)

    def __init__(self, app, empty, *, checked):
        """Begin afresh."""
        super().__init__()
        empty()
        self._travel = time_machine.travel(NOON, tick=False)
        self.life = self.WORLD(app, self._travel.start(), checked=checked)
        self.look()

    def teardown(self):
        """Let all come to rest, and look at it once more."""
        try:
            if sys.exc_info()[0] is None:  # Else it is broken already.
                self.rest()
                self.end()
        finally:
            self.life.close()
            self._travel.stop()
            db.session.remove()

    def rest(self):
        """Let all come to rest, and assert what is true then."""
        self.life.drain()
        self.look()
        self.hold_at_rest()

    def end(self):
        """Come to the end of what would go on and on; what is paid by the piece has come to its own."""

    def hold_at_any_time(self):
        """Assert what is true after every step."""
        hold_at_any_time(self.life, self.rows, self.CHECKS)

    def hold_at_rest(self):
        """Assert what is true when nothing is on its way any more."""
        hold_at_rest(self.life, self.rows, self.CHECKS_AT_REST)

    @invariant()
    def what_must_hold_holds(self):
        if not self.life.has_changed():
            return
        self.look()
        self.hold_at_any_time()

    def look(self):
        """See how all stands now; gives the rows."""
        self.rows = rows(self.MODELS)
        return self.rows

    def found(self, table, **facts):
        """Find rows in which each of the facts is one of those named."""
        return [one for one in self.rows[table] if all(getattr(one, name) in values for name, values in facts.items())]

    def one(self, number, table, **facts):
        """Choose a row."""
        found = self.found(table, **facts)
        return found[number % len(found)]

    def act(self, act, *, at_once=False):
        """Do something; what is refused is refused. With `at_once` everybody does their part right afterwards."""
        try:
            act()
        except DomainError:
            return
        if at_once:
            self.life.work()
            self.life.hear()
            self.life.work()
