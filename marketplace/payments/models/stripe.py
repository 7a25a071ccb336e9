"""What was asked of Stripe, and what Stripe sent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Model
from marketplace.payments.rules import CallKind


class StripeCall(Model):
    """One thing asked of Stripe. It is asked again under the same key until the answer is certain.

    `key` stays the mark of the call at Stripe, also when a spent key makes another one necessary.
    """

    __table_args__ = (
        UniqueConstraint("kind", "about_id", "attempt"),
        CheckConstraint("renewals >= 0", "renewals_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CallKind]
    about_id: Mapped[int]  # A row of the table that the kind is about.
    attempt: Mapped[int] = mapped_column(default=1)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    renewals: Mapped[int] = mapped_column(default=0)  # How often Stripe kept an error under the key.
    stripe_id: Mapped[str | None] = mapped_column(String(255))
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ReadMark(Model):
    """Until which moment something of Stripe's was read."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    until: Mapped[datetime]
