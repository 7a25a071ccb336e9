"""Tables of the thread and its promises."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.conversation.rules import Side, paragraphs
from marketplace.kernel.database import Model
from marketplace.kernel.storage import StoredFile
from marketplace.support_requests.models import SupportRequest

_AWAITED = text("kept_at IS NULL AND ended_at IS NULL")
_RUNNING = text("kept_at IS NULL AND missed_at IS NULL AND ended_at IS NULL")


class Message(Model):
    """Something said in the thread of a request; never changed afterwards."""

    __table_args__ = (
        CheckConstraint("(side = 'house') = (author_id IS NULL)", "house_has_no_author"),
        CheckConstraint("length(body) > 0", "something_said"),
        Index("ix_message_request", "request_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    side: Mapped[Side]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    support_request: Mapped[SupportRequest] = relationship(viewonly=True)
    author: Mapped[Person | None] = relationship(viewonly=True)
    files: Mapped[list[StoredFile]] = relationship(secondary="message_file", order_by=StoredFile.id, viewonly=True)
    promise: Mapped["Promise | None"] = relationship(viewonly=True)

    @property
    def paragraphs(self) -> list[str]:
        """The text in its parts."""
        return paragraphs(self.body)


class MessageFile(Model):
    """A file that came with a message; it belongs to one message only."""

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True, unique=True)


class Promise(Model):
    """The moment by which a provider says there will be news.

    It is awaited until it is kept or ended. One that was missed is still awaited: the customer still has no news.
    """

    __table_args__ = (
        CheckConstraint("due_at > made_at", "due_later"),
        CheckConstraint("kept_at IS NULL OR missed_at IS NULL", "kept_or_missed"),
        CheckConstraint("kept_at IS NULL OR ended_at IS NULL", "kept_or_ended"),
        Index("uq_promise_awaited", "request_id", unique=True, sqlite_where=_AWAITED, postgresql_where=_AWAITED),
        Index("ix_promise_running", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)  # With which it was made.
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # No longer awaited: the request ended, or news came after all.

    support_request: Mapped[SupportRequest] = relationship(viewonly=True)
