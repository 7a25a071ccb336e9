"""The whole way of a partner, all by clicking: from applying through the exam to the directory and the first offer."""

import pytest
from playwright.sync_api import expect

from certification.tracks import queries as tracks
from marketplace.kernel.database import transaction
from marketplace.kernel.translate import language_name, localized, use_locale
from providers.applications.rules import Step
from tests.factories.exams import make_exam
from tests.journeys import cast, examinee
from tests.journeys.cast import AMINA, JOANA, NURIA
from tests.journeys.market import give_account
from tests.journeys.steps import Problem, accept, button, choose_language, describe, heading, link, look_at, pay, words

NAME = "Okafor Hosting"
ABOUT = "I move sites between hosts, and nobody notices."
SERVED = "FR"  # Stripe takes accounts from there.
FOOTER = "contentinfo"


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_somebody_applies_is_certified_and_found_and_gets_an_offer(installation, open_window, language):
    track = installation.ask(let_amina_in)
    applicant = open_window(AMINA)
    if language != "en":
        choose_language(applicant, language, now="en")
    with use_locale(language):
        begin(applicant)
        say_languages_and_hours(applicant)
        say_services(applicant)
        say_who_is_paid(applicant)
        open_account_at_stripe(applicant)
        accept_conduct(applicant)
        pass_the_exam(applicant, localized(track))
        send(applicant)
    approve(open_window(JOANA))
    with use_locale(language):
        applicant.goto("/work/application")
        link(applicant, "See your page").click()
        expect(heading(applicant)).to_have_text(NAME)
        expect(applicant.get_by_text(ABOUT)).to_be_visible()
    somebody_finds_and_asks(open_window(NURIA))
    with use_locale(language):
        accept(applicant, Problem.title)
        expect(applicant.get_by_role("region", name=words("You are on it"))).to_be_visible()
    installation.check()


def let_amina_in():
    """Give Amina an account, and publish an exam; gives the names of its track."""
    with transaction() as session:
        give_account(session, AMINA)
        track = tracks.track_by_slug(session, "upgrades")
        make_exam(session, track=track)
        return track.names


def begin(page):
    """Come from the foot of any page, read what is asked, and begin."""
    link(page.get_by_role(FOOTER), "Become a partner").click()
    look_at(page, "apply")
    link(page, "Begin to apply").click()
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=country]").select_option(SERVED)
    page.locator("textarea").first.fill(ABOUT)
    look_at(page, "apply-begin")
    button(page, "Keep this and go on").click()
    expect(heading(page)).to_have_text(words("Your application"))


def step(page, one):
    """Go to a step from the list of them."""
    page.get_by_role("main").get_by_role("link", name=str(one.label), exact=True).click()


def say_languages_and_hours(page):
    """Say what is spoken and when; the list of steps counts both as done."""
    step(page, Step.LANGUAGES)
    page.locator("[name=language_0]").select_option(label=language_name("en"))
    page.locator("[name=spoken_0]").select_option("native")
    page.locator("[name=written_0]").select_option("native")
    button(page, "Keep the languages").click()
    step(page, Step.HOURS)
    for day in cast.ALL_WEEK:  # Whenever this runs, a customer can be offered their help.
        page.locator(f"[name=from_{day}_1]").fill("09:00")
        page.locator(f"[name=to_{day}_1]").fill("17:00")
    button(page, "Keep the hours").click()
    expect(page.get_by_role("listitem").filter(has_text=str(Step.HOURS.label))).to_contain_text(words("Done"))


def say_services(page):
    """Sell upgrades for a price."""
    step(page, Step.SERVICES)
    link(page, "Add a service").click()
    page.locator("[name=niche]").select_option(label=localized(cast.NICHES["upgrades"]))
    page.locator(f"[name=layer][value={cast.LAYERS['upgrades']}]").check()
    page.locator("[name=kind][value=incident]").check()
    page.locator("[name=price]").fill("60")
    page.locator("textarea").first.fill("One upgrade, and a way back.")
    look_at(page, "apply-service")
    button(page, "Keep the service").click()


def say_who_is_paid(page):
    """Say who the business is by law."""
    step(page, Step.DETAILS)
    page.locator("[name=legal_name]").fill("Amina Okafor")
    page.locator("[name=address]").fill("1 rue des Lilas\nLyon")
    button(page, "Keep the details").click()
    expect(heading(page)).to_have_text(words("How you are paid"))


def open_account_at_stripe(page):
    """Tell the stand-in for Stripe who one is, and come back able to receive money."""
    button(page, "Connect with Stripe").click()
    page.get_by_label("Full name").fill(AMINA.name)
    page.get_by_label("I agree to the terms").check()
    page.get_by_role("button", name="Finish", exact=True).click()
    expect(page.get_by_text(words("All is set: you can receive money now."))).to_be_visible()
    link(page, "Go on with your application").click()


def accept_conduct(page):
    """Promise what every partner promises."""
    step(page, Step.CONDUCT)
    look_at(page, "apply-conduct")
    page.locator("[name=accepted]").check()
    button(page, "Accept the statement").click()


def pass_the_exam(page, track):
    """See in the list of steps that a certificate is missing, take the exam, and come back with one."""
    step(page, Step.CERTIFICATES)
    examinee.begin_here(page, track)
    examinee.answer_all(page)
    expect(heading(page)).to_have_text(words("Passed"))
    page.goto("/work/application")
    expect(page.get_by_role("listitem").filter(has_text=str(Step.CERTIFICATES.label))).to_contain_text(words("Done"))


def send(page):
    """Look all through, and send it."""
    look_at(page, "apply-steps")
    link(page, "Check and send").click()
    expect(page.get_by_role("main")).to_contain_text("1 rue des Lilas")
    look_at(page, "apply-check")
    button(page, "Send the application").click()
    expect(page.get_by_role("heading", name=words("We are looking at it"))).to_be_visible()


def approve(page):
    """Find who waits, look at all that they say, and put them on the list."""
    page.goto("/vendor/applications")
    look_at(page, "applications")
    page.get_by_role("link", name=NAME).click()
    look_at(page, "application")
    button(page, "Approve").click()
    expect(page.get_by_text("They are in the directory now, and get a letter.")).to_be_visible()


def somebody_finds_and_asks(page):
    """Find who is new by a search, describe a problem, and choose them among all who fit."""
    page.goto("/providers?q=okafor+hosting")
    expect(page.get_by_role("listitem").filter(has_text=NAME).first).to_be_visible()
    describe(page, Problem())
    button(page, f"Ask {AMINA.first_name}").click()
    button(page, f"Pay €60 and ask {AMINA.first_name}").click()
    pay(page)
    expect(page.get_by_role("region", name=f"{NAME} is being asked")).to_be_visible()
