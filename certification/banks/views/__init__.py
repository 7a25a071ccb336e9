"""The vendor's pages of question banks."""

from flask import Blueprint

blueprint = Blueprint("banks", __name__)

from certification.banks.views import (  # noqa: E402 - they add their routes to it
    banks,  # noqa: F401
    editing,  # noqa: F401
    exporting,  # noqa: F401
    importing,  # noqa: F401
    questions,  # noqa: F401
    rewording,  # noqa: F401
)
