"""Where payees get their money."""

from marketplace.payments.models import BankDetails, ConnectedAccount
from marketplace.payments.rules import AccountState
from tests.factories import NOON


def make_bank_details(session, payee_id, **overrides):
    """Let a payee be paid by hand."""
    facts = {"payee_id": payee_id, "holder": "Bo Helps", "number": "DE89 3704 0044 0532 0130 00", "updated_at": NOON}
    row = BankDetails(**{**facts, **overrides})
    session.add(row)
    session.flush()
    return row


def make_account(session, payee_id, **overrides):
    """Give a payee an account at Stripe that can receive money."""
    facts = {
        "payee_id": payee_id,
        "country": "ES",
        "email": "bo@example.test",
        "stripe_account_id": f"acct_{payee_id}",
        "may_receive": True,
        "state": AccountState.ENABLED,
        "updated_at": NOON,
        **overrides,
    }
    row = ConnectedAccount(**facts)
    session.add(row)
    session.flush()
    return row
