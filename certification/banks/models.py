"""Tables of question banks."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.banks.kinds import Content, Kind, content_of
from certification.banks.rules import (
    MAX_BANK_NAME_LENGTH,
    MAX_IDNUMBER_LENGTH,
    MAX_NAME_LENGTH,
    MAX_TOPIC_LENGTH,
    Difficulty,
    QuestionState,
)
from marketplace.accounts.models import Person
from marketplace.kernel.database import Model


class Bank(Model):
    """Questions that belong together; each track asks from one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_BANK_NAME_LENGTH))
    made_at: Mapped[datetime]


class Question(Model):
    """A question; what it says stands in its versions."""

    __table_args__ = (
        UniqueConstraint("bank_id", "idnumber"),
        UniqueConstraint("bank_id", "topic", "name", "kind"),
        UniqueConstraint("id", "kind"),
        Index("ix_question_drawn", "bank_id", "state", "topic", "difficulty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    kind: Mapped[Kind]
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    idnumber: Mapped[str | None] = mapped_column(String(MAX_IDNUMBER_LENGTH))
    topic: Mapped[str] = mapped_column(String(MAX_TOPIC_LENGTH))
    difficulty: Mapped[Difficulty]
    tags: Mapped[list[Any]]
    state: Mapped[QuestionState]
    made_at: Mapped[datetime]


class QuestionVersion(Model):
    """What a question says and what is right, as it once was; never changed, since attempts refer to it."""

    __table_args__ = (
        CheckConstraint("number > 0", "number_counted"),
        UniqueConstraint("question_id", "number"),
        ForeignKeyConstraint(["question_id", "kind"], ["question.id", "question.kind"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int]
    kind: Mapped[Kind]
    number: Mapped[int]
    written: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    question: Mapped[Question] = relationship(viewonly=True)
    author: Mapped[Person | None] = relationship(viewonly=True)

    @property
    def content(self) -> Content:
        """What is asked, and what is right."""
        return content_of(self.kind, self.written)
