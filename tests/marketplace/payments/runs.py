"""Runs of state machines: as many as a normal run of the tests has time for, and many more in a deep one."""

import logging

import hypothesis
from hypothesis.stateful import run_state_machine_as_test

from marketplace.kernel.database import db

STEPS = 50
RUNS = {"sqlite": 100, "postgresql": 20}
RUNS_DEEP = {"sqlite": 1600, "postgresql": 400}  # Two hours on two cores: who has them runs all 2,000.


def run_block(app, blocks, number, request, *, percent):
    """Run one of several blocks of runs, each the kind of a machine: so several workers share the runs.

    Only the first block of each kind holds every call to Stripe's contract, which takes as long again.

    Args:
        app: the application.
        blocks: the kinds of machines.
        number: of the block that is run.
        request: of the test.
        percent: how much of all runs these blocks are together.
    """
    # Much goes wrong here on purpose, and each time the outbox would tell of it.
    request.getfixturevalue("monkeypatch").setattr(logging.getLogger("marketplace.kernel.outbox"), "disabled", True)
    engine, kind = db.engine.dialect.name, blocks[number]
    empty = request.getfixturevalue(f"_{engine}_app")[1]
    is_deep = request.config.getoption("--deep")

    def machine():
        return kind(app, empty, checked=number == blocks.index(kind))

    if not is_deep:
        hypothesis.seed(number)(machine)
    runs = (RUNS_DEEP if is_deep else RUNS)[engine] * percent // 100 // len(blocks)
    health = list(hypothesis.HealthCheck)
    how = hypothesis.settings(max_examples=runs, stateful_step_count=STEPS, suppress_health_check=health)
    run_state_machine_as_test(machine, settings=how)
