"""The billing portal: what customers do there by themselves, page by page."""

from datetime import UTC, datetime

import pytest
import stripe
from werkzeug.test import Client

from tests.marketplace.sandbox.stripe.billing.shop import SITE

HALF = datetime(2027, 2, 14, 9, 0, tzinfo=UTC)
CARD = {"card_number": "4242424242424242", "expiry": "12/40", "cvc": "123", "name": "Ada"}


@pytest.fixture
def portal(shop):
    return Portal(shop)


class Portal:
    """A customer with a subscription, and a portal in which everything is allowed."""

    def __init__(self, shop, **features):
        self.shop = shop
        self.small, self.large = shop.price(1000, nickname="Small"), shop.price(3000, nickname="Large")
        self.customer = shop.customer()
        self.subscription = shop.subscribe(self.customer, self.small)
        self.configuration = shop.v1.billing_portal.configurations.create(
            {
                "business_profile": {"headline": "Cover for your orchard"},
                "features": {
                    "invoice_history": {"enabled": True},
                    "payment_method_update": {"enabled": True},
                    "subscription_cancel": {"enabled": True},
                    "subscription_update": {
                        "enabled": True,
                        "default_allowed_updates": ["price"],
                        "products": [{"product": shop.product.id, "prices": [self.small.id, self.large.id]}],
                        "proration_behavior": "always_invoice",
                    },
                    **features,
                },
            }
        )

    def open(self, **more):
        asked = {"customer": self.customer.id, "configuration": self.configuration.id, "return_url": f"{SITE}/cover"}
        return self.shop.v1.billing_portal.sessions.create({**asked, **more})

    def text(self, url):
        answer = Client(self.shop.stand_in.app).get(url.removeprefix("http://localhost"), follow_redirects=True)
        return answer.get_data(as_text=True)

    def now(self):
        return self.shop.again(self.subscription)


def test_the_first_page_shows_what_there_is(portal):
    session = portal.open()
    text = portal.text(session.url)
    assert "This is a simulation." in text
    for words in ("Cover for your orchard", "€10.00 a month", "Renews on February 28, 2027.", "ends in 4242", "Paid"):
        assert words in text, words
    assert f'href="{SITE}/cover"' in text
    assert portal.shop.told("billing_portal.session") == ["billing_portal.session.created"]


def test_end_it_and_go_on_after_all(portal):
    url = portal.open().url
    cancel = f"{url}/subscriptions/{portal.subscription.id}/cancel"
    assert "You keep it until February 28, 2027." in portal.text(cancel)
    portal.shop.page(cancel, "cancel", answer="yes")
    assert portal.now().cancel_at_period_end
    assert "Ends on February 28, 2027." in portal.text(url)
    page = portal.shop.page(url)
    renew = next(form for form in page.forms if form.action.endswith("/renew"))
    portal.shop.stand_in._ask(renew.action, "POST", f"form_token={renew.fields['form_token']}")
    assert not portal.now().cancel_at_period_end


def test_switch_after_a_look_at_what_it_costs(portal):
    portal.shop.go_to(HALF)
    url = f"{portal.open().url}/subscriptions/{portal.subscription.id}/switch"
    page = portal.shop.page(url, "switch", price=portal.large.id)
    assert portal.now()["items"].data[0].price.id == portal.small.id
    assert page.form("confirm").fields["price"] == portal.large.id
    home = portal.shop.page_after(page, "confirm", quantity="1")
    assert home.url == url.partition("/subscriptions/")[0]
    assert portal.now()["items"].data[0].price.id == portal.large.id
    assert portal.shop.invoice(portal.subscription).amount_paid == 1000


def test_what_is_not_offered_cannot_be_chosen(portal):
    url = f"{portal.open().url}/subscriptions/{portal.subscription.id}/switch"
    other = portal.shop.price(1)
    page = portal.shop.page(url, "switch", price=other.id)
    assert page.url == url
    assert portal.now()["items"].data[0].price.id == portal.small.id


def test_another_card_pays_from_now_on(portal):
    page = portal.shop.page(f"{portal.open().url}/card", "card", **CARD)
    assert "/card" not in page.url
    customer = portal.shop.v1.customers.retrieve(portal.customer.id)
    assert customer.invoice_settings.default_payment_method != portal.customer.invoice_settings.default_payment_method
    assert len(portal.shop.v1.payment_methods.list({"customer": customer.id}).data) == 2


def test_a_card_that_the_bank_asks_about(portal):
    url = f"{portal.open().url}/card"
    bank = portal.shop.page(url, "card", **{**CARD, "card_number": "4000002760003184"})
    assert bank.has_button("answer", "confirm")
    refused = portal.shop.page(bank.url, "", answer="refuse")
    assert refused.words_of_fault.startswith("Your bank could not confirm")
    bank = portal.shop.page(url, "card", **{**CARD, "card_number": "4000002760003184"})
    portal.shop.page(bank.url, "", answer="confirm")
    method = portal.shop.v1.customers.retrieve(portal.customer.id).invoice_settings.default_payment_method
    assert portal.shop.v1.payment_methods.retrieve(method).card.last4 == "3184"


def test_a_card_that_is_declined_changes_nothing(portal):
    page = portal.shop.page(f"{portal.open().url}/card", "card", **{**CARD, "card_number": "4000000000009995"})
    assert page.words_of_fault == "There is not enough money on your card."
    customer = portal.shop.v1.customers.retrieve(portal.customer.id)
    assert customer.invoice_settings == portal.customer.invoice_settings


def test_a_card_without_its_fields_says_what_is_missing(portal):
    page = portal.shop.page(f"{portal.open().url}/card", "card", card_number="", expiry="", cvc="", name="")
    assert "Enter the card number." in page.words_of_fault
    assert "e-mail" not in page.words_of_fault


@pytest.mark.parametrize(
    ("completion", "end"),
    [
        ({"type": "redirect", "redirect": {"return_url": f"{SITE}/ended"}}, f"{SITE}/ended"),
        ({"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Farewell"}}, "done"),
        ({"type": "portal_homepage"}, ""),
    ],
)
def test_a_link_may_lead_to_one_thing_only_and_on_from_there(portal, completion, end):
    about = {"subscription": portal.subscription.id}
    flow = {"type": "subscription_cancel", "subscription_cancel": about, "after_completion": completion}
    session = portal.open(flow_data=flow)
    page = portal.shop.page(session.url, "cancel", answer="yes")
    assert page.url == (end if end.startswith("http") else f"{session.url}/{end}".rstrip("/"))
    assert portal.now().cancel_at_period_end
    assert "What you pay for" in portal.text(session.url)


def test_a_link_may_ask_for_one_change(portal):
    item = portal.subscription["items"].data[0].id
    about = {"subscription": portal.subscription.id, "items": [{"id": item, "price": portal.large.id}]}
    flow = {"type": "subscription_update_confirm", "subscription_update_confirm": about}
    portal.shop.page(portal.open(flow_data=flow).url, "confirm", quantity="1")
    assert portal.now()["items"].data[0].price.id == portal.large.id


def test_a_link_is_good_for_an_hour_and_for_nobody_else(portal):
    session = portal.open()
    client = Client(portal.shop.stand_in.app)
    path = session.url.removeprefix("http://localhost")
    assert client.get(f"{path}x").status_code == 404
    other = portal.shop.subscribe()
    assert client.get(f"{path}/subscriptions/{other.id}/cancel").status_code == 404
    portal.shop.wait(hours=1)
    assert client.get(path).status_code == 410


def test_what_is_not_allowed_is_not_there(shop):
    portal = Portal(shop, subscription_cancel={"enabled": False})
    url = portal.open().url
    path = url.removeprefix("http://localhost")
    cancel = f"{path}/subscriptions/{portal.subscription.id}/cancel"
    assert Client(shop.stand_in.app).get(cancel).status_code == 404
    assert "End it" not in portal.text(url)
    about = {"subscription": portal.subscription.id}
    with pytest.raises(stripe.InvalidRequestError):
        portal.open(flow_data={"type": "subscription_cancel", "subscription_cancel": about})


def test_a_form_from_elsewhere_does_nothing(portal):
    url = f"{portal.open().url}/subscriptions/{portal.subscription.id}/cancel"
    portal.shop.stand_in._ask(url, "POST", "form_token=1.2")
    assert not portal.now().cancel_at_period_end


def test_a_change_that_nobody_pays_is_not_made(portal):
    bad = portal.shop.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": portal.customer.id})
    portal.shop.v1.subscriptions.update(portal.subscription.id, {"default_payment_method": bad.id})
    portal.shop.go_to(HALF)
    url = f"{portal.open().url}/subscriptions/{portal.subscription.id}/switch"
    page = portal.shop.page_after(portal.shop.page(url, "switch", price=portal.large.id), "confirm", quantity="1")
    assert page.words_of_fault == "The payment failed, and nothing was changed."
    assert portal.now()["items"].data[0].price.id == portal.small.id


def test_without_a_configuration_there_is_the_usual_one(shop):
    session = shop.v1.billing_portal.sessions.create({"customer": shop.customer().id})
    found = shop.v1.billing_portal.configurations.list({"is_default": True}).data
    assert [one.id for one in found] == [session.configuration]
    found = shop.v1.billing_portal.configurations.update(found[0].id, {"default_return_url": f"{SITE}/home"})
    assert shop.v1.billing_portal.sessions.create({"customer": session.customer}).return_url == f"{SITE}/home"
