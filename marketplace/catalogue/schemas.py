"""The shape of the answers to a category's own questions, and of the catalogue in the API."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from marketplace.catalogue.models import Category, CategoryField
from marketplace.catalogue.rules import FieldKind, Layer
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


class ProductSchema(Schema):
    """A piece of software that the vendor makes."""

    slug = fields.String(required=True)
    name = fields.String(required=True)


class ReleaseSchema(Schema):
    """A version of a product."""

    product = fields.String(required=True, metadata={"description": "Slug of the product"})
    version = fields.String(required=True)
    released_on = fields.Date(required=True)


class NicheSchema(Schema):
    """A kind of work."""

    slug = fields.String(required=True)
    name = fields.String(required=True)


class LayerSchema(Schema):
    """A part of the customer's system."""

    value = fields.Enum(Layer, by_value=True, required=True)
    name = fields.String(required=True)
    explanation = fields.String(required=True, metadata={"description": "Who is responsible"})


class CategorySchema(Schema):
    """A kind of problem, with its own questions."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    hint = fields.String(required=True)
    layer = fields.Enum(Layer, by_value=True, required=True)
    niche = fields.String(required=True, metadata={"description": "Slug of the niche"})
    is_defect = fields.Boolean(required=True, metadata={"description": "Of the product: mended free of charge"})
    fields_ = fields.Dict(
        keys=fields.String(), required=True, data_key="fields", metadata={"description": "JSON Schema of the answers"}
    )


class CatalogueSchema(Schema):
    """What is supported, named in the caller's language."""

    products = fields.List(fields.Nested(ProductSchema), required=True)
    releases = fields.List(fields.Nested(ReleaseSchema), required=True, metadata={"description": "The newest first"})
    niches = fields.List(fields.Nested(NicheSchema), required=True)
    layers = fields.List(fields.Nested(LayerSchema), required=True)
    categories = fields.List(fields.Nested(CategorySchema), required=True)
    currencies = fields.List(fields.String(), required=True, metadata={"description": "ISO 4217 codes"})
