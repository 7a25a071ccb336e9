"""What is supported, as JSON."""

from typing import Any

from flask_smorest import Blueprint

from marketplace.catalogue import queries
from marketplace.catalogue.models import Category, Release
from marketplace.catalogue.questions import json_schema
from marketplace.catalogue.rules import LAYER_EXPLANATIONS, LAYER_LABELS, Layer
from marketplace.catalogue.schemas import CatalogueSchema
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.database import reading
from marketplace.kernel.translate import localized

blueprint = Blueprint("catalogue_api", __name__, url_prefix="/api/v1", description="What is supported")


@blueprint.get("/catalogue")
@blueprint.response(200, CatalogueSchema)
@open_to(Role.ANYONE)
def catalogue() -> dict[str, Any]:
    """List products, releases, niches, layers, and categories with their questions."""
    session = reading()
    return {
        "products": [{"slug": one.slug, "name": one.name} for one in queries.products(session)],
        "releases": [_release(one) for one in queries.releases(session)],
        "niches": [{"slug": one.slug, "name": localized(one.names)} for one in queries.niches(session)],
        "layers": [_layer(one) for one in Layer],
        "categories": [_category(one) for one in queries.categories(session)],
        "currencies": queries.currencies(session),
    }


def _release(release: Release) -> dict[str, Any]:
    return {"product": release.product.slug, "version": release.version, "released_on": release.released_on}


def _layer(layer: Layer) -> dict[str, Any]:
    return {"value": layer, "name": str(LAYER_LABELS[layer]), "explanation": str(LAYER_EXPLANATIONS[layer])}


def _category(category: Category) -> dict[str, Any]:
    return {
        "slug": category.slug,
        "name": localized(category.names),
        "hint": localized(category.hints),
        "layer": category.layer,
        "niche": category.niche.slug,
        "is_defect": category.is_defect,
        "service_kind": category.service_kind,
        "fields_": json_schema(category),
    }
