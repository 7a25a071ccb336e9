"""A category's own questions: the schema of their answers, for forms and for programs."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from marketplace.catalogue.models import Category, CategoryField
from marketplace.catalogue.rules import FieldKind
from marketplace.kernel.schema import InputSchema
from marketplace.kernel.translate import _, localized

URL_PATTERN = r"^https?://[^\s/?#]+[^\s]*$"  # As JSON Schema writes it: never a script, always with a host.


def fields_schema(category: Category) -> InputSchema:
    """Make the schema of a category's own questions: each answer is a text, under the key of its question."""
    answers: dict[str, fields.Field[Any]] = {field.key: _answer(field) for field in category.fields}
    return InputSchema.from_dict(answers, name=f"FieldsOf{category.slug}")()  # type: ignore[return-value]


def _answer(field: CategoryField) -> fields.String:
    validators: list[Any] = [validate.Length(max=field.max_length)]
    if field.is_required:
        validators.append(validate.Length(min=1))
    if field.kind is FieldKind.CHOICE:
        validators.append(validate.OneOf([choice["value"] for choice in field.choices]))
    if field.kind is FieldKind.URL:
        validators.append(_check_url)
    return fields.String(required=field.is_required, validate=validators)


def _check_url(text: str) -> None:
    if not re.fullmatch(URL_PATTERN, text):
        raise ValidationError(_("Write the whole address, such as https://example.com/page."))


def json_schema(category: Category) -> dict[str, Any]:
    """Describe a category's own questions as JSON Schema, for programs that ask them."""
    return {
        "type": "object",
        "properties": {field.key: _property(field) for field in category.fields},
        "required": [field.key for field in category.fields if field.is_required],
        "additionalProperties": False,
    }


def _property(field: CategoryField) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": "string",
        "title": localized(field.labels),
        "description": localized(field.hints),
        "maxLength": field.max_length,
    }
    if field.is_required:
        described["minLength"] = 1
    if field.kind is FieldKind.CHOICE:
        described["oneOf"] = [{"const": one["value"], "title": localized(one["labels"])} for one in field.choices]
    if field.kind is FieldKind.URL:
        described["pattern"] = URL_PATTERN
    return described
