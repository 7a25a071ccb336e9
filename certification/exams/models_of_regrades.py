"""Tables of what was graded anew: the decision, what it made of each attempt, and the passes that it put in doubt."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.banks.models import Question, QuestionVersion
from certification.exams.models import FRACTION_LENGTH, ExamAttempt
from certification.exams.rules import AttemptState
from certification.exams.rules.doubts import MAX_ANSWER_LENGTH, DoubtStatus
from certification.exams.rules.regrading import Decision, Fallback, Remedy
from certification.exams.rules.tries import MAX_REASON_LENGTH
from marketplace.accounts.models import Person
from marketplace.kernel.database import Model

_OPEN = text("status = 'open'")


class Regrade(Model):
    """A decision about a question that was wrong in some of its versions; never changed, another may follow."""

    __table_args__ = (
        CheckConstraint("(remedy = 'newest_key') = (fallback IS NOT NULL)", "fallback_for_keys"),
        CheckConstraint("(remedy = 'newest_key') = (version_id IS NOT NULL)", "key_of_a_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    versions: Mapped[list[Any]]  # By their numbers: in these it was wrong.
    remedy: Mapped[Remedy]
    fallback: Mapped[Fallback | None]  # For answers that the newest key can't mark.
    version_id: Mapped[int | None] = mapped_column(ForeignKey("question_version.id"))  # Whose key counts, if one does.
    reason: Mapped[str] = mapped_column(String(MAX_REASON_LENGTH))
    by_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    question: Mapped[Question] = relationship(viewonly=True)
    version: Mapped[QuestionVersion | None] = relationship(viewonly=True)
    by: Mapped[Person] = relationship(viewonly=True)

    @property
    def decision(self) -> Decision:
        """What was decided."""
        return Decision(self.remedy, self.fallback)


class RegradedAttempt(Model):
    """What a regrade made of an attempt; of a pass in doubt what it would make, until somebody decides."""

    __table_args__ = (
        UniqueConstraint("regrade_id", "attempt_id"),
        CheckConstraint("state <> 'voided'", "state_that_counts"),
        CheckConstraint("(state IN ('passed', 'failed')) = (earned IS NOT NULL)", "graded_with_marks"),
        CheckConstraint("(earned IS NULL) = (earned_before IS NULL)", "marks_before_and_after"),
        CheckConstraint("(earned IS NULL) = (possible IS NULL)", "marks_of_so_many"),
        CheckConstraint("(earned IS NULL) = (possible_before IS NULL)", "marks_of_so_many_before"),
        CheckConstraint("(earned IS NULL) = (is_passed IS NULL)", "graded_with_result"),
        CheckConstraint("possible > 0 AND possible_before > 0", "something_counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrade.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempt.id"), index=True)
    state: Mapped[AttemptState]  # Before.
    mark_before: Mapped[str | None] = mapped_column(String(FRACTION_LENGTH))
    mark: Mapped[str | None] = mapped_column(String(FRACTION_LENGTH))
    was_scored: Mapped[bool]
    is_scored: Mapped[bool]
    earned_before: Mapped[str | None] = mapped_column(String(FRACTION_LENGTH))
    possible_before: Mapped[int | None]
    earned: Mapped[str | None] = mapped_column(String(FRACTION_LENGTH))
    possible: Mapped[int | None]
    is_passed: Mapped[bool | None]  # Whether it is enough by that; None as long as it is not graded.

    regrade: Mapped[Regrade] = relationship(viewonly=True)
    attempt: Mapped[ExamAttempt] = relationship(viewonly=True)

    @property
    def reference(self) -> str:
        """Of the attempt."""
        return self.attempt.reference

    @property
    def name(self) -> str:
        """Of the candidate."""
        return self.attempt.person.name

    @property
    def track(self) -> dict[str, str]:
        """How the track is called."""
        return self.attempt.exam.track.names

    @property
    def edition(self) -> int:
        """Of the exam."""
        return self.attempt.exam.edition

    @property
    def moment(self) -> datetime | None:
        """At which the attempt ended; None as long as it has not."""
        return self.attempt.ended_at

    @property
    def percent_before(self) -> int | None:
        """The score that there was, rounded down."""
        return _percent(self.earned_before, self.possible_before)

    @property
    def percent(self) -> int | None:
        """The score by the new marks, rounded down."""
        return _percent(self.earned, self.possible)

    @property
    def state_by_marks(self) -> AttemptState:
        """What the attempt is by the new marks; a pass in doubt stays one until somebody decides."""
        if self.is_passed is None:
            return self.state
        return AttemptState.PASSED if self.is_passed else AttemptState.FAILED


def _percent(earned: str | None, possible: int | None) -> int | None:
    return None if earned is None or possible is None else int(100 * Fraction(earned) / possible)


class PassInDoubt(Model):
    """A pass that would be none by the new marks: it stands, until somebody decides about it."""

    __table_args__ = (
        CheckConstraint("(status IN ('kept', 'taken_back')) = (decided_by IS NOT NULL)", "decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (answer IS NULL)", "decided_with_reason"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", "ended_with_moment"),
        CheckConstraint("ended_at >= made_at", "ended_after_made"),
        Index("ix_pass_in_doubt_open", "made_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    regraded_id: Mapped[int] = mapped_column(ForeignKey("regraded_attempt.id"), unique=True)
    status: Mapped[DoubtStatus]
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(MAX_ANSWER_LENGTH))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    regraded: Mapped[RegradedAttempt] = relationship(viewonly=True)
    decider: Mapped[Person | None] = relationship(viewonly=True)
