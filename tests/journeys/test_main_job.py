"""The main job from end to end, as people do it: in the browser, in English, on both kinds of database."""

import re

import pytest
from playwright.sync_api import expect

from marketplace.kernel.database import reading
from marketplace.payments import queries as money
from tests.journeys.cast import HADDAD, JOANA, MARISOL, NURIA, OMAR, OTERO, VEGA, Somebody
from tests.journeys.shots import shoot
from tests.journeys.steps import (
    ASKING_CARD,
    DECLINED_CARD,
    Problem,
    button,
    describe,
    field,
    follow_letter,
    heading,
    link,
    match,
    open_offer,
    pay,
    sign_up,
)
from tests.plugins.databases import ENGINES

on_both_databases = pytest.mark.parametrize("installation", ENGINES, indirect=True)
INGRID = Somebody("Ingrid Solberg", "ingrid@example.test")
TITLE = "Photos are gone since the upgrade"


def test_a_visitor_compares_partners_and_reads_about_one(installation, open_window):
    page = open_window()
    page.goto("/")
    expect(heading(page)).to_have_text("Help you can hold on to")
    shoot(page, "home")
    link(page, "Look at all partners").click()
    expect(page.get_by_role("heading", name="6 partners")).to_be_visible()
    shoot(page, "directory")
    a_visitor_narrows_the_list(page)
    a_visitor_reads_about_a_partner(page)
    installation.check()


def a_visitor_narrows_the_list(page):
    """Choose a language and its level, the kind of work, shared hours and who is open now; then ask for too much."""
    choose(page, "Language", "Spanish", leaves=2)
    choose(page, "Level of the language", "Native", leaves=2)
    choose(page, "Kind of work", "Upgrades", leaves=2)
    choose(page, "Shared with your day, 9 to 17", "8 hours a day", leaves=1)
    choose(page, "When somebody works", "Open now", leaves=1)
    shoot(page, "directory-filtered")
    expect(page).to_have_url(re.compile("language=es.*open=now"))
    [row] = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=VEGA.name)).all()
    expect(row).to_contain_text("Open now")
    expect(row).to_contain_text("Madrid")
    field(page, "Name, language or kind of work").fill("volcanoes")
    button(page, "Search").click()
    expect(page.get_by_role("heading", name="Nobody meets all of this")).to_be_visible()
    shoot(page, "directory-nobody")
    page.get_by_role("link", name="Without “volcanoes”: 1 partner").click()


def a_visitor_reads_about_a_partner(page):
    """Look at languages, hours in one's own zone, services, what others say, and a certificate."""
    link(page, VEGA.name).click()
    expect(heading(page)).to_have_text(VEGA.name)
    for language in ("Español Native", "English C1", "Português B2"):
        expect(page.get_by_role("main")).to_contain_text(language)
    expect(page.get_by_role("region", name="Hours")).to_contain_text("Madrid")
    expect(page.get_by_role("region", name="Services")).to_contain_text("€60")
    expect(page.get_by_role("region", name="What customers say")).to_contain_text("Owen")
    shoot(page, "provider")
    link(page, "Upgrading Lumentree").click()
    expect(page.get_by_role("main")).to_contain_text(MARISOL.name)
    shoot(page, "certificate")


def choose(page, group, option, *, leaves):
    """Narrow the list down; it follows by itself."""
    box = page.get_by_role("group", name=group, exact=True).get_by_label(re.compile(rf"^\s*{option}"))
    box.check()
    partners = {0: "0 partners", 1: "1 partner"}.get(leaves, f"{leaves} partners")
    expect(page.get_by_role("heading", name=partners, exact=True)).to_be_visible()


@on_both_databases
def test_a_chosen_partner_declines_and_the_next_one_solves_it(installation, open_window):
    customer = open_window()
    sign_up(customer, INGRID)
    a_customer_asks(customer)
    a_customer_pays(customer)

    the_chosen_partner_declines(open_window(MARISOL))
    partner = open_window(OMAR)
    the_next_partner_accepts(partner)
    partner_and_customer_talk(partner, customer)
    the_partner_states_the_solution(partner)
    the_customer_confirms_and_rates(customer)
    the_partner_rates_the_customer(partner)
    both_read_what_was_said(customer)

    installation.wait_until(lambda: money.payouts_due(reading()), "the partner is owed a share")
    a_partner_is_paid_by_hand(open_window(JOANA))
    partner.goto("/work")
    expect(partner.get_by_role("region", name="Payouts")).to_contain_text("€42.50")
    expect(partner.get_by_role("region", name="Payouts")).to_contain_text("Paid")
    shoot(partner, "work-done")
    installation.check()


def a_customer_asks(page):
    """Describe, see who fits and why, choose, and look at everything once more."""
    describe(page, Problem(TITLE, has_picture=True))
    shoot(page, "choose")
    for reason in (
        "Speaks English (C1); you asked for B1 or better",
        "Certified for Upgrades with Lumentree 4.2 until",
        "Is at work now",
        "Shares about 8 hours of your working day",
        "Kept 45 of 46 promised updates",
        "Rated 4.9 of 5 by 12 customers",
    ):
        expect(match(page, VEGA)).to_contain_text(reason)
    expect(match(page, OTERO)).to_contain_text("New here: certified, first job to come")
    button(match(page, VEGA), f"Ask {VEGA.name}").click()
    expect(heading(page)).to_have_text("Check before you send")
    answers = page.get_by_role("main")
    for said in (TITLE, "4.1.6", "With a new Docker image", "Lumentree 4.2", "albums.png", "English", "Madrid"):
        expect(answers).to_contain_text(said)
    shoot(page, "check")


def a_customer_pays(page):
    """Go to the hosted page, where one card is declined and the bank asks about another."""
    button(page, f"Pay €60 and ask {VEGA.name}").click()
    expect(heading(page)).to_have_text("Pay by card")
    shoot(page, "checkout")
    pay(page, DECLINED_CARD)
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    pay(page, ASKING_CARD)
    expect(heading(page)).to_have_text("Is it you who pays?")
    shoot(page, "checkout-asks")
    button(page, "Confirm the payment").click()
    expect(heading(page)).to_have_text(TITLE)
    expect(page.get_by_role("region", name=f"{VEGA.name} is being asked")).to_contain_text("Answer by")
    expect(page.get_by_role("region", name="Conversation")).to_contain_text("albums.png")
    expect(page.get_by_role("complementary")).to_contain_text("Held, not taken")
    shoot(page, "request-asked")


def the_chosen_partner_declines(page):
    """See the offer with its clock, and say no."""
    page.goto("/work")
    offers = page.get_by_role("region", name="Offers to you")
    expect(offers).to_contain_text("Answer by")
    expect(offers).to_contain_text("left")
    shoot(page, "work-offer")
    open_offer(page, TITLE)
    expect(page.get_by_role("main")).to_contain_text("€51")
    shoot(page, "offer")
    page.get_by_text("Decline", exact=True).first.click()
    button(page, "Decline").click()
    expect(page.get_by_role("alert")).to_be_focused()
    shoot(page, "offer-errors")
    page.get_by_label("No time for it now").check()
    button(page, "Decline").click()
    expect(page.get_by_text("The next partner is asked")).to_be_visible()
    expect(page.get_by_role("region", name="Offers to you")).to_contain_text("Nothing is offered to you just now.")
    shoot(page, "work-empty")


def the_next_partner_accepts(page):
    """Find the letter, look at the offer and the picture, and take it."""
    follow_letter(page, OMAR, f"Can you help? {TITLE}")
    expect(heading(page)).to_have_text(TITLE)
    with page.context.expect_page() as opened:
        link(page, "albums.png").click(modifiers=["Control"])
    assert opened.value.url.endswith("/1"), "the picture is shown as it is"
    field(page, "When will you write first?").select_option("In 30 minutes")
    button(page, "Accept").click()
    expect(page.get_by_text("You accepted the request.")).to_be_visible()
    expect(page.get_by_role("region", name="You are on it")).to_contain_text("Next update by")
    shoot(page, "request-partner")


def partner_and_customer_talk(partner, customer):
    """Write to each other; a page that is open shows what is new by itself."""
    field(partner, "Your message").fill("I have found the cause.\n\nIs there a copy of the site from before Monday?")
    field(partner, "When will you write again?").select_option("In 4 hours")
    button(partner, "Send").click()
    expect(partner.get_by_role("region", name="Conversation")).to_contain_text("I have found the cause.")

    expect(customer.get_by_role("region", name="Conversation")).to_contain_text("I have found the cause.")
    expect(customer.get_by_role("region", name=f"{HADDAD.name} is on it")).to_contain_text("Next update by")
    expect(customer.get_by_role("complementary")).to_contain_text("€50")
    shoot(customer, "request-in-progress")
    follow_letter(customer, INGRID, f"{OMAR.name} wrote: {TITLE}")
    field(customer, "Your message").fill("Yes, from Sunday night.")
    button(customer, "Send").click()
    expect(customer.get_by_role("region", name="Conversation")).to_contain_text("from Sunday night")
    follow_letter(partner, OMAR, f"{INGRID.name} wrote: {TITLE}")
    expect(partner.get_by_role("region", name="Conversation")).to_contain_text("from Sunday night")


def the_partner_states_the_solution(page):
    """Write down the cause, the fix, and how it stays away."""
    page.get_by_text("State the solution").click()
    button(page, "It is solved").click()
    expect(page.get_by_role("alert")).to_be_focused()
    field(page, "What was the cause?").fill("The new image runs as another user and could not read the photos.")
    field(page, "What fixed it?").fill("The folder belongs to that user now.")
    field(page, "What keeps it from coming back?").fill("The user is named in the settings.")
    button(page, "It is solved").click()
    expect(page.get_by_role("region", name="Waiting for the customer")).to_be_visible()
    shoot(page, "request-partner-solved")


def the_customer_confirms_and_rates(page):
    """Read what fixed it, confirm, and say how the help was."""
    follow_letter(page, INGRID, f"Is it solved? {TITLE}")
    expect(page.get_by_role("main")).to_contain_text("The folder belongs to that user now.")
    shoot(page, "request-solved")
    button(page, "Yes, it is solved").click()
    expect(page.get_by_text("Your partner is paid now.")).to_be_visible()
    shoot(page, "request-rate")
    button(page, "Rate").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("5: very good").check()
    field(page, "In your words").fill("Quick, and I understood what was wrong.")
    button(page, "Rate").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    shoot(page, "request-closed")
    page.goto(f"/providers/{HADDAD.slug}")
    said = page.get_by_role("region", name="What customers say")
    expect(said).not_to_contain_text("I understood what was wrong.")  # The partner has not written yet.
    page.goto("/requests")
    expect(page.get_by_role("main")).to_contain_text("Closed")
    shoot(page, "requests")


def the_partner_rates_the_customer(page):
    """Say how it was to work with the customer, without having read what the customer said."""
    page.reload()
    expect(page.get_by_role("main")).not_to_contain_text("I understood what was wrong.")
    page.get_by_label("5: very good").check()
    field(page, "In your words").fill("Everything I needed was in the first message.")
    button(page, "Rate").click()
    expect(page.get_by_role("region", name="Reviews")).to_contain_text("I understood what was wrong.")
    shoot(page, "request-partner-rated")


def both_read_what_was_said(page):
    """Read what the partner said, and one's own words on the partner's page."""
    link(page, TITLE).click()
    expect(page.get_by_role("region", name="Reviews")).to_contain_text("Everything I needed was in the first message.")
    page.goto(f"/providers/{HADDAD.slug}")
    expect(page.get_by_role("region", name="What customers say")).to_contain_text("I understood what was wrong.")


def a_partner_is_paid_by_hand(page):
    """Find what is owed, pay it elsewhere, and note the reference."""
    link(page, "Console").click()
    link(page, "Pay and note it").click()
    owed = page.get_by_role("region", name="Owed to partners")
    expect(owed).to_contain_text("€42.50")
    shoot(page, "money-due")
    field(owed, "Reference on your bank statement").fill("SEPA 2026-117")
    button(owed, "Note as paid").click()
    expect(page.get_by_text("The payment is noted, and booked.")).to_be_visible()
    expect(owed).to_contain_text("Every partner has been paid.")
    link(page, "Search the whole ledger").click()
    rows = page.get_by_role("region", name="Bookings").get_by_role("row")
    for fact in ("Amount set aside", "Payment taken", "Shared between partner and vendor", "Paid by hand"):
        expect(rows.filter(has_text=fact)).to_contain_text(TITLE)
    shoot(page, "ledger")


@on_both_databases
def test_the_best_fit_within_a_limit_is_paid_by_transfer(installation, open_window):
    customer, partner = open_window(NURIA), open_window(MARISOL)
    a_customer_sets_a_limit(customer)
    open_offer(partner, TITLE)
    button(partner, "Accept").click()
    installation.finish_work()
    customer.reload()
    expect(customer.get_by_role("complementary")).to_contain_text("€60")
    partner.get_by_text("State the solution").click()
    field(partner, "What was the cause?").fill("The folder of the photos had moved.")
    field(partner, "What fixed it?").fill("It is back where it was.")
    button(partner, "It is solved").click()
    customer.reload()
    button(customer, "Yes, it is solved").click()
    expect(customer.get_by_text("Your partner is paid now.")).to_be_visible()

    installation.finish_work()
    [transfer] = installation.stripe.v1.transfers.list().data
    assert (transfer.amount, transfer.currency) == (5100, "eur")
    staff = open_window(JOANA)
    staff.goto("/vendor/money/ledger")
    rows = staff.get_by_role("region", name="Bookings").get_by_role("row")
    expect(rows.filter(has_text="Transferred to the partner")).to_contain_text(transfer.id)
    expect(rows.filter(has_text="Amount set aside")).to_contain_text("€80.00")
    expect(rows.filter(has_text="Payment taken")).to_contain_text("ch_")
    installation.check()


def a_customer_sets_a_limit(page):
    """Say first less than anybody asks, then enough, and pay."""
    describe(page, Problem(TITLE))
    field(page, "What do you pay at most?").fill("12")
    button(page, "Find the best fit").click()
    expect(page.get_by_role("alert")).to_contain_text("The lowest price is €40")
    shoot(page, "choose-errors")
    field(page, "What do you pay at most?").fill("80")
    button(page, "Find the best fit").click()
    shoot(page, "check-best-fit")
    button(page, "Set aside €80 and find a partner").click()
    pay(page)
    expect(page.get_by_role("region", name=f"{VEGA.name} is being asked")).to_be_visible()
