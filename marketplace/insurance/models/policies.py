"""Policies: which plan somebody has, since when, and how it stands."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Person
from marketplace.insurance.models.plans import PlanVersion
from marketplace.insurance.rules import LIVE, MAX_LICENCE_LENGTH, PolicyStatus
from marketplace.kernel.database import Model

_LIVE = text("status IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(LIVE))))


class Policy(Model):
    """A customer's subscription to a plan."""

    __table_args__ = (
        CheckConstraint("status IN ('opening', 'lapsed') = (begins_at IS NULL)", "begun_when_paid"),
        CheckConstraint("(begins_at IS NULL) = (waits_until IS NULL)", "waits_when_begun"),
        CheckConstraint("waits_until >= begins_at", "waits_after_begin"),
        CheckConstraint("(status IN ('ended', 'lapsed')) = (ended_at IS NOT NULL)", "ended_when_over"),
        CheckConstraint("(status IN ('grace', 'suspended')) = (unpaid_since IS NOT NULL)", "unpaid_when_overdue"),
        CheckConstraint(
            "ended_at IS NULL OR (next_version_id IS NULL AND asked_version_id IS NULL)", "nothing_next_when_over"
        ),
        # One live policy for each licence; without one, one for each customer.
        Index("uq_policy_live", "person_id", "licence", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), index=True)
    next_version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_version.id"))  # From the next period.
    asked_version_id: Mapped[int | None] = mapped_column(ForeignKey("plan_version.id"))  # Stripe is being asked.
    licence: Mapped[str] = mapped_column(String(MAX_LICENCE_LENGTH), default="")
    status: Mapped[PolicyStatus] = mapped_column(default=PolicyStatus.OPENING)
    tax_names: Mapped[dict[str, str]] = mapped_column(default=dict)  # Of the tax in its price, by language.
    tax_country: Mapped[str] = mapped_column(String(2), default="")  # Whose tax; its rate is the subscription's.
    made_at: Mapped[datetime]
    begins_at: Mapped[datetime | None]
    waits_until: Mapped[datetime | None]
    unpaid_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(viewonly=True)
    version: Mapped[PlanVersion] = relationship(viewonly=True, foreign_keys=[version_id])
    next_version: Mapped[PlanVersion | None] = relationship(viewonly=True, foreign_keys=[next_version_id])
