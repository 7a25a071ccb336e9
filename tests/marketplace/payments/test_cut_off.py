"""The connection to PostgreSQL is cut around a COMMIT, so that nobody knows whether it happened: it happens once."""

import secrets
import time
from contextlib import suppress

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading
from marketplace.payments import gateway
from marketplace.payments.models import LedgerTransaction
from marketplace.payments.rules import Fact, HoldStatus
from marketplace.site.app import create_app
from tests.factories import MINUTE
from tests.plugins.app import make_settings, prepare
from tests.proxy import Cut, proxy_to
from tests.stripe_inprocess import to_app
from tests.told import kept_events, unapplied_events

SECONDS = 20  # So long the database may take to see that a connection is gone.
pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
all_cuts = pytest.mark.parametrize("cut", Cut, ids=lambda one: one.value)
# A worker leases what is owed, writes down what came of it, and strikes it off.
all_commits = pytest.mark.parametrize("number", [1, 2, 3], ids=["lease", "outcome", "struck off"])


@pytest.fixture
def proxy(app, postgres_server):
    """Give a proxy before the database of the test."""
    with proxy_to(postgres_server.folder) as proxy:
        yield proxy


@pytest.fixture
def far_app(app, till, proxy, tmp_path):
    """Give another process's application, so to speak: it reaches the database through the proxy."""
    name = db.engine.url.database
    url = f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/{name}?sslmode=disable"
    far = create_app(make_settings(tmp_path, database_url=url))
    prepare(far)
    far.config["PROPAGATE_EXCEPTIONS"] = False  # What breaks is answered with 500, as in production.
    gateway.connect(far, gateway.gateway())
    yield far
    with far.app_context():
        db.engine.dispose()


def work(far_app):
    """Let the far process do what is owed, until it is cut off."""
    with far_app.app_context():
        with suppress(OperationalError):  # The worker's loop tries again.
            while outbox.deliver_due(utcnow()):
                pass
        db.session.remove()


OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


def go_on(till):
    """Let somebody else go on, once what was leased is free again, and the database has seen that nobody is there."""
    for _attempt in range(100 * SECONDS):
        is_open = reading().scalar(text(OPEN))
        reading().rollback()
        if not is_open:
            break
        time.sleep(0.01)
    till.wait(2 * MINUTE)
    till.work()


def given_back(till):
    """List what Stripe has given back."""
    return [one.amount for one in till.stand_in.client().v1.refunds.list().data]


@all_cuts
@all_commits
def test_a_refund_is_made_once(till, far_app, proxy, number, cut):
    hold_id = till.taken()
    refund_id = till.refund(hold_id, 4000)
    proxy.cut_at(cut, number)
    work(far_app)
    assert proxy.has_cut
    go_on(till)
    assert given_back(till) == [4000]
    assert till.refund_row(refund_id).stripe_refund_id is not None
    assert len(reading().scalars(select(LedgerTransaction.id).filter_by(fact=Fact.REFUNDED)).all()) == 1


def test_a_refund_under_a_new_key_at_each_try_is_made_twice(till, far_app, proxy, monkeypatch):
    hold_id = till.taken()
    till.refund(hold_id, 4000)
    asked = gateway.Gateway.refund

    def forget_the_key(self, *arguments, **facts):
        return asked(self, *arguments, **{**facts, "key": secrets.token_hex()})

    monkeypatch.setattr(gateway.Gateway, "refund", forget_the_key)
    proxy.cut_at(Cut.BEFORE_COMMIT, 2)
    work(far_app)
    till.check = lambda: None  # Nothing is right any more.
    go_on(till)
    assert given_back(till) == [4000, 4000]


@all_cuts
def test_what_stripe_tells_is_kept_once(till, far_app, proxy, cut):
    hold_id = till.open()
    till.work()
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    courier = till.stand_in._courier
    courier._send, send = to_app(far_app), courier._send
    proxy.cut_at(cut)
    courier.deliver_due()
    assert proxy.has_cut
    courier._send = send
    till.stand_in.settle()
    go_on(till)
    assert till.hold(hold_id).status is HoldStatus.HELD
    events = till.stand_in.client().v1.events.list({"limit": 100}).data
    assert [one.type for one in events if one.pending_webhooks] == []
    assert {one.id for one in events} == set(kept_events())


@all_cuts
@all_commits
def test_what_stripe_told_is_applied_once(till, far_app, proxy, number, cut):
    hold_id = till.open()
    till.work()
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    till.stand_in.deliver_pending()
    proxy.cut_at(cut, number)
    work(far_app)
    assert proxy.has_cut
    go_on(till)
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert len(reading().scalars(select(LedgerTransaction.id).filter_by(fact=Fact.AUTHORISED)).all()) == 1
    assert unapplied_events() == []
