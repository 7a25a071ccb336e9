"""The ways back from Stripe answer a GET and write: to follow them any number of times leaves the same."""

import sqlalchemy as sa

from marketplace.accounts.models import Person
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands, gateway
from marketplace.payments.models import ConnectedAccount, Hold, LedgerTransaction, Posting, Renewal, SavedCard
from marketplace.payments.rules import HoldStatus
from providers.profiles.models import Member
from tests.stripe_inprocess import URL

# What may not change by coming back once more. Of the outbox, only what is still owed counts.
TABLES = (Hold, Renewal, SavedCard, ConnectedAccount, LedgerTransaction, Posting, AuditEntry)


def written(*, but=()):
    """Give all that stands in these tables, and how much is owed."""
    reading().rollback()
    with db.engine.connect() as connection:
        rows = {
            one.__tablename__: [
                tuple(value for name, value in row.items() if name not in but)
                for row in connection.execute(sa.select(one.__table__)).mappings()
            ]
            for one in TABLES
        }
        owed = connection.execute(sa.select(sa.func.count()).select_from(OutboxMessage).filter_by(done_at=None))
        return rows, owed.scalar()


def test_coming_back_from_a_payment_notes_it_once(till, client):
    hold_id = till.open()
    till.work()
    till.stand_in.add_fault("hold_back")  # Stripe's own word comes later.
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    client.sign_in(till.payer())
    client.get(f"/payments/{hold_id}/back")
    assert till.hold(hold_id).status is HoldStatus.HELD
    once = written()
    for _time in range(3):
        assert client.get(f"/payments/{hold_id}/back").status_code == 302
    assert written() == once


def test_coming_back_without_having_paid_notes_nothing(till, client):
    hold_id = till.open()
    till.work()
    client.sign_in(till.payer())
    once = written(but={"checked_at"})
    for _time in range(3):
        client.get(f"/payments/{hold_id}/back")
    assert written(but={"checked_at"}) == once


def test_coming_back_from_ones_account_notes_it_once(till, client):
    payee_id = till.payee(with_account=False)
    with transaction() as session:
        commands.ask_account(session, payee_id, country="DE", email="bo@example.test", now=utcnow())
    till.work()
    account_id = till.row(ConnectedAccount, payee_id).stripe_account_id
    till.stand_in.add_fault("hold_back")
    till.stand_in.onboard(gateway.gateway().onboarding_url(account_id, refresh_url=URL, return_url=URL))
    member = reading().scalars(sa.select(Member).filter_by(provider_id=payee_id)).one()
    client.sign_in(reading().get_one(Person, member.person_id))
    client.get("/work/payouts/connected")
    assert till.row(ConnectedAccount, payee_id).may_receive
    once = written(but={"updated_at"})
    for _time in range(3):
        assert client.get("/work/payouts/connected").status_code == 302
    assert written(but={"updated_at"}) == once
    till.stand_in.faults.clear()
    till.work()
