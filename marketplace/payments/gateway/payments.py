"""What payers do: Checkout, payments, refunds, chargebacks."""

import stripe

from marketplace.kernel.money import Money
from marketplace.payments.gateway.shapes import (
    checkout_params,
    read_checkout,
    read_dispute,
    read_intent,
    read_refund,
    told_apart,
)
from marketplace.payments.gateway.values import Checkout, CheckoutOrder, Dispute, Intent, RefundState


class Payments:
    """The part of the door that payers' money goes through."""

    _client: stripe.StripeClient

    def create_checkout(self, order: CheckoutOrder, *, key: str) -> Checkout:
        """Make a Checkout page that sets the amount aside without taking it."""
        with told_apart():
            session = self._client.v1.checkout.sessions.create(checkout_params(order), {"idempotency_key": key})
        return read_checkout(session)

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

    def refund(self, intent_id: str, amount: Money, *, refund_id: int, key: str) -> RefundState:
        """Give money back to the payer."""
        with told_apart():
            refund = self._client.v1.refunds.create(
                {"payment_intent": intent_id, "amount": amount.minor, "metadata": {"refund_id": str(refund_id)}},
                {"idempotency_key": key},
            )
        return read_refund(refund)

    def refund_state(self, stripe_refund_id: str) -> RefundState:
        """Look at a refund: banks can send it back."""
        with told_apart():
            return read_refund(self._client.v1.refunds.retrieve(stripe_refund_id))

    def dispute(self, dispute_id: str) -> Dispute:
        """Look at a chargeback, with what it took out of our balance and gave back."""
        with told_apart():
            return read_dispute(self._client.v1.disputes.retrieve(dispute_id))

    def respond(self, dispute_id: str, evidence: str, *, key: str) -> None:
        """Answer a chargeback, once and for all."""
        with told_apart():
            self._client.v1.disputes.update(
                dispute_id, {"evidence": {"uncategorized_text": evidence}, "submit": True}, {"idempotency_key": key}
            )
