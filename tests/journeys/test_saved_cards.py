"""A card is saved, pays in one step where a price is agreed to, and is removed; where its bank asks, a page says so."""

from playwright.sync_api import expect

from marketplace.kernel.database import reading
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money
from marketplace.payments import queries as money
from tests.journeys.cast import NURIA, VEGA
from tests.journeys.steps import (
    ASKING_CARD,
    GOOD_CARD,
    Problem,
    button,
    describe,
    heading,
    link,
    look_at,
    match,
    pay,
)

TITLE = "Photos are gone since the upgrade"
ASKED = f"{VEGA.name} is being asked"


def save_card(page, card=GOOD_CARD):
    """Save a card on its own page, with the bank's consent if it asks; gives its row in the list."""
    page.goto("/account/cards")
    button(page, "Add a card").click()
    expect(heading(page)).to_have_text("Store a card")
    pay(page, card)
    if card == ASKING_CARD:
        page.locator("button[name=answer][value=confirm]").click()
    expect(heading(page)).to_have_text("Your cards")
    return page.get_by_role("listitem").filter(has_text=f"that ends in {card[-4:]}")


def check(page):
    """Describe a problem and choose a partner, up to the last look."""
    describe(page, Problem(TITLE))
    button(match(page, VEGA), "Ask %(name)s", name=VEGA.name).click()
    expect(heading(page)).to_have_text("Check before you send")


def send(page):
    """Agree to the price."""
    price = format_money(Money(VEGA.prices["upgrades"], VEGA.currency))
    button(page, "Pay %(amount)s and ask %(name)s", amount=price, name=VEGA.name).click()


def payment_pages(installation):
    """Count the payment pages that were made, beside those on which cards are saved."""
    return sum(one.mode == "payment" for one in installation.stripe.v1.checkout.sessions.list({"limit": 100}).data)


def test_a_card_is_saved_pays_in_one_step_and_is_removed(installation, open_window):
    page = open_window(NURIA)
    page.goto("/account")
    link(page, "See your cards").click()
    look_at(page, "cards-none")
    row = save_card(page)
    expect(row).to_contain_text("May be used to set an amount aside once more")
    look_at(page, "cards")
    button(row, "Use it only when I choose it").click()
    expect(row).to_contain_text("Used only when you choose it.")
    check(page)
    expect(page.get_by_label("Visa that ends in 4242")).to_be_checked()
    look_at(page, "check-with-a-saved-card")
    send(page)
    expect(page.get_by_role("region", name=ASKED)).to_be_visible()
    assert payment_pages(installation) == 0
    page.goto("/account/cards")
    button(row, "Remove").click()
    expect(page.get_by_text("You have saved no card.")).to_be_visible()
    installation.finish_work()
    payer = installation.ask(lambda: money.payer(reading(), installation.person_id(NURIA.email)).stripe_customer_id)
    assert installation.stripe.v1.payment_methods.list({"customer": payer}).data == []
    installation.check()


def test_a_saved_card_whose_bank_asks_is_confirmed_on_the_payment_page(installation, open_window):
    page = open_window(NURIA)
    save_card(page, ASKING_CARD)
    check(page)
    send(page)
    expect(heading(page)).to_have_text("Not paid yet")
    expect(page.get_by_role("status")).to_contain_text("Your bank wants you to confirm this payment yourself.")
    look_at(page, "not-paid-yet")
    link(page, "Go to the payment page").click()
    expect(heading(page)).to_have_text("Pay by card")
    pay(page, ASKING_CARD)
    button(page, "Confirm the payment").click()
    expect(page.get_by_role("region", name=ASKED)).to_be_visible()
    assert payment_pages(installation) == 1
    installation.check()


def test_another_card_than_the_saved_one_is_chosen_without_javascript(installation, open_window):
    page = open_window(NURIA, java_script_enabled=False)
    save_card(page)
    check(page)
    page.get_by_label("Another card, on the payment page").check()
    send(page)
    expect(heading(page)).to_have_text("Pay by card")
    pay(page)
    expect(page.get_by_role("region", name=ASKED)).to_be_visible()
    installation.check()
