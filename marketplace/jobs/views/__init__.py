"""Pages of requests: asking, following, working, watching."""

from flask import Blueprint

blueprint = Blueprint("jobs", __name__)

# They add their routes to it.
from marketplace.jobs.views import extras, intake, request_page, thread, timing, vendor, work  # noqa: E402, F401
