"""What an address may hold: numbers that the database counts to, and text that it can keep."""

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

from marketplace.kernel.database import MAX_ID


class IdConverter(IntegerConverter):
    """The id of a row; beyond what the database counts to there is nothing."""

    def __init__(self, url_map: Map, *arguments: Any, **options: Any) -> None:
        """Set the limit."""
        super().__init__(url_map, *arguments, **{"max": MAX_ID, **options})


class TextConverter(UnicodeConverter):
    """A part of an address; nothing is called by a name with NUL in it."""

    def to_python(self, value: str) -> str:
        """Give the text."""
        if "\x00" in value:
            raise ValidationError
        return str(super().to_python(value))


def init_app(app: Flask) -> None:
    """Read addresses so; call it before any route is added."""
    app.url_map.converters |= {"int": IdConverter, "string": TextConverter, "default": TextConverter}
    app.before_request(refuse_broken_query)


def refuse_broken_query() -> None:
    """Refuse a question with NUL in it: no database keeps such a text, and nobody types it."""
    if b"%00" in request.query_string:
        abort(400)
