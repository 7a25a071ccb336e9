"""Tables of credentials, and of the keys that sign them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certification.credentials.rules import (
    KID_LENGTH,
    LIST_ENTRIES,
    MAX_REASON_LENGTH,
    REFERENCE_LENGTH,
    CredentialAppealStatus,
    CredentialState,
    Present,
    StatusEntry,
    counts_for_new_work,
    grace_ends,
    is_certified_for,
    is_for_older,
    state_at,
)
from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Release
from marketplace.kernel.database import Model

_IN_USE = text("retired_at IS NULL")
_NOT_REVOKED = text("revoked_at IS NULL")
_OPEN = text("status = 'open'")


class Credential(Model):
    """Says that a person has passed a track; public by its reference."""

    __table_args__ = (
        CheckConstraint("valid_until > issued_at", "valid_after_issue"),
        CheckConstraint("awarded_at <= issued_at", "awarded_by_issue"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", "revoked_with_reason"),
        CheckConstraint("revoked_by IS NULL OR revoked_at IS NOT NULL", "revoked_by_with_moment"),
        CheckConstraint("status_list >= 1", "status_list_counts"),
        CheckConstraint(f"status_index >= 0 AND status_index < {LIST_ENTRIES}", "status_index_in_list"),
        CheckConstraint("supersedes_id <> id", "supersedes_another"),
        UniqueConstraint("status_list", "status_index"),
        Index("ix_credential_ending", "valid_until", sqlite_where=_NOT_REVOKED, postgresql_where=_NOT_REVOKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(REFERENCE_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    release_id: Mapped[int | None] = mapped_column(
        ForeignKey("release.id")
    )  # Of the product, if it is for one by name.
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    awarded_at: Mapped[datetime]  # When the first of those that it takes the place of was issued.
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"), unique=True)
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(MAX_REASON_LENGTH))
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    status_list: Mapped[int]  # Where machines look whether it is revoked: drawn by lot, and kept for ever.
    status_index: Mapped[int]

    person: Mapped[Person] = relationship(viewonly=True, foreign_keys=person_id)
    track: Mapped[Track] = relationship(viewonly=True)
    release: Mapped[Release | None] = relationship(viewonly=True)

    def state(self, now: datetime) -> CredentialState:
        """Tell whether it counts at `now`."""
        return state_at(self.valid_until, self.revoked_at, now)

    def counts_for_new_work(self, now: datetime) -> bool:
        """Tell whether it brings new work at `now`: it is valid, and for the present release or in its grace."""
        is_valid = self.state(now) is CredentialState.VALID
        return is_valid and counts_for_new_work(self._released_on, present_of(self.track), now)

    def is_for(self, release: Release) -> bool:
        """Tell whether it certifies for a release, by name or as it is for a newer one of the same product."""
        is_of_product = release.product_id == self.track.product_id
        return is_of_product and is_certified_for(release.released_on, self._released_on, present_of(self.track))

    @property
    def grace_ends_at(self) -> datetime | None:
        """Until when it brings new work although its track certifies for a newer release; None if it does not."""
        present = present_of(self.track)
        return grace_ends(present) if present is not None and is_for_older(self._released_on, present) else None

    @property
    def _released_on(self) -> date | None:
        return None if self.release is None else self.release.released_on

    @property
    def status_entry(self) -> StatusEntry:
        """Its place in the status lists."""
        return StatusEntry(self.status_list, self.status_index)


def present_of(track: Track) -> Present | None:
    """Tell for which release a track certifies now."""
    if track.release is None or track.certifies_since is None:
        return None
    return Present(track.release.released_on, track.certifies_since)


class CredentialReminder(Model):
    """A letter that told a holder so many days before that a credential ends: each is written once."""

    __table_args__ = (CheckConstraint("days_before >= 1", "days_before_the_end"),)

    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class CredentialAppeal(Model):
    """The holder asks for another look; what was revoked is kept here, since a credential given back forgets it."""

    __table_args__ = (
        UniqueConstraint("credential_id", "revoked_at"),  # Each revocation is looked at again once.
        CheckConstraint("made_at >= revoked_at", "made_after_revocation"),
        CheckConstraint("decided_at >= made_at", "decided_after_made"),
        CheckConstraint("(status = 'open') = (decided_at IS NULL)", "decided_with_moment"),
        CheckConstraint("(decided_at IS NULL) = (answer IS NULL)", "decided_with_reason"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", "decided_by_somebody"),
        Index("ix_credential_appeal_open", "made_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"))
    revoked_at: Mapped[datetime]
    revoked_reason: Mapped[str] = mapped_column(String(MAX_REASON_LENGTH))
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    statement: Mapped[str] = mapped_column(Text)
    status: Mapped[CredentialAppealStatus] = mapped_column(default=CredentialAppealStatus.OPEN)
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    credential: Mapped[Credential] = relationship(viewonly=True)


class SigningKey(Model):
    """A key that signs credentials, or did; its public half stays published for ever."""

    __table_args__ = (
        CheckConstraint("retired_at > made_at", "retired_after_made"),
        # One at most is in use.
        Index("uq_signing_key_in_use", "algorithm", unique=True, sqlite_where=_IN_USE, postgresql_where=_IN_USE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(KID_LENGTH), unique=True)
    algorithm: Mapped[str] = mapped_column(String(16))
    public_jwk: Mapped[dict[str, Any]]
    sealed: Mapped[str] = mapped_column(Text)  # The private half, locked by the installation's secret.
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
