"""What people do on the pages, by clicking and typing: the steps that several journeys share.

Every label is looked up in the language of the one who reads, so that the same steps are done in any language, within
`use_locale`.
"""

import re
import struct
import zlib
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, Page, expect

from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, format_money, language_name, localized, own_name
from tests.browser import assert_usable_by_all
from tests.journeys import cast
from tests.journeys.cast import Partner, Somebody
from tests.journeys.shots import shoot

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
ASKING_CARD = "4000 0027 6000 3184"  # The bank asks the payer to confirm.


@dataclass(frozen=True)
class Problem:
    """What a customer tells of an upgrade that went wrong."""

    title: str = "Photos are gone since the upgrade"
    description: str = "I upgraded on Monday. Since then every album shows grey boxes instead of photos."
    from_version: str = "4.1.6"
    language: str = "en"  # In which the customer wants to be helped.
    has_picture: bool = False


def words(message: str, **gaps: str) -> str:
    """Say a sentence of the site in the reader's language, with its gaps filled."""
    return _(message) % gaps if gaps else _(message)


def link(page: Page | Locator, message: str, **gaps: str) -> Locator:
    """Find a link by what it says."""
    return page.get_by_role("link", name=words(message, **gaps), exact=True)


def button(page: Page | Locator, message: str, **gaps: str) -> Locator:
    """Find a button by what it says."""
    return page.get_by_role("button", name=words(message, **gaps), exact=True)


def field(page: Page | Locator, message: str) -> Locator:
    """Find a field by its label, which may be followed by a word such as "optional"."""
    return page.get_by_label(re.compile(r"^\s*" + re.escape(words(message))))


def heading(page: Page | Locator) -> Locator:
    """Find what the page is about."""
    return page.get_by_role("heading", level=1)


def sign_in(page: Page, somebody: Somebody) -> None:
    """Sign in by the form."""
    page.goto("/sign-in")
    fill_in_sign_in(page, somebody)


def fill_in_sign_in(page: Page, somebody: Somebody) -> None:
    """Type the address and the password."""
    field(page, "E-mail address").fill(somebody.email)
    field(page, "Password").fill(cast.PASSWORD)
    button(page.get_by_role("main"), "Sign in").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))


def sign_up(page: Page, somebody: Somebody) -> None:
    """Open an account, follow the link of the letter, and sign in."""
    page.goto("/")
    link(page, "Sign up").click()
    field(page, "Your name").fill(somebody.name)
    field(page, "E-mail address").fill(somebody.email)
    field(page, "Password").fill(cast.PASSWORD)
    button(page, "Create the account").click()
    expect(heading(page)).to_have_text(words("Look into your mail"))
    follow_letter(page, somebody, words("Confirm your address"))
    button(page, "Yes, this is my account").click()
    fill_in_sign_in(page, somebody)


def follow_letter(page: Page, to: Somebody, subject: str) -> None:
    """Follow the link of the letter to somebody that has this subject, on the page that shows all mail."""
    letter = page.get_by_role("article").filter(has=page.get_by_role("heading", name=subject))
    page.goto(f"/mailbox?to={to.email}")
    for _try in range(20):  # The worker sends it; whoever waits for a letter looks again.
        if letter.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    letter.first.get_by_role("link").click()


def until_it_is_paid(page: Page) -> None:
    """Look at a request again until its payment is taken: the worker does that, and until then nothing can end."""
    for _try in range(80):
        page.reload()
        if page.get_by_role("complementary").get_by_text(words("Paid, kept until it is solved")).count():
            break
        page.wait_for_timeout(250)


def choose_language(page: Page, code: str, *, now: str) -> None:
    """Choose a language of the site in its menu, where the present one, `now`, stands by its own name."""
    page.get_by_role("banner").locator("summary").filter(has_text=own_name(now)).click()
    page.get_by_role("button", name=own_name(code)).click()
    expect(page.locator("html")).to_have_attribute("lang", code)


def describe(page: Page, problem: Problem) -> None:
    """Tell of a problem, from the home page to the choice of a partner."""
    page.goto("/")
    link(page, "Describe your problem").click()
    page.get_by_role("link", name=localized(cast.UPGRADE)).click()
    fill_in(page, problem)
    button(page, "Go on to the partners").click()
    expect(heading(page)).to_have_text(words("Who is to help?"))


def fill_in(page: Page, problem: Problem) -> None:
    """Fill in the form of the category `upgrade`."""
    field(page, "In one sentence").fill(problem.title)
    field(page, "What happens, and what should happen?").fill(problem.description)
    page.get_by_label(localized(cast.FROM_VERSION)).fill(problem.from_version)
    page.get_by_role("group", name=localized(cast.METHOD)).get_by_label(localized(cast.METHODS["docker"])).check()
    field(page, "Which version do you use?").select_option("Lumentree 4.2")
    field(page, "Which language do you want to speak?").select_option(language_name(problem.language))
    if problem.has_picture:
        field(page, "Screenshot or log").set_input_files(screenshot())


def screenshot() -> FilePayload:
    """Give a picture of a window in which the photos are missing."""
    row = b"\x00" + b"\xf4\xf1\xea" * 40 + b"\x9a\x95\x8c" * 80 + b"\xf4\xf1\xea" * 40
    picture = _chunk(b"IHDR", struct.pack(">IIBBBBB", 160, 90, 8, 2, 0, 0, 0))
    picture += _chunk(b"IDAT", zlib.compress(row * 90)) + _chunk(b"IEND", b"")
    return {"name": "albums.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + picture}


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def match(page: Page, partner: Partner) -> Locator:
    """Find a partner among those who fit."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=partner.name))


def ask(page: Page, partner: Partner) -> None:
    """Choose a partner, look at everything once more, and go on to pay."""
    button(match(page, partner), "Ask %(name)s", name=partner.name).click()
    expect(heading(page)).to_have_text(words("Check before you send"))
    price = format_money(Money(partner.prices["upgrades"], partner.currency))
    button(page, "Pay %(amount)s and ask %(name)s", amount=price, name=partner.name).click()
    expect(heading(page)).to_have_text(words("Pay by card"))


def pay(page: Page, card: str = GOOD_CARD) -> None:
    """Try to pay on the stand-in's hosted page with one of the cards that it offers."""
    page.get_by_role("button", name=card).click()
    field(page, "Name on the card").fill("N. Costa")
    field(page, "Name on the card").press("Enter")


def open_offer(page: Page, title: str) -> None:
    """Look at an offer among one's work."""
    page.goto("/work")
    link(page, title).click()
    expect(heading(page)).to_have_text(title)


def decline(page: Page, title: str) -> None:
    """Say no to an offer."""
    open_offer(page, title)
    page.get_by_text(words("Decline"), exact=True).first.click()
    page.get_by_label(words("No time for it now")).check()
    button(page, "Decline").click()
    expect(heading(page)).to_have_text(words("Your work"))


def accept(page: Page, title: str) -> None:
    """Take an offer."""
    open_offer(page, title)
    button(page, "Accept").click()
    expect(heading(page)).to_have_text(title)


def state_solution(page: Page) -> None:
    """Write down on the page of a request what was wrong, and what fixed it."""
    page.get_by_text(words("State the solution")).click()
    field(page, "What was the cause?").fill("The folder of the photos had moved.")
    field(page, "What fixed it?").fill("It is back where it was.")
    button(page, "It is solved").click()
    expect(page.get_by_role("region", name=words("Waiting for the customer"))).to_be_visible()


def look_at(page: Page, name: str) -> None:
    """Hold a page to what it must be for everybody, and take a picture of it."""
    shoot(page, name)
    assert_usable_by_all(page)
