"""The hosted pages in the real browser: a person pays, confirms and gets ready to be paid, without any script."""

import pytest
from playwright.sync_api import expect

from tests.browser import assert_usable_by_all
from tests.marketplace.sandbox.stripe.actions import (
    charged,
    onboarding_link,
    open_account,
    open_checkout,
    ready_account,
)


def pay_with(page, card):
    page.get_by_role("button", name=card).click()
    page.get_by_label("Name on the card").fill("Ada")
    page.get_by_role("button", name="Pay €49.00").click()


def test_a_person_pays_after_a_decline_and_a_question_of_the_bank(page, client, receiver):
    session = open_checkout(client, success_url=f"{receiver.url}?session={{CHECKOUT_SESSION_ID}}")
    page.goto(session.url)
    assert_usable_by_all(page)

    page.get_by_role("button", name="Pay €49.00").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_usable_by_all(page)
    page.get_by_role("link", name="Enter the card number.").click()
    expect(page.get_by_label("Card number")).to_be_focused()

    pay_with(page, "4000 0000 0000 0002")
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    expect(page.get_by_label("Security code")).to_have_value("")
    expect(page.get_by_label("Name on the card")).to_have_value("Ada")

    pay_with(page, "4000 0027 6000 3184")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you who pays?")
    assert_usable_by_all(page)
    page.get_by_role("button", name="Refuse it").click()
    expect(page.get_by_role("alert")).to_contain_text("could not confirm that it is you")

    pay_with(page, "4000 0027 6000 3184")
    page.get_by_role("button", name="Confirm the payment").click()
    expect(page).to_have_url(f"{receiver.url}?session={session.id}")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"

    page.goto(session.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("This is paid already")
    assert_usable_by_all(page)


def test_a_person_pays_without_scripts_and_without_a_mouse(new_context, client, receiver):
    session = open_checkout(client, success_url=receiver.url)
    page = new_context(java_script_enabled=False).new_page()
    page.goto(session.url)
    page.get_by_label("Card number").focus()
    for typed in ("4242424242424242", "1240", "123", "Ada"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(receiver.url)


def test_a_person_gets_ready_to_be_paid(page, client, receiver):
    account = open_account(client)
    link = client.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": receiver.url,
            "return_url": f"{receiver.url}?ready",
        }
    )
    page.goto(link.url)
    assert_usable_by_all(page)
    page.get_by_role("button", name="Finish", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_usable_by_all(page)
    page.get_by_label("Full name").fill("Ana")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Finish", exact=True).click()
    expect(page).to_have_url(f"{receiver.url}?ready")
    assert client.v1.accounts.retrieve(account.id).payouts_enabled


def store_page(client, customer):
    """Open a page that stores a card."""
    session = client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "eur", "customer": customer.id, "success_url": "http://localhost:8000/"}
    )
    return session.url


def test_a_person_pays_with_the_card_that_was_stored_before(page, client, receiver):
    customer = client.v1.customers.create({"email": "ada@example.test"})
    options = {"payment_method_save": "enabled"}
    for step in ("stores it", "uses it"):
        session = open_checkout(
            client, customer=customer.id, saved_payment_method_options=options, success_url=receiver.url
        )
        page.goto(session.url)
        if step == "stores it":
            page.get_by_label("Store the card for my next payment").check()
            pay_with(page, "4242 4242 4242 4242")
        else:
            expect(page.get_by_label("Your card that ends in 4242")).to_be_checked()
            assert_usable_by_all(page)
            page.get_by_role("button", name="Pay €49.00").click()
        expect(page).to_have_url(receiver.url)
    assert [one.status for one in client.v1.payment_intents.list()] == ["requires_capture"] * 2


def test_a_person_plays_the_bank(page, client, sandbox):
    charge = charged(client).latest_charge
    page.goto(f"{sandbox.url}/objects")
    page.get_by_role("link", name=charge.id).click()
    dispute = page.get_by_role("form", name="Dispute the payment")
    dispute.get_by_label("Amount").fill("lots")
    dispute.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_usable_by_all(page)
    dispute.get_by_label("Reason").select_option("duplicate")
    dispute.get_by_label("Amount").fill("12.50")
    dispute.get_by_role("button").click()
    expect(page.get_by_text("needs_response", exact=True).first).to_be_visible()
    assert_usable_by_all(page)
    page.get_by_role("button", name="Decide for the customer").click()
    expect(page.get_by_text("Nothing can happen to it now.")).to_be_visible()
    assert [(one.amount, one.status) for one in client.v1.disputes.list()] == [(1250, "lost")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_usable_by_all(new_context, client, sandbox, receiver, scheme):
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    account, charge = ready_account(client), charged(client).latest_charge
    client.v1.transfers.create(
        {"amount": 4165, "currency": "eur", "destination": account.id, "source_transaction": charge.id}
    )
    sandbox.deliver_pending()
    expired = open_checkout(client)
    client.v1.checkout.sessions.expire(expired.id)
    page = new_context(color_scheme=scheme).new_page()
    addresses = [
        sandbox.url,
        f"{sandbox.url}/nowhere",
        expired.url or f"{sandbox.url}/c/pay/{expired.id}",
        open_checkout(client).url,
        onboarding_link(client, open_account(client)).url,
        store_page(client, client.v1.customers.create()),
        client.v1.accounts.login_links.create(account.id).url,
        f"{sandbox.url}/objects",
        f"{sandbox.url}/objects/{charge.id}",
        f"{sandbox.url}/objects/{account.id}",
    ]
    for address in addresses:
        page.goto(address)
        assert_usable_by_all(page)


def test_every_page_turns_with_the_direction(new_context, client, sandbox, arabic):
    page = new_context(locale="ar").new_page()
    charge = charged(client).latest_charge
    hosted = (open_checkout(client).url, onboarding_link(client, open_account(client)).url)
    for address in (*hosted, sandbox.url, f"{sandbox.url}/objects/{charge.id}"):
        page.goto(address)
        assert page.evaluate("document.dir") == "rtl"
        assert_usable_by_all(page)
