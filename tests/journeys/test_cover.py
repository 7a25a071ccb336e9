"""Cover from the first payment to the last, in three languages, by the clock.

It is bought and waited for; pays all of a request without Checkout, then a part of one, then nothing; a larger plan is
chosen; the bank asks about the renewal, and a new year begins with all of its limit; at last it is cancelled.
"""

from threading import Lock

import pytest
import time_machine
from playwright.sync_api import expect

from marketplace.insurance import commands, queries
from marketplace.insurance.rules import Obstacle
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.translate import format_money, use_locale
from marketplace.site import worker
from tests.factories import DAY
from tests.factories.insurance import eur, make_version
from tests.journeys.cast import HADDAD, NURIA, SAMIR, VEGA
from tests.journeys.market import country_at_work, move
from tests.journeys.owner import Clock, Owner
from tests.journeys.steps import (
    accept,
    button,
    choose_language,
    follow_letter,
    heading,
    link,
    pay,
    state_solution,
    words,
)

COVER, PLAN, LARGER = "Support cover", "Careful", "Complete"  # The vendor calls its plans so in every language.
PRICE, LARGER_PRICE, LARGER_LIMIT = eur(11900), eur(23900), eur(100_000)
LEFT = eur(2000)  # Of a year in which one request was paid.
TITLES = {
    "en": "Photos are gone since the upgrade",
    "es": "Faltan las fotos desde la actualización",
    "ar": "اختفت الصور بعد الترقية",
}


def next_noon():
    """Tell a time with hours to the next day (UTC): premiums are earned by the day, and the first day earns none."""
    return (utcnow() + DAY).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def clock(monkeypatch):
    """Give a clock that starts at noon, with no round of the worker that begins before a jump and ends after it."""
    lock, work_once = Lock(), worker.work_once

    def one_round(*given):
        with lock:
            return work_once(*given)

    monkeypatch.setattr(worker, "work_once", one_round)
    with time_machine.travel(next_noon(), tick=True) as traveller:
        yield Clock(traveller, lock)


@pytest.fixture
def language(request):
    """Let every step look for words of a language."""
    with use_locale(request.param):
        yield request.param


def sell(limit):
    """Put two plans on sale, and a third one that nobody will be able to buy."""
    with transaction() as session:
        make_version(session, name=PLAN, price=PRICE, limit=limit, deductible=eur(0))
        make_version(session, name=LARGER, price=LARGER_PRICE, limit=LARGER_LIMIT, deductible=eur(0))
        make_version(session, name="Old", slug="old")


def withdraw():
    """Sell the third plan no more."""
    with transaction() as session:
        plan = queries.plan_by_slug(session, "old")
        commands.put_on_sale(session, plan.id, is_on_sale=False, by=plan.versions[-1].made_by, now=utcnow())


@pytest.mark.parametrize(
    ("language", "customer", "partner"),
    [("en", NURIA, VEGA), ("es", NURIA, VEGA), ("ar", SAMIR, HADDAD)],
    indirect=["language"],
)
def test_cover_from_the_first_payment_to_the_last(clock, installation, open_window, language, customer, partner):
    page = open_window(customer, locale=language)
    owner = Owner(installation, page, customer, partner, language)
    installation.ask(lambda: sell(owner.price + LEFT))
    if language != "en":
        choose_language(page, language, now="en")
    a_plan_is_withdrawn_while_it_is_looked_at(owner)
    another_is_bought_and_waited_for(owner, clock)
    cover_pays_all(owner)
    the_partner_solves_it(open_window(partner.members[0].person, locale=language), owner)
    cover_pays_a_part(owner)
    nothing_is_left(owner)
    a_larger_plan_is_chosen(owner)
    the_bank_asks_about_the_renewal(owner, clock)
    all_of_the_period_goes_back(owner)
    follow_letter(page, customer, words("%(cover)s: %(plan)s has begun", cover=words(COVER), plan=PLAN))
    expect(page).to_have_url(owner.address)
    installation.check()


def a_plan_is_withdrawn_while_it_is_looked_at(owner):
    """Choose what is not sold any more a moment later."""
    page = owner.page
    page.goto("/")
    link(page, COVER).click()
    expect(heading(page)).to_have_text(words(COVER))
    owner.shoot("cover")
    link(page.get_by_role("region", name="Old"), "Choose this plan").click()
    owner.installation.ask(withdraw)
    button(page, "Go to the payment").click()
    expect(heading(page)).to_have_text(words("There is nothing here"))


def another_is_bought_and_waited_for(owner, clock):
    """Choose a plan and pay it; before the waiting period is over, nothing is covered."""
    page = owner.page
    page.goto("/cover")
    link(page.get_by_role("region", name=PLAN), "Choose this plan").click()
    owner.shoot("cover-plan")
    button(page, "Go to the payment").click()
    pay(page)
    owner.reads("The waiting period is running")
    owner.address = page.url
    owner.look_at("cover-waiting")
    owner.checks(TITLES[owner.language])
    expect(page.get_by_role("complementary")).to_contain_text(str(Obstacle.WAITING.label))
    last_look = page.url
    clock.shift(15 * DAY)
    owner.installation.ask(lambda: move(owner.partner, country_at_work(owner.partner.countries, utcnow())))
    owner.comes_back()
    owner.reads("You are covered")
    page.goto(last_look)


def cover_pays_all(owner):
    """Ask without Checkout; the page of the request says who pays."""
    page, name = owner.page, owner.partner.name
    expect(page.get_by_label(words("With %(plan)s: nothing from your card", plan=PLAN))).to_be_checked()
    owner.look_at("check-covered")
    button(page, "Ask %(name)s", name=name).click()
    owner.has_asked()
    expect(page.get_by_role("complementary")).to_contain_text(words("Cover pays"))
    owner.look_at("request-covered")
    assert owner.payment_pages() == 0


def the_partner_solves_it(page, owner):
    """Take the request, and solve it; it is paid when its customer has said nothing for three days."""
    if owner.language != "en":
        choose_language(page, owner.language, now="en")
    accept(page, TITLES[owner.language])
    state_solution(page)


def cover_pays_a_part(owner):
    """Ask with what is left, and pay the rest on the payment page, with another card than the policy."""
    page, rest = owner.page, format_money(owner.price - LEFT)
    owner.checks(TITLES[owner.language])
    label = words("With %(plan)s: %(amount)s from your card", plan=PLAN, amount=rest)
    expect(page.get_by_label(label)).to_be_checked()
    owner.look_at("check-covered-in-part")
    page.get_by_label(words("Another card, on the payment page")).check()
    button(page, "Ask %(name)s", name=owner.partner.name).click()
    expect(heading(page)).to_have_text(words("Pay by card"))
    pay(page)
    owner.has_asked()


def nothing_is_left(owner):
    """Read that the year is used up, and what all of it would cost."""
    page = owner.page
    owner.checks(TITLES[owner.language])
    expect(page.get_by_role("complementary")).to_contain_text(str(Obstacle.USED_UP.label))
    price = format_money(owner.price)
    pays = button(page, "Pay %(amount)s and ask %(name)s", amount=price, name=owner.partner.name)
    expect(pays).to_be_visible()
    owner.look_at("check-used-up")


def a_larger_plan_is_chosen(owner):
    """See what the difference is, pay it with the card that is there, and have its limit at once."""
    page = owner.page
    page.goto(owner.address)
    owner.reads_that_left(eur(0))
    owner.shoot("cover-used-up")
    page.get_by_role("link", name=LARGER).click()
    owner.shoot("cover-change")
    shown = page.locator(".price").inner_text()
    button(page, "Pay the difference and change").click()
    expect(heading(page)).to_have_text(LARGER)
    owner.reads_that_left(LARGER_LIMIT - owner.price - LEFT)
    assert shown == words("%(amount)s now", amount=format_money(owner.last_paid(), exact=True))


def the_bank_asks_about_the_renewal(owner, clock):
    """Hear that the bank asks, fail to answer it, pay with another card, and have a new year."""
    page = owner.page
    begins = owner.reaches_renewal(clock, lever="ask_next")
    owner.wait_until(lambda missing: missing.action_url is not None, "the bank asks")
    owner.comes_back()
    expect(page.get_by_text(words("Payment overdue, still covered"))).to_be_visible()
    expect(
        page.get_by_text(words("Your bank wants to hear from you before it pays for the next period."))
    ).to_be_visible()
    owner.look_at("cover-overdue")
    link(page, "Pay now").click()
    link(page, "Confirm it with the bank").click()
    button(page, "Refuse it").click()
    pay(page)
    owner.wait_until(lambda paid: paid.period_end > begins, "it is paid after all")
    page.goto(owner.address)
    owner.reads("You are covered")
    owner.reads_that_left(LARGER_LIMIT)


def all_of_the_period_goes_back(owner):
    """Cancel at once, on the first day of a period in which nothing was used."""
    page = owner.page
    link(page, "Cancel").click()
    owner.shoot("cover-cancel")
    back = format_money(LARGER_PRICE, exact=True)
    expect(page.get_by_role("region", name=words("At once")).get_by_text(back).last).to_be_visible()
    button(page, "Cancel at once").click()
    owner.reads("This policy has ended")
