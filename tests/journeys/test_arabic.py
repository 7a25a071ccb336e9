"""The paid request once more, in Arabic: the page runs from right to left, and every label is the catalogue's."""

import pytest
from playwright.sync_api import expect

from marketplace.kernel.translate import languages, localized, use_locale
from tests.journeys import cast
from tests.journeys.cast import HADDAD, OMAR, SAMIR
from tests.journeys.shots import shoot
from tests.journeys.steps import (
    Problem,
    ask,
    button,
    choose_language,
    describe,
    field,
    heading,
    match,
    open_offer,
    pay,
    words,
)

TITLE = "اختفت الصور بعد الترقية"
PROBLEM = Problem(TITLE, "رقّيت يوم الاثنين. منذ ذلك اليوم تظهر مربعات رمادية بدل الصور.", "4.1.6", "ar")


@pytest.fixture(autouse=True)
def _reads_arabic():
    """Let every step look for Arabic words."""
    with use_locale("ar"):
        yield


def expect_right_to_left(page):
    """Fail unless the page is Arabic, from right to left."""
    expect(page.locator("html[lang=ar][dir=rtl]")).to_have_count(1)


def test_a_request_is_asked_paid_and_taken_in_arabic(installation, open_window):
    assert "ar" in languages()
    customer, partner = (in_arabic(open_window(one, locale="ar")) for one in (SAMIR, OMAR))
    a_customer_asks_and_pays(customer)
    a_partner_accepts_and_answers(partner)
    customer.reload()
    conversation = customer.get_by_role("region", name=words("Conversation"))
    expect(conversation).to_contain_text("وجدت السبب")
    expect_right_to_left(customer)
    shoot(customer, "request-in-progress-ar")
    installation.check()


def in_arabic(page):
    """Choose Arabic: the browser asks for it, but the account is English."""
    choose_language(page, "ar", now="en")
    expect_right_to_left(page)
    return page


def a_customer_asks_and_pays(customer):
    """Describe, choose and pay; then read what happens next."""
    describe(customer, PROBLEM)
    expect_right_to_left(customer)
    shoot(customer, "choose-ar")
    expect(match(customer, HADDAD)).to_contain_text(words("Is at work now"))
    ask(customer, HADDAD)
    expect(customer.locator("html[dir=rtl]")).to_have_count(1)
    shoot(customer, "checkout-ar")
    pay(customer)
    expect(heading(customer)).to_have_text(TITLE)
    expect(customer.get_by_role("heading", name=words("%(name)s is being asked", name=HADDAD.name))).to_be_visible()
    expect(customer.get_by_role("complementary")).to_contain_text(localized(cast.METHODS["docker"]))
    shoot(customer, "request-asked-ar")


def a_partner_accepts_and_answers(partner):
    """Look at the offer, take it, and promise when there is more."""
    open_offer(partner, TITLE)
    expect_right_to_left(partner)
    shoot(partner, "offer-ar")
    button(partner, "Accept").click()
    field(partner, "Your message").fill("وجدت السبب، وسأعود إليك قبل المساء.")
    field(partner, "When will you write again?").select_option(words("In 4 hours"))
    button(partner, "Send").click()
    shoot(partner, "request-partner-ar")
