"""The life of money in any order, with anything going wrong: what must hold, holds after every step and in the end."""

import logging

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from marketplace.kernel.database import db
from tests.marketplace.payments.steps.banks import BankSteps
from tests.marketplace.payments.steps.holds import HoldSteps
from tests.marketplace.payments.steps.processes import ProcessSteps
from tests.marketplace.payments.steps.shares import ShareSteps
from tests.marketplace.payments.steps.subscriptions import SubscriptionSteps

STEPS = 50


class LifeOfMoney(HoldSteps, ShareSteps, BankSteps, ProcessSteps):
    """Everybody does anything with what is paid by the piece."""


class LifeOfSubscriptions(SubscriptionSteps, ProcessSteps):
    """Everybody does anything with what is paid by the period."""


RUNS = {"sqlite": 100, "postgresql": 20}
RUNS_DEEP = 2000
BLOCKS = (*[LifeOfMoney] * 7, *[LifeOfSubscriptions] * 3)  # So that several workers share the runs.


@pytest.mark.parametrize(("block", "kind"), list(enumerate(BLOCKS)))
def test_what_must_hold_of_money_always_holds(app, block, kind, request, monkeypatch):
    # Much goes wrong here on purpose, and each time the outbox would tell of it.
    monkeypatch.setattr(logging.getLogger("marketplace.kernel.outbox"), "disabled", True)
    engine = db.engine.dialect.name
    empty = request.getfixturevalue(f"_{engine}_app")[1]
    is_deep = request.config.getoption("--deep")

    def machine():
        return kind(app, empty, checked=block == BLOCKS.index(kind))

    if not is_deep:
        hypothesis.seed(block)(machine)
    runs = (RUNS_DEEP if is_deep else RUNS[engine]) // len(BLOCKS)
    health = list(hypothesis.HealthCheck)
    how = hypothesis.settings(max_examples=runs, stateful_step_count=STEPS, suppress_health_check=health)
    run_state_machine_as_test(machine, settings=how)
