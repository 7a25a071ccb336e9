"""Payees' accounts at Stripe, in every state that Stripe tells of."""

import pytest

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, gateway
from marketplace.payments.models import ConnectedAccount, ReceivedEvent
from tests.factories.profiles import make_provider
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess, to_app

CONNECT = "/webhooks/stripe/connect"


@pytest.fixture
def stand_in(app):
    """A Stripe that tells the site what happens to connected accounts."""
    stand_in = StripeInProcess(send=to_app(app))
    before = gateway.gateway()
    gateway.connect(app, gateway.Gateway(SECRET_KEY, URL, http_client=stand_in.http_client()))
    stand_in.listen(CONNECT, app.extensions["handrail_settings"].stripe_connect_webhook_secret, connect=True)
    yield stand_in
    gateway.connect(app, before)


def heard(stand_in):
    """Take what Stripe tells, and do all that is owed."""
    stand_in.deliver_pending()
    while outbox.deliver_due(utcnow()):
        stand_in.deliver_pending()


@pytest.fixture
def account_id(stand_in):
    """The account of a payee who may receive transfers."""
    with transaction() as session:
        payee = make_provider(session)
        commands.ask_account(session, payee.id, country="DE", email="bo@example.test", now=utcnow())
    heard(stand_in)
    account_id = reading().query(ConnectedAccount).one().stripe_account_id
    link = gateway.gateway().onboarding_url(account_id, refresh_url=URL, return_url=URL)
    stand_in.onboard(link)
    heard(stand_in)
    return account_id


def pull(stand_in, account_id, lever, **given):
    """Do by hand what Stripe or a payee may do."""
    answer = stand_in.app.test_client().post(f"/sandbox/objects/{account_id}/{lever}", json=given, base_url=URL)
    assert answer.status_code == 200, answer.text
    heard(stand_in)


def known():
    """Give what we know of the one account."""
    reading().rollback()
    return reading().query(ConnectedAccount).one()


def test_who_has_told_stripe_everything_may_receive(stand_in, account_id):
    assert known().may_receive
    assert known().refusal is None


def test_who_was_rejected_may_not_receive(stand_in, account_id):
    pull(stand_in, account_id, "reject", reason="fraud")
    assert not known().may_receive


def test_who_has_left_the_platform_is_paid_by_hand(stand_in, account_id):
    pull(stand_in, account_id, "deauthorise")
    assert not known().may_receive
    assert "access" in known().refusal
    assert all(event.applied_at for event in reading().query(ReceivedEvent))
