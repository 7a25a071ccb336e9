"""A customer wants money back, the partner answers, the vendor's people split it: all by clicking."""

import pytest
from playwright.sync_api import expect

from marketplace.kernel.database import reading
from marketplace.payments import queries as money
from marketplace.payments.rules import AccountKind
from tests.journeys.cast import HADDAD, JOANA, NURIA, OMAR
from tests.journeys.steps import (
    Problem,
    accept,
    ask,
    button,
    describe,
    field,
    heading,
    link,
    look_at,
    pay,
    state_solution,
    until_it_is_paid,
)
from tests.plugins.databases import ENGINES

TITLE = "Photos are gone since the upgrade"
STATEMENT = "They were back for a day, and are gone again."
ANSWER = "It was another disk. The first one still works."
VERDICT = "Half of the work was done as agreed."
NOTE = "They waited for two weeks."


@pytest.mark.parametrize("installation", ENGINES, indirect=True)
def test_a_dispute_is_answered_and_split_and_goodwill_follows(installation, open_window):
    customer, partner, staff = open_window(NURIA), open_window(OMAR), open_window(JOANA)
    a_job_is_solved(customer, partner)
    the_customer_wants_money_back(customer)
    the_partner_answers(partner)
    staff_split_it(staff)
    both_read_why(customer, partner)
    installation.finish_work()
    assert total(installation, AccountKind.COMMISSION) == 450
    assert total(installation, AccountKind.PARTNER_PAYABLE) == 2550

    staff_give_something_back(staff)
    installation.finish_work()
    assert total(installation, AccountKind.COMMISSION) == 0
    assert total(installation, AccountKind.GOODWILL) == 50
    assert total(installation, AccountKind.PARTNER_PAYABLE) == 2550
    refunds = installation.stripe.v1.refunds.list().data
    assert sorted(one.amount for one in refunds) == [500, 2000]
    installation.check()


def total(installation, kind):
    """Tell what stands on the accounts of a kind."""
    return installation.ask(lambda: money.balance(reading(), kind, "EUR").minor)


def a_job_is_solved(customer, partner):
    """Ask, pay, accept, and state a solution."""
    describe(customer, Problem(TITLE))
    ask(customer, HADDAD)
    pay(customer)
    expect(customer.get_by_role("region", name=f"{HADDAD.name} is being asked")).to_be_visible()
    accept(partner, TITLE)
    state_solution(partner)


def the_customer_wants_money_back(page):
    """Ask for more than was paid, read how much there is, and ask for a part."""
    until_it_is_paid(page)
    page.get_by_text("Ask for money back").click()
    page.get_by_label("The problem is not solved").check()
    field(page, "What happened?").fill(STATEMENT)
    field(page, "How much do you want back?").fill("60")
    button(page, "Ask for it back").click()
    expect(page.get_by_role("alert")).to_contain_text("At most €50.00 can go back.")
    look_at(page, "dispute-errors")
    field(page, "How much do you want back?").fill("40")
    button(page, "Ask for it back").click()
    expect(page.get_by_role("region", name="You want €40 back")).to_be_visible()
    look_at(page, "dispute-customer")


def the_partner_answers(page):
    """Read what is wrong, and say how it was."""
    page.goto("/work")
    link(page, TITLE).click()
    dispute = page.get_by_role("region", name="Dispute about €40")
    expect(dispute).to_contain_text(STATEMENT)
    look_at(page, "dispute-partner")
    field(dispute, "How was it?").fill(ANSWER)
    button(dispute, "Send the answer").click()
    expect(page.get_by_text("Your answer is sent.")).to_be_visible()
    expect(dispute).to_contain_text(ANSWER)


def staff_split_it(page):
    """Find it on the desk, look at what each side gets, change it, and decide."""
    link(page, "Console").click()
    disputes = page.get_by_role("region", name="Disputes")
    expect(disputes).to_contain_text("Waits for a decision")
    page.goto("/vendor/disputes")
    look_at(page, "disputes")
    link(page, TITLE).click()
    expect(page.get_by_role("region", name="What they say")).to_contain_text(ANSWER)
    decision = page.get_by_role("region", name="Decision")
    field(decision, "How much goes back to the customer?").fill("30")
    field(decision, "Why?").fill(VERDICT)
    look_at(page, "dispute-case")
    button(decision, "See what each side gets").click()
    expect(decision).to_contain_text("€17.00")
    button(decision, "Change it").click()
    field(decision, "How much goes back to the customer?").fill("20")
    button(decision, "See what each side gets").click()
    for share in ("€20.00", "€25.50", "€4.50"):
        expect(decision).to_contain_text(share)
    look_at(page, "dispute-split")
    button(decision, "Decide it so").click()
    expect(page.get_by_text("It is decided.")).to_be_visible()
    expect(page.get_by_text("Nothing is disputed")).to_be_visible()


def both_read_why(customer, partner):
    """See what was decided, and that it is over."""
    for page in (customer, partner):
        page.reload()
        dispute = page.get_by_role("region", name="Dispute about €40")
        expect(dispute).to_contain_text(VERDICT)
        expect(dispute).to_contain_text("€20.00")
        expect(page.get_by_text("It is not solved")).to_have_count(0)
    look_at(customer, "dispute-over")


def staff_give_something_back(page):
    """Follow the money of the request, and give five euros back that the vendor bears alone."""
    page.goto("/vendor/money")
    page.get_by_role("region", name="Latest bookings").get_by_role("link", name=TITLE).first.click()
    link(page, "Give something back of €30.00").click()
    expect(heading(page)).to_have_text("Give something back")
    field(page, "How much goes back to the customer?").fill("5")
    page.get_by_label("The vendor alone").check()
    field(page, "Why?").fill(NOTE)
    look_at(page, "goodwill")
    button(page, "See what each side bears").click()
    expect(page.get_by_role("region", name="What each side bears")).to_contain_text("€0.50")
    look_at(page, "goodwill-last-look")
    button(page, "Give back €5.00").click()
    expect(page.get_by_text("€5.00 goes back to the customer.")).to_be_visible()
    look_at(page, "money-of-a-request")
