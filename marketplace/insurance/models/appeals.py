"""What customers say against what cover refused, and what the vendor's people answer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.insurance.models.claims import Claim
from marketplace.insurance.models.policies import Policy
from marketplace.insurance.rules import AppealStatus, Obstacle
from marketplace.kernel.database import Model

_OPEN = text("status = 'open'")


class Appeal(Model):
    """An appeal about a policy: why nothing was covered, or what a claim paid."""

    __table_args__ = (
        CheckConstraint("(obstacle IS NULL) <> (claim_id IS NULL)", "about_one_thing"),
        CheckConstraint("(status = 'answered') = (answered_at IS NOT NULL)", "answered_with_moment"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", "answered_with_reason"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", "answered_by_somebody"),
        Index("uq_appeal_open", "policy_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), index=True)
    obstacle: Mapped[Obstacle | None]
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    statement: Mapped[str] = mapped_column(Text)
    status: Mapped[AppealStatus] = mapped_column(default=AppealStatus.OPEN)
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    policy: Mapped[Policy] = relationship(viewonly=True)
    claim: Mapped[Claim | None] = relationship(viewonly=True)

    @property
    def about(self) -> str:
        """What it is about, in the reader's words: why nothing was covered, or what was claimed."""
        if self.obstacle is not None:
            return str(self.obstacle.label)
        assert self.claim is not None, "about an obstacle or a claim"
        return self.claim.description
