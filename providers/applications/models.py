"""Tables of applications, of what is asked about them, and of invitations into a business."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.accounts.rules import MAX_EMAIL_LENGTH
from marketplace.kernel.database import Model
from providers.applications.rules import (
    APPLICATION,
    CONDUCT_VERSION,
    ApplicationAction,
    ApplicationStatus,
    may_apply_again_at,
)
from providers.profiles.models import Provider
from providers.profiles.rules import MemberRole

_LIVE = text("status NOT IN ('refused', 'withdrawn')")
_OPEN = text("answered_at IS NULL")


class Application(Model):
    """One try of a business to get into the directory. Those that were refused or withdrawn are kept."""

    __table_args__ = (
        CheckConstraint("status NOT IN ('submitted', 'questions_asked') OR submitted_at IS NOT NULL", "sent_at_moment"),
        CheckConstraint("status <> 'draft' OR submitted_at IS NULL", "draft_not_sent"),
        CheckConstraint("(status IN ('approved', 'refused')) = (decided_at IS NOT NULL)", "decided_with_moment"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", "decided_by_somebody"),
        CheckConstraint("decided_at IS NULL OR submitted_at <= decided_at", "decided_after_sent"),
        CheckConstraint("(status = 'refused') = (reason IS NOT NULL)", "refused_with_reason"),
        CheckConstraint("(conduct_version IS NULL) = (conduct_accepted_at IS NULL)", "conduct_with_moment"),
        CheckConstraint("(conduct_version IS NULL) = (conduct_accepted_by IS NULL)", "conduct_by_somebody"),
        CheckConstraint("submitted_at IS NULL OR conduct_version IS NOT NULL", "sent_with_conduct"),
        Index("uq_application_live", "provider_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_application_status", "status", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    status: Mapped[ApplicationStatus] = mapped_column(default=ApplicationStatus.DRAFT)
    begun_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]  # For the first time: how long somebody has waited is counted from here.
    conduct_version: Mapped[int | None]
    conduct_accepted_at: Mapped[datetime | None]
    conduct_accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text)  # Of a refusal, as the business reads it.

    provider: Mapped[Provider] = relationship(viewonly=True)
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by], viewonly=True)
    questions: Mapped[list["ApplicationQuestion"]] = relationship(order_by="ApplicationQuestion.id", viewonly=True)

    @property
    def has_accepted_conduct(self) -> bool:
        """Tell whether the statement of conduct was accepted as it is now."""
        return self.conduct_version == CONDUCT_VERSION

    @property
    def open_question(self) -> "ApplicationQuestion | None":
        """What waits for an answer."""
        return next((one for one in self.questions if one.answered_at is None), None)

    @property
    def may_apply_again_at(self) -> datetime | None:
        """From when on the business may try again; None unless this one was refused."""
        if self.status is not ApplicationStatus.REFUSED or self.decided_at is None:
            return None
        return may_apply_again_at(self.decided_at)

    def allows(self, action: ApplicationAction) -> bool:
        """Tell whether this can be done now; buttons ask."""
        return APPLICATION.allows(self.status, action)


class ApplicationQuestion(Model):
    """What the vendor's people wanted to know, and what was answered; one at a time."""

    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", "answered_with_words"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", "answered_by_somebody"),
        Index(
            "uq_application_question_open", "application_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    question: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(viewonly=True)
    asker: Mapped[Person] = relationship(foreign_keys=[asked_by], viewonly=True)
    answerer: Mapped[Person | None] = relationship(foreign_keys=[answered_by], viewonly=True)


class Invitation(Model):
    """A letter with which somebody can join a business; whoever has it can use it, once."""

    __table_args__ = (
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", "accepted_by_somebody"),
        CheckConstraint("accepted_at IS NULL OR taken_back_at IS NULL", "used_or_taken_back"),
        CheckConstraint("expires_at > made_at", "expires_later"),
        CheckConstraint("role <> 'owner'", "business_is_handed_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    email: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH))
    role: Mapped[MemberRole] = mapped_column(default=MemberRole.MEMBER)  # In which they join.
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    provider: Mapped[Provider] = relationship(viewonly=True)
    maker: Mapped[Person] = relationship(foreign_keys=[made_by], viewonly=True)
    accepter: Mapped[Person | None] = relationship(foreign_keys=[accepted_by], viewonly=True)

    def is_open(self, now: datetime) -> bool:
        """Tell whether somebody can still join with it."""
        return self.accepted_at is None and self.taken_back_at is None and now < self.expires_at
