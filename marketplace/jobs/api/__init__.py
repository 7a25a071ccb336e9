"""The main job by JSON: ask, submit, follow, answer, solve, confirm."""

from marketplace.jobs.api import asking, disputes, extras, meeting, moving, offers, quotes, slots, thread, timing
from marketplace.jobs.api.common import blueprint

__all__ = [
    "asking",
    "blueprint",
    "disputes",
    "extras",
    "meeting",
    "moving",
    "offers",
    "quotes",
    "slots",
    "thread",
    "timing",
]
