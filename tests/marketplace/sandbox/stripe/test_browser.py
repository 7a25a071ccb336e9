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
    ]
    for address in addresses:
        page.goto(address)
        assert_usable_by_all(page)


def test_every_page_turns_with_the_direction(new_context, client, sandbox, arabic):
    page = new_context(locale="ar").new_page()
    for address in (open_checkout(client).url, onboarding_link(client, open_account(client)).url, sandbox.url):
        page.goto(address)
        assert page.evaluate("document.dir") == "rtl"
        assert_usable_by_all(page)
