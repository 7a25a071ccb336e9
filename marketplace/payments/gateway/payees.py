"""What payees get: accounts, transfers and their reversal."""

import stripe

from marketplace.kernel.money import Money
from marketplace.payments.gateway.shapes import read_account, told_apart
from marketplace.payments.gateway.values import Account


class Payees:
    """The part of the door that payees' money goes through."""

    _client: stripe.StripeClient

    def transfer(self, account_id: str, amount: Money, *, charge_id: str, group: str, key: str) -> str:
        """Move a payee's share out of a charge to the payee's account; tells the transfer's id."""
        with told_apart():
            transfer = self._client.v1.transfers.create(
                {
                    "amount": amount.minor,
                    "currency": amount.currency.lower(),
                    "destination": account_id,
                    "source_transaction": charge_id,
                    "transfer_group": group,
                },
                {"idempotency_key": key},
            )
        return transfer.id

    def reverse_transfer(self, transfer_id: str, amount: Money, *, key: str) -> str:
        """Take back what was transferred, or a part of it; tells the reversal's id."""
        with told_apart():
            reversal = self._client.v1.transfers.reversals.create(
                transfer_id, {"amount": amount.minor}, {"idempotency_key": key}
            )
        return reversal.id

    def create_account(self, *, country: str, email: str, payee_id: int, key: str) -> Account:
        """Open a connected account for a payee."""
        with told_apart():
            account = self._client.v1.accounts.create(
                {
                    "country": country,
                    "email": email,
                    "controller": {
                        "fees": {"payer": "application"},
                        "losses": {"payments": "application"},
                        "stripe_dashboard": {"type": "express"},
                    },
                    "capabilities": {"transfers": {"requested": True}},
                    "metadata": {"payee_id": str(payee_id)},
                },
                {"idempotency_key": key},
            )
        return read_account(account)

    def account(self, account_id: str) -> Account:
        """Look at a connected account."""
        with told_apart():
            return read_account(self._client.v1.accounts.retrieve(account_id))

    def onboarding_url(self, account_id: str, *, refresh_url: str, return_url: str) -> str:
        """Make a link to the page on which a payee tells Stripe who it is."""
        with told_apart():
            link = self._client.v1.account_links.create(
                {
                    "account": account_id,
                    "type": "account_onboarding",
                    "refresh_url": refresh_url,
                    "return_url": return_url,
                }
            )
        return link.url
