"""The table of what was decided about the level of providers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Model
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.rules import MAX_REASON_LENGTH
from providers.profiles.rules.levels import LevelOutcome

# A second level in one table: the CHECK that belongs to its type needs a name of its own.
_LEVEL_BEFORE = Enum(
    PartnerLevel,
    name="level_before",
    native_enum=False,
    create_constraint=True,
    length=32,
    values_callable=lambda kind: [one.value for one in kind],
)


class LevelDecision(Model):
    """What was decided about the level of a provider; never changed."""

    __table_args__ = (
        CheckConstraint("(outcome = 'set') = (decided_by IS NOT NULL)", "set_by_somebody"),
        CheckConstraint("(outcome = 'set') = (reason IS NOT NULL)", "set_with_reason"),
        CheckConstraint("outcome NOT IN ('kept', 'warned') OR level_before = level", "kept_as_it_was"),
        CheckConstraint("outcome NOT IN ('promoted', 'lowered') OR level_before <> level", "moved_to_another"),
        Index("ix_level_decision_provider", "provider_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    outcome: Mapped[LevelOutcome]
    level_before: Mapped[PartnerLevel] = mapped_column(_LEVEL_BEFORE)
    level: Mapped[PartnerLevel]
    reason: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: it was checked.
    at: Mapped[datetime]
