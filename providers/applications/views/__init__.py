"""Pages for those who apply and, later, keep what they said up to date; and for those who decide."""

from providers.applications.views import applying, breaks, desk, photos, proving, selling, steps, team
from providers.applications.views.common import blueprint

__all__ = ["applying", "blueprint", "breaks", "desk", "photos", "proving", "selling", "steps", "team"]
