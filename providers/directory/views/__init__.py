"""Pages of the public list, and of what somebody keeps of it."""

from providers.directory.views import comparing, favourites, listing, searches
from providers.directory.views.common import blueprint

__all__ = ["blueprint", "comparing", "favourites", "listing", "searches"]
