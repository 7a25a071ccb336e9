"""The table of what people find should not be said."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.kernel.database import Model
from providers.profiles.models import Review
from providers.profiles.rules import MAX_REASON_LENGTH
from providers.profiles.rules.reviews import ReportStatus


class ReviewReport(Model):
    """Somebody finds that a review should not be shown; each person says so once."""

    __table_args__ = (
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", "decided_at_a_moment"),
        CheckConstraint("(status = 'open') = (decided_by IS NULL)", "decided_by_somebody"),
        CheckConstraint("(status = 'open') = (answer IS NULL)", "decided_with_reason"),
        UniqueConstraint("review_id", "reporter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(MAX_REASON_LENGTH))
    made_at: Mapped[datetime]
    status: Mapped[ReportStatus] = mapped_column(default=ReportStatus.OPEN)
    answer: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    review: Mapped[Review] = relationship(viewonly=True)
    reporter: Mapped[Person] = relationship(viewonly=True, foreign_keys=reporter_id)
