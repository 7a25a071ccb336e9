"""What is true of exams."""

from certification.exams.rules.blueprints import CannotPublish, Stock, irreplaceable, missing, named, overlaps, stocks
from certification.exams.rules.drafts import FRESH, Terms, topics_of
from certification.exams.rules.drawing import (
    ASKED_STATES,
    MAX_QUESTIONS,
    Candidate,
    Drawn,
    Part,
    PoolTooSmall,
    draw,
    is_within,
    own_ids,
    pool,
)
from certification.exams.rules.honesty import HONESTY, HONESTY_VERSION
from certification.exams.rules.marking import Band, Marked, Result, bands, is_marked, result
from certification.exams.rules.responses import BadResponses, Responses, read_responses
from certification.exams.rules.states import (
    COUNTED,
    EXAM_LIFECYCLE,
    GRADED,
    LIFECYCLE,
    AttemptAction,
    AttemptState,
    ExamAction,
    ExamState,
)
from certification.exams.rules.statistics import ExamFigures, Figures, ItemFigures, analyse
from certification.exams.rules.tries import NETWORK_GRACE, RetakeRules, TooEarly, Try, deadline, is_over, may_try_from

__all__ = [
    "ASKED_STATES",
    "COUNTED",
    "EXAM_LIFECYCLE",
    "FRESH",
    "GRADED",
    "HONESTY",
    "HONESTY_VERSION",
    "LIFECYCLE",
    "MAX_QUESTIONS",
    "NETWORK_GRACE",
    "AttemptAction",
    "AttemptState",
    "BadResponses",
    "Band",
    "Candidate",
    "CannotPublish",
    "Drawn",
    "ExamAction",
    "ExamFigures",
    "ExamState",
    "Figures",
    "ItemFigures",
    "Marked",
    "Part",
    "PoolTooSmall",
    "Responses",
    "Result",
    "RetakeRules",
    "Stock",
    "Terms",
    "TooEarly",
    "Try",
    "analyse",
    "bands",
    "deadline",
    "draw",
    "irreplaceable",
    "is_marked",
    "is_over",
    "is_within",
    "may_try_from",
    "missing",
    "named",
    "overlaps",
    "own_ids",
    "pool",
    "read_responses",
    "result",
    "stocks",
    "topics_of",
]
