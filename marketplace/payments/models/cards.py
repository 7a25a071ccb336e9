"""Payers as Stripe knows them, and the cards that they have saved there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Model


class Payer(Model):
    """A person who pays, and the one customer at Stripe that stands for them."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)  # Under which the customer is made, and found again.
    keyed_at: Mapped[datetime]
    stripe_customer_id: Mapped[str | None] = mapped_column(String(255), unique=True)  # None until it is made.
    looks: Mapped[int] = mapped_column(default=0)  # Counts what was written down of Stripe's list of cards.
    setup_session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    setup_url: Mapped[str | None] = mapped_column(Text)  # The open page on which another card can be saved.


class SavedCard(Model):
    """A card that a payer has saved, as Stripe last described it: what its owner knows it by, and no more."""

    __table_args__ = (
        CheckConstraint("exp_month BETWEEN 1 AND 12", "month_in_range"),
        CheckConstraint("exp_year BETWEEN 2000 AND 2200", "year_in_range"),
        # Rows are deleted, and a call that is still owed may name one: no other card may ever get its id.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("payer.person_id"), index=True)
    stripe_id: Mapped[str] = mapped_column(String(255), unique=True)
    brand: Mapped[str] = mapped_column(String(40))  # Stripe's word for it, such as "visa".
    last4: Mapped[str] = mapped_column(String(4))
    exp_month: Mapped[int]
    exp_year: Mapped[int]
    may_renew: Mapped[bool | None]  # Whether it may be used while its owner is away; None: its owner never said.
    saved_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # Its owner has removed it here; Stripe is being told.

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has expired."""
        return (self.exp_year, self.exp_month) < (now.year, now.month)
