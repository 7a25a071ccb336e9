"""Tables of money, and what must always hold in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.rules import ENDED, AccountKind, CallKind, Fact, HoldStatus, PayoutMethod, PayoutStatus

_LIVE = "status NOT IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(ENDED)))


class Hold(Model):
    """An amount that a payer sets aside for a subject, until it is taken or let go."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint("captured_minor >= 0 AND captured_minor <= amount_minor", "captured_within_hold"),
        CheckConstraint("fee_minor >= 0 AND fee_minor <= captured_minor", "fee_within_captured"),
        Index(
            "uq_hold_live", "purpose", "subject_id", unique=True, sqlite_where=text(_LIVE), postgresql_where=text(_LIVE)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(index=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    captured_minor: Mapped[int] = mapped_column(default=0)
    fee_minor: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(String(200))
    return_path: Mapped[str] = mapped_column(String(200))  # Where the payer comes back to, on our site.
    status: Mapped[HoldStatus] = mapped_column(default=HoldStatus.OPENING)
    checkout_session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    checkout_url: Mapped[str | None] = mapped_column(Text)
    payment_intent_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    charge_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    capture_before: Mapped[datetime | None]
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime]  # When Stripe was last asked how it stands.
    held_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """What is set aside."""
        return Money(self.amount_minor, self.currency)

    @property
    def captured(self) -> Money:
        """What is, or is to be, taken of it."""
        return Money(self.captured_minor, self.currency)

    @property
    def fee(self) -> Money:
        """What Stripe kept of what was taken."""
        return Money(self.fee_minor, self.currency)


class StripeCall(Model):
    """One thing asked of Stripe. It is asked again under the same key until the answer is certain."""

    __table_args__ = (
        CheckConstraint("(hold_id IS NULL) <> (payout_id IS NULL)", "one_subject"),
        UniqueConstraint("kind", "hold_id", "attempt"),
        UniqueConstraint("kind", "payout_id", "attempt"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CallKind]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    stripe_id: Mapped[str | None] = mapped_column(String(255))
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ReceivedEvent(Model):
    """An event that Stripe sent; its primary key makes a second delivery harmless."""

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    type: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[str | None] = mapped_column(String(255))
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class LedgerAccount(Model):
    """An account in one currency."""

    __table_args__ = (UniqueConstraint("kind", "owner_id", "currency"), UniqueConstraint("id", "currency"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AccountKind]
    owner_id: Mapped[int] = mapped_column(default=0)  # 0, not NULL: two NULLs would count as different.
    currency: Mapped[str] = mapped_column(Currency)


class LedgerTransaction(Model):
    """A fact that was booked; its key makes it a fact once, whoever reports it and however often."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    fact: Mapped[Fact]
    purpose: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(index=True)
    stripe_id: Mapped[str | None] = mapped_column(String(255), index=True)
    at: Mapped[datetime] = mapped_column(index=True)

    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.seq", viewonly=True)


class Posting(Model):
    """A movement from a debit to a credit account: balanced by its form, positive, never changed.

    Triggers of the first migration refuse to change or delete what is booked; a correction is a new booking.
    """

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint("debit_id <> credit_id", "two_accounts"),
        ForeignKeyConstraint(["debit_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
        ForeignKeyConstraint(["credit_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
    )

    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    debit_id: Mapped[int] = mapped_column(index=True)
    credit_id: Mapped[int] = mapped_column(index=True)
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]

    debit: Mapped[LedgerAccount] = relationship(foreign_keys=[debit_id, currency], viewonly=True)
    credit: Mapped[LedgerAccount] = relationship(foreign_keys=[credit_id, currency], viewonly=True)

    @property
    def amount(self) -> Money:
        """What moved."""
        return Money(self.amount_minor, self.currency)


class ConnectedAccount(Model):
    """A payee's account at Stripe, as Stripe last described it."""

    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    email: Mapped[str] = mapped_column(String(254))
    key: Mapped[str] = mapped_column(String(120), unique=True)  # Under which it is opened.
    stripe_account_id: Mapped[str | None] = mapped_column(String(255), unique=True)  # None until it is open.
    may_receive: Mapped[bool] = mapped_column(default=False)  # The `transfers` capability is active.
    refusal: Mapped[str | None] = mapped_column(Text)  # Why Stripe opens none: a country that it does not serve.
    updated_at: Mapped[datetime]


class Payout(Model):
    """A payee's share of one settled hold."""

    __table_args__ = (
        CheckConstraint("amount_minor >= 0", "amount_not_negative"),
        CheckConstraint("commission_minor >= 0", "commission_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), unique=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    subject_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(32))
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    commission_minor: Mapped[int]
    method: Mapped[PayoutMethod]
    status: Mapped[PayoutStatus] = mapped_column(default=PayoutStatus.DUE)
    transfer_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    reference: Mapped[str | None] = mapped_column(String(120))  # Of a payment by hand: what the statement says.
    note: Mapped[str | None] = mapped_column(Text)  # Why a transfer became a payment by hand.
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """What the payee gets."""
        return Money(self.amount_minor, self.currency)

    @property
    def commission(self) -> Money:
        """What the vendor keeps."""
        return Money(self.commission_minor, self.currency)
