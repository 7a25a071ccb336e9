"""The JSON API: its document, and what all its calls share."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import Flask
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import Schema, fields

from marketplace.kernel.access import Role, open_to

PREFIX = "/api/v1"


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
            "security": [{"token": []}, {}],
        },
    )
    api = HandrailApi(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    document = "api-docs.openapi_json"
    serve = app.view_functions[document]

    @open_to(Role.ANYONE)
    def openapi_json() -> Any:
        return serve()

    app.view_functions[document] = openapi_json
