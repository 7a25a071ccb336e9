"""Subscriptions: how they begin, go through their states, and end."""

from datetime import UTC, datetime

import pytest
import stripe

from tests.marketplace.sandbox.stripe.billing.shop import period


def test_who_has_a_card_pays_and_the_subscription_is_active(shop):
    subscription = shop.subscribe(metadata={"policy": "7"})
    assert (subscription.status, subscription.metadata["policy"]) == ("active", "7")
    assert period(subscription) == ("2027-01-31", "2027-02-28")
    invoice = shop.invoice(subscription)
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 1000, "subscription_create")
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.lines.data[0].description == "1 × Cover (at €10.00 / month)"


def test_everything_is_told_as_stripe_tells_it(shop):
    customer, price = shop.customer(), shop.price()
    before = len(shop.told())
    shop.subscribe(customer, price)
    assert shop.told()[before:] == [
        "customer.updated",
        "customer.subscription.created",
        "invoice.created",
        "payment_intent.created",
        "invoice.finalized",
        "invoice.updated",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]


def test_the_payment_of_an_invoice_is_found_from_it_and_back(shop):
    subscription = shop.subscribe()
    invoice = shop.v1.invoices.retrieve(
        subscription.latest_invoice, {"expand": ["payments.data.payment.payment_intent", "confirmation_secret"]}
    )
    payment = invoice.payments.data[0]
    intent = payment.payment.payment_intent
    assert (payment.status, payment.amount_paid, intent.status) == ("paid", 1000, "succeeded")
    assert invoice.confirmation_secret.client_secret == intent.client_secret
    found = shop.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent.id}})
    assert [one.invoice for one in found.data] == [invoice.id]
    charge = shop.v1.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction"]})
    assert (charge.balance_transaction.amount, charge.balance_transaction.fee) == (1000, 59)


def test_renewals_follow_the_day_of_the_anchor_through_short_months(shop):
    subscription = shop.subscribe()
    shop.go_to(datetime(2027, 6, 15, tzinfo=UTC))
    starts = [period(subscription)[0]]
    starts += [
        datetime.fromtimestamp(one.lines.data[0].period.start, UTC).strftime("%Y-%m-%d")
        for one in shop.invoices(subscription)[1:]
    ]
    assert starts == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    assert period(shop.again(subscription)) == ("2027-05-31", "2027-06-30")
    assert [one.amount_paid for one in shop.invoices(subscription)] == [1000] * 5


def test_without_a_card_nothing_begins(shop):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.subscribe(shop.customer(card=None))
    assert refused.value.code == "resource_missing"
    assert shop.v1.subscriptions.list({"status": "all"}).data == []
