"""Pages of plans and policies."""

from flask import Blueprint

blueprint = Blueprint("insurance", __name__)

from marketplace.insurance.views import appeals, plans, policies, shop, use  # noqa: E402, F401 - for their routes
