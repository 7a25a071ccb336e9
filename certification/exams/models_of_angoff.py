"""The table of what judges say about the questions of an exam that is prepared."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Model


class AngoffEstimate(Model):
    """How many of a hundred who know just enough would get a question right, in the eyes of a judge."""

    __table_args__ = (
        UniqueConstraint("exam_id", "question_id", "judge_id"),
        CheckConstraint("percent BETWEEN 0 AND 100", "percent_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    judge_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    percent: Mapped[int]
    at: Mapped[datetime]
