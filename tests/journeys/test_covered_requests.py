"""Requests that cover pays, in Spanish and in Arabic: all of it and no Checkout, then a part, then nothing is left."""

import pytest
from playwright.sync_api import expect

from marketplace.insurance.rules import Obstacle
from marketplace.kernel.clock import utcnow
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money, use_locale
from tests.factories import DAY
from tests.factories.insurance import eur, insure
from tests.journeys.cast import HADDAD, NURIA, SAMIR, VEGA
from tests.journeys.steps import (
    Problem,
    button,
    choose_language,
    describe,
    heading,
    look_at,
    match,
    pay,
    words,
)

PLAN = "Careful"  # As the vendor calls it in every language.
TITLES = {"es": "Faltan las fotos desde la actualización", "ar": "اختفت الصور بعد الترقية"}


@pytest.fixture
def language(request):
    """Let every step look for words of a language."""
    with use_locale(request.param):
        yield request.param


def check(page, title, partner, language):
    """Describe a problem and choose a partner, up to the last look."""
    describe(page, Problem(title, language=language))
    button(match(page, partner), "Ask %(name)s", name=partner.name).click()
    expect(heading(page)).to_have_text(words("Check before you send"))


def expect_asked(page, partner):
    """Wait until the partner is asked."""
    expect(page.get_by_role("heading", name=words("%(name)s is being asked", name=partner.name))).to_be_visible()


@pytest.mark.parametrize(
    ("language", "customer", "partner"), [("es", NURIA, VEGA), ("ar", SAMIR, HADDAD)], indirect=["language"]
)
def test_cover_pays_all_then_a_part_then_nothing(installation, open_window, language, customer, partner):
    price = Money(partner.prices["upgrades"], partner.currency)
    person_id = installation.person_id(customer.email)
    limit = eur(price.minor + 2000)
    installation.ask(lambda: insure(person_id, limit=limit, deductible=eur(0), begins_at=utcnow() - 60 * DAY))
    page = open_window(customer, locale=language)
    choose_language(page, language, now="en")

    cover_pays_all(page, partner, language)
    assert installation.stripe.v1.checkout.sessions.list().data == []
    cover_pays_a_part(page, partner, language, price - eur(2000))
    nothing_is_left(page, partner, language, price)
    installation.check()


def cover_pays_all(page, partner, language):
    """Ask without Checkout; the page of the request says who pays."""
    check(page, TITLES[language], partner, language)
    expect(page.get_by_label(words("With %(plan)s: nothing from your card", plan=PLAN))).to_be_checked()
    look_at(page, f"check-covered-{language}")
    button(page, "Ask %(name)s", name=partner.name).click()
    expect_asked(page, partner)
    expect(page.get_by_role("complementary")).to_contain_text(words("Cover pays"))
    look_at(page, f"request-covered-{language}")


def cover_pays_a_part(page, partner, language, rest):
    """Ask with what is left, and pay the rest on the payment page."""
    check(page, TITLES[language], partner, language)
    label = words("With %(plan)s: %(amount)s from your card", plan=PLAN, amount=format_money(rest))
    expect(page.get_by_label(label)).to_be_checked()
    look_at(page, f"check-covered-in-part-{language}")
    button(page, "Ask %(name)s", name=partner.name).click()
    expect(heading(page)).to_have_text(words("Pay by card"))
    pay(page)
    expect_asked(page, partner)


def nothing_is_left(page, partner, language, price):
    """Read that the year is used up, and pay all of it."""
    check(page, TITLES[language], partner, language)
    expect(page.get_by_role("complementary")).to_contain_text(str(Obstacle.USED_UP.label))
    look_at(page, f"check-used-up-{language}")
    button(page, "Pay %(amount)s and ask %(name)s", amount=format_money(price), name=partner.name).click()
    expect(heading(page)).to_have_text(words("Pay by card"))
    pay(page)
    expect_asked(page, partner)
