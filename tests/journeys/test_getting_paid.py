"""How partners get their share: by transfer once Stripe knows them, by hand where it can't; all by clicking."""

import pytest
from playwright.sync_api import expect

from marketplace.kernel.database import reading
from marketplace.payments import queries as money
from tests.journeys.cast import HADDAD, JOANA, NURIA, OMAR
from tests.journeys.market import move
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

on_both_databases = pytest.mark.parametrize("installation", ENGINES, indirect=True)
TITLE = "Photos are gone since the upgrade"
REFERENCE = "SEPA 2026-118"
SERVED, NOT_SERVED = "FR", "MA"  # Stripe's countries, and one from which it takes no account of the kind we open.


@on_both_databases
def test_a_partner_opens_an_account_and_is_paid_by_transfer(installation, open_window):
    installation.ask(lambda: move(HADDAD, SERVED))
    partner = open_window(OMAR)
    a_partner_leaves_stripe_half_way(partner)
    a_partner_tells_stripe_everything(partner)

    a_job_is_done(open_window(NURIA), partner)
    installation.finish_work()
    [transfer] = installation.stripe.v1.transfers.list().data
    assert (transfer.amount, transfer.currency) == (4250, "eur")
    expect_payout(partner, "Transfer", "Paid")
    look_at(partner, "work-transferred")
    staff = open_window(JOANA)
    staff.goto("/vendor/money")
    expect(staff.get_by_role("region", name="Owed to partners")).to_contain_text("Every partner has been paid.")
    row = staff.get_by_role("region", name="Latest bookings").get_by_role("row", name="Transferred to the partner")
    expect(row).to_contain_text(transfer.id)
    installation.check()


def a_partner_leaves_stripe_half_way(page):
    """Go to Stripe and come back without an answer: it says that something is missing, and how to go on."""
    page.goto("/work")
    payouts = page.get_by_role("region", name="Payouts")
    expect(payouts).to_contain_text("You have no account at Stripe yet")
    link(payouts, "How you are paid").click()
    look_at(page, "getting-paid-not-connected")
    button(page, "Connect with Stripe").click()
    expect(heading(page)).to_have_text("Get ready to be paid")
    look_at(page, "onboarding")
    button(page, "Finish it later").click()
    stripe = page.get_by_role("region", name="By transfer, through Stripe")
    expect(stripe).to_contain_text("Stripe still needs something from you.")
    expect(stripe).to_contain_text("the date of birth")
    look_at(page, "getting-paid-half-connected")


def a_partner_tells_stripe_everything(page):
    """Go on, forget something, fill it in, and come back able to receive money."""
    payouts = page.get_by_role("region", name="Payouts")
    button(page, "Go on at Stripe").click()
    button(page, "Finish").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your full name.")
    look_at(page, "onboarding-errors")
    field(page, "Full name").fill(OMAR.name)
    page.get_by_label("I agree to the terms").check()
    button(page, "Finish").click()
    expect(page.get_by_text("All is set: you can receive money now.")).to_be_visible()
    expect(payouts).to_contain_text("Ready to receive money")
    expect(payouts).to_contain_text("transferred to your account at Stripe as soon as a request is closed")
    expect(payouts.get_by_role("button")).to_have_count(0)
    look_at(page, "work-connected")


@on_both_databases
def test_a_partner_whose_country_stripe_does_not_serve_is_paid_by_hand(installation, open_window):
    installation.ask(lambda: move(HADDAD, NOT_SERVED))
    partner = open_window(OMAR)
    a_partner_is_told_that_stripe_is_not_for_them(partner)

    a_job_is_done(open_window(NURIA), partner)
    installation.wait_until(lambda: money.payouts_due(reading()), "the partner is owed a share")
    expect_payout(partner, "By hand", "Due")
    staff_pay_by_hand(open_window(JOANA))
    expect_payout(partner, f"By hand: {REFERENCE}", "Paid")
    look_at(partner, "work-paid-by-hand")
    assert installation.stripe.v1.transfers.list().data == []
    installation.check()


def a_partner_is_told_that_stripe_is_not_for_them(page):
    """Try to connect, twice, and say where the money is to come instead."""
    page.goto("/work/getting-paid")
    stripe = page.get_by_role("region", name="By transfer, through Stripe")
    button(stripe, "Connect with Stripe").click()
    expect(stripe).to_contain_text("Stripe opened no account for you.")
    expect(stripe).to_contain_text("Stripe says:")
    button(stripe, "Try again with Stripe").click()
    expect(stripe).to_contain_text("Stripe opened no account for you.")
    by_hand = page.get_by_role("region", name="By hand, to your bank account")
    by_hand.get_by_text("Change the bank account").click()
    field(by_hand, "IBAN or account number").fill("Banque Bleue, 0071234")
    button(by_hand, "Keep the bank account").click()
    expect(by_hand).to_contain_text("Banque Bleue, 0071234")
    look_at(page, "getting-paid-not-served")


def staff_pay_by_hand(page):
    """Find on the money page what is owed, and note the payment; not without a reference."""
    link(page, "Console").click()
    link(page, "Money").click()
    owed = page.get_by_role("region", name="Owed to partners")
    expect(owed).to_contain_text(HADDAD.name)
    expect(owed).to_contain_text("€42.50")
    look_at(page, "money-owed")
    button(owed, "Note as paid").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look_at(page, "money-errors")
    field(owed, "Reference on your bank statement").fill(REFERENCE)
    button(owed, "Note as paid").click()
    expect(page.get_by_text("The payment is noted, and booked.")).to_be_visible()
    expect(owed).to_contain_text("Every partner has been paid.")
    expect(page.get_by_role("region", name="Latest bookings").get_by_role("row", name="Paid by hand")).to_contain_text(
        TITLE
    )
    look_at(page, "money-paid")


def a_job_is_done(customer, partner):
    """Ask, pay, accept, solve and confirm."""
    describe(customer, Problem(TITLE))
    ask(customer, HADDAD)
    pay(customer)
    expect(customer.get_by_role("region", name=f"{HADDAD.name} is being asked")).to_be_visible()
    accept(partner, TITLE)
    expect(partner.get_by_role("navigation", name="Main").locator("[aria-current]")).to_have_text("Your work")
    state_solution(partner)
    until_it_is_paid(customer)
    button(customer, "Yes, it is solved").click()
    expect(customer.get_by_text("Your partner is paid now.")).to_be_visible()


def expect_payout(page, how, status):
    """Fail unless the partner sees one payout, which comes this way and stands like this."""
    page.goto("/work")
    row = page.get_by_role("region", name="Payouts").get_by_role("listitem").filter(has_text="€42.50")
    expect(row).to_contain_text(how)
    expect(row).to_contain_text(status)
