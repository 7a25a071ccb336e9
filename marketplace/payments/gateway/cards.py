"""What payers have saved: a customer for each, and the cards of that customer."""

from marketplace.payments.gateway.door import Door
from marketplace.payments.gateway.shapes import read_card, read_checkout, setup_params, told_apart
from marketplace.payments.gateway.values import Card, Checkout, SetupOrder


class Cards(Door):
    """The part of the door behind which cards are saved."""

    def create_customer(self, *, key: str) -> str:
        """Make the customer that stands for a payer, and give its id; the key is kept with it, to find it again."""
        with told_apart():
            made = self._client.v1.customers.create({"metadata": {"payer_key": key}}, {"idempotency_key": key})
        return made.id

    def find_customer(self, *, key: str) -> str | None:
        """Look for the customer that was made under a key that Stripe may have forgotten by now."""
        with told_apart():
            found = self._client.v1.customers.search({"query": f"metadata['payer_key']:'{key}'", "limit": 1}).data
        return found[0].id if found else None

    def describe_customer(self, customer_id: str, *, name: str, email: str) -> None:
        """Tell Stripe how a payer is called now.

        Raises:
            Refused: there is no such customer any more.
        """
        with told_apart():
            self._client.v1.customers.update(customer_id, {"name": name, "email": email})

    def cards(self, customer_id: str) -> list[Card] | None:
        """List the cards that a customer has saved; None when there is no such customer any more."""
        with told_apart():
            customer = self._client.v1.customers.retrieve(customer_id)
            if getattr(customer, "deleted", False):
                return None
            saved = self._client.v1.payment_methods.list({"customer": customer_id, "type": "card", "limit": 100})
            return [read_card(method) for method in saved.auto_paging_iter()]

    def set_up_cards(self, customer_id: str) -> set[str]:
        """List the cards with which a customer agreed that they may be used later, also while they are away."""
        with told_apart():
            agreed = self._client.v1.setup_intents.list({"customer": customer_id, "limit": 100})
            return {
                str(one.payment_method)
                for one in agreed.auto_paging_iter()
                if one.status == "succeeded" and one.usage == "off_session"
            }

    def create_setup(self, order: SetupOrder, *, mark: str, key: str) -> Checkout:
        """Make a page on which a card is saved, and nothing is charged."""
        with told_apart():
            session = self._client.v1.checkout.sessions.create(setup_params(order, mark), {"idempotency_key": key})
        return read_checkout(session)

    def forget_card(self, card_id: str, *, key: str) -> None:
        """Take a card away from its customer, for good.

        Raises:
            Refused: it is not there any more.
        """
        with told_apart():
            self._client.v1.payment_methods.detach(card_id, {}, {"idempotency_key": key})
