"""Pages of papers: for customers, for partners, for the vendor's accountant."""

from flask import Blueprint

blueprint = Blueprint("papers", __name__)

from marketplace.papers.views import partner, reading_them, vendor  # noqa: E402, F401 - they add their routes to it
