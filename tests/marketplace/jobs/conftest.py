"""What the tests of jobs share: a market whose books balance in the end."""

import pytest

from marketplace.accounts import commands as accounts
from marketplace.accounts.models import Person
from marketplace.kernel import mail
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from tests.factories.jobs import make_market, make_partner
from tests.plugins.racing import broken_checks


@pytest.fixture
def market(app, sandbox, request):
    """A market in which every test ends with books that balance; but for twins of races: they are about broken ones."""
    with transaction() as session:
        market = make_market(session)
    yield market
    assert "guards" in request.fixturenames or not broken_checks()


@pytest.fixture
def add_partner(market):
    """Give a function that adds a partner and tells its id."""

    def add(**facts):
        with transaction() as session:
            return make_partner(session, market, **facts).id

    return add


@pytest.fixture
def browse(client, market):
    """The browser of the customer."""
    client.sign_in(reading().get_one(Person, market.customer_id))
    return client


@pytest.fixture
def call(client, market):
    """Give a function that makes a call in the name of the customer."""
    with transaction() as session:
        token = accounts.issue_token(session, market.customer_id, name="A script", now=utcnow())
    headers = {"Authorization": f"Bearer {token}"}

    def call(path, body=None, *, key=None):
        more = {"Idempotency-Key": key} if key else {}
        if body is None:
            return client.get(f"/api/v1{path}", headers=headers)
        sent = {"json": body} if body else {}
        return client.post(f"/api/v1{path}", **sent, headers={**headers, **more})

    return call


@pytest.fixture
def letters():
    """Give a function that gives the letters to somebody since it was asked last."""
    seen = set()

    def told(to):
        reading().rollback()
        owed = reading().query(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id)
        new = [one for one in owed if one.id not in seen and one.payload["to"] == f"{to}@example.test"]
        seen.update(one.id for one in new)
        return [one.payload for one in new]

    return told
