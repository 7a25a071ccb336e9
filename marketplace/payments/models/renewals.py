"""Holds that are set aside once more."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Model
from marketplace.payments.models.holds import Hold  # noqa: F401 - the foreign key needs its table
from marketplace.payments.rules import ENDED_RENEWALS, RenewalStatus, answer_by

_LIVE = text("status NOT IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(ENDED_RENEWALS))))


class Renewal(Model):
    """A second payment that takes the place of the one behind a hold, before its bank lets go of that.

    A hold has one at a time, and one for each moment at which a bank would let go.
    """

    __table_args__ = (
        UniqueConstraint("hold_id", "capture_before"),
        Index("uq_renewal_live", "hold_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    status: Mapped[RenewalStatus]
    capture_before: Mapped[datetime]  # When the bank lets go of what is to be replaced.
    customer_id: Mapped[str | None] = mapped_column(String(255))  # Stripe's, for whom the payment is made.
    card_id: Mapped[str | None] = mapped_column(String(255))  # Stripe's id of the card; None: the payer is asked.
    checkout_session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    checkout_url: Mapped[str | None] = mapped_column(Text)
    payment_intent_id: Mapped[str | None] = mapped_column(String(255), unique=True)  # The new one.
    replaced_intent_id: Mapped[str | None] = mapped_column(String(255), unique=True)  # The one that it takes over from.
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def answer_by(self) -> datetime:
        """Until when the payer can do it."""
        return answer_by(self.capture_before)
