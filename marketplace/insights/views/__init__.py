"""Pages of figures: the vendor's day, and what cover costs and brings."""

from flask import Blueprint

blueprint = Blueprint("insights", __name__)

from marketplace.insights.views import cover, today, undelivered  # noqa: E402, F401 - they add their routes
