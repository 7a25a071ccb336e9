"""The shape of the catalogue in the API."""

from marshmallow import Schema, fields

from marketplace.catalogue.rules import Layer, ServiceKind


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
    service_kind = fields.Enum(
        ServiceKind, by_value=True, required=True, metadata={"description": "How help with it is sold"}
    )
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
