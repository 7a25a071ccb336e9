"""The third way to agree, as people go it: ask for quotes, compare, choose, change one's mind, pay, and be helped."""

import re

import pytest
from playwright.sync_api import expect

from marketplace.kernel.database import reading
from marketplace.payments import queries as money
from marketplace.payments.rules import AccountKind
from tests.journeys.cast import HADDAD, MARISOL, NURIA, OMAR, VEGA
from tests.journeys.shots import shoot
from tests.journeys.steps import (
    Problem,
    button,
    describe,
    field,
    follow_letter,
    heading,
    link,
    look_at,
    open_offer,
    pay,
    state_solution,
    until_it_is_paid,
)
from tests.plugins.databases import ENGINES

TITLE = "Photos are gone since the upgrade"


@pytest.mark.parametrize("installation", ENGINES, indirect=True)
def test_two_partners_quote_and_the_second_is_chosen(installation, open_window):
    customer, vega, haddad = (open_window(one) for one in (NURIA, MARISOL, OMAR))
    a_customer_asks_for_quotes(customer)
    a_partner_quotes(vega, "55", "A backup, the repair, and a test on a copy of your site.")
    a_partner_quotes_by_the_hour(haddad)
    the_customer_compares(customer)
    an_old_page_chooses_nothing(customer, haddad)
    the_customer_changes_their_mind(installation, customer)
    the_customer_pays(customer)
    the_one_who_was_not_chosen_is_thanked(vega)
    the_one_who_was_chosen_solves_it(haddad)
    until_it_is_paid(customer)
    button(customer, "Yes, it is solved").click()
    expect(customer.get_by_text("Your partner is paid now.")).to_be_visible()
    installation.finish_work()
    assert installation.ask(lambda: money.balance(reading(), AccountKind.COMMISSION, "EUR").minor) == 600
    installation.check()


def a_customer_asks_for_quotes(page):
    """Describe the problem, and choose to compare what partners would take."""
    describe(page, Problem(TITLE))
    shoot(page, "quotes-choose")
    button(page, "Ask for quotes").click()
    expect(heading(page)).to_have_text("Check before you send")
    expect(page.get_by_role("complementary")).to_contain_text("Nothing to pay now")
    shoot(page, "quotes-check")
    button(page, "Ask for quotes").click()
    expect(heading(page)).to_have_text(TITLE)
    search = page.get_by_role("region", name="Partners are asked for quotes")
    expect(search).to_contain_text("More quotes may come until")
    expect(page.get_by_role("main")).to_contain_text("partners are still thinking about it")
    look_at(page, "quotes-none-yet")


def a_partner_quotes(page, price, includes):
    """Find the question, send a quote that lacks something, and then a whole one."""
    follow_letter(page, MARISOL, f"What would you take for it? {TITLE}")
    expect(page.get_by_role("main")).to_contain_text("You usually ask €60 per request.")
    look_at(page, "quotes-form")
    field(page, "What do you ask, all included?").fill("a lot")
    button(page, "Send the quote").click()
    expect(page.get_by_role("alert")).to_be_focused()
    shoot(page, "quotes-form-errors")
    field(page, "What do you ask, all included?").fill(price)
    field(page, "What do you do for it?").fill(includes)
    field(page, "When will you write first, once it is paid?").select_option("Within 30 minutes")
    button(page, "Send the quote").click()
    expect(page.get_by_role("region", name="Your quote")).to_contain_text("€55 per request")
    look_at(page, "quotes-given")
    page.goto("/work")
    expect(page.get_by_role("region", name="Your quotes")).to_contain_text("Quote given")
    shoot(page, "quotes-work")


def a_partner_quotes_by_the_hour(page):
    """Ask a price per hour, with a limit."""
    open_offer(page, TITLE)
    page.get_by_label("By the hour, up to a limit").check()
    field(page, "What do you ask, all included?").fill("40")
    field(page, "By the hour: at most how many?").select_option("2 hours")
    field(page, "What do you do for it?").fill("Looking, telling you what it is, and mending it.")
    field(page, "Anything else").first.fill("I have seen this three times since 4.2.")
    button(page, "Send the quote").click()
    expect(page.get_by_role("region", name="Your quote")).to_contain_text("€40 per hour, at most 2 hours: €80")


def card_of(page, partner):
    """Find the quote of a partner."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=partner.name))


def the_customer_compares(page):
    """See the quotes side by side; the page that was open all the time shows them by itself."""
    expect(page.get_by_role("region", name="2 quotes to choose from")).to_be_visible()
    expect(card_of(page, VEGA)).to_contain_text("First answer within 30 minutes of your payment")
    expect(card_of(page, HADDAD)).to_contain_text("I have seen this three times")
    expect(card_of(page, HADDAD)).to_contain_text("€80 at most")
    follow_letter(page, NURIA, f"A quote from {VEGA.name}: €55")
    look_at(page, "quotes-compare")


def an_old_page_chooses_nothing(customer, haddad):
    """The partner changes the quote while the customer looks at it."""
    stale = customer.context.new_page()
    stale.goto(customer.url)
    stale.route("**/live", lambda route: route.abort())
    open_offer(haddad, TITLE)
    haddad.get_by_text("Change the quote", exact=True).first.click()
    field(haddad, "What do you ask, all included?").fill("50")
    button(haddad, "Change the quote").click()
    expect(haddad.get_by_role("region", name="Your quote")).to_contain_text("€100")
    button(card_of(stale, HADDAD), "Choose and pay €80").click()
    expect(stale.get_by_role("main")).to_contain_text(f"{HADDAD.name} has changed this quote by now.")
    expect(card_of(stale, HADDAD)).to_contain_text("Changed since the first quote")
    shoot(stale, "quotes-changed")
    stale.close()


def the_customer_changes_their_mind(installation, page):
    """Choose one, come back from the payment page, and let go of it."""
    page.reload()
    button(card_of(page, VEGA), "Choose and pay €55").click()
    expect(heading(page)).to_have_text("Pay by card")
    page.goto(f"{installation.url}/requests")
    link(page, TITLE).click()
    expect(page.get_by_role("region", name=f"You have chosen {VEGA.name}")).to_contain_text("Pay €55")
    look_at(page, "quotes-chosen")
    button(page, "Choose another quote").click()
    expect(page.get_by_text("Nothing is taken. Choose among the quotes again.")).to_be_visible()
    installation.finish_work()


def the_customer_pays(page):
    """Choose the other, and pay exactly its price."""
    button(card_of(page, HADDAD), "Choose and pay €100").click()
    expect(page.get_by_role("main")).to_contain_text("€100")
    pay(page)
    expect(heading(page)).to_have_text(TITLE)
    expect(page.get_by_role("region", name=re.compile(f"{HADDAD.name} is on it"))).to_be_visible()
    expect(page.get_by_role("complementary")).to_contain_text("€50 per hour, at most 2 hours: €100")
    shoot(page, "quotes-in-progress")


def the_one_who_was_not_chosen_is_thanked(page):
    """Read the letter; the work is empty again."""
    follow_letter(page, MARISOL, f"Not this time: {TITLE}")
    expect(page.get_by_role("main")).not_to_contain_text(TITLE)


def the_one_who_was_chosen_solves_it(page):
    """Read the letter, write down the time, and state the solution."""
    follow_letter(page, OMAR, f"Your quote was chosen: {TITLE}")
    page.get_by_text("Write down time").click()
    field(page, "Minutes").fill("48")
    field(page, "What did you do?").fill("Found the folder and moved it back.")
    button(page, "Write down").click()
    expect(page.get_by_role("main")).to_contain_text("So far €40")
    state_solution(page)
