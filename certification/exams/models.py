"""Tables of exams: what is asked, by whom it was tried, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.banks.models import Question, QuestionVersion
from certification.banks.rules import MAX_TOPIC_LENGTH, Difficulty
from certification.exams.rules import AttemptState, ExamState, Marked, Part, RetakeRules, Terms, Try, is_over
from certification.exams.rules.allowances import Allowed, is_tried
from certification.exams.rules.honesty import MAX_VERSION_LENGTH
from certification.exams.rules.states import GRADED
from certification.exams.rules.tries import (
    MAX_EXTRA_PERCENT,
    MAX_MINUTES,
    MAX_REASON_LENGTH,
    MAX_VALID_DAYS,
    MIN_MINUTES,
    MIN_VALID_DAYS,
)
from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Release
from marketplace.kernel.database import Model

REFERENCE_LENGTH = 16
FRACTION_LENGTH = 64
DIGEST_LENGTH = 64

_DRAFT = text("state = 'draft'")
_PUBLISHED = text("state = 'published'")
_IN_PROGRESS = text("state = 'in_progress'")


class Exam(Model):
    """What a track asks, for how long, and what is enough; once published it never changes: the next edition does."""

    __table_args__ = (
        UniqueConstraint("track_id", "edition"),
        UniqueConstraint("id", "track_id"),
        CheckConstraint("edition > 0", "edition_counted"),
        CheckConstraint(f"minutes BETWEEN {MIN_MINUTES} AND {MAX_MINUTES}", "minutes_in_range"),
        CheckConstraint("pass_percent BETWEEN 1 AND 100", "pass_percent_in_range"),
        CheckConstraint(f"valid_days BETWEEN {MIN_VALID_DAYS} AND {MAX_VALID_DAYS}", "valid_days_in_range"),
        CheckConstraint("tries_max > 0 AND window_days > 0", "tries_counted"),
        CheckConstraint("trial_questions >= 0", "trial_questions_counted"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", "published_with_time"),
        Index("uq_exam_draft", "track_id", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
        Index("uq_exam_published", "track_id", unique=True, sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    edition: Mapped[int]
    state: Mapped[ExamState]
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))  # For which it certifies; None: for all.
    minutes: Mapped[int]
    pass_percent: Mapped[int]
    valid_days: Mapped[int]
    waits_days: Mapped[list[Any]]
    tries_max: Mapped[int]
    window_days: Mapped[int]
    trial_questions: Mapped[int]  # Asked besides, and not scored.
    is_reviewed: Mapped[bool]  # A person looks at each attempt before its result is told.
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    track: Mapped[Track] = relationship(viewonly=True)
    release: Mapped[Release | None] = relationship(viewonly=True)
    parts: Mapped[list["ExamPart"]] = relationship(
        order_by="ExamPart.position", cascade="all, delete-orphan", back_populates="exam"
    )

    @property
    def blueprint(self) -> list[Part]:
        """How many questions it asks of what."""
        return [Part(one.topic, one.difficulty, one.questions) for one in self.parts]

    @property
    def questions(self) -> int:
        """How many questions it asks and scores."""
        return sum(one.questions for one in self.parts)

    @property
    def retakes(self) -> RetakeRules:
        """How often one may try."""
        return RetakeRules(tuple(self.waits_days), self.tries_max, self.window_days)

    @property
    def terms(self) -> Terms:
        """All that staff decide about it."""
        return Terms(
            parts=tuple(self.blueprint),
            release_id=self.release_id,
            minutes=self.minutes,
            pass_percent=self.pass_percent,
            valid_days=self.valid_days,
            retakes=self.retakes,
            trial_questions=self.trial_questions,
            is_reviewed=self.is_reviewed,
        )

    @property
    def valid_for(self) -> timedelta:
        """How long a pass counts."""
        return timedelta(days=self.valid_days)


class ExamPart(Model):
    """So many questions about a topic."""

    __table_args__ = (
        CheckConstraint("questions > 0", "questions_counted"),
        UniqueConstraint("exam_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    position: Mapped[int]
    topic: Mapped[str] = mapped_column(String(MAX_TOPIC_LENGTH))  # With all within it; empty: all topics.
    difficulty: Mapped[Difficulty | None]
    questions: Mapped[int]

    exam: Mapped[Exam] = relationship(back_populates="parts")


class ExamAttempt(Model):
    """One try of a person at an exam, with a draw of its own and a deadline of its own."""

    __table_args__ = (
        ForeignKeyConstraint(["exam_id", "track_id"], ["exam.id", "exam.track_id"]),
        CheckConstraint("deadline_at > started_at", "deadline_after_start"),
        CheckConstraint("ended_at >= started_at AND ended_at <= deadline_at", "ended_in_time"),
        CheckConstraint("(state = 'in_progress') = (ended_at IS NULL)", "ended_with_time"),
        CheckConstraint("state NOT IN ('passed', 'failed') OR earned IS NOT NULL", "graded_with_marks"),
        CheckConstraint("(earned IS NULL) = (possible IS NULL)", "marks_of_so_many"),
        CheckConstraint("(earned IS NULL) = (graded_at IS NULL)", "graded_with_time"),
        CheckConstraint("lapsed_at IS NULL OR graded_at IS NOT NULL", "lapsed_after_result"),
        CheckConstraint("(state = 'voided') = (void_reason IS NOT NULL)", "voided_with_reason"),
        Index("ix_exam_attempt_person", "person_id", "track_id"),
        Index("ix_exam_attempt_exam", "exam_id", "state"),
        Index(
            "uq_exam_attempt_in_progress",
            "person_id",
            "track_id",
            unique=True,
            sqlite_where=_IN_PROGRESS,
            postgresql_where=_IN_PROGRESS,
        ),
        Index("ix_exam_attempt_due", "deadline_at", sqlite_where=_IN_PROGRESS, postgresql_where=_IN_PROGRESS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(REFERENCE_LENGTH), unique=True)
    exam_id: Mapped[int]
    track_id: Mapped[int]  # As of the exam: one attempt at a time in each track.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[AttemptState]
    language: Mapped[str] = mapped_column(String(16))
    honesty_version: Mapped[str] = mapped_column(String(MAX_VERSION_LENGTH))  # Stated as it began.
    network: Mapped[str] = mapped_column(String(DIGEST_LENGTH))  # Digests, only good for telling whether two are one.
    device: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # The deadline, if it was left.
    graded_at: Mapped[datetime | None]
    earned: Mapped[str | None] = mapped_column(String(FRACTION_LENGTH))  # Marks, as an exact fraction.
    possible: Mapped[int | None]
    lapsed_at: Mapped[datetime | None]  # Since when the pass stands no more: its certificate was revoked.
    void_reason: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))

    exam: Mapped[Exam] = relationship(viewonly=True)
    person: Mapped[Person] = relationship(viewonly=True)
    questions: Mapped[list["AskedQuestion"]] = relationship(
        order_by="AskedQuestion.position", back_populates="attempt", cascade="all, delete-orphan"
    )

    @property
    def is_open(self) -> bool:
        """Tell whether it was not ended; whether its time is up is another question."""
        return self.state is AttemptState.IN_PROGRESS

    def takes_answers(self, now: datetime) -> bool:
        """Tell whether what arrives now still counts."""
        return self.is_open and not is_over(self.deadline_at, now)

    @property
    def is_graded(self) -> bool:
        """Tell whether its result may be told."""
        return self.state in GRADED

    @property
    def percent(self) -> int | None:
        """The score, rounded down; None before it is worked out."""
        if self.earned is None or self.possible is None:
            return None
        return int(100 * Fraction(self.earned) / self.possible)

    def as_try(self, release_id: int | None) -> Try:
        """The attempt as the rules of trying again see it, for an exam about a release."""
        over_at = self.deadline_at if self.ended_at is None else self.ended_at
        is_lapsed = self.lapsed_at is not None or self.exam.release_id != release_id
        stands = self.state is AttemptState.PASSED and not is_lapsed
        return Try(self.started_at, over_at, over_at + self.exam.valid_for if stands else None)


class AskedQuestion(Model):
    """A question of an attempt, in the version that was asked, and what was answered."""

    __table_args__ = (
        UniqueConstraint("attempt_id", "position"),
        UniqueConstraint("attempt_id", "question_id"),
        CheckConstraint("position > 0", "position_counted"),
        CheckConstraint("sequence >= 0", "sequence_counted"),
        CheckConstraint("(sequence = 0) = (answered_at IS NULL)", "answered_with_time"),
        Index("ix_asked_question_question", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("exam_attempt.id"))
    position: Mapped[int]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    topic: Mapped[str] = mapped_column(String(MAX_TOPIC_LENGTH))
    is_scored: Mapped[bool]
    own_ids: Mapped[list[Any]]  # Pairs, in the order shown: the part's id, and what stands for it in this attempt.
    response: Mapped[list[Any]]  # By the parts' ids, or as it was typed.
    sequence: Mapped[int]  # Of the answer that is kept; 0 before the first.
    answered_at: Mapped[datetime | None]
    mark: Mapped[str | None] = mapped_column(String(FRACTION_LENGTH))  # A share, 0 to 1, as an exact fraction.
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # A person, if one had to.

    attempt: Mapped[ExamAttempt] = relationship(back_populates="questions")
    question: Mapped[Question] = relationship(viewonly=True)
    version: Mapped[QuestionVersion] = relationship(viewonly=True)

    @property
    def is_answered(self) -> bool:
        """Tell whether something was answered that was not taken back."""
        return bool(self.response)

    @property
    def shown_ids(self) -> dict[str, str]:
        """What stands for each part, in the order in which they are shown."""
        return dict(self.own_ids)

    @property
    def marked(self) -> Marked:
        """What the rules of marking need of it."""
        return Marked(self.topic, self.is_scored, None if self.mark is None else Fraction(self.mark))


class Allowance(Model):
    """What staff allow a person for a track; the latest one holds."""

    __table_args__ = (
        CheckConstraint(f"extra_percent BETWEEN 0 AND {MAX_EXTRA_PERCENT}", "extra_percent_in_range"),
        Index("ix_allowance_person", "person_id", "track_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    extra_percent: Mapped[int]  # Of the time that everybody has.
    may_try_from: Mapped[datetime | None]  # Whatever the rules of trying again say, once.
    reason: Mapped[str] = mapped_column(String(MAX_REASON_LENGTH))
    by_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(viewonly=True, foreign_keys=person_id)
    by: Mapped[Person] = relationship(viewonly=True, foreign_keys=by_person_id)
    track: Mapped[Track] = relationship(viewonly=True)

    @property
    def allowed(self) -> Allowed:
        """What was allowed."""
        return Allowed(self.extra_percent, self.may_try_from)

    def left(self, tries: Sequence[Try]) -> Allowed:
        """Tell what of it still holds after some tries."""
        return Allowed(self.extra_percent) if is_tried(self.at, tries) else self.allowed
