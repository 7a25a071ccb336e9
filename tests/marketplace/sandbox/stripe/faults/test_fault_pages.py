"""The page of faults and the page of webhooks: a person sets faults up, takes them away, and sees what they did."""

import re

import pytest
import stripe

from marketplace.sandbox.stripe.faults.kinds import NATURES, Kind
from marketplace.sandbox.stripe.faults.rules import PASSING, bad_day, make_plan
from tests.marketplace.sandbox.stripe.actions import DAY_S, ask

FORM = {"place": "POST /v1/customers", "times": "2", "percent": "50", "seed": "7"}


def token_in(text):
    return re.search(r'name="form_token"\s+value="([^"]+)"', text)[1]


@pytest.fixture
def read(sandbox):
    """Give the text of the page of faults, or of another."""
    return lambda path="/faults": ask(sandbox.url + path)[1]


@pytest.fixture
def send(sandbox, read):
    """Send a form, as a browser would."""

    def fill_in(path, form=None, *, seen="/faults"):
        return ask(sandbox.url + path, form={"form_token": token_in(read(seen)), **(form or {})})

    return fill_in


def plans(sandbox):
    return [fault.plan for fault in sandbox.faults.active()]


def test_when_nothing_goes_wrong_the_page_says_so(read):
    text = read()
    assert "Everything works as it should." in text
    assert "Nothing yet." in text


def test_the_page_names_everything_that_can_go_wrong(read):
    text = read()
    for kind, nature in NATURES.items():
        assert f'href="/faults/new/{kind}"' in text
        assert str(nature.label) in text
        assert str(nature.effect) in text


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_form_that_is_good_as_it_stands(sandbox, read, send, kind):
    text = read(f"/faults/new/{kind}")
    form = dict(re.findall(r'name="(\w+)"\s+type="text"\s+value="([^"]*)"', text))
    assert ("seconds" in form, "copies" in form) == (NATURES[kind].seconds is not None, NATURES[kind].has_copies)
    status, _text, headers = send(f"/faults/new/{kind}", form)
    assert (status, headers["Location"]) == (303, "/faults")
    assert plans(sandbox) == [make_plan(kind, times=1)]


def until_it_fails(client):
    for _try in range(100):
        try:
            client.v1.customers.create()
        except stripe.APIError:
            return
    raise AssertionError("nothing went wrong")


def test_a_fault_shows_where_when_and_how_often_it_struck(client, sandbox, read, send):
    send("/faults/new/conflict", FORM)
    text = read()
    for shown in ("Conflict (409)", "POST /v1/customers", "The next 2 times", "In 50 of 100 cases, by the seed 7"):
        assert shown in text
    assert "Struck 0 times" in text
    until_it_fails(client)
    text = read()
    assert "Struck 1 time" in text
    assert "The next 1 time" in text
    assert text.count("<strong>Conflict (409)</strong>") == 2  # Set up, and in the log.


def test_a_fault_may_strike_until_it_is_taken_away(sandbox, read, send):
    send("/faults/new/duplicate", {**FORM, "times": "", "place": "*", "seconds": "5", "copies": "2", "percent": "100"})
    text = read()
    for shown in ("Each time", "5 seconds", "2 copies"):
        assert shown in text
    [fault] = sandbox.faults.active()
    assert send(f"/faults/{fault.id}/remove")[0] == 303
    assert plans(sandbox) == []


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("place", "", "Enter from 1 to 200 characters."),
        ("times", "0", "Enter a whole number from 1 to 1000000."),
        ("times", "often", "Enter a whole number."),
        ("percent", "101", "Enter a whole number from 1 to 100."),
        ("percent", "-1", "Enter a whole number."),
        ("seed", "x", "Enter a whole number."),
        ("seconds", "301", "Enter a whole number from 1 to 300."),
    ],
)
def test_a_mistake_is_named_at_its_field_and_the_rest_is_kept(sandbox, send, field, typed, words):
    status, text, _headers = send("/faults/new/slow", {**FORM, "seconds": "9", field: typed})
    assert status == 422
    assert f'<a href="#field-{field}">{words}</a>' in text
    assert "<title>Error:" in text
    for name, value in {**FORM, "seconds": "9", field: typed}.items():
        assert re.search(rf'name="{name}"\s+type="text"\s+value="{re.escape(value)}"', text)
    assert plans(sandbox) == []


def test_numbers_may_be_written_in_any_script(sandbox, send):
    send("/faults/new/slow", {**FORM, "times": "٤", "seconds": "٣"})
    assert [(plan.times, plan.seconds) for plan in plans(sandbox)] == [(4, 3)]


def test_all_faults_can_be_taken_away(sandbox, send):
    sandbox.faults.add(make_plan(Kind.SLOW))
    sandbox.faults.add(make_plan(Kind.DELAY))
    assert send("/faults/clear")[0] == 303
    assert plans(sandbox) == []


def test_a_bad_day_is_a_little_of_everything_that_mends_itself(sandbox, send):
    assert send("/faults/bad-day", {"seed": "12"})[0] == 303
    assert plans(sandbox) == bad_day(seed=12, percent=10)
    assert {plan.kind for plan in plans(sandbox)} == PASSING


def test_a_seed_that_is_none_is_as_good_as_any(sandbox, send):
    send("/faults/bad-day", {"seed": "twelve"})
    assert {plan.seed for plan in plans(sandbox)} == {0}


def test_the_clock_goes_forward_by_a_step(client, sandbox, send):
    before = client.v1.customers.create().created
    assert send("/faults/clock", {"step": "week"})[0] == 303
    assert 7 * DAY_S <= client.v1.customers.create().created - before < 8 * DAY_S
    assert send("/faults/clock", {"step": "back"})[0] == 303
    assert client.v1.customers.create().created - before < 8 * DAY_S


@pytest.mark.parametrize("token", ["", "1", "1.x", "x.y", "1.é"])
def test_a_form_from_elsewhere_changes_nothing(client, sandbox, receiver, token):
    secret = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    kept = sandbox.faults.add(make_plan(Kind.DELAY, place="nothing"))
    before = client.v1.customers.create().created
    for path, form in (
        ("/faults/clear", {}),
        (f"/faults/{kept.id}/remove", {}),
        ("/faults/bad-day", {"seed": "1"}),
        ("/faults/clock", {"step": "week"}),
        (f"/webhooks/{secret.id}/roll", {"overlap": "none"}),
    ):
        assert ask(sandbox.url + path, form={"form_token": token, **form})[0] == 303
    status, text, _headers = ask(f"{sandbox.url}/faults/new/slow", form={"form_token": token, **FORM})
    assert status == 422
    assert "This page was open for too long." in text
    assert sandbox.faults.active() == [kept]
    assert client.v1.customers.create().created - before < DAY_S
    assert secret.secret in ask(f"{sandbox.url}/webhooks")[1]


@pytest.mark.parametrize("path", ["/faults/new/gremlins", "/webhooks/we_unknown/roll"])
def test_what_is_not_there_leads_nowhere(sandbox, send, path):
    status, text, _headers = send(path)
    assert status == 404
    assert "Nothing here" in text


def test_an_event_that_is_held_back_says_so_until_it_is_sent_again(client, sandbox, receiver, read, send):
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    sandbox.faults.add(make_plan(Kind.HOLD_BACK, times=1))
    client.v1.customers.create()
    assert "Held back until it is sent again" in read("/")
    event = client.v1.events.list().data[0].id
    assert send(f"/events/{event}/resend", seen="/")[0] == 303
    assert "Held back" not in read("/")
    assert sandbox.deliver_pending() == 1


def test_before_anybody_listens_the_page_of_webhooks_says_so(read):
    assert "Nobody is told yet." in read("/webhooks")


def test_the_page_of_webhooks_shows_who_is_told_what(client, receiver, read):
    platform = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["charge.failed"]})
    accounts = client.v1.webhook_endpoints.create(
        {"url": f"{receiver.url}/connect", "enabled_events": ["account.updated"], "connect": True}
    )
    text = read("/webhooks")
    for shown in (receiver.url, platform.secret, accounts.secret, "charge.failed", "account.updated"):
        assert shown in text
    assert "It is told about the platform." in text
    assert "It is told about connected accounts." in text
    client.v1.webhook_endpoints.update(platform.id, {"disabled": True})
    assert "It is switched off and told nothing." in read("/webhooks")


def verifies(delivery, secret):
    try:
        stripe.Webhook.construct_event(*delivery, secret)
    except stripe.SignatureVerificationError:
        return False
    return True


@pytest.mark.parametrize(("overlap", "is_old_good"), [("none", False), ("hour", True), ("day", True)])
def test_a_new_secret_takes_over_and_the_old_one_may_stay_good(
    client, sandbox, receiver, read, send, overlap, is_old_good
):
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    assert send(f"/webhooks/{endpoint.id}/roll", {"overlap": overlap}, seen="/webhooks")[0] == 303
    new, *old = re.findall(r"whsec_\w+", read("/webhooks"))
    assert new != endpoint.secret
    assert old == [endpoint.secret] * is_old_good
    client.v1.customers.create()
    sandbox.deliver_pending()
    assert verifies(receiver.received[0], new)
    assert verifies(receiver.received[0], endpoint.secret) is is_old_good
    sandbox.advance(DAY_S)
    client.v1.customers.create()
    sandbox.deliver_pending()
    assert verifies(receiver.received[1], new)
    assert not verifies(receiver.received[1], endpoint.secret)


def test_a_secret_may_be_renewed_again_before_the_old_one_has_ended(client, sandbox, receiver, read, send):
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    for _time in range(2):
        send(f"/webhooks/{endpoint.id}/roll", {"overlap": "hour"}, seen="/webhooks")
    client.v1.customers.create()
    sandbox.deliver_pending()
    secrets = re.findall(r"whsec_\w+", read("/webhooks"))
    assert len(set(secrets)) == 3
    assert all(verifies(receiver.received[0], secret) for secret in secrets)
