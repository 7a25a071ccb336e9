"""The pages of Billing in the real browser: the portal, and the page of an invoice."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import assert_usable_by_all
from tests.journeys.shots import shoot

SITE = "http://localhost:8000"


@pytest.fixture
def customer(client):
    customer = client.v1.customers.create({"email": "ada@example.test", "name": "Ada"})
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    return client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})


@pytest.fixture
def prices(client):
    product = client.v1.products.create({"name": "Cover"})
    asked = {"currency": "eur", "product": product.id, "recurring": {"interval": "year"}}
    return [client.v1.prices.create({**asked, "unit_amount": amount}) for amount in (12000, 30000)]


@pytest.fixture
def portal(client, customer, prices):
    client.v1.subscriptions.create({"customer": customer.id, "items": [{"price": prices[0].id}]})
    products = [{"product": prices[0].product, "prices": [one.id for one in prices]}]
    features = {
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {
            "enabled": True,
            "cancellation_reason": {"enabled": True, "options": ["too_expensive", "unused", "other"]},
        },
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "products": products,
            "proration_behavior": "always_invoice",
        },
    }
    configuration = client.v1.billing_portal.configurations.create({"features": features})
    asked = {"configuration": configuration.id, "customer": customer.id, "return_url": f"{SITE}/cover"}
    return client.v1.billing_portal.sessions.create(asked)


def look_at(page, name):
    assert_usable_by_all(page)
    shoot(page, name)


def test_a_customer_changes_pays_ends_and_goes_on(page, client, portal):
    page.goto(portal.url)
    look_at(page, "portal")

    page.get_by_role("link", name=re.compile(r"Change\s?: Cover")).click()
    look_at(page, "portal-switch")
    page.get_by_label("€300.00 a year").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Due now: €180.00")).to_be_visible()
    look_at(page, "portal-confirm")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("€300.00 a year")).to_be_visible()

    page.get_by_role("link", name=re.compile(r"End it\s?: Cover")).click()
    look_at(page, "portal-cancel")
    page.get_by_label("It is too expensive").check()
    page.get_by_role("button", name="End it").click()
    page.get_by_role("button", name=re.compile(r"Do not end it\s?: Cover")).click()

    page.get_by_role("link", name="Pay with another card").click()
    look_at(page, "portal-card")
    page.get_by_role("button", name="4000 0025 0000 3155").click()
    page.get_by_label("Name on the card").fill("Ada")
    page.get_by_role("button", name="Store the card").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Paid with the card that ends in 3155.")).to_be_visible()


def test_the_page_of_an_invoice(page, client, customer):
    invoice = client.v1.invoices.create({"customer": customer.id, "currency": "eur"})
    item = {"customer": customer.id, "invoice": invoice.id, "amount": 4900, "currency": "eur", "description": "Help"}
    client.v1.invoice_items.create(item)
    page.goto(client.v1.invoices.finalize_invoice(invoice.id).hosted_invoice_url)
    look_at(page, "invoice")
    page.get_by_role("button", name="Pay €49.00").click()
    expect(page.get_by_text("Paid", exact=False).first).to_be_visible()
    look_at(page, "invoice-paid")


def test_the_checkout_page_of_a_subscription(page, client, prices):
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": f"{SITE}/done",
            "line_items": [{"price": prices[0].id, "quantity": 1}],
        }
    )
    page.goto(session.url)
    expect(page.get_by_text("Renews by itself, for €120.00 a year, until you cancel.")).to_be_visible()
    look_at(page, "subscribe")
