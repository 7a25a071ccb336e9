"""The main job by JSON: ask, submit, follow, answer, solve, confirm."""

from marketplace.jobs.api import asking, extras, offers, thread, timing
from marketplace.jobs.api.common import blueprint

__all__ = ["asking", "blueprint", "extras", "offers", "thread", "timing"]
