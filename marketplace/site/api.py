"""The JSON API: its document, and what all its calls share."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import Flask
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import Schema, fields

from marketplace.kernel.access import Role, declared_roles, open_to

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"


class ProblemSchema(Schema):
    """An error (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "Stable name of the rule that broke"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class HandrailApi(Api):
    """flask-smorest with our own form of errors: `errors.py` answers for the whole site."""

    ERROR_SCHEMA: ClassVar[type[Schema]] = ProblemSchema

    def _register_responses(self) -> None:
        """Describe errors as what they are sent as; all other answers are plain JSON."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

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
            "info": {"description": "Find certified partners, ask for help, follow and pay for it."},
            "servers": [{"url": app.config["BASE_URL"]}],
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        },
    )
    api = HandrailApi(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    _complete(app, api.spec.to_dict()["paths"])
    document = "api-docs.openapi_json"
    serve = app.view_functions[document]

    @open_to(Role.ANYONE)
    def openapi_json() -> Any:
        return serve()

    app.view_functions[document] = openapi_json


def _complete(app: Flask, paths: Mapping[str, Any]) -> None:
    """Give every call its name, and tell whether it needs a token."""
    for rule in app.url_map.iter_rules():
        described = paths.get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {})
        roles = declared_roles(app.view_functions[rule.endpoint])
        for method in {"get", "post"} & described.keys() & {one.lower() for one in rule.methods or ()}:
            described[method]["operationId"] = rule.endpoint.replace("_api.", "_")
            described[method]["security"] = [{"token": []}, {}] if Role.ANYONE in (roles or ()) else [{"token": []}]
