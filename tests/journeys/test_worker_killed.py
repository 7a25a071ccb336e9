"""A worker is killed between acceptance and capture: a new one goes on, and the money is taken once.

The worker is a process of its own. A gate between it and the Stripe stand-in holds its call up at the worst moments:
before Stripe has heard of it, and after Stripe has done it without the worker's knowing.
"""

import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

import dev
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import queries as money
from marketplace.payments.models import Hold
from marketplace.payments.rules import AccountKind, HoldStatus
from marketplace.site.settings import PREFIX
from tests.journeys.cast import MARISOL, NURIA, VEGA
from tests.journeys.gate import Hold as HoldUp
from tests.journeys.gate import gate_to
from tests.journeys.steps import Problem, ask, button, describe, heading, open_offer, pay
from tests.plugins.databases import ENGINES

TITLE = "Photos are gone since the upgrade"
PRICE = Money(6000, "EUR")


@pytest.fixture
def works():
    """Let nobody work in this process."""
    return False


@contextmanager
def worker_of(installation, gate):
    """Run a worker as a process of its own, which reaches Stripe through the gate."""
    environment = {**installation.environment, f"{PREFIX}STRIPE_API_BASE": gate.url}
    process = subprocess.Popen([sys.executable, "-m", "marketplace", "work"], cwd=dev.ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("hold_up", [HoldUp.BEFORE_IT_ARRIVES, HoldUp.ON_ITS_WAY_BACK], ids=lambda one: one.value)
@pytest.mark.parametrize("installation", ENGINES, indirect=True)
def test_killing_the_worker_between_acceptance_and_capture_takes_the_money_once(installation, open_window, hold_up):
    with gate_to(installation.sandbox.url) as gate:
        gate.hold = hold_up
        with worker_of(installation, gate) as doomed:
            a_partner_accepts_what_a_customer_has_paid(installation, open_window)
            gate.wait_until_caught()
            doomed.send_signal(signal.SIGKILL)
            assert doomed.wait() == -signal.SIGKILL
        assert stripe_has_taken(installation) == [PRICE.minor] * len(gate.keys)
        assert installation.ask(the_hold).status is HoldStatus.CAPTURING

        let_the_lease_run_out(installation)
        gate.hold = HoldUp.NOWHERE
        with worker_of(installation, gate):
            installation.finish_work()
    assert len(set(gate.keys)) == 1
    assert stripe_has_taken(installation) == [PRICE.minor]
    hold = installation.ask(the_hold)
    assert (hold.status, hold.captured) == (HoldStatus.CAPTURED, PRICE)
    assert (
        installation.ask(lambda: money.balance(reading(), AccountKind.CUSTOMER_HELD, "EUR", hold.subject_id)) == PRICE
    )
    installation.check()


def a_partner_accepts_what_a_customer_has_paid(installation, open_window):
    """Ask, pay, and accept in the browser."""
    customer, partner = open_window(NURIA), open_window(MARISOL)
    describe(customer, Problem(TITLE))
    ask(customer, VEGA)
    pay(customer)
    expect(heading(customer)).to_have_text(TITLE)
    open_offer(partner, TITLE)
    button(partner, "Accept").click()
    expect(partner.get_by_text("You accepted the request.")).to_be_visible()


def stripe_has_taken(installation):
    """List what the stand-in took from cards, by its own book."""
    booked = installation.stripe.v1.balance_transactions.list({"type": "charge"})
    return [one.amount for one in booked.data]


def the_hold():
    """Find the only hold there is."""
    return reading().scalars(select(Hold)).one()


def let_the_lease_run_out(installation):
    """Let the minute pass for which the dead worker's message is its own."""

    def run_out():
        with transaction() as session:
            session.execute(update(OutboxMessage).values(leased_until=None))

    installation.ask(run_out)
