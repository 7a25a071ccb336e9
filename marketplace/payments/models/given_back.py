"""What goes back to payers: refunds, and what their banks take back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText
from marketplace.payments.models.holds import Hold
from marketplace.payments.models.subscriptions import PeriodPayment, Subscription
from marketplace.payments.rules import (
    INQUIRIES,
    TO_ANSWER,
    BankReason,
    Bearer,
    ChargebackStatus,
    RefundCause,
    RefundStatus,
    Shares,
    bank_reason,
    refund_failure,
)

_OPEN = text("ended_at IS NULL")


class Refund(Model):
    """An amount that goes back to the payer of a hold, and what each side gave up for it."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint(
            "lost_minor >= 0 AND cover_minor >= 0 AND lost_minor + cover_minor <= amount_minor", "lost_within_amount"
        ),
        CheckConstraint(
            "(status = 'covered') = (lost_minor > 0 AND lost_minor + cover_minor = amount_minor)",
            "covered_when_nothing_left",
        ),
        CheckConstraint(
            "payee_minor + commission_minor + commission_tax_minor + tax_minor + goodwill_minor IN (0, amount_minor)",
            "shares_add_up",
        ),
        CheckConstraint("bearer = 'shared' OR payee_minor = 0", "payee_keeps_what_vendor_bears"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    cover_minor: Mapped[int] = mapped_column(default=0)  # Which goes back into the cover.
    lost_minor: Mapped[int] = mapped_column(default=0)  # Which a bank has given to the payer instead.
    payee_minor: Mapped[int] = mapped_column(default=0)  # All shares are 0 when nothing was shared yet.
    commission_minor: Mapped[int] = mapped_column(default=0)
    commission_tax_minor: Mapped[int] = mapped_column(default=0)
    tax_minor: Mapped[int] = mapped_column(default=0)
    goodwill_minor: Mapped[int] = mapped_column(default=0)
    bearer: Mapped[Bearer] = mapped_column(default=Bearer.SHARED)
    cause: Mapped[RefundCause]
    note: Mapped[str | None] = mapped_column(Text)  # What staff say of it.
    status: Mapped[RefundStatus] = mapped_column(default=RefundStatus.DUE, index=True)
    stripe_refund_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    failure: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(String(120))  # Of a payment by hand.
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    hold: Mapped[Hold] = relationship(viewonly=True)

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def cover(self) -> Money:
        """What of it goes back into the cover."""
        return Money(self.cover_minor, self.currency)

    @property
    def left(self) -> Money:
        """What of it goes back to the payer by us, and not by a bank."""
        return Money(self.amount_minor - self.cover_minor - self.lost_minor, self.currency)

    @property
    def why_failed(self) -> LazyText | str:
        """Why it came back, in words; empty if it did not."""
        return refund_failure(self.failure or "")

    @property
    def shares(self) -> Shares:
        """What each side gave up for it."""
        taxes = (self.commission_tax_minor, self.tax_minor)
        parts = (self.payee_minor, self.commission_minor, *taxes, self.goodwill_minor)
        return Shares(*(Money(part, self.currency) for part in parts))

    def note_shares(self, shares: Shares) -> None:
        """Write down what each side gave up for it."""
        self.payee_minor = shares.payee.minor
        self.commission_minor = shares.commission.minor
        self.commission_tax_minor = shares.commission_tax.minor
        self.tax_minor = shares.tax.minor
        self.goodwill_minor = shares.goodwill.minor

    @property
    def borne(self) -> Money:
        """What of it the vendor gives back alone."""
        return self.amount if self.bearer is Bearer.VENDOR else Money.zero(self.currency)


class Chargeback(Model):
    """A payer's bank takes a payment back, or asks about it, as Stripe last described it."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint(
            "from_refunds_minor >= 0 AND from_kept_minor >= 0 AND loss_minor >= 0 AND "
            "from_refunds_minor + from_kept_minor + loss_minor = CASE status WHEN 'lost' THEN amount_minor ELSE 0 END",
            "lost_adds_up",
        ),
        CheckConstraint("taken_minor >= 0 AND returned_minor >= 0", "moved_not_negative"),
        CheckConstraint("(hold_id IS NULL) <> (payment_id IS NULL)", "one_payment"),
        CheckConstraint("tax_minor >= 0 AND tax_minor <= from_kept_minor", "tax_within_kept"),
        Index("ix_chargeback_open", "due_by", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("period_payment.id"), index=True)  # Else of a period.
    stripe_dispute_id: Mapped[str] = mapped_column(String(255), unique=True)
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    reason: Mapped[str] = mapped_column(String(60))  # Stripe's word for it, such as "fraudulent".
    status: Mapped[ChargebackStatus] = mapped_column(default=ChargebackStatus.NEEDS_RESPONSE)
    due_by: Mapped[datetime | None]  # Until when the vendor may answer.
    inquiry_evidence: Mapped[str | None] = mapped_column(Text)  # What was answered before it became a chargeback.
    evidence: Mapped[str | None] = mapped_column(Text)
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # Who answered.
    taken_minor: Mapped[int] = mapped_column(default=0)  # Out of our balance,
    returned_minor: Mapped[int] = mapped_column(default=0)  # and back into it.
    from_refunds_minor: Mapped[int] = mapped_column(default=0)  # Of what is lost: what was to go back to the payer,
    from_kept_minor: Mapped[int] = mapped_column(default=0)  # what was kept and shared,
    tax_minor: Mapped[int] = mapped_column(default=0)  # (with this tax in it, of a period)
    loss_minor: Mapped[int] = mapped_column(default=0)  # and what the vendor bears, because it had gone back before.
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    hold: Mapped[Hold | None] = relationship(viewonly=True)
    payment: Mapped[PeriodPayment | None] = relationship(viewonly=True)

    @property
    def about(self) -> Hold | Subscription:
        """What was paid: it knows its purpose, its subject and how it is called."""
        if self.hold is not None:
            return self.hold
        assert self.payment is not None, "one of both"
        return self.payment.subscription

    @property
    def bank_reason(self) -> BankReason:
        """Why the bank takes it back, in words."""
        return bank_reason(self.reason)

    @property
    def amount(self) -> Money:
        """What the bank takes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def from_refunds(self) -> Money:
        """What of it comes out of refunds that had not reached the payer."""
        return Money(self.from_refunds_minor, self.currency)

    @property
    def from_kept(self) -> Money:
        """What of it comes out of what was kept, and shared."""
        return Money(self.from_kept_minor, self.currency)

    @property
    def loss(self) -> Money:
        """What the vendor bears of it alone."""
        return Money(self.loss_minor, self.currency)

    @property
    def is_inquiry(self) -> bool:
        """Whether the bank only asks."""
        return self.status in INQUIRIES

    @property
    def takes_answer(self) -> bool:
        """Whether the bank waits for an answer, and there is none yet."""
        return self.status in TO_ANSWER and self.evidence is None
