"""Where payees get their money: accounts at Stripe, and bank accounts for payment by hand."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Model
from marketplace.payments.rules import MAX_BANK_ACCOUNT_LENGTH, MAX_HOLDER_LENGTH, AccountState, BankAccount


class ConnectedAccount(Model):
    """A payee's account at Stripe, as Stripe last described it."""

    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    email: Mapped[str] = mapped_column(String(254))
    stripe_account_id: Mapped[str | None] = mapped_column(String(255), unique=True)  # None until it is open.
    may_receive: Mapped[bool] = mapped_column(default=False)  # The `transfers` capability is active.
    state: Mapped[AccountState] = mapped_column(default=AccountState.OPENING)
    due: Mapped[list[Any]] = mapped_column(default=list)  # What Stripe asks for, by its names.
    due_by: Mapped[datetime | None]
    problems: Mapped[list[Any]] = mapped_column(default=list)  # What was wrong with what was sent, in Stripe's words.
    disabled_reason: Mapped[str | None] = mapped_column(String(120))  # Stripe's name for it.
    refusal: Mapped[str | None] = mapped_column(Text)  # Why Stripe opens none, or has it no more, in its words.
    is_allowed_by_hand: Mapped[bool] = mapped_column(default=False)  # Though Stripe has rejected it.
    events_read_until: Mapped[datetime | None]  # Until when its list of events was asked for; None: never.
    updated_at: Mapped[datetime]

    @property
    def id(self) -> int:
        """What the record of what was done calls it: by its payee."""
        return self.payee_id


class BankDetails(Model):
    """The bank account of a payee who is paid by hand, where Stripe does not reach."""

    payee_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(MAX_HOLDER_LENGTH))
    number: Mapped[str] = mapped_column(String(MAX_BANK_ACCOUNT_LENGTH))  # Empty: the vendor knows it from before.
    updated_at: Mapped[datetime]

    @property
    def id(self) -> int:
        """What the record of what was done calls it: by its payee."""
        return self.payee_id

    @property
    def account(self) -> BankAccount:
        """Where the money goes."""
        return BankAccount(self.holder, self.number)
