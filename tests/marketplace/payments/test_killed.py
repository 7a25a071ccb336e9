"""`kill -9` at every moment of taking a payment and of taking a webhook: another process goes on, and all happens once.

Around each COMMIT, too: what was committed is there, what was not has left nothing behind.
"""

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading
from marketplace.payments.models import LedgerTransaction
from marketplace.payments.rules import Fact, HoldStatus
from marketplace.sandbox.stripe.server import QuietHandler
from tests.factories import MINUTE
from tests.marketplace.payments.doomed import Delivery, Moment, Task, is_killed
from tests.told import kept_events, unapplied_events

# The worker leases what is owed (commit 1), takes the payment (call 1), looks at it (call 2), writes it down (commit 2)
# and strikes it off (commit 3).
WHILE_TAKING = {
    "before it has leased what is owed": Moment("commit", 1),
    "before the call": Moment("call", 1),
    "after the effect at Stripe": Moment("answer", 1),
    "before it is written down": Moment("answer", 2),
    "before the commit": Moment("commit", 2),
    "after the commit": Moment("committed", 2),
    "before it is struck off": Moment("commit", 3),
}
# The site stores what Stripe tells (commit 1), and says yes.
WHILE_RECEIVING = {
    "before the commit": Moment("commit", 1),
    "before the 2xx": Moment("committed", 1),
}
# The worker leases it (commit 1), looks at what it is about (call 1), writes it down (commit 2) and strikes it off.
WHILE_APPLYING = {
    "before it looks": Moment("call", 1),
    "before it is written down": Moment("answer", 2),
    "before the commit": Moment("commit", 2),
    "after the commit": Moment("committed", 2),
}


@contextmanager
def reachable(stand_in):
    """Serve a stand-in to other processes."""
    server = make_server("127.0.0.1", 0, stand_in.app, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def dies(app, till):
    """Give a function that lets a process do something, and die at a moment while it does."""
    settings = app.extensions["handrail_settings"]
    with reachable(till.stand_in) as stripe_url:

        def dies(moment, delivery=None):
            db.session.remove()
            url = db.engine.url.render_as_string(hide_password=False)
            return is_killed(Task(settings.data, url, stripe_url, utcnow(), moment, delivery))

        yield dies


def go_on(till):
    """Let another process take over what the dead one had leased."""
    till.wait(2 * MINUTE)
    till.work()


def booked(fact):
    """Count how often something was booked."""
    found = len(reading().scalars(select(LedgerTransaction.id).filter_by(fact=fact)).all())
    reading().rollback()
    return found


def taken(till):
    """List what was taken from cards, by Stripe's own book."""
    return [one.amount for one in till.stand_in.client().v1.balance_transactions.list({"type": "charge"}).data]


@pytest.mark.parametrize("moment", WHILE_TAKING)
def test_a_payment_is_taken_once_though_its_worker_is_killed(till, dies, moment):
    hold_id = till.held()
    till.capture(hold_id)
    assert dies(WHILE_TAKING[moment])
    go_on(till)
    assert till.hold(hold_id).status is HoldStatus.CAPTURED
    assert taken(till) == [10000]
    assert booked(Fact.CAPTURED) == 1


@pytest.mark.parametrize("moment", WHILE_RECEIVING)
def test_what_stripe_tells_is_kept_once_though_the_site_is_killed(till, dies, moment):
    hold_id = till.open()
    till.work()
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    deaths, before = [], len(kept_events())

    def receive(url, payload, signature):
        deaths.append(dies(WHILE_RECEIVING[moment], Delivery(url, payload, signature)))
        return False, "no answer"

    courier = till.stand_in._courier
    courier._send, send = receive, courier._send
    courier.deliver_due()
    assert deaths
    assert all(deaths)
    assert len(kept_events()) - before == (len(deaths) if moment == "before the 2xx" else 0)

    courier._send = send
    go_on(till)
    till.stand_in.settle()
    till.work()
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert booked(Fact.AUTHORISED) == 1
    events = till.stand_in.client().v1.events.list({"limit": 100}).data
    assert [one.type for one in events if one.pending_webhooks] == []


@pytest.mark.parametrize("moment", WHILE_APPLYING)
def test_what_stripe_told_is_applied_once_though_the_worker_is_killed(till, dies, moment):
    hold_id = till.open()
    till.work()
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    till.stand_in.deliver_pending()
    assert dies(WHILE_APPLYING[moment])
    go_on(till)
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert booked(Fact.AUTHORISED) == 1
    assert unapplied_events() == []


def test_without_its_moment_a_process_lives(till, dies):
    hold_id = till.held()
    till.capture(hold_id)
    assert not dies(Moment("commit", 100))
    assert till.hold(hold_id).status is HoldStatus.CAPTURED
    assert not outbox.deliver_due(utcnow())
