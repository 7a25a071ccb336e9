"""Playing the demo's stories side by side, the earliest of all steps first."""

import heapq
from collections.abc import Iterable

from marketplace.site.demo.casting import Casting
from marketplace.site.demo.content.script import Story
from marketplace.site.demo.life import Play


def play(stories: Iterable[Story], casting: Casting) -> None:
    """Play stories up to now, all of them side by side."""
    plays = [Play(story, casting).run() for story in stories]
    due = [(next(one), number) for number, one in enumerate(plays)]
    heapq.heapify(due)
    while due:
        moment, number = heapq.heappop(due)
        assert moment <= casting.now, f"story {number} reaches beyond now"
        following = next(plays[number], None)
        if following is not None:
            heapq.heappush(due, (following, number))
