"""The vendor's desk, as its staff use it: what nobody takes, who may go on, whose certificate ends, all by clicking."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.cast import HADDAD, JOANA, MARISOL, NURIA, OMAR, OTERO, SAMIR, TOMAS, VEGA
from tests.journeys.steps import (
    Problem,
    ask,
    button,
    decline,
    describe,
    field,
    follow_letter,
    heading,
    link,
    look_at,
    match,
    open_offer,
    pay,
)
from tests.plugins.databases import ENGINES

on_both_databases = pytest.mark.parametrize("installation", ENGINES, indirect=True)
IN_PORTUGUESE = Problem("As fotos sumiram depois da atualização", language="pt")  # One partner speaks it.
IN_ENGLISH = Problem("Albums are empty since the upgrade")
LATER = Problem("The search finds nothing since the upgrade")
WHY_SUSPENDED = "Two customers wait for an answer, and nobody can reach them."
WHY_BACK = "They were ill, and have written to both customers."
WHY_REVOKED = "Somebody else sat the exam."
WHY_NOT = "My sister has the same name, and sat an exam of her own that day."
WHY_GIVEN_BACK = "Both exams were found. It was a mistake of ours."


@on_both_databases
def test_staff_keep_an_eye_on_what_nobody_takes_and_on_who_may_work(installation, open_window):
    first, second = open_window(NURIA), open_window(SAMIR)
    partner, other_partner, visitor = open_window(MARISOL), open_window(OMAR), open_window()
    nobody_takes_a_request(first, partner)
    a_partner_is_asked(second, partner)

    staff = open_window(JOANA)
    staff_see_what_nobody_takes(staff)
    staff_look_at_the_money(staff)
    staff_suspend_a_partner(staff)
    nothing_goes_to_the_suspended(visitor, first, second, partner)
    staff_put_the_partner_back(staff)
    customers_find_the_partner_again(visitor, first)

    open_offer(other_partner, IN_ENGLISH.title)
    staff_revoke_a_certificate(staff)
    nothing_in_that_niche_goes_to_the_partner(visitor, first, second, other_partner)

    the_holder_appeals(other_partner)
    who_revoked_it_can_not_decide(staff)
    a_colleague_gives_it_back(open_window(TOMAS))
    customers_find_the_holder_again(visitor, first, other_partner)
    installation.check()


def nobody_takes_a_request(customer, partner):
    """Ask the only partner who speaks the language, who has no time."""
    describe(customer, IN_PORTUGUESE)
    expect(customer.get_by_text("1 partner fits.")).to_be_visible()
    ask(customer, VEGA)
    pay(customer)
    expect(customer.get_by_role("region", name=f"{VEGA.name} is being asked")).to_be_visible()
    decline(partner, IN_PORTUGUESE.title)
    customer.reload()
    expect(customer.get_by_role("region", name="Nobody is free just now")).to_be_visible()
    look_at(customer, "request-unmatched")


def a_partner_is_asked(customer, partner):
    """Ask the same partner for something that others could do as well."""
    describe(customer, IN_ENGLISH)
    ask(customer, VEGA)
    pay(customer)
    expect(customer.get_by_role("region", name=f"{VEGA.name} is being asked")).to_be_visible()
    partner.goto("/work")
    expect(link(partner, IN_ENGLISH.title)).to_be_visible()


def staff_see_what_nobody_takes(page):
    """Find the request that nobody takes on the day's page and first in the list, and look for somebody once more."""
    link(page, "Console").click()
    nobody = page.get_by_role("region", name="Nobody takes these")
    expect(nobody).to_contain_text(IN_PORTUGUESE.title)
    expect(nobody).to_contain_text("everybody who could was asked, and said no or did not answer")
    expect(page.get_by_role("region", name="Requests now")).to_contain_text("1 offer waits for an answer")
    look_at(page, "vendor-today")
    link(page, "Requests").click()
    rows = page.get_by_role("listitem").filter(has=page.get_by_role("heading", level=2))
    expect(rows.nth(0)).to_contain_text(IN_PORTUGUESE.title)
    expect(rows.nth(0)).to_contain_text("Nobody found yet")
    expect(rows.nth(1)).to_contain_text(IN_ENGLISH.title)
    look_at(page, "vendor-requests")
    states = page.get_by_role("navigation", name="Requests by status").get_by_role("link")
    expect(states).to_have_text(["All", "Looking for a partner 1", "Nobody found yet 1", re.compile("Closed")])
    states.nth(2).click()
    expect(rows).to_have_count(1)
    link(page, IN_PORTUGUESE.title).click()
    expect(page.get_by_role("navigation", name="Main").locator("[aria-current]")).to_have_text("Console")
    expect(page.get_by_role("complementary")).to_contain_text("Declined")
    look_at(page, "vendor-request")
    button(page, "Search again").click()
    expect(page.get_by_text("There is still nobody to ask.")).to_be_visible()


def staff_look_at_the_money(page):
    """See what is set aside, and that nobody is owed anything."""
    link(page, "Console").click()
    link(page, "Money").click()
    expect(page.get_by_role("region", name="Owed to partners")).to_contain_text("Every partner has been paid.")
    look_at(page, "vendor-money")
    link(page, "Every account").click()
    aside = page.get_by_role("region", name="EUR").get_by_role("row", name="Set aside by a bank €120.00")
    expect(aside).to_be_visible()


def staff_suspend_a_partner(page):
    """Find the partner, look at the figures, and suspend; not without a reason."""
    link(page, "Providers").click()
    look_at(page, "vendor-providers")
    field(page, "Name or address").fill("vega")
    field(page, "Name or address").press("Enter")
    [row] = page.get_by_role("row").filter(has=page.get_by_role("rowheader")).all()
    expect(row).to_contain_text("45 of 46")
    expect(row).to_contain_text("Listed")
    link(page, VEGA.name).click()
    places = page.get_by_role("navigation", name="Console")
    expect(places.locator("[aria-current=true]")).to_have_text("Providers")
    expect(page.get_by_role("region", name="Figures")).to_contain_text("97%")
    expect(page.get_by_role("region", name="Terms")).to_contain_text("15% of each price")
    button(page, "Suspend").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look_at(page, "vendor-provider-errors")
    field(page, "Reason").fill(WHY_SUSPENDED)
    button(page, "Suspend").click()
    expect(page.get_by_text(f"{VEGA.name} is suspended. Nothing more is offered to them.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(f"Suspended. The reason: {WHY_SUSPENDED}")
    look_at(page, "vendor-provider-suspended")
    link(page, "Today").click()
    expect(page.get_by_role("region", name="Partners")).to_contain_text(WHY_SUSPENDED)
    look_at(page, "vendor-today-suspended")


def nothing_goes_to_the_suspended(visitor, customer, asked_customer, partner):
    """Miss the partner in the directory and among those who fit; the open offer is with somebody else."""
    partner.reload()
    expect(partner.get_by_role("main")).to_contain_text(f"You are suspended and get no new offers: {WHY_SUSPENDED}")
    expect(partner.get_by_role("region", name="Offers to you")).to_contain_text("while you are suspended")
    look_at(partner, "work-suspended")
    asked_customer.reload()
    expect(asked_customer.get_by_role("region", name=f"{HADDAD.name} is being asked")).to_be_visible()
    visitor.goto("/providers")
    expect(visitor.get_by_role("heading", name="5 partners")).to_be_visible()
    expect(link(visitor, VEGA.name)).to_have_count(0)
    assert visitor.goto(f"/providers/{VEGA.slug}").status == 404
    describe(customer, LATER)
    expect(match(customer, HADDAD)).to_be_visible()
    expect(match(customer, VEGA)).to_have_count(0)


def staff_put_the_partner_back(page):
    """Put the partner back on the list, which takes a reason too; both are in the trail."""
    link(page, "Providers").click()
    link(page.get_by_role("navigation", name="Providers by status"), "Suspended").click()
    expect(page.get_by_role("row").filter(has=page.get_by_role("rowheader"))).to_have_count(1)
    link(page, VEGA.name).click()
    button(page, "Put back on the list").click()
    expect(page.get_by_role("alert")).to_be_focused()
    field(page, "Reason").fill(WHY_BACK)
    button(page, "Put back on the list").click()
    expect(page.get_by_text(f"{VEGA.name} is on the list again.")).to_be_visible()
    trail = page.get_by_role("region", name="What was done").get_by_role("row")
    expect(trail.nth(1)).to_contain_text(re.compile(f"Put back on the list.*{JOANA.name}.*{WHY_BACK}", re.DOTALL))
    expect(trail.nth(2)).to_contain_text(re.compile(f"Suspended.*{JOANA.name}.*{WHY_SUSPENDED}", re.DOTALL))
    look_at(page, "vendor-provider-back")


def customers_find_the_partner_again(visitor, customer):
    """Find the partner in the directory, and among those who fit."""
    visitor.goto("/providers")
    expect(visitor.get_by_role("heading", name="6 partners")).to_be_visible()
    link(visitor, VEGA.name).click()
    expect(heading(visitor)).to_have_text(VEGA.name)
    customer.reload()
    expect(match(customer, VEGA)).to_be_visible()


def staff_revoke_a_certificate(page):
    """Take back one of two certificates of another partner; its public page says why."""
    link(page, "All providers").click()
    link(page, HADDAD.name).click()
    link(page, "Revoke Upgrading Lumentree").click()
    look_at(page, "vendor-revoke")
    button(page, "Revoke the certificate").click()
    expect(page.get_by_role("alert")).to_be_focused()
    field(page, "Reason").fill(WHY_REVOKED)
    button(page, "Revoke the certificate").click()
    expect(page.get_by_text("The certificate is revoked.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("This certificate was revoked. It counts no more.")
    expect(page.get_by_role("main")).to_contain_text(WHY_REVOKED)
    look_at(page, "certificate-revoked")
    page.goto(f"/vendor/providers/{HADDAD.slug}")
    held = page.get_by_role("region", name="Members and certificates").get_by_role("listitem")
    expect(held.filter(has=link(page, "Upgrading Lumentree")).last).to_contain_text(re.compile(r"Revoked\s+since"))
    expect(held.filter(has=link(page, "Themes for Lumentree")).last).to_contain_text("Valid")
    expect(link(page, "Revoke Upgrading Lumentree")).to_have_count(0)
    trail = page.get_by_role("region", name="What was done").get_by_role("row")
    expect(trail.nth(1)).to_contain_text(
        re.compile(rf"Certificate revoked\s+Upgrading Lumentree.*{WHY_REVOKED}", re.DOTALL)
    )
    look_at(page, "vendor-provider-revoked")


def nothing_in_that_niche_goes_to_the_partner(visitor, customer, asked_customer, partner):
    """See the offer go to somebody else; the partner is still listed, for what the other certificate is about."""
    button(partner, "Accept").click()
    expect(partner.get_by_role("main")).to_contain_text("nobody of you is certified for it any more")
    partner.goto("/work")
    expect(partner.get_by_role("region", name="Offers to you")).to_contain_text("Nothing is offered to you just now.")
    asked_customer.reload()
    expect(asked_customer.get_by_role("region", name=re.compile(".+ is being asked"))).to_be_visible()
    expect(asked_customer.get_by_role("region", name=f"{HADDAD.name} is being asked")).to_have_count(0)
    customer.reload()
    expect(match(customer, VEGA)).to_be_visible()
    expect(match(customer, OTERO)).to_be_visible()
    expect(match(customer, HADDAD)).to_have_count(0)
    visitor.goto(f"/providers/{HADDAD.slug}")
    expect(visitor.get_by_role("main")).to_contain_text("Themes for Lumentree")
    expect(visitor.get_by_role("main")).not_to_contain_text("Upgrading Lumentree")
    look_at(visitor, "provider-revoked")


def the_holder_appeals(page):
    """Follow the letter to the certificate, and say why it should be given back; not without words."""
    follow_letter(page, OMAR, "Your certificate was revoked: Upgrading Lumentree")
    link(page, "Appeal").click()
    button(page, "Send the appeal").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look_at(page, "appeal-errors")
    field(page, "Why do you see it otherwise?").fill(WHY_NOT)
    button(page, "Send the appeal").click()
    expect(page.get_by_text("It is sent. A person reads it")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Waiting for a decision")
    expect(link(page, "Appeal")).to_have_count(0)
    look_at(page, "certificate-appealed")


def who_revoked_it_can_not_decide(page):
    """Find the appeal on the day's page; whoever revoked the certificate leaves it to a colleague."""
    link(page, "Console").click()
    link(page.get_by_role("region", name="Appeals about certificates"), "Read and decide").click()
    link(page, OMAR.name).click()
    expect(page.get_by_role("main")).to_contain_text("You have revoked this certificate yourself.")
    expect(button(page, "Decide")).to_have_count(0)


def a_colleague_gives_it_back(page):
    """Read both sides and decide, with a reason."""
    follow_letter(page, TOMAS, f"{OMAR.name} appeals against a revocation: Upgrading Lumentree")
    expect(page.get_by_role("region", name="Why it was revoked")).to_contain_text(WHY_REVOKED)
    expect(page.get_by_role("region", name="What the holder says")).to_contain_text(WHY_NOT)
    look_at(page, "vendor-appeal")
    page.get_by_role("radio", name="Give the certificate back").check()
    field(page, "Why?").fill(WHY_GIVEN_BACK)
    button(page, "Decide").click()
    expect(page.get_by_text("It is decided.")).to_be_visible()
    expect(page.get_by_role("region", name="Decided")).to_contain_text("Given back")
    look_at(page, "vendor-appeals")


def customers_find_the_holder_again(visitor, customer, partner):
    """Find the partner among those who fit, and on the list for that work; the certificate tells what happened."""
    customer.reload()
    expect(match(customer, HADDAD)).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_role("main")).to_contain_text("Upgrading Lumentree")
    follow_letter(partner, OMAR, "Your certificate is given back: Upgrading Lumentree")
    expect(partner.get_by_role("main")).to_contain_text("after an appeal")
    expect(partner.get_by_role("main")).to_contain_text(WHY_GIVEN_BACK)
    look_at(partner, "certificate-given-back")
