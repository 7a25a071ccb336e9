"""What payers pay for by the period: subscriptions, their invoices, and the portal."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from marketplace.kernel.money import Money
from marketplace.payments.gateway.billing_shapes import (
    change_params,
    intent_of,
    portal_params,
    preview_params,
    read_paid,
    read_subscription,
    read_unpaid,
    subscription_params,
)
from marketplace.payments.gateway.billing_values import (
    ChangeOrder,
    Invoices,
    PaidInvoice,
    SubscriptionOrder,
    SubscriptionState,
    UnpaidInvoice,
)
from marketplace.payments.gateway.payments import Payments
from marketplace.payments.gateway.shapes import MARK, marked, read_checkout, read_refund, told_apart
from marketplace.payments.gateway.values import Checkout, RefundState, Refused

WITH_PAYMENT = ["payments.data.payment.payment_intent"]


class Billing(Payments):
    """The part of the door behind which subscriptions are billed."""

    def create_subscription_page(self, order: SubscriptionOrder, *, mark: str, key: str) -> Checkout:
        """Make a Checkout page on which somebody subscribes and pays the first period."""
        wanted = subscription_params(order, mark)
        with told_apart():
            return read_checkout(self._client.v1.checkout.sessions.create(wanted, {"idempotency_key": key}))

    def subscription(self, stripe_id: str) -> SubscriptionState:
        """Look at a subscription."""
        with told_apart():
            return read_subscription(self._client.v1.subscriptions.retrieve(stripe_id))

    def invoices(self, stripe_id: str, *, known: Collection[str]) -> Invoices:
        """Look at the invoices of a subscription, but not closer at those paid ones that are known.

        Raises:
            Uncertain: one was paid a moment ago, and its fee is not known yet.
        """
        paid: list[PaidInvoice] = []
        unpaid: list[UnpaidInvoice] = []
        with told_apart():
            found = list(self._client.v1.invoices.list({"subscription": stripe_id, "limit": 100}).auto_paging_iter())
        for one in reversed(found):
            if one.status == "open":
                unpaid.append(self._unpaid(one.id))
            elif one.status == "paid" and one.amount_paid and one.id not in known:
                paid.extend(self._paid(one.id))
        return Invoices(tuple(paid), tuple(unpaid))

    def _unpaid(self, invoice_id: str) -> UnpaidInvoice:
        with told_apart():
            return read_unpaid(self._client.v1.invoices.retrieve(invoice_id, {"expand": WITH_PAYMENT}))

    def _paid(self, invoice_id: str) -> Iterator[PaidInvoice]:
        """Look closer at a paid invoice; nothing if it was paid in another way than by a card."""
        with told_apart():
            invoice = self._client.v1.invoices.retrieve(invoice_id, {"expand": WITH_PAYMENT})
        intent = intent_of(invoice)
        if intent is not None:
            yield read_paid(invoice, self.intent(intent.id))

    def paid_invoices(self, *, since: datetime) -> Iterator[tuple[str, str]]:
        """List what was paid of subscriptions whose invoices were made from a moment on: subscription and invoice."""
        wanted: Any = {"status": "paid", "created": {"gte": int(since.timestamp())}, "limit": 100}
        with told_apart():
            for one in self._client.v1.invoices.list(wanted).auto_paging_iter():
                details = one.parent.subscription_details if one.parent else None
                if details and one.amount_paid:
                    yield str(details.subscription), one.id

    def set_end(self, stripe_id: str, *, at_period_end: bool, key: str) -> None:
        """Let a subscription end after its period, or go on."""
        with told_apart():
            self._client.v1.subscriptions.update(
                stripe_id, {"cancel_at_period_end": at_period_end}, {"idempotency_key": key}
            )

    def cancel_subscription(self, stripe_id: str, *, key: str) -> None:
        """End a subscription at once; nothing is given back by that.

        Raises:
            Refused: it is over already.
        """
        with told_apart():
            self._client.v1.subscriptions.cancel(
                stripe_id, {"invoice_now": False, "prorate": False}, {"idempotency_key": key}
            )

    def void_invoice(self, invoice_id: str, *, key: str) -> None:
        """Let nobody pay an invoice any more; it may be paid by now."""
        with suppress(Refused), told_apart():
            self._client.v1.invoices.void_invoice(invoice_id, {}, {"idempotency_key": key})

    def create_product(self, name: str, *, key: str) -> str:
        """Make a name that stands on invoices; gives its id."""
        with told_apart():
            return self._client.v1.products.create({"name": name}, {"idempotency_key": key}).id

    def change_subscription(self, order: ChangeOrder, *, mark: str, key: str) -> SubscriptionState:
        """Change the price of a subscription.

        Raises:
            Refused: what is to be paid at once was not paid, and nothing was changed.
        """
        with told_apart():
            changed = self._client.v1.subscriptions.update(
                order.stripe_id, change_params(order, mark), {"idempotency_key": key}
            )
        return read_subscription(changed)

    def preview_change(self, order: ChangeOrder) -> Money:
        """Ask what a change of the price costs now."""
        with told_apart():
            invoice = self._client.v1.invoices.create_preview(preview_params(order))
        return Money(invoice.amount_due, invoice.currency.upper())

    def create_portal(self, customer_id: str, *, language: str, return_url: str, key: str) -> str:
        """Make a page on which a payer chooses another card; gives its address."""
        wanted = portal_params(customer_id, language, return_url)
        with told_apart():
            return self._client.v1.billing_portal.sessions.create(wanted, {"idempotency_key": key}).url

    def refund_charge(self, charge_id: str, amount: Money, *, refund_id: int, mark: str, key: str) -> RefundState:
        """Give back a part of what was charged for a period."""
        metadata = {"period_refund_id": str(refund_id), MARK: mark}
        with told_apart():
            refund = self._client.v1.refunds.create(
                {"charge": charge_id, "amount": amount.minor, "metadata": metadata}, {"idempotency_key": key}
            )
        return read_refund(refund)

    def find_refund_of_charge(self, charge_id: str, mark: str) -> RefundState | None:
        """Find the refund of a charge that came of a call."""
        with told_apart():
            refunds = self._client.v1.refunds.list({"charge": charge_id, "limit": 100})
            found = marked(refunds.auto_paging_iter(), mark)
        return read_refund(found) if found else None
