"""What the script adds to plain pages, in the real browser, on a few pages of its own."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask, Response, redirect, request
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.marketplace.site.test_look import STATIC

PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title}</title>
<script type="module" src="/static/js/handrail.js"></script></head>
<body data-offline="The connection failed."><main id="main" tabindex="-1">{main}</main>
<p id="announcer" aria-live="polite"></p></body></html>"""


def add_late_answer(app: Flask, state: SimpleNamespace) -> None:
    """Let a page wait until its form has arrived, and the answer until the page has gone on."""
    state.arrived, state.released = threading.Event(), threading.Event()

    def answer_late(_name: str) -> str:
        state.arrived.set()
        assert state.released.wait(10)
        return PAGE.format(title="late", main='<p id="f">Paid</p>')

    state.answer_late = answer_late

    @app.get("/wait/until-it-arrived")
    def until_it_arrived() -> str:
        return str(state.arrived.wait(10))

    @app.get("/wait/no-longer")
    def no_longer() -> str:
        state.released.set()
        return ""


@pytest.fixture(scope="module")
def served() -> Iterator[SimpleNamespace]:
    """Serve pages that a test writes, under a strict policy; what is posted is kept."""
    app = Flask("script", static_folder=str(STATIC))
    state = SimpleNamespace(pages={}, posted=[], asked=[], thread="", etag="", answer=None)

    @app.get("/<name>")
    def show(name: str) -> str:
        return PAGE.format(title=name, main=state.pages[name](request.args))

    @app.post("/<name>")
    def take(name: str) -> object:
        state.posted.append(request.form.to_dict())
        return state.answer(name)

    @app.get("/part/thread")
    def thread() -> Response:
        state.asked.append(request.headers.get("If-None-Match"))
        response = Response(state.thread)
        response.set_etag(state.etag)
        return response.make_conditional(request)

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; connect-src 'self'"
        return response

    add_late_answer(app, state)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    state.url = f"http://127.0.0.1:{server.port}"
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield state
    server.shutdown()
    running.join()
    server.server_close()


@pytest.fixture
def site(served: SimpleNamespace) -> SimpleNamespace:
    """Give the pages, with nothing posted yet."""
    served.pages, served.posted, served.asked, served.answer = {}, [], [], None
    served.arrived.clear()
    served.released.clear()
    return served


def open_page(page: Page, site: SimpleNamespace, name: str) -> None:
    """Open a page and mark it, so that a reload shows."""
    page.goto(f"{site.url}/{name}")
    page.evaluate("window.isTheSamePage = true")


def is_same_page(page: Page) -> bool:
    """Tell whether the page was never left."""
    return bool(page.evaluate("window.isTheSamePage === true"))


FORM = """<p id="other">{other}</p><form id="reply" method="post" data-enhance="reply">
<label>Body <textarea name="body"></textarea></label> {error}
<button name="how" value="send">Send</button></form>"""


def test_form_is_sent_and_its_part_is_replaced(page, site):
    site.pages["talk"] = lambda _args: FORM.format(other="before", error="")
    site.answer = lambda _name: PAGE.format(title="talk", main=FORM.format(other="after", error="Thank you"))
    open_page(page, site, "talk")
    page.get_by_label("Body").fill("Hello")
    page.get_by_role("button").click()
    expect(page.locator("#reply")).to_contain_text("Thank you")
    expect(page.get_by_label("Body")).to_have_value("")
    expect(page.locator("#other")).to_have_text("before")
    assert site.posted == [{"body": "Hello", "how": "send"}]
    assert is_same_page(page)


def test_error_summary_of_an_answer_takes_the_focus(page, site):
    site.pages["talk"] = lambda _args: FORM.format(other="", error="")
    summary = '<div id="summary" tabindex="-1" data-focus>Write something</div>'
    site.answer = lambda _name: (PAGE.format(title="Error: talk", main=FORM.format(other="", error=summary)), 422)
    open_page(page, site, "talk")
    page.get_by_role("button").click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page).to_have_title("Error: talk")


def test_form_that_leads_elsewhere_shows_that_page_with_its_messages(page, site):
    site.pages["talk"] = lambda _args: FORM.format(other="", error="")
    site.pages["done"] = lambda _args: '<p class="flash">It was sent.</p><h1>Done</h1>'
    site.answer = lambda _name: redirect("/done")
    open_page(page, site, "talk")
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(page.get_by_text("It was sent.")).to_be_visible()
    expect(page).to_have_url(f"{site.url}/done")
    expect(page.locator("#main")).to_be_focused()
    page.go_back()
    expect(page.get_by_label("Body")).to_be_visible()


def test_message_of_an_answer_is_shown_and_read_out(page, site):
    site.pages["talk"] = lambda _args: FORM.format(other="", error="")
    flash = '<p class="flash">Your message was sent.</p>'
    site.answer = lambda _name: PAGE.format(title="talk", main=flash + FORM.format(other="", error=""))
    open_page(page, site, "talk")
    page.get_by_role("button").click()
    expect(page.locator(".flash")).to_have_text("Your message was sent.")
    expect(page.locator("#announcer")).to_have_text("Your message was sent.")


# The second click comes while the first one waits for its answer; a quick one would be one click to the browser itself.
CLICK_TWICE = """async () => {
    const button = document.querySelector("button");
    button.click();
    await fetch("/wait/until-it-arrived");
    button.click();
    fetch("/wait/no-longer");
}"""


@pytest.mark.parametrize("enhanced", ["", 'data-enhance="f"'], ids=["plain", "enhanced"])
def test_form_is_sent_once_while_its_answer_is_awaited(page, site, enhanced):
    form = f'<form id="f" method="post" {enhanced}><button name="how" value="pay">Pay</button></form>'
    site.pages["pay"] = lambda _args: form
    site.answer = site.answer_late
    open_page(page, site, "pay")
    page.evaluate(f"({CLICK_TWICE})(), null")
    expect(page.get_by_text("Paid")).to_be_visible()
    assert site.posted == [{"how": "pay"}]


def test_form_can_be_sent_again_after_its_answer(page, site):
    site.pages["talk"] = lambda _args: FORM.format(other="", error="")
    site.answer = lambda _name: PAGE.format(title="t", main=FORM.format(other="", error=str(len(site.posted))))
    open_page(page, site, "talk")
    for count in ("1", "2"):
        page.get_by_role("button").click()
        expect(page.locator("#reply")).to_contain_text(count)


def test_without_a_connection_nothing_typed_is_lost(page, site):
    site.pages["talk"] = lambda _args: FORM.format(other="", error="")
    open_page(page, site, "talk")
    page.get_by_label("Body").fill("A long story")
    page.route("**/*", lambda route: route.abort())
    page.get_by_role("button").click()
    expect(page.locator(".flash")).to_have_text("The connection failed.")
    expect(page.get_by_label("Body")).to_have_value("A long story")
    expect(page.get_by_role("button")).not_to_have_attribute("aria-disabled", "true")


def filters(args: dict[str, str]) -> str:
    """Write a page with a filter and its result."""
    checked = "checked" if "es" in args else ""
    return f"""<form data-enhance="facets results" data-auto-submit><div id="facets">
        <label><input type="checkbox" name="es" value="1" {checked}> Spanish</label>
        <details><summary>More</summary><input name="q" value=""></details></div></form>
        <p id="results">{"14 speak Spanish" if checked else "60 partners"}</p>"""


def test_filter_applies_when_it_changes_and_keeps_the_focus(page, site):
    site.pages["people"] = filters
    open_page(page, site, "people")
    page.get_by_text("More").click()
    page.get_by_label("Spanish").focus()
    page.keyboard.press("Space")
    expect(page.locator("#results")).to_have_text("14 speak Spanish")
    expect(page.get_by_label("Spanish")).to_be_focused()
    expect(page.locator("details")).to_have_attribute("open", "")
    expect(page).to_have_url(f"{site.url}/people?es=1")
    page.keyboard.press("Space")
    expect(page.locator("#results")).to_have_text("60 partners")
    assert is_same_page(page)


def ordered_filters(args: dict[str, str]) -> str:
    """Write a form whose boxes stand in another order once one of them is set."""
    box = '<label id="l{0}"><input type="checkbox" id="{0}" name="{0}" value="1"{1}> {0}</label>'
    names = sorted(("en", "es"), key=lambda name: name not in args)
    boxes = "".join(box.format(name, " checked" if name in args else "") for name in names)
    return f'<form data-enhance="facets" data-auto-submit><div id="facets">{boxes}</div></form>'


def test_filter_that_moves_keeps_the_focus_and_sets_no_other(page, site):
    site.pages["people"] = ordered_filters
    open_page(page, site, "people")
    page.get_by_label("es").focus()
    page.keyboard.press("Space")
    expect(page.locator("label").first).to_have_text("es")
    expect(page.get_by_label("es")).to_be_checked()
    expect(page.get_by_label("es")).to_be_focused()
    expect(page.get_by_label("en")).not_to_be_checked()


def thread(*messages: str, news: str = "") -> str:
    """Write a thread as the server gives it."""
    items = "".join(f'<li id="m{number}">{message}</li>' for number, message in enumerate(messages))
    return (
        f'<ol id="thread" data-poll="/part/thread" data-poll-seconds="0.05" data-announce="{news}">{items}</ol>'
        '<textarea aria-label="Reply"></textarea>'
    )


def test_thread_follows_by_conditional_requests(page, site):
    site.pages["request"] = lambda _args: thread("Hello")
    site.thread, site.etag = thread("Hello"), "one"
    open_page(page, site, "request")
    page.get_by_label("Reply").fill("I am just writing")
    page.locator("#m0").evaluate("element => { element.isTheSameNode = true }")
    with page.expect_response(lambda response: response.status == 304):
        pass
    site.thread, site.etag = thread("Hello", "Good day", news="Ana answered."), "two"
    expect(page.locator("#thread li")).to_have_text(["Hello", "Good day"])
    expect(page.locator("#announcer")).to_have_text("Ana answered.")
    assert page.locator("#m0").evaluate("element => element.isTheSameNode")
    expect(page.get_by_label("Reply")).to_have_value("I am just writing")
    assert site.asked[0] is None
    assert '"one"' in site.asked


def test_polling_outlives_a_lost_connection(page, site):
    site.pages["request"] = lambda _args: thread("Hello")
    site.thread, site.etag = thread("Hello"), "one"
    open_page(page, site, "request")
    with page.expect_event("requestfailed"):
        page.route("**/part/thread", lambda route: route.abort())
    page.unroute("**/part/thread")
    site.thread, site.etag = thread("Hello", "Good day"), "two"
    expect(page.locator("#thread li")).to_have_text(["Hello", "Good day"])


def test_moments_are_told_relative_to_now(page, site):
    moments = {"2026-11-22T14:00Z": "in 2 hours", "2026-11-22T11:59Z": "1 minute ago", "2026-11-24T12:00Z": "in 2 days"}
    site.pages["times"] = lambda _args: "".join(
        f'<p><time datetime="{moment}" data-relative>then</time></p>' for moment in moments
    )
    page.clock.set_fixed_time("2026-11-22T12:00:00Z")
    open_page(page, site, "times")
    expect(page.locator("time")).to_have_text(list(moments.values()))
    expect(page.locator("time").first).to_have_attribute("title", "then")


def test_menu_closes_by_escape_and_by_leaving_it(page, site):
    site.pages["menu"] = lambda _args: (
        '<details class="menu"><summary>Language</summary><button>Español</button></details><button>Else</button>'
    )
    open_page(page, site, "menu")
    menu = page.locator("details")
    page.get_by_text("Language").click()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Español")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(page.get_by_text("Language")).to_be_focused()
    page.get_by_text("Language").click()
    page.get_by_text("Else").click()
    expect(menu).not_to_have_attribute("open", "")


def test_visitor_reads_hours_in_the_browsers_own_zone_from_the_first_page_on(new_context, site):
    site.pages["hours"] = lambda _args: f'<p class="hours">{request.cookies.get("zone", "UTC")}</p>'
    page = new_context(timezone_id="America/Argentina/Ushuaia").new_page()
    open_page(page, site, "hours")
    expect(page.locator(".hours")).to_have_text("America/Argentina/Ushuaia")
    assert is_same_page(page)
    page.reload()
    expect(page.locator(".hours")).to_have_text("America/Argentina/Ushuaia")
