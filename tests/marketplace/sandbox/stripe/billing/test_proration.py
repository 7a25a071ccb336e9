"""Changes within a period: what is given back and added, exact to the cent."""

from datetime import UTC, datetime

import pytest
import stripe

from tests.marketplace.sandbox.stripe.billing.shop import period

HALF = datetime(2027, 2, 14, 9, 0, tzinfo=UTC)  # 14 of the 28 days from 31 January to 28 February are over.


def change(shop, subscription, price=None, **more):
    item = subscription["items"].data[0].id
    items = {"items": [{"id": item, **({"price": price.id} if price else {}), **more.pop("item", {})}]}
    return shop.v1.subscriptions.update(subscription.id, {**items, **more})


def lines(invoice):
    return [(one.description, one.amount) for one in invoice.lines.data]


def test_a_dearer_price_costs_the_difference_with_the_next_invoice(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    changed = change(shop, subscription, shop.price(3000))
    assert period(changed) == ("2027-01-31", "2027-02-28")
    waiting = shop.v1.invoice_items.list({"customer": subscription.customer, "pending": True}).data
    assert sorted(one.amount for one in waiting) == [-500, 1500]
    shop.go_to(datetime(2027, 3, 1, tzinfo=UTC))
    invoice = shop.invoice(subscription)
    assert (invoice.total, invoice.status) == (4000, "paid")
    assert [amount for _words, amount in lines(invoice)] == [-500, 1500, 3000]


def test_or_at_once(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    change(shop, subscription, shop.price(3000), proration_behavior="always_invoice")
    invoice = shop.invoice(subscription)
    assert lines(invoice) == [
        ("Unused time on Cover after 14 Feb 2027", -500),
        ("Remaining time on Cover after 14 Feb 2027", 1500),
    ]
    assert (invoice.billing_reason, invoice.amount_paid) == ("subscription_update", 1000)


def test_or_not_at_all(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    change(shop, subscription, shop.price(3000), proration_behavior="none")
    assert shop.v1.invoice_items.list({"customer": subscription.customer}).data == []
    shop.go_to(datetime(2027, 3, 1, tzinfo=UTC))
    assert shop.invoice(subscription).total == 3000


def test_what_a_cheaper_price_gives_back_is_credit_for_the_next_invoices(shop):
    customer = shop.customer()
    subscription = shop.subscribe(customer, shop.price(3000))
    shop.go_to(HALF)
    change(shop, subscription, shop.price(1000), proration_behavior="always_invoice")
    invoice = shop.invoice(subscription)
    assert (invoice.total, invoice.amount_due, invoice.status, invoice.ending_balance) == (-1000, 0, "paid", -1000)
    assert shop.v1.customers.retrieve(customer.id).balance == -1000
    shop.go_to(datetime(2027, 3, 1, tzinfo=UTC))
    invoice = shop.invoice(subscription)
    assert (invoice.total, invoice.starting_balance, invoice.amount_due, invoice.amount_paid) == (1000, -1000, 0, 0)
    entries = shop.v1.customers.balance_transactions.list(customer.id).data
    assert [(one.amount, one.ending_balance, one.type) for one in entries] == [
        (1000, 0, "applied_to_invoice"),
        (-1000, -1000, "applied_to_invoice"),
    ]


def test_what_is_given_back_is_a_part_of_what_was_billed_however_often_it_changes(shop):
    """Up, up and back again within one period: in the end a month at the first price was paid."""
    subscription = shop.subscribe(price=(low := shop.price(1000)))
    for day, price in ((7, shop.price(2999)), (12, shop.price(7777)), (21, low)):
        shop.go_to(datetime(2027, 2, day, 13, 37, 11, tzinfo=UTC))
        change(shop, subscription, price, proration_behavior="always_invoice")
    paid = sum(one.total for one in shop.invoices(subscription))
    seconds = 28 * 24 * 60 * 60
    marks = [datetime(2027, 1, 31, 9, tzinfo=UTC)] + [
        datetime(2027, 2, day, 13, 37, 11, tzinfo=UTC) for day in (7, 12, 21)
    ]
    ends = [*marks[1:], datetime(2027, 2, 28, 9, tzinfo=UTC)]
    used = zip((1000, 2999, 7777, 1000), marks, ends, strict=True)
    exact = sum(amount * (end - start).total_seconds() / seconds for amount, start, end in used)
    assert abs(paid - exact) <= 3  # Half a cent for each line that was rounded.


def test_more_of_the_same(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    changed = change(shop, subscription, item={"quantity": 3}, proration_behavior="always_invoice")
    assert changed["items"].data[0].quantity == 3
    assert lines(shop.invoice(subscription)) == [
        ("Unused time on Cover after 14 Feb 2027", -500),
        ("Remaining time on 3 × Cover after 14 Feb 2027", 1500),
    ]


def test_another_rhythm_begins_a_new_period_at_once(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    changed = change(shop, subscription, shop.price(10000, "year"))
    assert period(changed) == ("2027-02-14", "2028-02-14")
    assert [amount for _words, amount in lines(shop.invoice(subscription))] == [-500, 10000]


def test_so_does_who_asks_for_it(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    changed = shop.v1.subscriptions.update(subscription.id, {"billing_cycle_anchor": "now"})
    assert period(changed) == ("2027-02-14", "2027-03-14")
    assert [amount for _words, amount in lines(shop.invoice(subscription))] == [-500, 1000]


def test_a_preview_says_what_a_change_would_cost_and_changes_nothing(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    dear, item = shop.price(3000), subscription["items"].data[0].id
    before = shop.told()
    asked = {"items": [{"id": item, "price": dear.id}], "proration_behavior": "always_invoice"}
    seen = shop.v1.invoices.create_preview({"subscription": subscription.id, "subscription_details": asked})
    assert (seen.status, seen.amount_due, [one.amount for one in seen.lines.data]) == ("draft", 1000, [-500, 1500])
    later = shop.v1.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": {**asked, "proration_behavior": "create_prorations"}}
    )
    assert (later.billing_reason, [one.amount for one in later.lines.data]) == ("upcoming", [-500, 1500, 3000])
    assert shop.told() == before
    assert shop.again(subscription)["items"].data[0].price.unit_amount == 1000
    assert shop.v1.invoice_items.list({"customer": subscription.customer}).data == []
    shop.v1.subscriptions.update(subscription.id, {**asked, "proration_date": seen.created})
    assert shop.invoice(subscription).amount_paid == seen.amount_due


def test_a_preview_says_what_the_end_would_give_back(shop):
    subscription = shop.subscribe()
    shop.go_to(HALF)
    asked = {"subscription": subscription.id, "subscription_details": {"cancel_now": True}}
    assert shop.v1.invoices.create_preview(asked).total == -500
    assert shop.again(subscription).status == "active"


def test_a_preview_of_what_nobody_has_yet(shop):
    customer, price = shop.customer(), shop.price()
    asked = {"customer": customer.id, "subscription_details": {"items": [{"price": price.id, "quantity": 2}]}}
    assert shop.v1.invoices.create_preview(asked).amount_due == 2000
    assert shop.v1.subscriptions.list({"customer": customer.id}).data == []


def test_currencies_without_cents_are_prorated_in_whole_units(shop):
    subscription = shop.subscribe(shop.customer(), shop.price(1001, currency="jpy"))
    shop.go_to(HALF)
    change(shop, subscription, shop.price(3001, currency="jpy"), proration_behavior="always_invoice")
    assert [amount for _words, amount in lines(shop.invoice(subscription))] == [-501, 1501]


def test_a_change_that_nobody_pays_is_not_made_where_that_was_wanted(shop):
    customer = shop.customer("pm_card_visa")
    subscription = shop.subscribe(customer)
    method = shop.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    shop.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})
    shop.go_to(HALF)
    dear = shop.price(3000)
    with pytest.raises(stripe.CardError):
        change(shop, subscription, dear, proration_behavior="always_invoice", payment_behavior="error_if_incomplete")
    assert shop.again(subscription)["items"].data[0].price.unit_amount == 1000
    assert len(shop.invoices(subscription)) == 1
    change(shop, subscription, dear, proration_behavior="always_invoice")
    assert (shop.again(subscription).status, shop.invoice(subscription).status) == ("past_due", "open")
