"""The paid request once more, without JavaScript: plain pages, plain forms, plain links."""

from playwright.sync_api import expect

from tests.journeys.cast import MARISOL, NURIA, VEGA
from tests.journeys.steps import (
    Problem,
    ask,
    button,
    describe,
    field,
    heading,
    open_offer,
    pay,
)

TITLE = "Photos are gone since the upgrade"


def test_a_request_is_asked_paid_solved_and_confirmed_without_javascript(installation, open_window):
    customer, partner = (open_window(one, java_script_enabled=False) for one in (NURIA, MARISOL))
    customer.goto("/providers")
    customer.get_by_role("group", name="Language", exact=True).get_by_label("Spanish").check()
    button(customer, "Show").click()
    expect(customer.get_by_role("heading", name="2 partners")).to_be_visible()
    describe(customer, Problem(TITLE, has_picture=True))
    ask(customer, VEGA)
    pay(customer)
    expect(heading(customer)).to_have_text(TITLE)
    expect(customer.get_by_role("heading", name=f"{VEGA.name} is being asked")).to_be_visible()

    open_offer(partner, TITLE)
    button(partner, "Accept").click()
    installation.finish_work()
    field(partner, "Your message").fill("I am looking at it.")
    button(partner, "Send").click()
    partner.get_by_text("State the solution").click()
    field(partner, "What was the cause?").fill("A folder had moved.")
    field(partner, "What fixed it?").fill("It is back.")
    button(partner, "It is solved").click()
    customer.reload()
    expect(customer.get_by_role("region", name="Conversation")).to_contain_text("I am looking at it.")
    button(customer, "Yes, it is solved").click()
    expect(customer.get_by_role("heading", name="Solved", exact=True)).to_be_visible()
    installation.check()
