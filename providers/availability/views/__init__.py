"""Pages of a member's own time."""

from providers.availability.views import absences, calendars, feed, holidays, seasons, sessions, week, why
from providers.availability.views.common import blueprint

__all__ = ["absences", "blueprint", "calendars", "feed", "holidays", "seasons", "sessions", "week", "why"]
