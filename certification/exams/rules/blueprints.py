"""Whether an exam can be published: its parts do not overlap, and its pools are large enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from certification.exams.rules.drawing import MAX_QUESTIONS, Candidate, Part, is_within, pool
from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import LazyText, _l


class CannotPublish(Conflict):
    """Something is missing, or in the way; `missing` has the list."""

    message = _l("This exam can not be published yet: %(missing)s")


@dataclass(frozen=True, slots=True)
class Stock:
    """How many questions a part asks, and how many there are."""

    part: Part
    questions: int

    @property
    def is_enough(self) -> bool:
        """Tell whether the part can be asked."""
        return self.questions >= self.part.questions


def stocks(parts: Sequence[Part], candidates: Sequence[Candidate]) -> list[Stock]:
    """Tell what there is for each part."""
    return [Stock(part, len(pool(part, candidates))) for part in parts]


def irreplaceable(parts: Sequence[Part], candidates: Sequence[Candidate]) -> set[int]:
    """List the questions without which a part could not be asked any more."""
    pools = ((part, pool(part, candidates)) for part in parts)
    return {one.question_id for part, found in pools if len(found) <= part.questions for one in found}


def overlaps(parts: Sequence[Part]) -> list[tuple[Part, Part]]:
    """List the parts that could ask the same question."""
    return [(one, other) for one, other in combinations(parts, 2) if _overlap(one, other)]


def _overlap(one: Part, other: Part) -> bool:
    nested = is_within(one.topic, other.topic) or is_within(other.topic, one.topic)
    return nested and (None in (one.difficulty, other.difficulty) or one.difficulty is other.difficulty)


EMPTY = _l("It asks nothing yet. Add a part.")
TOO_LONG = _l("It asks more than %(n)d questions.")
OVERLAP = _l("Two parts could ask the same question: “%(one)s” and “%(other)s”.")
TOO_FEW = _l("“%(topic)s” asks %(wanted)d questions, and has %(there)d.")
ANYTHING = _l("All topics")


def missing(parts: Sequence[Part], candidates: Sequence[Candidate]) -> Iterator[str]:
    """Say what stands in the way of publishing, each in words."""
    if not parts:
        yield str(EMPTY)
    if sum(part.questions for part in parts) > MAX_QUESTIONS:
        yield str(TOO_LONG % {"n": MAX_QUESTIONS})
    for one, other in overlaps(parts):
        yield str(OVERLAP % {"one": named(one), "other": named(other)})
    for stock in stocks(parts, candidates):
        if not stock.is_enough:
            facts = {"topic": named(stock.part), "wanted": stock.part.questions, "there": stock.questions}
            yield str(TOO_FEW % facts)


def named(part: Part) -> str:
    """Name a part by its topic and difficulty."""
    topic: LazyText | str = part.topic or ANYTHING
    return f"{topic} ({part.difficulty.label})" if part.difficulty else str(topic)
