"""What happens in exams that others want to hear of."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ExamPublished:
    """A track asks by a new edition from now on."""

    exam_id: int
    track_id: int
    release_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ExamPassed:
    """A person has passed the exam of a track; `attempt_id` is told once unless it was failed in between."""

    attempt_id: int
    person_id: int
    track_id: int
    release_id: int | None
    valid_for: timedelta
    at: datetime
    after_regrade: bool = False  # It was not enough, until a question was graded anew.


@dataclass(frozen=True, slots=True)
class AttemptImproved:
    """An attempt is a pass after a question was graded anew; the person has passed a later one, which counts on."""

    attempt_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ExamFailed:
    """A person has not passed; may try again from a moment, or at once."""

    attempt_id: int
    person_id: int
    may_try_from: datetime | None
    at: datetime
