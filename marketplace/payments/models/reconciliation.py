"""Stripe's book, as it was last read."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money


class BalanceTransaction(Model):
    """A line of Stripe's book, and the booking of ours that says the same."""

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))  # Stripe's word for it.
    source_id: Mapped[str | None] = mapped_column(String(255), index=True)
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    fee_minor: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)
    ledger_transaction_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transaction.id"), unique=True)

    @property
    def net(self) -> Money:
        """By how much the balance changed."""
        return Money(self.amount_minor - self.fee_minor, self.currency)
