"""Pages of requests: asking, following, working, watching."""

from flask import Blueprint

blueprint = Blueprint("jobs", __name__)

from marketplace.jobs.views import intake, request_page, thread, vendor, work  # noqa: E402, F401 - they add their routes to it
