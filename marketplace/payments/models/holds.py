"""What payers set aside, and how it is shared."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.rules import (
    ENDED,
    Bearer,
    CardRefusal,
    Cover,
    HoldStatus,
    Recovered,
    Shares,
    Terms,
    recovered,
    share_kept,
)

_LIVE = "status NOT IN ({})".format(", ".join(f"'{status.value}'" for status in sorted(ENDED)))


def _all_of(column: str) -> Callable[[Any], int]:
    """Make a default that is the value of another column."""
    return lambda context: int(context.get_current_parameters().get(column) or 0)


class Hold(Model):
    """An amount that a payer sets aside for a subject, until it is taken or let go."""

    __table_args__ = (
        CheckConstraint("amount_minor > 0", "amount_positive"),
        CheckConstraint("captured_minor >= 0 AND captured_minor <= amount_minor", "captured_within_hold"),
        CheckConstraint(
            "refunded_minor >= 0 AND lost_minor >= 0 AND refunded_minor + lost_minor <= captured_minor",
            "given_back_within_captured",
        ),
        CheckConstraint("borne_minor >= 0 AND borne_minor <= refunded_minor", "borne_within_refunded"),
        CheckConstraint("part > 0", "part_counted"),
        CheckConstraint("asked_minor >= 0 AND asked_minor <= amount_minor", "asked_within_hold"),
        CheckConstraint("charged_minor >= 0 AND charged_minor <= asked_minor", "charged_within_asked"),
        CheckConstraint("charged_minor <= captured_minor", "charged_within_captured"),
        CheckConstraint("own_minor >= 0 AND cover_cap_minor >= 0", "cover_not_negative"),
        CheckConstraint("covered_minor >= 0 AND covered_minor <= cover_cap_minor", "covered_within_cap"),
        CheckConstraint("fee_minor >= 0", "fee_not_negative"),  # It may be more than a small amount that was taken.
        CheckConstraint("card_id IS NULL OR card_refusal IS NULL", "card_or_refusal"),
        CheckConstraint(
            "tried_intent_id IS NULL OR card_id IS NOT NULL OR card_refusal IS NOT NULL", "tried_with_a_card"
        ),
        Index(
            "uq_hold_live",
            "purpose",
            "subject_id",
            "part",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index("ix_hold_status", "status", "checked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(index=True)
    part: Mapped[int] = mapped_column(default=1)  # 1: what was agreed at first; more: what was added to it later.
    payer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    currency: Mapped[str] = mapped_column(Currency)
    amount_minor: Mapped[int]
    own_minor: Mapped[int] = mapped_column(default=0)  # What the payer bears before any of it is covered.
    cover_cap_minor: Mapped[int] = mapped_column(default=0)  # The most that is covered.
    covered_minor: Mapped[int] = mapped_column(default=0)  # What is covered of what is kept, or would be taken.
    asked_minor: Mapped[int] = mapped_column(default=_all_of("amount_minor"))  # Of the payer's bank.
    captured_minor: Mapped[int] = mapped_column(default=0)
    charged_minor: Mapped[int] = mapped_column(default=_all_of("captured_minor"))  # To the payer's bank.
    refunded_minor: Mapped[int] = mapped_column(default=0)  # Given back, or to be given back.
    borne_minor: Mapped[int] = mapped_column(default=0)  # Of what was given back: by the vendor alone.
    lost_minor: Mapped[int] = mapped_column(default=0)  # Taken back by the payer's bank for good.
    fee_minor: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(String(200))
    return_path: Mapped[str] = mapped_column(String(200))  # Where the payer comes back to, on our site.
    status: Mapped[HoldStatus] = mapped_column(default=HoldStatus.OPENING)
    customer_id: Mapped[str | None] = mapped_column(String(255))  # Stripe's, for whom the payment is made.
    card_id: Mapped[str | None] = mapped_column(String(255))  # Stripe's id of the saved card that pays; None: a page.
    tried_intent_id: Mapped[str | None] = mapped_column(String(255), unique=True)  # With which that card is tried.
    card_refusal: Mapped[CardRefusal | None]  # Why the page is needed after all.
    checkout_session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    checkout_url: Mapped[str | None] = mapped_column(Text)
    payment_intent_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    charge_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    capture_before: Mapped[datetime | None]
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime]  # When Stripe was last asked how it stands.
    held_at: Mapped[datetime | None]
    contested_at: Mapped[datetime | None]  # Since when payer and payee disagree: nothing is paid out of it.
    ended_at: Mapped[datetime | None]

    @property
    def is_trying_card(self) -> bool:
        """Tell whether a saved card is being asked."""
        return self.status is HoldStatus.OPENING and self.card_id is not None

    @property
    def amount(self) -> Money:
        """What is set aside."""
        return Money(self.amount_minor, self.currency)

    @property
    def asked(self) -> Money:
        """What of it the payer's bank sets aside; the rest is covered."""
        return Money(self.asked_minor, self.currency)

    @property
    def captured(self) -> Money:
        """What is, or is to be, taken of it, whether or not some was given back."""
        return Money(self.captured_minor, self.currency)

    @property
    def charged(self) -> Money:
        """What of the captured amount the payer's bank gives; the rest was covered."""
        return Money(self.charged_minor, self.currency)

    @property
    def cover(self) -> Cover:
        """On what terms a part of it is covered."""
        return Cover(Money(self.own_minor, self.currency), Money(self.cover_cap_minor, self.currency))

    @property
    def covered(self) -> Money:
        """What is covered of what is kept, or would be taken."""
        return Money(self.covered_minor, self.currency)

    @property
    def kept(self) -> Money:
        """What of it was not given back."""
        return Money(self.captured_minor - self.refunded_minor - self.lost_minor, self.currency)

    @property
    def kept_by_card(self) -> Money:
        """What of it the payer has paid, and was not given back."""
        return self.kept - self.covered

    def covered_if_kept(self, kept: Money, borne: Money) -> Money:
        """Tell what would be covered if this were kept of it, after the vendor has borne so much alone.

        What a bank has taken back, and what the vendor gives alone, makes the price no lower.
        """
        price = kept + borne + Money(self.lost_minor, self.currency)
        return min(self.cover.of(price), kept)

    @property
    def borne(self) -> Money:
        """What of it the vendor gave back alone."""
        return Money(self.borne_minor, self.currency)

    @property
    def given_back(self) -> Money:
        """What of it went back, or is on its way."""
        return self.captured - self.kept

    @property
    def back_in_cover(self) -> Money:
        """What of that went back into the cover; the rest is the payer's."""
        return self.captured - self.charged - self.covered

    def back_in_cover_of(self, amount: Money, bearer: Bearer = Bearer.SHARED) -> Money:
        """Tell what of an amount would go back into the cover, if it were given back now."""
        borne = self.borne + amount if bearer is Bearer.VENDOR else self.borne
        return self.covered - self.covered_if_kept(self.kept - amount, borne)

    def shares(self, terms: Terms) -> Shares:
        """Tell whose it is by these terms, as it stands."""
        return share_kept(self.kept, self.borne, terms)

    def recovered(self, terms: Terms) -> Recovered:
        """Tell what of the shares comes back to whoever covers a part of it."""
        return recovered(self.kept, self.borne, self.covered, terms)

    def given_up(self, terms: Terms, amount: Money, bearer: Bearer) -> Shares:
        """Tell what each side would give up for an amount that goes back."""
        borne = self.borne + amount if bearer is Bearer.VENDOR else self.borne
        return self.shares(terms) - share_kept(self.kept - amount, borne, terms)

    @property
    def fee(self) -> Money:
        """What Stripe kept of what was taken."""
        return Money(self.fee_minor, self.currency)


class Settlement(Model):
    """How what was taken of a hold was shared: the frozen terms, and with them every later change."""

    __table_args__ = (
        CheckConstraint("commission_percent BETWEEN 0 AND 100", "commission_in_range"),
        CheckConstraint("tax_rate BETWEEN 0 AND 10000", "tax_in_range"),
        CheckConstraint("commission_tax_rate BETWEEN 0 AND 10000", "commission_tax_in_range"),
    )

    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), primary_key=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    commission_percent: Mapped[int]
    tax_rate: Mapped[int]  # In hundredths of a percent, as in `Terms`.
    commission_tax_rate: Mapped[int]
    at: Mapped[datetime]

    @property
    def terms(self) -> Terms:
        """By what was shared."""
        return Terms(self.commission_percent, self.tax_rate, self.commission_tax_rate)
