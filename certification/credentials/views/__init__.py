"""Pages and documents of credentials; what has an address here keeps it for ever."""

from flask import Blueprint

blueprint = Blueprint("credentials", __name__)

from certification.credentials.views import (  # noqa: E402 - they add their routes to it
    appeals,  # noqa: F401
    documents,  # noqa: F401
    doubts,  # noqa: F401
    pages,  # noqa: F401
    pictures,  # noqa: F401
    revoking,  # noqa: F401
    verifying,  # noqa: F401
)
