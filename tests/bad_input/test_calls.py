"""Every call of the API with bad input: a problem that names what is wrong, and nothing changed."""

import json

import pytest

from tests.factories.forms import NUMBERS, sent_to

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # Bad input does not come as far as a database.

# Each call with a body, who makes it, and what may not be left out of it.
CALLS = """
customer /api/v1/requests                          title description language category
customer /api/v1/requests/{draft}/submit
customer /api/v1/requests/{matching}/cancel        reason
customer /api/v1/requests/{resolved}/reopen        reason
customer /api/v1/requests/{closed}/rating          stars
partner  /api/v1/requests/{closed}/customer-rating stars
customer /api/v1/requests/{in_progress}/messages   body
partner  /api/v1/requests/{in_progress}/promise    next_update_minutes
partner  /api/v1/requests/{in_progress}/resolve    cause fix
partner  /api/v1/requests/{booked}/call-link
customer /api/v1/requests/{booked}/moves            starts_at
partner  /api/v1/requests/{capped}/time            minutes note
partner  /api/v1/requests/{in_progress}/extras     description price
partner  /api/v1/offers/{quoting_offer}/quote      terms includes
customer /api/v1/requests/{quoted}/choose          quote
customer /api/v1/requests/{extended}/extras/2/approve
customer /api/v1/cards/{card}/renewals             allowed
customer /api/v1/policies                          plan
customer /api/v1/policies/{policy}/cancel          when
visitor  /api/v1/verify                            badge
partner  /api/v1/offers/{offer}/accept
partner  /api/v1/offers/{offer}/decline            reason
"""
ROWS = [(caller, path, needed) for caller, path, *needed in map(str.split, CALLS.strip().splitlines())]
NO_TEXT = (5, True, [], ["x"], {}, None)
NO_NUMBER = ("many", True, [], {}, None)
NO_CARD = [{"card": value} for value in (*NO_NUMBER, 0, -1, 10**30)]
NO_MONEY = (
    49,
    "49",
    [],
    None,
    {},
    {"amount": 4900},
    {"amount": "4900", "currency": "EUR"},
    {"amount": 49.5, "currency": "EUR"},
    {"amount": True, "currency": "EUR"},
    {"amount": -1, "currency": "EUR"},
    {"amount": 10**12, "currency": "EUR"},
    {"amount": 4900, "currency": "eur"},
    {"amount": 4900, "currency": ""},
    {"amount": 4900, "currency": "EUR\n"},
    {"amount": 4900, "currency": None},
    {"amount": 4900, "currency": "EUR", "tax": 1},
)
# What `null` takes back: then it is as if nobody had ever said it.
TAKEN_BACK = {"call_link"}
# Of the right kind, but nothing that is known here.
UNKNOWN = {
    "/api/v1/requests": [
        {"category": "gardening"},
        {"language": "tlh"},
        {"level": "Z9"},
        {"timezone": "Mars/Olympus"},
        {"timezone": "localtime"},
        {"currency": "XTS"},
        {"release": "0.0"},
        {"starts_at": "2026-03-13T15:00"},
        {"urgency_hours": 0},
        {"urgency_hours": 169},
        {"fields": {"method": "by magic"}},
        {"fields": {}},
        {"fields": {"method": 5}},
        {"fields": {"method": "zip", "log": "x" * 51}},
        {"fields": {"method": "zip", "log": "NUL \x00"}},
        {"fields": {"method": "zip", "password": "hunter2"}},
        {"fields": []},
        {"fields": None},
        {"budget": {"amount": 0, "currency": "EUR"}},
        {"budget": {"amount": 6000, "currency": "USD"}},
        *({"budget": money} for money in NO_MONEY),
    ],
    "/api/v1/requests/{draft}/submit": [
        {"mode": "auction"},
        {"provider": "", "mode": "chosen"},
        {"provider": "nobody"},
        {"provider": "suspended"},
        {"provider": "the-vendor"},
        {"provider": "x\x00"},
        {"fall_back": "perhaps"},
        {"ceiling": {"amount": 0, "currency": "EUR"}},
        {"ceiling": {"amount": 6000, "currency": "USD"}},
        {"provider": "partner", "mode": "quotes"},
        {"ceiling": {"amount": 6000, "currency": "EUR"}, "mode": "quotes"},
        *({"ceiling": money} for money in NO_MONEY),
        *NO_CARD,
    ],
    "/api/v1/requests/{extended}/extras/2/approve": [*NO_CARD],
    "/api/v1/cards/{card}/renewals": [{"allowed": value} for value in ("perhaps", [], {}, None, 5)],
    "/api/v1/offers/{quoting_offer}/quote": [
        {"includes": "x" * 2001},
        {"remark": "x" * 1001},
        {"first_answer_minutes": 4},
        {"valid_hours": 0},
        {"valid_hours": 337},
        *({"terms": terms} for terms in (5, "x", [], {}, None, {"kind": "hourly"})),
        {"terms": {"price": {"amount": 4500, "currency": "EUR"}, "kind": "auction"}},
        {"terms": {"price": {"amount": 4500, "currency": "EUR"}, "kind": "session"}},
        {"terms": {"price": {"amount": 4500, "currency": "EUR"}, "cap_minutes": 60}},
        {"terms": {"price": {"amount": 4500, "currency": "EUR"}, "kind": "hourly"}},
        *(
            {"terms": {"price": {"amount": 4500, "currency": "EUR"}, "kind": "hourly", "cap_minutes": wrong}}
            for wrong in (0, -60, 29, 2401, 60.5, "many", True, 10**30)
        ),
        {"terms": {"price": {"amount": 4_000_000, "currency": "EUR"}, "kind": "hourly", "cap_minutes": 2400}},
        {"terms": {"price": {"amount": 0, "currency": "EUR"}}},
        {"terms": {"price": {"amount": 4500, "currency": "USD"}}},
        *({"terms": {"price": money}} for money in NO_MONEY),
    ],
    "/api/v1/requests/{quoted}/choose": [
        *({"quote": value} for value in (*NO_NUMBER, 0, -1, 10**30)),
        *NO_CARD,
    ],
    "/api/v1/requests/{booked}/call-link": [
        *(
            {"call_link": wrong}
            for wrong in ("http://meet.example", "javascript:alert(1)", "", 7, ["https://a.example"])
        ),
    ],
    "/api/v1/requests/{booked}/moves": [
        *(
            {"starts_at": wrong}
            for wrong in ("2026-03-10T13:00Z", "2026-03-16T14:07Z", "2027-03-16T14:00Z", "2026-02-30T10:00Z", "soon")
        ),
    ],
    "/api/v1/requests/{capped}/time": [
        {"minutes": 0},
        {"minutes": 2401},
        {"minutes": -2401},
        {"minutes": 1.5},
        {"note": ""},
        {"note": "x" * 501},
    ],
    "/api/v1/requests/{matching}/cancel": [
        {"fee": {"amount": 100, "currency": "USD"}},
        *({"fee": money} for money in NO_MONEY if money is not None),
    ],
    "/api/v1/requests/{in_progress}/extras": [
        {"description": "x" * 2001},
        {"price": {"amount": 0, "currency": "EUR"}},
        {"price": {"amount": 3000, "currency": "USD"}},
        *({"price": money} for money in NO_MONEY),
    ],
    "/api/v1/requests/{closed}/rating": [{"stars": 0}, {"stars": 6}, {"stars": 10**30}, {"comment": 5}],
    "/api/v1/requests/{closed}/customer-rating": [{"stars": 0}, {"stars": 6}, {"comment": 5}],
    "/api/v1/requests/{in_progress}/messages": [{"next_update_minutes": 4}, {"next_update_minutes": 10**30}],
    "/api/v1/policies": [
        {"plan": "nothing"},
        {"licence": "x" * 121},
        *({"version": value} for value in (*NO_NUMBER[:-1], 0, -1, 10**30)),
    ],
    "/api/v1/policies/{policy}/cancel": [
        {"when": "yesterday"},
        *({"refund": money, "when": "now"} for money in NO_MONEY),
    ],
    "/api/v1/offers/{offer}/accept": [{"first_answer_minutes": value} for value in (*NO_NUMBER, 0, 10**30)],
    "/api/v1/offers/{offer}/decline": [{"reason": "because"}, {"note": "x" * 501}],
    "/api/v1/requests/{in_progress}/resolve": [{"prevention": "x" * 5001}, {"prevention": ""}],
}
BODIES = [b"", b"{", b"[]", b"null", b'"text"', b"5", b"\xff\xfe", b"[" * 3000, b'{"a": NaN}']


def each(rows=ROWS):
    return pytest.mark.parametrize(("caller", "path", "needed"), rows, ids=[path for _who, path, _needed in rows])


def refused(visits, caller, path, values, wrong):
    """Make a call; it must be answered by a problem that names `wrong`, and nothing may have changed."""
    before = visits.dump()
    # As it is written on the wire, also what no text is.
    answer = visits.ask(caller, "POST", path, data=json.dumps(values), content_type="application/json")
    assert answer.status_code == 422, f"{wrong} {values}: {answer.status} {answer.text}"
    assert answer.mimetype == "application/problem+json"
    named = {name.partition(".")[0] for name in answer.json["errors"]}
    assert named == {wrong}, f"{values}: {answer.json}"
    assert all(isinstance(text, str) and text for texts in answer.json["errors"].values() for text in texts)
    assert visits.dump() == before, f"{values} changed something"


@on_sqlite
@each([row for row in ROWS if row[2]])
def test_what_is_missing_is_named(visits, caller, path, needed):
    for name in needed:
        refused(visits, caller, path, {key: value for key, value in sent_to(path).items() if key != name}, name)


@on_sqlite
@each()
def test_what_is_of_another_kind_is_named(visits, caller, path, needed):
    for name, value in sent_to(path).items():
        if isinstance(value, dict | bool):  # See `UNKNOWN`.
            continue
        kinds = NO_NUMBER if name in NUMBERS else (*NO_TEXT, "x" * 30_000, "NUL \x00", "half \ud800")
        for wrong in kinds:
            if wrong is None and name in TAKEN_BACK:
                continue
            refused(visits, caller, path, {**sent_to(path), name: wrong}, name)


@on_sqlite
@each()
def test_what_nobody_asked_for_is_refused(visits, caller, path, needed):
    refused(visits, caller, path, {**sent_to(path), "is_admin": True}, "is_admin")


@on_sqlite
@pytest.mark.parametrize(("path", "values"), [(path, one) for path, each_ in UNKNOWN.items() for one in each_], ids=str)
def test_a_value_that_nobody_knows_is_named(visits, path, values):
    caller = next(who for who, same, _needed in ROWS if same == path)
    refused(visits, caller, path, {**sent_to(path), **values}, next(iter(values)))


@on_sqlite
@each()
def test_a_body_that_is_no_object_is_refused(visits, caller, path, needed):
    before = visits.dump()
    for body in BODIES:
        answer = visits.ask(caller, "POST", path, data=body, content_type="application/json")
        is_empty_and_may_be = body == b"" and not needed
        assert is_empty_and_may_be or answer.status_code in {400, 422}, f"{body[:20]}: {answer.status}"
        if is_empty_and_may_be:
            visits.reset()
        else:
            assert answer.mimetype == "application/problem+json"
    assert visits.dump() == before


@on_sqlite
@each([row for row in ROWS if row[2]])
def test_a_form_is_no_json(visits, caller, path, needed):
    before = visits.dump()
    answer = visits.ask(caller, "POST", path, data=sent_to(path))
    assert answer.status_code in {415, 422}
    assert answer.mimetype == "application/problem+json"
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize("key", ["x" * 256, "line\tbreak", "\u202e"])
def test_a_key_that_can_not_be_kept_is_named(visits, key):
    body = {"body": "Any news?"}
    path = "/api/v1/requests/{in_progress}/messages"
    answer = visits.ask("customer", "POST", path, json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json["errors"]


@on_sqlite
def test_a_key_stands_for_one_call_only(visits):
    path, key = "/api/v1/requests/{in_progress}/messages", {"Idempotency-Key": "a key"}
    visits.ask("customer", "POST", path, json={"body": "Any news?"}, headers=key)
    before = visits.dump()
    other = visits.ask("customer", "POST", path, json={"body": "Something else"}, headers=key)
    elsewhere = visits.ask(
        "customer", "POST", "/api/v1/requests/{resolved}/messages", json={"body": "Any news?"}, headers=key
    )
    assert (other.status_code, elsewhere.status_code) == (409, 409)
    assert other.json["type"] == "urn:handrail:KeyUsedOtherwise"
    assert visits.dump() == before


@on_sqlite
def test_the_keys_of_two_people_have_nothing_to_do_with_each_other(visits):
    path, key = "/api/v1/requests/{in_progress}/messages", {"Idempotency-Key": "a key"}
    first = visits.ask("customer", "POST", path, json={"body": "Any news?"}, headers=key)
    second = visits.ask("partner", "POST", path, json={"body": "Not yet."}, headers=key)
    assert (first.json["body"], second.json["body"]) == ("Any news?", "Not yet.")


@on_sqlite
@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/requests/nothing", "/api/v2/me", "/api/"])
def test_there_is_nothing_beside_the_calls(visits, path):
    answer = visits.ask("customer", "GET", path)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= answer.json.keys()


@on_sqlite
def test_a_problem_is_told_in_the_readers_language(visits):
    answer = visits.ask("customer", "GET", "/api/v1/requests/nothing", headers={"Accept-Language": "es"})
    assert answer.headers["Content-Language"] == "es"
    assert answer.json["title"] == "Aquí no hay nada"
