"""The document of the API says what the calls are and do, no more and no less.

Besides, every call that any test makes is held to the document: see `tests/api_contract.py`.
"""

import re
from collections import Counter

import pytest
from jsonschema import Draft202012Validator
from marshmallow import fields
from openapi_spec_validator import OpenAPIV31SpecValidator

from marketplace.kernel.access import Role, declared_roles
from marketplace.site.addresses import IdConverter
from marketplace.site.app import create_app
from tests.access import ROWS
from tests.api_contract import PROBLEM, ApiContract
from tests.factories.forms import body_of, sent_to
from tests.plugins.app import make_settings

PREFIX = "/api/v1/"
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # The document is the same on both.
KINDS = {fields.Integer: "integer", fields.Boolean: "boolean", fields.List: "array", fields.Enum: "string"}

# Whoever is let in, with what is sent to each call: (caller, path with gaps).
CALLS = [
    (next(who for who, answer in expected.items() if answer.startswith("2")), path)
    for method, path, expected in ROWS
    if method == "POST" and path.startswith(PREFIX)
]
each_call = pytest.mark.parametrize(("caller", "path"), CALLS, ids=[path for _who, path in CALLS])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Give an application that nobody visits."""
    return create_app(make_settings(tmp_path_factory.mktemp("openapi")))


@pytest.fixture(scope="module")
def contract(site):
    """Give the document as it is served."""
    return ApiContract(site.test_client().get("/api/openapi.json").json)


def routes(app):
    """List the calls of the application, as (method, path as the document writes it, rule)."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX):
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                yield method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), rule


def operations(contract):
    """List what the document says of each call."""
    return [contract.operation(method, path) for method, path in contract.operations()]


def read_by(view, place):
    """Give the fields of the schema by which a call reads what is sent in a place: `query` or `json`."""
    told = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    return {
        field.data_key or name: field
        for one in told
        if one["in"] == place
        for name, field in one["schema"]().fields.items()
    }


def kind_of(field):
    """Tell how JSON Schema calls what a field takes."""
    return next((kind for cls, kind in KINDS.items() if isinstance(field, cls)), "string")


def test_the_document_is_valid(contract):
    assert [str(fault) for fault in OpenAPIV31SpecValidator(contract.document).iter_errors()] == []
    assert contract.document["openapi"] == "3.1.0"


def test_the_calls_are_those_that_are_described(site, contract):
    assert sorted((method, path) for method, path, _rule in routes(site)) == sorted(contract.operations())
    assert len(contract.operations()) > 20


def test_the_gaps_of_an_address_have_their_kind(site, contract):
    for method, path, rule in routes(site):
        described = [one for one in contract.operation(method, path)["parameters"] if one["in"] == "path"]
        kinds = {
            name: "integer" if isinstance(kind, IdConverter) else "string" for name, kind in rule._converters.items()
        }
        assert {one["name"]: one["schema"]["type"] for one in described} == kinds, path
        assert all(one["required"] for one in described)


def test_the_parameters_are_those_that_are_read(site, contract):
    asking = 0
    for method, path, rule in routes(site):
        described = {one["name"]: one for one in contract.operation(method, path)["parameters"] if one["in"] == "query"}
        read = read_by(site.view_functions[rule.endpoint], "query")
        asking += bool(read)
        assert described.keys() == read.keys(), path
        for name, field in read.items():
            schema = described[name]["schema"]
            assert described[name]["required"] is field.required
            assert schema["type"] == kind_of(field), name
            assert described[name].get("allowEmptyValue", False) is not field.required
            inner = field.inner if isinstance(field, fields.List) else field
            if isinstance(inner, fields.Enum):
                assert schema.get("items", schema)["enum"] == [one.value for one in inner.enum]
    assert asking >= 3


def test_the_bodies_are_those_that_are_read(site, contract):
    for method, path, rule in routes(site):
        body = contract.operation(method, path).get("requestBody", {}).get("content", {}).get("application/json")
        read = read_by(site.view_functions[rule.endpoint], "json")
        assert (body is None) == (not read), path
        if body is not None:
            schema = contract.resolve(body["schema"])
            assert schema["properties"].keys() == read.keys()
            assert set(schema.get("required", [])) == {name for name, field in read.items() if field.required}
            assert schema["additionalProperties"] is False


def test_a_body_may_be_left_out_where_nothing_in_it_is_needed(contract):
    for operation in operations(contract):
        body = operation.get("requestBody", {"content": {}})
        if "application/json" in body["content"]:
            needed = contract.resolve(body["content"]["application/json"]["schema"]).get("required", [])
            assert body["required"] == bool(needed), operation["operationId"]


def test_each_call_says_what_it_does(contract):
    for operation in operations(contract):
        assert re.fullmatch(r"[A-Z][^\n]+\.", operation["summary"]), operation["operationId"]
        assert re.fullmatch(r"\S[^\0]*\.", operation.get("description", "Nothing more.")), operation["operationId"]
    names = Counter(operation["operationId"] for operation in operations(contract))
    assert names.most_common(1)[0][1] == 1
    assert {tag for operation in operations(contract) for tag in operation["tags"]} == {
        tag["name"] for tag in contract.document["tags"]
    }


def test_a_token_is_asked_for_where_the_door_asks_for_one(site, contract):
    for method, path, rule in routes(site):
        is_open = Role.ANYONE in declared_roles(site.view_functions[rule.endpoint])
        assert contract.operation(method, path)["security"] == ([{"token": []}, {}] if is_open else [{"token": []}]), (
            path
        )
    assert contract.document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_every_success_has_its_shape(contract):
    for operation in operations(contract):
        successes = {status: one for status, one in operation["responses"].items() if status[0] == "2"}
        assert successes, operation["operationId"]
        for status, answer in successes.items():
            content = contract.resolve(answer).get("content", {})
            assert bool(content) == (status != "204"), operation["operationId"]
            if "application/json" in content:
                assert contract.resolve(content["application/json"]["schema"])["properties"]


def test_every_problem_has_the_form_of_a_problem(contract):
    for operation in operations(contract):
        problems = {status for status in operation["responses"] if status == "default" or status[0] in "45"}
        assert {"default", "400"} <= problems
        for status in problems:
            described = contract.resolve(operation["responses"][status])
            assert described["content"] == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            assert described["description"]
    assert set(contract.document["components"]["schemas"]["Problem"]["required"]) == {
        "type",
        "title",
        "status",
        "detail",
    }


def test_whatever_can_be_answered_is_described(contract):
    for method, path, expected in ROWS:
        if path.startswith(PREFIX):
            template = contract.template_of(method, re.sub(r"{\w+}", "1", path.partition("?")[0]))
            described = contract.operation(method, template)["responses"].keys()
            assert {answer.replace("in", "401") for answer in expected.values()} <= described, path


def test_what_takes_a_while_says_when_to_ask_again(contract):
    waiting = [one["responses"]["202"] for one in operations(contract) if "202" in one["responses"]]
    assert waiting
    assert all(one["headers"]["Retry-After"]["required"] for one in waiting)


def test_nothing_is_described_that_nobody_uses(contract):
    text = str(contract.document)
    for kind, named in contract.document["components"].items():
        if kind != "securitySchemes":
            assert {name for name in named if f"#/components/{kind}/{name}'" not in text} == set()


def test_examples_are_good(contract):
    examples = 0
    for operation in operations(contract):
        for body in operation.get("requestBody", {"content": {}})["content"].values():
            if "example" in body:
                contract.hold_value(body["example"], body["schema"])
                examples += 1
    for schema in contract.document["components"]["schemas"].values():
        for described in schema["properties"].values():
            if "example" in described:
                Draft202012Validator(described).validate(described["example"])
                examples += 1
    assert examples > 10


# What is said of a call is so


@on_sqlite
@each_call
def test_what_is_needed_and_nothing_else_is_needed(visits, contract, caller, path):
    schema = body_schema(contract, path)
    for name in sent_to(path):
        if name == "fields":  # Each category has questions of its own.
            continue
        sent = {key: value for key, value in sent_to(path).items() if key != name}
        answer = visits.ask(caller, "POST", path, json=sent)
        if name in schema["required"]:
            assert answer.status_code == 422
            assert name in answer.json["errors"]
        else:
            assert answer.status_code < 300, f"without {name}: {answer.text}"
        visits.reset()


@on_sqlite
@each_call
def test_limits_are_kept(visits, contract, caller, path):
    for name, described in body_schema(contract, path)["properties"].items():
        for value, is_within in at_the_limits(described):
            answer = visits.ask(caller, "POST", path, json={**sent_to(path), name: value})
            if is_within:
                is_narrower = NARROWER.get((path, name)) == answer.status_code
                assert answer.status_code < 300 or is_narrower, f"{name} of {value}: {answer.text}"
                visits.reset()
            else:
                assert answer.status_code == 422, f"{name} of {value}: {answer.text}"
                assert name in answer.json["errors"]


WAYS_TO_PAY = (
    "/api/v1/requests/{draft}/submit",
    "/api/v1/requests/{quoted}/choose",
    "/api/v1/requests/{extended}/extras/2/approve",
    "/api/v1/requests/{refused}/pay",
)
# Within these limits a request has its own: here no job lasts so long, and there are not so many quotes, nor cards; and
# who speaks of a claim has to say of which policy.
NARROWER = {
    ("/api/v1/requests/{capped}/time", "minutes"): 409,
    ("/api/v1/requests/{quoted}/choose", "quote"): 404,
    **{(path, "card"): 409 for path in WAYS_TO_PAY},
    **{(path, "same_cause_as"): 422 for path in WAYS_TO_PAY},
}


def body_schema(contract, path):
    """Give the schema of what is sent to a call; of an empty object if nothing is."""
    operation = contract.operation("POST", contract.template_of("POST", re.sub(r"{\w+}", "1", path)))
    content = operation.get("requestBody", {"content": {}})["content"]
    schema = contract.resolve(content["application/json"]["schema"]) if "application/json" in content else {}
    return {"properties": {}, "required": [], **schema}


def at_the_limits(described):
    """Give values at and beyond the limits of a property, and whether they are within."""
    if described.get("type") == "integer":
        least, most = described["minimum"], described["maximum"]
        yield from ((least - 1, False), (least, True), (most, True), (most + 1, False))
    elif "maxLength" in described:
        yield "x" * (described["maxLength"] + 1), False
    if described.get("minLength") == 1:
        yield "", False


@on_sqlite
@each_call
def test_a_call_that_takes_a_key_is_done_once(visits, contract, caller, path):
    operation = contract.operation("POST", contract.template_of("POST", re.sub(r"{\w+}", "1", path)))
    if "Idempotency-Key" not in {one["name"] for one in operation["parameters"]}:
        assert operation["operationId"] not in ONCE
        return
    answers, effects = [], []
    for _time in range(2):
        answers.append(visits.ask(caller, "POST", path, **body_of("POST", path), headers={"Idempotency-Key": "a key"}))
        effects.append(visits.dump())
        effects[-1]["outbox_message"] = len(effects[-1]["outbox_message"])  # What is owed already is tried again.
    assert (answers[1].status_code, answers[1].json) == (answers[0].status_code, answers[0].json)
    assert effects[1] == effects[0]


# Whatever moves money or creates a request; and what nobody wants to read twice: a message, time that was worked.
ONCE = {
    "applications_invite",
    "insurance_buy",
    "insurance_cancel",
    "jobs_create",
    "jobs_submit",
    "jobs_pay_again",
    "jobs_cancel",
    "jobs_accept",
    "jobs_confirm",
    "jobs_write",
    "jobs_write_time",
    "jobs_propose_extra",
    "jobs_approve_extra",
    "jobs_give_quote",
    "jobs_choose_quote",
    "jobs_dispute",
    "jobs_concede_dispute",
    "jobs_decide_dispute",
}


def test_whatever_moves_money_or_creates_a_request_takes_a_key(contract):
    takes_one = {
        operation["operationId"]
        for operation in operations(contract)
        if any(one["name"] == "Idempotency-Key" for one in operation["parameters"])
    }
    assert takes_one == ONCE
