"""What all pages of applications share."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy.orm import Session

from marketplace.kernel.database import transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import languages, own_name, reader
from providers.profiles.callers import way_on

blueprint = Blueprint("applications", __name__)
Errors = Mapping[str, list[str]]


def save(
    schema: Schema,
    show: Callable[[Errors], ResponseReturnValue],
    perform: Callable[[Session, Any], object],
    *,
    told: str,
) -> ResponseReturnValue:
    """Take the form of a step, do what it says, and lead on: to the application, or to the same page once listed."""
    try:
        values = load_form(schema)
        with transaction() as session:
            perform(session, values)
    except InvalidInput as error:
        return show(error.fields)
    flash(told)
    return redirect(way_on(request.path))


def in_languages(prefix: str) -> list[tuple[str, str]]:
    """List the fields of a text in each language of the site, the reader's first, with the language in itself."""
    codes = sorted(languages(), key=lambda code: code != reader().language)
    return [(f"{prefix}{code}", own_name(code)) for code in codes]
