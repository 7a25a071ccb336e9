"""A guided session as people go it: the customer books a free time, both see where the call is, both are reminded."""

import re

from playwright.sync_api import expect
from sqlalchemy import select

from marketplace.jobs import effects
from marketplace.jobs.models import Job
from marketplace.kernel import outbox
from marketplace.kernel.database import reading
from tests.factories import HOUR
from tests.journeys.cast import MARISOL, NURIA, VEGA
from tests.journeys.lived_in import sell_sessions
from tests.journeys.steps import accept, button, field, heading, look_at, match, pay

TITLE = "Show me how albums are shared"
LINK = "https://meet.example/marisol"


def test_a_session_is_booked_at_a_free_time_and_both_meet(installation, open_window):
    installation.ask(lambda: sell_sessions(VEGA))
    partner, customer = open_window(MARISOL), open_window(NURIA)
    the_partner_says_how_sessions_are_held(partner)
    the_customer_chooses_a_free_time(customer)
    the_customer_asks_and_pays(customer)
    accept(partner, TITLE)
    both_see_where_the_call_is(customer, partner)
    the_customer_moves_it(customer)
    the_partner_would_like_another_time(partner)
    the_customer_agrees(customer)
    both_are_reminded(installation, customer)
    installation.check()


def the_partner_says_how_sessions_are_held(page):
    """Keep a pause and a link, after a link that nobody should open."""
    page.goto("/work/hours/sessions")
    field(page, "Pause before and after each session").select_option("15 minutes")
    field(page, "Your usual link to the call").fill("http://meet.example")
    button(page, "Keep this").click()
    expect(page.get_by_role("alert")).to_be_visible()
    field(page, "Your usual link to the call").fill(LINK)
    button(page, "Keep this").click()
    expect(page.get_by_role("main")).to_contain_text("It is kept.")
    expect(field(page, "Your usual link to the call")).to_have_value(LINK)
    expect(field(page, "Pause before and after each session")).to_have_value("15")


def the_customer_chooses_a_free_time(page):
    """Leave the time open, look at another week, and take the first time of its first day that has one."""
    page.goto("/requests/new/guided")
    field(page, "In one sentence").fill(TITLE)
    field(page, "What happens, and what should happen?").fill("I would like to share albums with my family.")
    button(page, "Go on to the partners").click()
    expect(heading(page)).to_have_text("When should the session start?")
    page.get_by_role("link", name="Later days").click()
    look_at(page, "session-times")
    page.get_by_role("radio").first.check()
    button(page, "Take this time").click()
    expect(heading(page)).to_have_text("Who is to help?")
    expect(page.get_by_role("main")).to_contain_text("The session starts on")


def the_customer_asks_and_pays(page):
    """Choose the partner, and pay."""
    button(match(page, VEGA), f"Ask {VEGA.name}").click()
    expect(heading(page)).to_have_text("Check before you send")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    pay(page)
    expect(heading(page)).to_have_text(TITLE)


def both_see_where_the_call_is(customer, partner):
    """Read the link on the page of the request, on either side."""
    customer.reload()
    for page in (customer, partner):
        section = page.get_by_role("region", name="The session")
        expect(section.get_by_role("link", name=LINK)).to_have_attribute("href", LINK)
    with customer.expect_download() as download:
        customer.get_by_role("link", name="Add it to your calendar").click()
    assert LINK in download.value.path().read_text()
    look_at(customer, "session-booked")


def the_customer_moves_it(page):
    """Choose another of the free times: it is in good time, so nobody is asked."""
    page.get_by_role("link", name="Move it to another time").click()
    expect(page.get_by_role("main")).to_contain_text("It is moved at once.")
    look_at(page, "session-move")
    page.get_by_role("radio").nth(2).check()
    button(page, "Move it to this time").click()
    expect(page.get_by_role("main")).to_contain_text("The session is moved.")


def the_partner_would_like_another_time(page):
    """Propose one; until there is an answer it stays."""
    page.reload()
    page.get_by_role("link", name="Move it to another time").click()
    page.get_by_role("link", name="Later days").click()
    page.get_by_role("radio").nth(1).check()
    button(page, "Propose this time").click()
    expect(page.get_by_role("main")).to_contain_text("You have proposed")
    expect(button(page, "Take it back")).to_be_visible()


def the_customer_agrees(page):
    """Read of it on top of the page, and agree."""
    page.reload()
    expect(page.get_by_role("heading", name="Another time for the session?")).to_be_visible()
    look_at(page, "session-proposed")
    button(page, "Agree to the new time").click()
    expect(page.get_by_role("main")).to_contain_text("The session is moved.")
    page.get_by_text("Earlier times").first.click()
    expect(page.get_by_role("table", name="Earlier times").get_by_role("row")).to_have_count(3)
    look_at(page, "session-moved")


def both_are_reminded(installation, customer):
    """Be there an hour before, and follow the letters to the page of the request."""
    starts_at = installation.ask(lambda: reading().scalars(select(Job.starts_at)).one())
    for _round in range(2):  # The second round has nothing left to say.
        installation.ask(lambda: effects.remind(starts_at - HOUR))
        installation.ask(lambda: outbox.deliver_due(starts_at - HOUR))
        customer.goto(f"/mailbox?to={NURIA.email}")
        expect(customer.get_by_role("heading", name=f"Within the hour: {TITLE}")).to_have_count(1)
    letter = customer.get_by_role("article").filter(has=customer.get_by_role("heading", name="Within the hour"))
    expect(letter.get_by_role("link", name=LINK)).to_be_visible()
    letter.get_by_role("link", name=re.compile("requests")).click()
    expect(heading(customer)).to_have_text(TITLE)
    customer.goto(f"/mailbox?to={MARISOL.email}")
    expect(customer.get_by_role("heading", name=f"Within the hour: {TITLE}")).to_have_count(1)
