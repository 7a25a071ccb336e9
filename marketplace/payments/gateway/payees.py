"""What payees get: accounts, transfers and their reversal."""

from datetime import datetime
from typing import Any

from marketplace.kernel.money import Money
from marketplace.payments.gateway.door import Door
from marketplace.payments.gateway.shapes import CLOCKS_DIFFER, MARK, marked, read_account, told_apart
from marketplace.payments.gateway.values import Account, KeyIsSpent, NotEnough


class Payees(Door):
    """The part of the door that payees' money goes through."""

    def transfer(
        self, account_id: str, amount: Money, *, charge_id: str | None, group: str, mark: str, key: str
    ) -> str:
        """Move a payee's share to the payee's account; tells the transfer's id.

        It comes out of a charge, as soon as that is settled, or else out of what is in the balance now.

        Raises:
            KeyIsSpent: there is not enough in the balance yet.
        """
        wanted: Any = {
            "amount": amount.minor,
            "currency": amount.currency.lower(),
            "destination": account_id,
            "transfer_group": group,
            "metadata": {MARK: mark},
        }
        if charge_id is not None:
            wanted["source_transaction"] = charge_id
        try:
            with told_apart():
                return self._client.v1.transfers.create(wanted, {"idempotency_key": key}).id
        except NotEnough as error:  # There may be later, under another key: this one keeps the answer.
            raise KeyIsSpent(str(error)) from error

    def find_transfer(self, group: str, mark: str) -> str | None:
        """Find the transfer of a group that came of a call; tells its id."""
        with told_apart():
            transfers = self._client.v1.transfers.list({"transfer_group": group, "limit": 100})
            found = marked(transfers.auto_paging_iter(), mark)
        return found.id if found else None

    def reverse_transfer(self, transfer_id: str, amount: Money, *, mark: str, key: str) -> str:
        """Take back what was transferred, or a part of it; tells the reversal's id."""
        with told_apart():
            reversal = self._client.v1.transfers.reversals.create(
                transfer_id, {"amount": amount.minor, "metadata": {MARK: mark}}, {"idempotency_key": key}
            )
        return reversal.id

    def find_reversal(self, transfer_id: str, mark: str) -> str | None:
        """Find the reversal of a transfer that came of a call; tells its id."""
        with told_apart():
            reversals = self._client.v1.transfers.reversals.list(transfer_id, {"limit": 100})
            found = marked(reversals.auto_paging_iter(), mark)
        return found.id if found else None

    def create_account(self, *, country: str, email: str, payee_id: int, mark: str, key: str) -> Account:
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
                    "metadata": {"payee_id": str(payee_id), MARK: mark},
                },
                {"idempotency_key": key},
            )
        return read_account(account)

    def find_account(self, mark: str, *, since: datetime) -> Account | None:
        """Find the connected account that came of a call."""
        wanted: Any = {"created": {"gte": int((since - CLOCKS_DIFFER).timestamp())}, "limit": 100}
        with told_apart():
            found = marked(self._client.v1.accounts.list(wanted).auto_paging_iter(), mark)
        return read_account(found) if found else None

    def account(self, account_id: str) -> Account:
        """Look at a connected account."""
        with told_apart():
            return read_account(self._client.v1.accounts.retrieve(account_id))

    def dashboard_url(self, account_id: str) -> str:
        """Make a link to the pages on which a payee sees its account at Stripe."""
        with told_apart():
            return self._client.v1.accounts.login_links.create(account_id).url

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
