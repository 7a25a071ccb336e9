"""The levers as JSON: faults, the clock, events and secrets, for programs."""

import json

import pytest
import stripe

from marketplace.sandbox.stripe.faults.kinds import Kind
from marketplace.sandbox.stripe.faults.rules import PASSING, make_plan
from tests.marketplace.sandbox.stripe.actions import DAY_S, ask

AS_JSON = {"Content-Type": "application/json"}


@pytest.fixture
def tell(sandbox):
    """Send JSON, or nothing; give the status and the JSON of the answer."""

    def send(method, path, sent=None, headers=AS_JSON):
        body = None if sent is None else json.dumps(sent)
        status, text, _headers = ask(f"{sandbox.url}/sandbox{path}", method=method, body=body, headers=headers)
        return status, json.loads(text)

    return send


def test_a_fault_is_set_up_shown_and_taken_away(sandbox, tell):
    asked = {"kind": "duplicate", "place": "charge.*", "times": 3, "percent": 40, "seed": 7, "seconds": 5, "copies": 2}
    status, made = tell("POST", "/faults", asked)
    assert (status, made) == (201, {"id": made["id"], **asked, "met": 0, "struck": 0})
    assert tell("GET", "/faults") == (200, {"faults": [made]})
    assert tell("DELETE", f"/faults/{made['id']}") == (200, {"removed": 1})
    status, answer = tell("DELETE", f"/faults/{made['id']}")
    assert (status, answer["error"]["message"]) == (404, f"There is no fault {made['id']}, or no longer.")
    assert tell("GET", "/faults") == (200, {"faults": []})


def test_what_is_left_out_is_as_usual(sandbox, tell):
    assert tell("POST", "/faults", {"kind": "slow"})[0] == 201
    assert [fault.plan for fault in sandbox.faults.active()] == [make_plan(Kind.SLOW)]


def test_all_faults_are_taken_away(sandbox, tell):
    for kind in ("slow", "delay"):
        tell("POST", "/faults", {"kind": kind})
    assert tell("DELETE", "/faults") == (200, {"removed": 2})
    assert sandbox.faults.active() == []


@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({}, "kind"),
        ({"kind": "gremlins"}, "kind"),
        ({"kind": 1}, "kind"),
        ({"kind": ["slow"]}, "kind"),
        ({"kind": "slow", "colour": "red"}, "colour"),
        ({"kind": "slow", "percent": "50"}, "percent"),
        ({"kind": "slow", "percent": True}, "percent"),
        ({"kind": "slow", "percent": 0.5}, "percent"),
        ({"kind": "slow", "percent": 0}, "percent"),
        ({"kind": "slow", "times": None}, "times"),
        ({"kind": "slow", "place": 1}, "place"),
        ({"kind": "slow", "place": ""}, "place"),
        ({"kind": "slow", "copies": 1}, "copies"),
        ([], None),
        ("slow", None),
        (None, None),
    ],
)
def test_what_a_fault_cannot_be_is_refused_by_name(sandbox, tell, sent, param):
    status, answer = tell("POST", "/faults", sent)
    assert (status, answer["error"].get("param")) == (400, param)
    assert answer["error"]["type"] == "invalid_request_error"
    assert sandbox.faults.active() == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_another_site_pulls_no_lever(client, sandbox, receiver, tell, content_type):
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    client.v1.customers.create()
    event = client.v1.events.list().data[0].id
    sandbox.deliver_pending()
    for path, sent in (
        ("/faults", {"kind": "slow"}),
        ("/faults/bad_day", {}),
        ("/clock", {"advance_seconds": 60}),
        (f"/events/{event}/resend", {}),
        (f"/webhook_endpoints/{endpoint.id}/roll_secret", {}),
    ):
        assert tell("POST", path, sent, {"Content-Type": content_type})[0] == 400
    assert sandbox.faults.active() == []
    assert sandbox.deliver_pending() == 0


def test_a_bad_day_is_set_up_by_its_seed(sandbox, tell):
    status, made = tell("POST", "/faults/bad_day", {"seed": 3, "percent": 5})
    assert status == 201
    assert {fault["kind"] for fault in made["faults"]} == PASSING
    assert {(fault["seed"], fault["percent"]) for fault in made["faults"]} == {(3, 5)}
    assert tell("POST", "/faults/bad_day", {"percent": 101})[0] == 400


def test_the_log_tells_what_was_hit(client, sandbox, tell):
    _status, fault = tell("POST", "/faults", {"kind": "conflict", "place": "POST /v1/customers", "times": 1})
    with pytest.raises(stripe.APIError):
        client.v1.customers.create()
    _status, answer = tell("GET", "/faults/log")
    [entry] = answer["log"]
    assert (entry["fault"], entry["kind"], entry["subject"]) == (fault["id"], "conflict", "POST /v1/customers")
    assert abs(entry["at"] - client.v1.customers.create().created) < 60


def test_the_time_is_told(client, tell):
    tell("POST", "/clock", {"advance_seconds": DAY_S})
    status, answer = tell("GET", "/clock")
    assert status == 200
    assert abs(answer["now"] - client.v1.customers.create().created) < 60


def test_an_event_is_sent_again(client, sandbox, receiver, tell):
    client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    client.v1.customers.create()
    event = client.v1.events.list().data[0].id
    sandbox.deliver_pending()
    assert tell("POST", f"/events/{event}/resend", {}) == (200, {"id": event, "pending_webhooks": 1})
    assert sandbox.deliver_pending() == 1
    assert [one["id"] for one in receiver.events] == [event, event]
    assert tell("POST", "/events/evt_unknown/resend", {})[0] == 404


def test_endpoints_are_listed_without_their_secrets(client, receiver, tell):
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"], "connect": True})
    assert tell("GET", "/webhook_endpoints") == (
        200,
        {
            "webhook_endpoints": [
                {
                    "id": endpoint.id,
                    "url": receiver.url,
                    "status": "enabled",
                    "enabled_events": ["*"],
                    "connect": True,
                }
            ]
        },
    )


def test_a_secret_is_renewed_with_an_overlap(client, sandbox, receiver, tell):
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    path = f"/webhook_endpoints/{endpoint.id}/roll_secret"
    status, rolled = tell("POST", path, {"overlap_seconds": 60})
    made = client.v1.customers.create()
    assert status == 200
    assert 0 <= rolled["old_secret_good_until"] - made.created <= 60
    sandbox.deliver_pending()
    for secret in (endpoint.secret, rolled["secret"]):
        stripe.Webhook.construct_event(*receiver.received[0], secret)
    for wrong in (-1, DAY_S + 1, "60"):
        assert tell("POST", path, {"overlap_seconds": wrong})[0] == 400
    assert tell("POST", "/webhook_endpoints/we_unknown/roll_secret", {})[0] == 404
