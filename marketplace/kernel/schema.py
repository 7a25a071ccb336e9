"""The edge where input becomes values: marshmallow for every form and every JSON body."""

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, _l

HOUSEKEEPING = frozenset({"csrf_token", "form_key"})  # Fields of a form that are ours, not the person's.


class InputSchema(Schema):
    """Base of all input: unknown fields are refused."""

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE


class MoneySchema(InputSchema):
    """Money in JSON: minor units and ISO 4217 code."""

    amount = fields.Integer(required=True, strict=True, metadata={"description": "Minor units", "example": 4900})
    currency = fields.String(required=True, metadata={"description": "ISO 4217 code", "example": "EUR"})


def money_json(amount: Money) -> dict[str, Any]:
    """Write money as the API does."""
    return {"amount": amount.minor, "currency": amount.currency}


def load_form(schema: Schema) -> Any:
    """Validate the submitted form.

    A field left empty counts as not given. Several values of one name stay together where the schema has a list.

    Raises:
        InvalidInput: with the messages by field, in the reader's language.
    """
    return load(schema, form_values(schema, request.form))


def form_values(schema: Schema, form: "MultiDict[str, str]") -> dict[str, Any]:
    """Give the plain values of a form, for a schema or to show the form again."""
    values: dict[str, Any] = {}
    for name in form:
        if name in HOUSEKEEPING:
            continue
        if isinstance(schema.fields.get(name), fields.List):
            values[name] = [value for value in form.getlist(name) if value.strip()]
        elif form[name].strip():
            values[name] = form[name].strip()
    return values


def load(schema: Schema, values: Mapping[str, Any]) -> Any:
    """Validate plain values.

    Raises:
        InvalidInput: with the messages by field, in the reader's language.
    """
    try:
        return schema.load(values)
    except ValidationError as error:
        raise InvalidInput(_flat(error.normalized_messages())) from None


# marshmallow's own texts, said so that they tell how to mend it.
_TEXTS = {
    "Missing data for required field.": _l("This is needed: please fill it in."),
    "Unknown field.": _l("This form has no such field."),
    "Not a valid integer.": _l("Write a whole number, such as 3."),
    "Not a valid string.": _l("Write some text."),
    "Not a valid email address.": _l("Write a full address, such as name@example.com."),
    "Not a valid boolean.": _l("Answer yes or no."),
    "Not a valid date.": _l("Write a date as year, month and day, such as 2026-11-30."),
    "Field may not be null.": _l("This is needed: please fill it in."),
    "Shorter than minimum length 1.": _l("This is needed: please fill it in."),
}


def _flat(messages: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        path = f"{prefix}{name}"
        if isinstance(found, Mapping):
            flat |= _flat(found, f"{path}.")
        else:
            flat[path] = [str(_TEXTS.get(str(text), text)) for text in found]
    return flat


def too_long(max_length: int) -> str:
    """Say that a text is too long; for `validate.Length(error=...)` in schemas use `length`."""
    return _("This is too long: at most %(n)d characters, please.") % {"n": max_length}
