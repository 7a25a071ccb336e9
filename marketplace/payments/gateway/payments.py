"""What payers do: Checkout, payments, refunds, chargebacks."""

from datetime import datetime
from typing import Any

from marketplace.kernel.money import Money
from marketplace.payments.gateway.door import Door
from marketplace.payments.gateway.shapes import (
    CLOCKS_DIFFER,
    MARK,
    card_params,
    checkout_params,
    marked,
    read_checkout,
    read_dispute,
    read_intent,
    read_refund,
    told_apart,
)
from marketplace.payments.gateway.values import CardOrder, Checkout, CheckoutOrder, Dispute, Intent, RefundState


class Payments(Door):
    """The part of the door that payers' money goes through."""

    def create_checkout(self, order: CheckoutOrder, *, mark: str, key: str) -> Checkout:
        """Make a Checkout page that sets the amount aside without taking it."""
        with told_apart():
            session = self._client.v1.checkout.sessions.create(checkout_params(order, mark), {"idempotency_key": key})
        return read_checkout(session)

    def find_checkout(self, mark: str, *, since: datetime) -> Checkout | None:
        """Find the Checkout page that came of a call."""
        wanted: Any = {"created": {"gte": int((since - CLOCKS_DIFFER).timestamp())}, "limit": 100}
        with told_apart():
            found = marked(self._client.v1.checkout.sessions.list(wanted).auto_paging_iter(), mark)
        return read_checkout(found) if found else None

    def checkout(self, session_id: str) -> Checkout:
        """Look at a Checkout page."""
        with told_apart():
            return read_checkout(self._client.v1.checkout.sessions.retrieve(session_id))

    def expire_checkout(self, session_id: str) -> None:
        """Close a Checkout page that is still open."""
        with told_apart():
            self._client.v1.checkout.sessions.expire(session_id)

    def intent(self, intent_id: str) -> Intent:
        """Look at a payment, with its charge and what it brought."""
        with told_apart():
            return read_intent(
                self._client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge.balance_transaction"]})
            )

    def prepare_payment(self, order: CardOrder, *, mark: str, key: str) -> str:
        """Make a payment with which nothing is set aside yet; gives its id."""
        with told_apart():
            made = self._client.v1.payment_intents.create(card_params(order, mark), {"idempotency_key": key})
        return made.id

    def confirm(self, intent_id: str, card_id: str, *, is_away: bool, key: str) -> None:
        """Set the amount of a payment aside with a saved card, unless the bank wants to hear from its owner.

        Raises:
            Refused: the bank says no; or its owner is away, and it wants to hear from them.
        """
        with told_apart():
            self._client.v1.payment_intents.confirm(
                intent_id, {"payment_method": card_id, "off_session": is_away}, {"idempotency_key": key}
            )

    def capture(self, intent_id: str, amount: Money, *, key: str) -> None:
        """Take the agreed part of what is set aside; the rest is let go."""
        with told_apart():
            self._client.v1.payment_intents.capture(
                intent_id, {"amount_to_capture": amount.minor}, {"idempotency_key": key}
            )

    def cancel_intent(self, intent_id: str, *, key: str) -> None:
        """Let go of all that is set aside."""
        with told_apart():
            self._client.v1.payment_intents.cancel(intent_id, {}, {"idempotency_key": key})

    def refund(self, intent_id: str, amount: Money, *, refund_id: int, mark: str, key: str) -> RefundState:
        """Give money back to the payer."""
        metadata = {"refund_id": str(refund_id), MARK: mark}
        with told_apart():
            refund = self._client.v1.refunds.create(
                {"payment_intent": intent_id, "amount": amount.minor, "metadata": metadata}, {"idempotency_key": key}
            )
        return read_refund(refund)

    def find_refund(self, intent_id: str, mark: str) -> RefundState | None:
        """Find the refund of a payment that came of a call."""
        with told_apart():
            refunds = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
            found = marked(refunds.auto_paging_iter(), mark)
        return read_refund(found) if found else None

    def refund_state(self, stripe_refund_id: str) -> RefundState:
        """Look at a refund: banks can send it back."""
        with told_apart():
            return read_refund(self._client.v1.refunds.retrieve(stripe_refund_id))

    def dispute(self, dispute_id: str) -> Dispute:
        """Look at a chargeback, with what it took out of our balance and gave back."""
        with told_apart():
            return read_dispute(self._client.v1.disputes.retrieve(dispute_id))

    def disputes_of(self, charge_id: str) -> list[Dispute]:
        """Look at all chargebacks about a charge."""
        with told_apart():
            found = self._client.v1.disputes.list({"charge": charge_id, "limit": 100})
            return [read_dispute(one) for one in found.auto_paging_iter()]

    def respond(self, dispute_id: str, evidence: str, *, key: str) -> None:
        """Answer a chargeback, once and for all."""
        with told_apart():
            self._client.v1.disputes.update(
                dispute_id, {"evidence": {"uncategorized_text": evidence}, "submit": True}, {"idempotency_key": key}
            )
