"""The JSON API: its document, and what all its calls share."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import fields
from werkzeug.routing import Rule

from marketplace.kernel.access import Role, declared_roles, open_to
from marketplace.kernel.schema import AnswerSchema

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"
JSON = "application/json"

ABOUT = """Find certified partners, ask for help, follow and pay for it.

- A token stands in `Authorization: Bearer …`; the account's page makes one.
- Times are RFC 3339 in UTC. Money is in minor units of its currency: `{"amount": 4900, "currency": "EUR"}`.
- A list is `{"items": […], "next": …, "total": n}`; `next` is the `cursor` of the next page.
- An error is `application/problem+json` (RFC 9457); its `type` names the rule that broke, `errors` the fields.
- Texts for people are in the language of `Accept-Language`, or else of the account.
- `RateLimit` says how many calls are left and when all are there again; `RateLimit-Policy`, how many there are.
- More fields may be added to answers; leave alone what you do not know."""

# What each kind of problem means to whoever calls.
PROBLEMS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "The address or the body can not be read",
    HTTPStatus.UNAUTHORIZED: "There is no token, or it is not valid (any more)",
    HTTPStatus.FORBIDDEN: "The account may not do this",
    HTTPStatus.NOT_FOUND: "It does not exist, or is not the caller's to know about",
    HTTPStatus.CONFLICT: "It would be right at another time; `type` names the rule",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 64 MB",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of another kind",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A value is refused; `errors` says which, and why",
    HTTPStatus.TOO_MANY_REQUESTS: "It was too often; `Retry-After` says when to try again",
}
HEADERS: Mapping[HTTPStatus, Any] = {
    HTTPStatus.UNAUTHORIZED: {"headers": {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}}},
    HTTPStatus.TOO_MANY_REQUESTS: {
        "headers": {"Retry-After": {"required": True, "schema": {"type": "integer"}, "description": "Seconds"}}
    },
}
ACCEPT_LANGUAGE = {
    "description": "In which language texts for people are wanted",
    "schema": {"type": "string", "examples": ["es, en;q=0.5"]},
}


class ProblemSchema(AnswerSchema):
    """An error (RFC 9457)."""

    type = fields.String(
        required=True,
        metadata={"description": "Stable name of the rule that broke", "example": "urn:handrail:NobodyFits"},
    )
    title = fields.String(required=True, metadata={"description": "The kind of problem, in the caller's language"})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status"})
    detail = fields.String(
        required=True, metadata={"description": "What is wrong and how to mend it, in the caller's language"}
    )
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "What is wrong, by field, in the caller's language; an inner one is `outer.inner`"},
    )


class HandrailApi(Api):
    """flask-smorest with our own form of errors: `errors.py` answers for the whole site."""

    ERROR_SCHEMA: ClassVar[type[AnswerSchema]] = ProblemSchema

    def _register_responses(self) -> None:
        """Describe errors as what they are sent as; all other answers are plain JSON."""
        describe = self.spec.components.response
        describe("NOT_MODIFIED", {"description": "Nothing has changed since the answer with this `ETag`"}, lazy=True)
        problem = {"content": {PROBLEM: {"schema": self.ERROR_SCHEMA}}}
        describe("DEFAULT_ERROR", {"description": "Any other problem", **problem}, lazy=True)
        for status, meaning in PROBLEMS.items():
            describe(status.name, {"description": meaning, **problem, **HEADERS.get(status, {})}, lazy=True)

    def _register_pagination_header(self) -> None:
        """Lists tell of their pages themselves."""

    def _register_error_handlers(self) -> None:
        """Leave errors to the site."""


def init_app(app: Flask, blueprints: Sequence[ApiBlueprint]) -> None:
    """Add the API and its OpenAPI document at /api/openapi.json."""
    app.config.update(
        API_TITLE=app.config["SITE_NAME"],
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": ABOUT},
            "servers": [{"url": app.config["BASE_URL"]}],
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        },
    )
    api = HandrailApi(app)
    api.ma_plugin.converter.add_attribute_function(_say_type)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    _complete(app, api)
    document = "api-docs.openapi_json"
    serve = app.view_functions[document]

    @open_to(Role.ANYONE)
    def openapi_json() -> Any:
        return serve()

    app.view_functions[document] = openapi_json


def _say_type(_converter: Any, field: fields.Field[Any], ret: Mapping[str, Any]) -> dict[str, Any]:
    """Say of an enumeration that it is written as text, for those who make programs of the document."""
    if not isinstance(field, fields.Enum) or "type" in ret:
        return {}
    return {"type": ["string", "null"] if field.allow_none else "string"}


def _complete(app: Flask, api: HandrailApi) -> None:
    """Tell what is true of every call: its name, whether it needs a token, and how it can fail."""
    components = api.spec.components
    components.parameter("ACCEPT_LANGUAGE", "header", {"name": "Accept-Language", **ACCEPT_LANGUAGE})
    for rule, call in _calls(app, api.spec.to_dict()["paths"]):
        roles = declared_roles(app.view_functions[rule.endpoint]) or frozenset()
        call["operationId"] = rule.endpoint.replace("_api.", "_")
        call["tags"] = [tag.removesuffix("_api") for tag in call["tags"]]
        call["security"] = [{"token": []}, {}] if Role.ANYONE in roles else [{"token": []}]
        for status in _problems(rule, call, roles):
            call["responses"].setdefault(str(status.value), components.get_ref("response", status.name))
        call.setdefault("parameters", []).append(components.get_ref("parameter", "ACCEPT_LANGUAGE"))
        for parameter in call["parameters"]:
            if parameter.get("in") == "query":
                parameter["schema"] = _without_null(parameter["schema"])
                if not parameter["required"]:
                    parameter["allowEmptyValue"] = True  # Then it counts as not given, as in a form.
    for tag in api.spec.to_dict()["tags"]:
        tag["name"] = tag["name"].removesuffix("_api")
    for (kind, *_modifiers), name in api.ma_plugin.converter.refs.items():
        components.schemas[name]["description"] = inspect.cleandoc(kind.__doc__ or "")


def _calls(app: Flask, paths: Mapping[str, Any]) -> Iterator[tuple[Rule, dict[str, Any]]]:
    """Walk through the routes that the document describes, with what it says of each."""
    for rule in app.url_map.iter_rules():
        described = paths.get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {})
        for method in {"get", "post", "put"} & described.keys() & {one.lower() for one in rule.methods or ()}:
            yield rule, described[method]


def _problems(rule: Rule, call: Mapping[str, Any], roles: frozenset[Role]) -> Iterator[HTTPStatus]:
    """List how a call can fail, apart from what breaks on our side."""
    yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS)
    if Role.ANYONE not in roles:
        yield from (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    if rule.arguments:
        yield HTTPStatus.NOT_FOUND
    if {"POST", "PUT"} & (rule.methods or set()):
        yield from (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
    if "requestBody" in call:
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if JSON in call.get("requestBody", {}).get("content", {}):
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a value of a query string, which may be left out but is never null."""
    described = {name: value for name, value in schema.items() if name != "default" or value is not None}
    if isinstance(schema.get("type"), list):
        [described["type"]] = [one for one in schema["type"] if one != "null"]
    if "enum" in schema:
        described["enum"] = [one for one in schema["enum"] if one is not None]
    return described
