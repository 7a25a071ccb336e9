"""What is paid for again and again, and what came of each period."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.rules import (
    OVER,
    ChangeMoment,
    ChangeStatus,
    EndReason,
    Interval,
    Paid,
    PeriodReason,
    RefundStatus,
    SubscriptionStatus,
    refundable,
)

_LIVE = text("status NOT IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(OVER))))
_ASKED = text("status = 'asked'")


class Subscription(Model):
    """Something that a payer pays for by the period, mirrored from Stripe."""

    __table_args__ = (
        CheckConstraint("price_minor > 0 AND next_price_minor > 0", "prices_positive"),
        CheckConstraint("(next_price_minor IS NULL) = (next_description IS NULL)", "next_told_whole"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", "tax_in_range"),
        CheckConstraint("(period_start IS NULL) = (period_end IS NULL)", "period_whole"),
        CheckConstraint("period_end > period_start", "period_in_order"),
        CheckConstraint("status NOT IN ('active', 'past_due') OR began_at IS NOT NULL", "began_when_running"),
        CheckConstraint("(status IN ('ended', 'lapsed')) = (ended_at IS NOT NULL)", "ended_when_over"),
        CheckConstraint("(status = 'ended') = (end_reason IS NOT NULL)", "reason_when_ended"),
        CheckConstraint("looks >= 0", "looks_counted"),
        Index(
            "uq_subscription_live",
            "purpose",
            "subject_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(index=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    currency: Mapped[str] = mapped_column(Currency)
    price_minor: Mapped[int]  # Of the running period, tax included.
    next_price_minor: Mapped[int | None]  # Of the next one, if it differs.
    tax_rate: Mapped[int]  # In hundredths of a percent, frozen.
    interval: Mapped[Interval]
    description: Mapped[str] = mapped_column(String(200))
    next_description: Mapped[str | None] = mapped_column(String(200))
    return_path: Mapped[str] = mapped_column(String(200))  # Where the payer comes back to, on our site.
    status: Mapped[SubscriptionStatus] = mapped_column(default=SubscriptionStatus.OPENING)
    customer_id: Mapped[str | None] = mapped_column(String(255))  # Stripe's, for whom the page is made.
    checkout_session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    checkout_url: Mapped[str | None] = mapped_column(Text)
    stripe_subscription_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    looks: Mapped[int] = mapped_column(default=0)  # Counts what was written down, here or of what Stripe says.
    period_start: Mapped[datetime | None]  # Of the last period that is paid.
    period_end: Mapped[datetime | None]
    cancels_at: Mapped[datetime | None]  # When it ends, instead of going on.
    needs_action: Mapped[bool] = mapped_column(default=False)  # The bank wants to hear from the owner of the card.
    action_url: Mapped[str | None] = mapped_column(Text)  # Stripe's page on which what is missing can be paid.
    end_reason: Mapped[EndReason | None]
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime]  # When Stripe was last asked how it stands.
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def price(self) -> Money:
        """What the running period costs, tax included."""
        return Money(self.price_minor, self.currency)

    @property
    def next_price(self) -> Money:
        """What the next period will cost, tax included."""
        minor = self.price_minor if self.next_price_minor is None else self.next_price_minor
        return Money(minor, self.currency)


class SubscriptionChange(Model):
    """Another price of a subscription; one at a time is on its way."""

    __table_args__ = (
        CheckConstraint("price_minor > 0", "price_positive"),
        CheckConstraint("(status = 'asked') = (ended_at IS NULL)", "ended_when_answered"),
        CheckConstraint("(status = 'refused') = (failure IS NOT NULL)", "failure_when_refused"),
        Index(
            "uq_subscription_change_asked",
            "subscription_id",
            unique=True,
            sqlite_where=_ASKED,
            postgresql_where=_ASKED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    currency: Mapped[str] = mapped_column(Currency)
    price_minor: Mapped[int]
    description: Mapped[str] = mapped_column(String(200))
    moment: Mapped[ChangeMoment]
    prorated_at: Mapped[datetime]  # To which moment the rest of the period is worked out.
    status: Mapped[ChangeStatus] = mapped_column(default=ChangeStatus.ASKED)
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    subscription: Mapped[Subscription] = relationship(viewonly=True)

    @property
    def price(self) -> Money:
        """What a period is to cost."""
        return Money(self.price_minor, self.currency)


class PeriodPayment(Model):
    """One paid invoice of a subscription: what it brought, and what of it is earned or given back."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint("tax_minor >= 0 AND tax_minor <= amount_minor", "tax_within_amount"),
        CheckConstraint("fee_minor >= 0", "fee_not_negative"),
        CheckConstraint("period_end > period_start", "period_in_order"),
        CheckConstraint("earned_minor >= 0", "earned_not_negative"),
        CheckConstraint("refunded_minor >= 0 AND refunded_minor <= amount_minor", "refunded_within_amount"),
        CheckConstraint("refunded_tax_minor >= 0 AND refunded_tax_minor <= tax_minor", "refunded_tax_within_tax"),
        CheckConstraint(
            "earned_minor + refunded_minor - refunded_tax_minor <= amount_minor - tax_minor", "earned_or_refunded_once"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    currency: Mapped[str] = mapped_column(Currency)
    stripe_invoice_id: Mapped[str] = mapped_column(String(255), unique=True)
    charge_id: Mapped[str] = mapped_column(String(255), unique=True)
    reason: Mapped[PeriodReason]
    amount_minor: Mapped[int]  # Tax included.
    tax_minor: Mapped[int]
    fee_minor: Mapped[int]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    earned_minor: Mapped[int] = mapped_column(default=0)  # Without tax.
    earned_on: Mapped[date]  # The day, in UTC, at whose beginning so much was earned.
    refunded_minor: Mapped[int] = mapped_column(default=0)  # Given back, or to be given back; tax included.
    refunded_tax_minor: Mapped[int] = mapped_column(default=0)
    paid_at: Mapped[datetime]

    subscription: Mapped[Subscription] = relationship(viewonly=True)

    @property
    def amount(self) -> Money:
        """What was paid, tax included."""
        return Money(self.amount_minor, self.currency)

    @property
    def tax(self) -> Money:
        """What of it is tax."""
        return Money(self.tax_minor, self.currency)

    @property
    def fee(self) -> Money:
        """What Stripe kept of it."""
        return Money(self.fee_minor, self.currency)

    @property
    def paid(self) -> Paid:
        """What was paid, and what has become of it."""
        parts = (self.amount_minor, self.tax_minor, self.earned_minor, self.refunded_minor, self.refunded_tax_minor)
        return Paid(*(Money(part, self.currency) for part in parts))

    @property
    def refundable(self) -> Money:
        """What of it is neither earned nor given back, tax included."""
        return refundable(self.paid)


class PeriodRefund(Model):
    """A part of a payment for a period that goes back."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint("tax_minor >= 0 AND tax_minor <= amount_minor", "tax_within_amount"),
        CheckConstraint("status <> 'waiting'", "asked_at_once"),
        CheckConstraint("lost_minor >= 0 AND lost_tax_minor >= 0 AND lost_tax_minor <= tax_minor", "lost_not_negative"),
        CheckConstraint(
            "lost_minor <= amount_minor AND lost_minor - lost_tax_minor <= amount_minor - tax_minor",
            "lost_within_amount",
        ),
        CheckConstraint("(status = 'covered') = (lost_minor = amount_minor)", "covered_when_nothing_left"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("period_payment.id"), index=True)
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    tax_minor: Mapped[int]  # What of it is tax.
    lost_minor: Mapped[int] = mapped_column(default=0)  # Which a bank has given to the payer instead,
    lost_tax_minor: Mapped[int] = mapped_column(default=0)  # and what of that is tax.
    status: Mapped[RefundStatus] = mapped_column(default=RefundStatus.DUE)
    stripe_refund_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    failure: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(String(120))  # Of a payment by hand.
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    payment: Mapped[PeriodPayment] = relationship(viewonly=True)

    @property
    def amount(self) -> Money:
        """What goes back, tax included."""
        return Money(self.amount_minor, self.currency)

    @property
    def tax(self) -> Money:
        """What of it is tax."""
        return Money(self.tax_minor, self.currency)

    @property
    def left(self) -> Money:
        """What of it goes back by us, and not by a bank; tax included."""
        return Money(self.amount_minor - self.lost_minor, self.currency)

    @property
    def left_tax(self) -> Money:
        """What of that is tax."""
        return Money(self.tax_minor - self.lost_tax_minor, self.currency)


class PortalVisit(Model):
    """A visit of a payer to Stripe's portal, where another card is chosen."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("payer.person_id"), index=True)
    return_path: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(Text)  # None until it is made; it is good for a short while.
    opened_at: Mapped[datetime]
