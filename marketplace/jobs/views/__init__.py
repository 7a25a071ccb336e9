"""Pages of requests: asking, following, working, watching."""

from flask import Blueprint

blueprint = Blueprint("jobs", __name__)

# They add their routes to it.
from marketplace.jobs.views import (  # noqa: E402, F401
    asking,
    dispute_desk,
    disputes,
    extras,
    getting_paid,
    intake,
    meeting,
    moving,
    people,
    quotes,
    request_page,
    thread,
    times,
    timing,
    vendor,
    work,
)
