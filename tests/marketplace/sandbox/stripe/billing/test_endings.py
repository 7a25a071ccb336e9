"""How a subscription ends: at once, with its period, or at a moment."""

from datetime import UTC, datetime

import pytest
import stripe

from tests.marketplace.sandbox.stripe.billing.shop import day, period

HALF = datetime(2027, 2, 14, 9, 0, tzinfo=UTC)
AFTER = datetime(2027, 3, 2, tzinfo=UTC)


def test_with_its_period(shop):
    subscription = shop.subscribe()
    found = shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (found.status, found.cancel_at_period_end, day(found.cancel_at)) == ("active", True, "2027-02-28")
    shop.go_to(AFTER)
    found = shop.again(subscription)
    assert (found.status, day(found.ended_at), len(shop.invoices(subscription))) == ("canceled", "2027-02-28", 1)
    assert shop.told("customer.subscription")[-1] == "customer.subscription.deleted"
    assert "invoice.upcoming" not in shop.told()


def test_or_not_after_all(shop):
    subscription = shop.subscribe()
    shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    found = shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (found.cancel_at, found.canceled_at, found.cancellation_details.reason) == (None, None, None)
    shop.go_to(AFTER)
    assert shop.again(subscription).status == "active"


def test_at_once_and_what_is_not_used_becomes_credit(shop):
    customer = shop.customer()
    subscription = shop.subscribe(customer)
    shop.go_to(HALF)
    asked = {"prorate": True, "invoice_now": True, "cancellation_details": {"feedback": "unused"}}
    found = shop.v1.subscriptions.cancel(subscription.id, asked)
    assert (found.status, found.cancellation_details.feedback) == ("canceled", "unused")
    assert shop.invoice(subscription).total == -500
    assert shop.v1.customers.retrieve(customer.id).balance == -500
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.subscriptions.cancel(subscription.id)


def test_at_once_without_a_word_gives_nothing_back(shop):
    customer = shop.customer()
    subscription = shop.subscribe(customer)
    shop.go_to(HALF)
    shop.v1.subscriptions.cancel(subscription.id)
    assert shop.v1.customers.retrieve(customer.id).balance == 0
    assert shop.v1.invoice_items.list({"customer": customer.id}).data == []


def test_at_a_moment_within_the_period_the_rest_is_given_back(shop):
    subscription = shop.subscribe()
    at = int(HALF.timestamp())
    found = shop.v1.subscriptions.update(subscription.id, {"cancel_at": at})
    assert period(found) == ("2027-01-31", "2027-02-14")
    assert [one.amount for one in shop.v1.invoice_items.list({"pending": True}).data] == [-500]
    shop.v1.subscriptions.update(subscription.id, {"cancel_at": ""})
    assert sum(one.amount for one in shop.v1.invoice_items.list({"pending": True}).data) == 0
    assert period(shop.again(subscription)) == ("2027-01-31", "2027-02-28")
    shop.v1.subscriptions.update(subscription.id, {"cancel_at": at})
    shop.go_to(AFTER)
    assert shop.again(subscription).status == "canceled"
    assert sum(one.total for one in shop.invoices(subscription)) == 500


def test_at_a_later_moment_the_last_period_is_shorter(shop):
    at = int(datetime(2027, 3, 15, 21, tzinfo=UTC).timestamp())
    subscription = shop.subscribe(cancel_at=at)
    shop.go_to(datetime(2027, 4, 1, tzinfo=UTC))
    assert shop.again(subscription).status == "canceled"
    seconds = at - int(datetime(2027, 2, 28, 9, tzinfo=UTC).timestamp())
    assert [one.total for one in shop.invoices(subscription)] == [1000, round(1000 * seconds / (31 * 86400))]


def test_with_the_customer(shop):
    customer = shop.customer()
    subscription = shop.subscribe(customer)
    shop.v1.customers.delete(customer.id)
    assert shop.again(subscription).status == "canceled"


def test_a_card_that_is_taken_away_pays_no_more(shop):
    customer = shop.customer()
    method = customer.invoice_settings.default_payment_method
    subscription = shop.subscribe(customer, default_payment_method=method)
    shop.v1.payment_methods.detach(method)
    assert shop.again(subscription).default_payment_method is None
    assert shop.v1.customers.retrieve(customer.id).invoice_settings.default_payment_method is None


def test_lists_leave_out_what_is_over_unless_asked(shop):
    first, second = shop.subscribe(), shop.subscribe()
    shop.v1.subscriptions.cancel(first.id)
    listed = shop.v1.subscriptions.list
    assert [one.id for one in listed().data] == [second.id]
    assert [one.id for one in listed({"status": "canceled"}).data] == [first.id]
    assert len(listed({"status": "all"}).data) == 2
    price = second["items"].data[0].price.id
    assert [one.id for one in listed({"price": price}).data] == [second.id]
