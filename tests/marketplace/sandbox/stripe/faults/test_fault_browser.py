"""The levers in the real browser: without scripts, in both colour schemes and both directions."""

import pytest
from playwright.sync_api import expect

from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.rules import make_plan
from tests.browser import assert_usable_by_all

PATHS = ("/faults", "/faults/new/slow", "/faults/new/duplicate", "/webhooks")


@pytest.fixture
def busy(client, sandbox, receiver):
    """Make a stand-in that has something to show on each of the pages."""
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["charge.captured"]})
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"], "connect": True})
    sandbox.faults.add(make_plan(Kind.SHUFFLE, place="customer.*", percent=30, seed=7))
    sandbox.faults.add(make_plan(Kind.DUPLICATE, place="customer.created", times=3))
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    client.v1.customers.create({"name": "Ada"})
    return sandbox


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_levers_are_usable_by_all(new_context, busy, scheme):
    page = new_context(color_scheme=scheme).new_page()
    for path in PATHS:
        page.goto(busy.url + path)
        for summary in page.locator("summary").all():
            summary.click()
        assert_usable_by_all(page)


def test_the_levers_turn_with_the_direction(new_context, busy, arabic):
    page = new_context(locale="ar").new_page()
    for path in PATHS:
        page.goto(busy.url + path)
        assert page.evaluate("document.dir") == "rtl"
        assert_usable_by_all(page)


def test_a_person_lets_something_go_wrong_and_right_again(new_context, client, sandbox):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(sandbox.url)
    page.get_by_role("link", name="Faults").click()
    page.get_by_role("link", name="Error before the effect (500)").click()
    page.get_by_label("In how many of 100 cases").fill("200")
    page.get_by_role("button", name="Let it go wrong").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a whole number from 1 to 100.")
    page.get_by_label("In how many of 100 cases").fill("50")
    page.get_by_label("Where").fill("POST /v1/refunds")
    page.get_by_role("button", name="Let it go wrong").click()
    expect(page.get_by_text("In 50 of 100 cases, by the seed 0")).to_be_visible()
    [fault] = sandbox.faults.active()
    assert fault.plan == make_plan(Kind.ERROR_BEFORE, place="POST /v1/refunds", times=1, percent=50)
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("Everything works as it should.")).to_be_visible()


def test_a_person_gives_an_endpoint_a_new_secret(page, client, sandbox, receiver):
    old = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]}).secret
    page.goto(f"{sandbox.url}/webhooks")
    page.locator("summary", has_text="Secret").click()
    expect(page.get_by_text(old)).to_be_visible()
    page.get_by_role("button", name="The old one stays good for an hour").click()
    page.locator("summary", has_text="Secret").click()
    expect(page.get_by_text("Still good:")).to_be_visible()
    expect(page.locator("li", has_text=old)).to_be_visible()
