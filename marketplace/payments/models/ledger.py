"""The ledger: accounts, facts and postings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.payments.rules import AccountKind, Fact


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
