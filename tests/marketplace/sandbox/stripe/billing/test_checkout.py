"""Subscribing on a Checkout page: the subscription is there once somebody paid."""

import pytest
import stripe
from werkzeug.test import Client

from marketplace.sandbox.stripe.visitor import Declined
from tests.marketplace.sandbox.stripe.billing.shop import SITE, period


def page(shop, price=None, **more):
    return shop.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": f"{SITE}/done?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{SITE}/cover",
            "line_items": [{"price": (price or shop.price()).id, "quantity": 1}],
            **more,
        }
    )


def test_who_pays_has_a_subscription_and_not_before(shop):
    session = page(shop, subscription_data={"metadata": {"policy": "7"}}, client_reference_id="7")
    assert (session.amount_total, session.payment_status, session.subscription) == (1000, "unpaid", None)
    assert shop.v1.subscriptions.list({"status": "all"}).data == []
    assert shop.stand_in.pay(session.url) == f"{SITE}/done?session={session.id}"
    session = shop.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice.payments"]})
    subscription = session.subscription
    assert (session.status, session.payment_status, session.payment_intent) == ("complete", "paid", None)
    assert (subscription.status, subscription.metadata["policy"]) == ("active", "7")
    assert period(subscription) == ("2027-01-31", "2027-02-28")
    assert (session.invoice.status, session.invoice.amount_paid) == ("paid", 1000)
    intent = shop.v1.payment_intents.retrieve(session.invoice.payments.data[0].payment.payment_intent)
    assert (intent.status, intent.amount) == ("succeeded", 1000)
    method = shop.v1.payment_methods.retrieve(subscription.default_payment_method)
    assert method.customer == session.customer == subscription.customer
    assert len(shop.v1.payment_intents.list().data) == 1


def test_it_renews_with_that_card(shop):
    session = page(shop)
    shop.stand_in.pay(session.url, "4000002500003155")
    subscription = shop.v1.subscriptions.retrieve(shop.v1.checkout.sessions.retrieve(session.id).subscription)
    shop.wait(days=29)
    assert shop.again(subscription).status == "active"
    assert [one.status for one in shop.invoices(subscription)] == ["paid", "paid"]


def test_a_card_that_is_declined_leaves_the_page_open_and_nothing_behind(shop):
    session = page(shop)
    with pytest.raises(Declined):
        shop.stand_in.pay(session.url, "4000000000009995")
    with pytest.raises(Declined):
        shop.stand_in.pay(session.url, "4000002760003184", confirms=False)
    assert shop.v1.subscriptions.list({"status": "all"}).data == []
    shop.stand_in.pay(session.url)
    assert len(shop.v1.subscriptions.list().data) == 1


def test_a_trial_only_stores_the_card(shop):
    session = page(shop, subscription_data={"trial_period_days": 14})
    assert (session.amount_total, session.payment_status) == (0, "no_payment_required")
    shop.stand_in.pay(session.url)
    session = shop.v1.checkout.sessions.retrieve(session.id)
    subscription = shop.v1.subscriptions.retrieve(session.subscription)
    assert (session.payment_status, subscription.status) == ("no_payment_required", "trialing")
    shop.wait(days=15)
    assert (shop.again(subscription).status, shop.invoice(subscription).amount_paid) == ("active", 1000)


def test_what_is_sold_may_be_described_instead(shop):
    price = {
        "currency": "eur",
        "unit_amount": 12000,
        "recurring": {"interval": "year"},
        "product_data": {"name": "Cover for a year"},
    }
    session = page(shop, line_items=[{"price_data": price, "quantity": 1}], customer=shop.customer().id)
    shop.stand_in.pay(session.url)
    subscription = shop.v1.subscriptions.retrieve(shop.v1.checkout.sessions.retrieve(session.id).subscription)
    assert period(subscription) == ("2027-01-31", "2028-01-31")
    assert shop.v1.products.retrieve(subscription["items"].data[0].price.product).name == "Cover for a year"


def test_the_page_says_how_it_goes_on(shop):
    text = Client(shop.stand_in.app).get(page(shop).url.removeprefix("http://localhost")).get_data(as_text=True)
    assert "Renews by itself, for €10.00 a month, until you cancel." in text


@pytest.mark.parametrize(
    ("mode", "wrong"),
    [
        ("subscription", {"payment_intent_data": {"description": "x"}}),
        ("subscription", {"customer_creation": "always"}),
        ("payment", {"subscription_data": {"description": "x"}}),
        ("payment", {}),
    ],
)
def test_what_does_not_go_with_the_mode_is_refused(shop, mode, wrong):
    with pytest.raises(stripe.InvalidRequestError):
        page(shop, mode=mode, **wrong)


def test_what_comes_once_is_not_built_into_a_subscription(shop):
    with pytest.raises(stripe.APIError) as refused:
        page(shop, shop.price(interval=None))
    assert refused.value.http_status == 501


def test_a_price_that_comes_once_can_be_paid_for_once(shop):
    session = page(shop, shop.price(interval=None), mode="payment")
    shop.stand_in.pay(session.url)
    assert shop.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
