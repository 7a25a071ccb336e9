"""One payment in two tabs, by clicking: paid once, or not at all, and each tab says so."""

from playwright.sync_api import expect

from marketplace.jobs import effects
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.payments.models import Hold
from marketplace.payments.rules import RENEW_AHEAD
from tests.journeys.cast import NURIA, VEGA
from tests.journeys.steps import (
    GOOD_CARD,
    Problem,
    ask,
    button,
    describe,
    field,
    follow_letter,
    heading,
    link,
    look_at,
    pay,
)

TITLE = "Photos are gone since the upgrade"


def open_request(page):
    """Find one's request, in another tab."""
    page.goto("/requests")
    link(page, TITLE).click()
    expect(heading(page)).to_have_text(TITLE)


def type_card(page):
    """Fill the payment page in, up to its last field."""
    page.get_by_role("button", name=GOOD_CARD).click()
    field(page, "Name on the card").fill("N. Costa")


def send(page):
    """Send what was typed."""
    field(page, "Name on the card").press("Enter")


def held_at_stripe(installation):
    intents = installation.stripe.v1.payment_intents.list({"limit": 100}).data
    return sum(one.status == "requires_capture" for one in intents)


def test_a_request_is_cancelled_while_its_payment_page_is_open(installation, open_window):
    first = open_window(NURIA)
    describe(first, Problem(TITLE))
    ask(first, VEGA)
    type_card(first)
    second = first.context.new_page()
    open_request(second)
    second.get_by_text("Cancel this request").click()
    field(second, "Why do you cancel?").fill("It works again.")
    button(second, "Cancel the request").click()
    expect(second.get_by_role("region", name="Cancelled")).to_contain_text("Nothing was charged.")
    installation.finish_work()
    send(first)
    expect(heading(first)).to_have_text("This page has expired")
    link(first, "Go back").click()
    expect(first.get_by_role("region", name="Cancelled")).to_contain_text("Nothing was charged.")
    assert held_at_stripe(installation) == 0
    installation.check()


def test_two_tabs_pay_for_the_same_request(installation, open_window):
    first = open_window(NURIA)
    describe(first, Problem(TITLE))
    ask(first, VEGA)
    second = first.context.new_page()
    open_request(second)
    link(second, "Go to the payment page").click()
    type_card(second)
    type_card(first)
    send(first)
    expect(first.get_by_role("region", name=f"{VEGA.name} is being asked")).to_be_visible()
    send(second)  # Its page is over, and leads to what has come of it.
    expect(second.get_by_role("region", name=f"{VEGA.name} is being asked")).to_be_visible()
    assert held_at_stripe(installation) == 1
    installation.check()


def near_its_end():
    """Let the bank let go soon, and have the worker notice."""
    with transaction() as session:
        session.query(Hold).one().capture_before = utcnow() + RENEW_AHEAD
    effects.renew_holds(utcnow())


def test_a_customer_is_asked_to_set_the_amount_aside_once_more(installation, open_window):
    page = open_window(NURIA)
    describe(page, Problem(TITLE))
    ask(page, VEGA)
    pay(page)
    expect(page.get_by_role("region", name=f"{VEGA.name} is being asked")).to_be_visible()
    installation.finish_work()
    installation.ask(near_its_end)
    installation.finish_work()
    follow_letter(page, NURIA, f"Set €60 aside once more? {TITLE}")
    step = page.get_by_role("region", name="Set €60 aside once more")
    expect(step).to_contain_text("Nothing is taken by that.")
    look_at(page, "renewal")
    link(step, "Set it aside once more").click()
    pay(page)
    expect(page.get_by_role("region", name=f"{VEGA.name} is being asked")).to_be_visible()
    installation.finish_work()
    assert held_at_stripe(installation) == 1
    installation.check()
