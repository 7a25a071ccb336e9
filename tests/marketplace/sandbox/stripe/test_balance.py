"""The balance: what is available, what is pending, and what accounts owe for which the platform answers."""

from tests.marketplace.sandbox.stripe.actions import (
    AVAILABLE_AT_ONCE,
    DAY_S,
    balance,
    charged,
    ready_account,
)

CUSTOM = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "application",
    "stripe_dashboard": {"type": "none"},
}


def spend_and_reverse(client, account):
    """Send an account 30.00, let it go to its bank, and take 10.00 back."""
    charged(client, card=AVAILABLE_AT_ONCE)
    sent = client.v1.transfers.create({"amount": 3000, "currency": "eur", "destination": account.id})
    client.v1.payouts.create({"amount": 3000, "currency": "eur"}, {"stripe_account": account.id})
    client.v1.transfers.reversals.create(sent.id, {"amount": 1000})


def test_money_is_pending_for_two_days(client, sandbox):
    charged(client)
    assert (balance(client, "pending"), balance(client, "available")) == (4728, 0)
    sandbox.advance(2 * DAY_S)
    assert (balance(client, "pending"), balance(client, "available")) == (0, 4728)


def test_the_balance_of_the_platform_may_become_negative(client, sandbox):
    charge = charged(client, card=AVAILABLE_AT_ONCE).latest_charge
    client.v1.payouts.create({"amount": 4728, "currency": "eur"})
    client.v1.refunds.create({"charge": charge.id})
    assert balance(client, "available") == -4900


def test_what_a_custom_account_owes_is_reserved(client):
    account = ready_account(client, controller=CUSTOM)
    assert account.type == "custom"
    spend_and_reverse(client, account)
    assert balance(client, "available", stripe_account=account.id) == -1000
    assert balance(client, "connect_reserved") == 1000


def test_what_an_express_account_owes_is_not_reserved(client):
    account = ready_account(client)
    spend_and_reverse(client, account)
    assert balance(client, "available", stripe_account=account.id) == -1000
    assert balance(client, "connect_reserved") == 0


def test_each_currency_has_a_balance_of_its_own(client):
    charged(client)
    charged(client, currency="jpy", amount=4900)
    assert (balance(client, "pending"), balance(client, "pending", "jpy")) == (4728, 4758)
