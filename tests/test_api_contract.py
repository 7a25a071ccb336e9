"""The guard of the API's document lets good answers pass and stops bad ones."""

import json

import pytest

from marketplace.site.app import create_app
from tests.api_contract import JSON, PROBLEM, Answer, ApiContract, ContractBroken
from tests.plugins.app import make_settings

LINE = {
    "id": "k7m2xq9wtb",
    "status": "draft",
    "title": "Uploads stop",
    "category": "uploads",
    "provider": None,
    "created_at": "2026-11-23T12:00:00+00:00",
}
LIST = {"items": [LINE], "next": None, "total": 1}
SUBMITTED = {"id": "k7m2xq9wtb", "status": "awaiting_payment", "checkout_url": None, "card_refusal": None}
MISSING = {"type": "urn:handrail:NotFound", "title": "There is nothing here", "status": 404, "detail": "It is gone."}
MESSAGE = {"id": 1, "side": "customer", "author": "Ada", "body": "Hello", "at": "2026-11-23T12:00:00Z", "files": []}
SUBMIT = "/api/v1/requests/k7m2xq9wtb/submit"
WRITE = "/api/v1/requests/k7m2xq9wtb/messages"


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    app = create_app(make_settings(tmp_path_factory.mktemp("contract")))
    return ApiContract(app.test_client().get("/api/openapi.json").json)


def answer(body, status=200, kind=JSON, **headers):
    return Answer(status, {"Content-Type": kind, **headers}, json.dumps(body).encode() if body is not None else b"")


@pytest.mark.parametrize(
    ("method", "url", "given", "body"),
    [
        ("GET", "/api/v1/requests", answer(LIST), None),
        ("GET", "/api/v1/requests?cursor=k7m2xq9wtb&lang=es", answer(LIST), None),
        ("HEAD", "/api/v1/requests", answer(None), None),
        ("GET", "/api/v1/requests/k7m2xq9wtb", answer(MISSING, 404, PROBLEM), None),
        ("GET", "/api/v1/requests/k7m2xq9wtb", Answer(304, {}, b""), None),
        ("POST", SUBMIT, answer(SUBMITTED, 202, **{"Retry-After": "2"}), {"mode": "best_fit"}),
        ("POST", WRITE, answer(MESSAGE, 201), {"body": "Hello"}),
        ("POST", WRITE, answer({**MISSING, "status": 422}, 422, PROBLEM), {"colour": "green"}),
        ("GET", "/api/v1/nothing", answer(MISSING, 404, PROBLEM), None),
        ("DELETE", SUBMIT, answer({**MISSING, "status": 405}, 405, PROBLEM), None),
    ],
)
def test_good_answers_pass(contract, method, url, given, body):
    contract.hold(method, url, given, body=body)


@pytest.mark.parametrize(
    ("method", "url", "given", "body", "complaint"),
    [
        ("GET", "/api/v1/requests", answer({**LIST, "total": "1"}), None, r"\[total\]: '1' is not of type 'integer'"),
        ("GET", "/api/v1/requests", answer({**LIST, "colour": "green"}), None, "'colour' was unexpected"),
        ("GET", "/api/v1/requests", answer({**LIST, "items": [{}]}), None, r"\[items\]\[0\].*is a required property"),
        (
            "GET",
            "/api/v1/requests",
            answer({**LIST, "items": [{**LINE, "status": "lost"}]}),
            None,
            r"\[status\]: 'lost' is not one of",
        ),
        (
            "GET",
            "/api/v1/requests",
            answer({**LIST, "items": [{**LINE, "created_at": "2026-11-23T12:00:00"}]}),
            None,
            r"\[created_at\].*is not a 'date-time'",
        ),
        (
            "GET",
            "/api/v1/requests",
            answer({**LIST, "items": [{**LINE, "created_at": "2026-11-23T13:00:00+01:00"}]}),
            None,
            r"\[created_at\].*is not a 'date-time'",
        ),
        ("GET", "/api/v1/requests", answer(LIST, kind="text/html"), None, "'text/html' is none of"),
        ("GET", "/api/v1/requests", answer(LIST, 206), None, "does not know this status"),
        ("GET", "/api/v1/requests?colour=green", answer(LIST), None, r"does not know \['colour'\]"),
        ("GET", "/api/v1/requests/k7m2xq9wtb", answer(MISSING, 304), None, "nothing to be said"),
        ("GET", "/api/v1/requests/k7m2xq9wtb", answer(MISSING, 404), None, "is none of"),
        ("GET", "/api/v1/me", answer({**MISSING, "status": 401}, 401, PROBLEM), None, "WWW-Authenticate is missing"),
        ("GET", "/api/v1/me", answer({"detail": "No."}, 403, PROBLEM), None, "is a required property"),
        ("POST", SUBMIT, answer(SUBMITTED, 202), {}, "Retry-After is missing"),
        ("POST", SUBMIT, answer(SUBMITTED), {"mode": "auction"}, "what was sent: .*'auction' is not one of"),
        ("POST", SUBMIT, answer(SUBMITTED), {"colour": "green"}, "what was sent: .*'colour' was unexpected"),
        ("POST", "/api/v1/requests/k7m2xq9wtb/confirm", answer(SUBMITTED), None, "is a required property"),
        ("GET", "/api/v1/nothing", answer(LIST), None, "does not have this call"),
        ("DELETE", SUBMIT, answer(None, 204), None, "does not have this call"),
    ],
)
def test_bad_answers_are_stopped(contract, method, url, given, body, complaint):
    with pytest.raises(ContractBroken, match=complaint):
        contract.hold(method, url, given, body=body)
