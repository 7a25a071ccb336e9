"""Pages of exams: what is asked, taking one, what came of it; and how the vendor's people prepare one."""

from flask import Blueprint

blueprint = Blueprint("exams", __name__)

from certification.exams.views import (  # noqa: E402 - they add their routes to it
    allowing,  # noqa: F401
    discarding,  # noqa: F401
    editing,  # noqa: F401
    judging,  # noqa: F401
    noticing,  # noqa: F401
    regrading,  # noqa: F401
    reviewing,  # noqa: F401
    showing,  # noqa: F401
    statistics,  # noqa: F401
    taking,  # noqa: F401
)
