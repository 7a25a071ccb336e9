"""Payees: what they get, and what they give back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.models.holds import Hold
from marketplace.payments.rules import ClawbackStatus, PayoutKind, PayoutMethod, PayoutStatus


class Payout(Model):
    """A part of a payee's share of one settled hold: paid now, or kept in reserve for a while."""

    __table_args__ = (
        CheckConstraint("amount_minor >= 0", "amount_not_negative"),
        CheckConstraint(
            "reduced_minor >= 0 AND set_off_minor >= 0 AND reduced_minor + set_off_minor <= amount_minor",
            "taken_off_within_amount",
        ),
        CheckConstraint(
            "clawed_back_minor >= 0 AND clawed_back_minor <= amount_minor - reduced_minor",
            "clawed_back_within_amount",
        ),
        CheckConstraint("(kind = 'reserve') = (falls_due_at IS NOT NULL)", "reserve_falls_due"),
        CheckConstraint("kind = 'reserve' OR NOT in_reserve", "only_reserves_in_reserve"),
        CheckConstraint("in_reserve OR status <> 'waiting'", "waits_in_reserve"),
        UniqueConstraint("hold_id", "kind"),
        Index("ix_payout_payee", "payee_id", "status"),
        Index("ix_payout_status", "status", "falls_due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"))
    kind: Mapped[PayoutKind] = mapped_column(default=PayoutKind.SHARE)
    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    subject_id: Mapped[int] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    reduced_minor: Mapped[int] = mapped_column(default=0)  # Refunded to the customer before it was paid.
    set_off_minor: Mapped[int] = mapped_column(default=0)  # Kept for what the payee owed.
    clawed_back_minor: Mapped[int] = mapped_column(default=0)  # To be given back after it was paid.
    method: Mapped[PayoutMethod]
    status: Mapped[PayoutStatus] = mapped_column(default=PayoutStatus.DUE)
    in_reserve: Mapped[bool] = mapped_column(default=False)  # It stands on the payee's reserve in the ledger.
    transfer_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    reference: Mapped[str | None] = mapped_column(String(120))  # Of a payment by hand: what the statement says.
    note: Mapped[str | None] = mapped_column(Text)  # Why a transfer became a payment by hand.
    created_at: Mapped[datetime]
    falls_due_at: Mapped[datetime | None]  # Of a reserve.
    paid_at: Mapped[datetime | None]

    hold: Mapped[Hold] = relationship(viewonly=True)

    @property
    def amount(self) -> Money:
        """What the payee gets, after what was taken off."""
        return Money(self.amount_minor - self.reduced_minor - self.set_off_minor, self.currency)

    @property
    def recoverable(self) -> Money:
        """What could still be taken back of it, once it is paid."""
        return Money(max(0, self.amount.minor - self.clawed_back_minor), self.currency)


class Clawback(Model):
    """What a payee gives back of a payout that it has got, for a refund or a lost chargeback."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint("set_off_minor >= 0 AND set_off_minor <= amount_minor", "set_off_within_amount"),
        CheckConstraint("(refund_id IS NULL) <> (chargeback_id IS NULL)", "one_cause"),
        Index("ix_clawback_status", "status", "payee_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"), index=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"))
    chargeback_id: Mapped[int | None] = mapped_column(ForeignKey("chargeback.id"))
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    set_off_minor: Mapped[int] = mapped_column(default=0)  # Paid off by later payouts.
    status: Mapped[ClawbackStatus] = mapped_column(default=ClawbackStatus.DUE)
    reversal_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    note: Mapped[str | None] = mapped_column(Text)  # Why Stripe could not take it back, or why it was written off.
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    payout: Mapped[Payout] = relationship(viewonly=True)

    @property
    def amount(self) -> Money:
        """What is to be given back."""
        return Money(self.amount_minor, self.currency)

    @property
    def left(self) -> Money:
        """What of it later payouts have not paid off."""
        return Money(self.amount_minor - self.set_off_minor, self.currency)
