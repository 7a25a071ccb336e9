"""How a call of the API is read: a body that is JSON, and a query string in which nothing is misspelt."""

from json import JSONDecodeError
from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Request

from marketplace.kernel.schema import query_values

SITE_PARAMETERS = frozenset({"lang"})  # Heard by the site, not by a call.


class CallParser(FlaskParser):
    """Reads bodies and query strings; refuses what is neither JSON nor empty, and parameters that nobody knows."""

    # A misspelt filter would find all.
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"query": RAISE}  # noqa: RUF012 - declared so by webargs

    def pre_load(self, location_data: Any, *, schema: Schema, req: Request, location: str) -> Any:
        """Give the plain values of a query string by name, as the pages read theirs."""
        if location != "query":
            return location_data
        values = query_values(schema, req.args)
        return {name: value for name, value in values.items() if name not in SITE_PARAMETERS}

    def _raw_load_json(self, req: Any) -> Any:
        if not req.is_json and req.get_data():
            raise UnsupportedMediaType
        try:
            return super()._raw_load_json(req)
        except RecursionError:  # Nested without end, it is as little JSON as a body that never closes.
            raise JSONDecodeError("nested too deeply", "[", 0) from None


class CallsBlueprint(Blueprint):
    """flask-smorest with our reading of calls."""

    ARGUMENTS_PARSER = CallParser()
