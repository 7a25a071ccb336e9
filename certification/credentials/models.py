"""Tables of credentials."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.credentials.rules import MAX_REASON_LENGTH, REFERENCE_LENGTH, CredentialState, state_at
from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.kernel.database import Model


class Credential(Model):
    """Says that a person has passed a track; public by its reference."""

    __table_args__ = (
        CheckConstraint("valid_until > issued_at", "valid_after_issue"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", "revoked_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(REFERENCE_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))

    person: Mapped[Person] = relationship(viewonly=True)
    track: Mapped[Track] = relationship(viewonly=True)

    def state(self, now: datetime) -> CredentialState:
        """Tell whether it counts at `now`."""
        return state_at(self.valid_until, self.revoked_at, now)
