"""The table of what is worth a look; kept, so that what was put aside does not come back."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.banks.models import Question
from certification.exams.models import ExamAttempt
from certification.exams.rules.signals import SignalKind
from certification.exams.rules.signals.kinds import MAX_NOTE_LENGTH
from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.kernel.database import Model

MAX_KEY_LENGTH = 64

_OPEN = text("aside_at IS NULL")


class ExamSignal(Model):
    """Something about one attempt, two of them, or a question, at which a person should look."""

    __table_args__ = (
        CheckConstraint("(attempt_id IS NULL) = (question_id IS NOT NULL)", "about_attempt_or_question"),
        CheckConstraint("other_id IS NULL OR other_id <> attempt_id", "two_attempts"),
        CheckConstraint("(other_id IS NULL) = (kind NOT IN ('same_place', 'same_answers'))", "pairs_by_kind"),
        CheckConstraint("(aside_at IS NULL) = (aside_by_id IS NULL)", "aside_by_somebody"),
        CheckConstraint("(aside_at IS NULL) = (aside_note IS NULL)", "aside_with_note"),
        Index("ix_exam_signal_open", "happened_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY_LENGTH), unique=True)  # What it is about: noticed once.
    kind: Mapped[SignalKind]
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("exam_attempt.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("exam_attempt.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    facts: Mapped[dict[str, Any]]  # The numbers, as they were when it was noticed.
    happened_at: Mapped[datetime]  # The end of the later attempt; of a question, when it was noticed.
    noticed_at: Mapped[datetime]
    aside_at: Mapped[datetime | None]
    aside_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    aside_note: Mapped[str | None] = mapped_column(String(MAX_NOTE_LENGTH))

    track: Mapped[Track] = relationship(viewonly=True)
    attempt: Mapped[ExamAttempt | None] = relationship(viewonly=True, foreign_keys=attempt_id)
    other: Mapped[ExamAttempt | None] = relationship(viewonly=True, foreign_keys=other_id)
    question: Mapped[Question | None] = relationship(viewonly=True)
    aside_by: Mapped[Person | None] = relationship(viewonly=True, foreign_keys=aside_by_id)

    @property
    def attempts(self) -> list[ExamAttempt]:
        """The attempts that it is about."""
        return [one for one in (self.attempt, self.other) if one is not None]
