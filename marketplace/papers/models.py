"""Tables of papers, of the numbers given out, and of whom customers want to stand on theirs.

Triggers refuse to change or delete a paper and what belongs to it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.rules import MAX_NAME_LENGTH
from marketplace.kernel import vat_numbers
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import Money
from marketplace.papers.rules import PaperKind, Sold, TaxedAmount
from marketplace.payments.models import Hold, PeriodPayment
from providers.profiles.rules import MAX_LEGAL_NAME_LENGTH

MAX_ADDRESS_LENGTH = 500


class Series(Model):
    """How many papers of a kind were issued in a year (of UTC); its lock is what gives out numbers."""

    kind: Mapped[PaperKind] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issued: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("issued >= 0", "issued_counted"),)


class Paper(Model):
    """A paper as it was issued."""

    __table_args__ = (
        UniqueConstraint("kind", "year", "serial"),
        CheckConstraint("serial > 0", "serial_counted"),
        CheckConstraint("(person_id IS NULL) <> (provider_id IS NULL)", "one_recipient"),
        CheckConstraint("(kind = 'statement') = (provider_id IS NOT NULL)", "statements_for_partners"),
        CheckConstraint("(kind = 'statement') = (month IS NOT NULL)", "statements_for_a_month"),
        CheckConstraint("(kind = 'statement') = (closing_minor IS NOT NULL)", "statements_have_a_balance"),
        CheckConstraint("(kind = 'statement') = (hold_id IS NULL AND payment_id IS NULL)", "others_for_a_payment"),
        CheckConstraint("hold_id IS NULL OR payment_id IS NULL", "one_payment"),
        CheckConstraint("(kind = 'credit_note') = (corrects_id IS NOT NULL)", "credit_notes_correct"),
        CheckConstraint("supersedes_id IS NULL OR kind = 'invoice'", "invoices_supersede"),
        CheckConstraint("net_minor + tax_minor = total_minor", "adds_up"),
        CheckConstraint(
            "kind = 'statement' OR total_minor <> 0 AND (kind = 'credit_note') = (total_minor < 0)", "signs"
        ),
        Index("ix_paper_issued_at", "issued_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PaperKind]
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    fact: Mapped[str] = mapped_column(String(120), unique=True)  # Why; the same fact issues nothing twice.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(MAX_LEGAL_NAME_LENGTH))  # As it stands on it, to be found by.
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), index=True)  # The payment that it is about,
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("period_payment.id"), index=True)  # or that for a period.
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"), unique=True)  # For the same payment.
    month: Mapped[date | None]  # The first day of it.
    language: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(Currency)
    net_minor: Mapped[int]  # What the vendor sold, see `Sold`.
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    closing_minor: Mapped[int | None]  # What the partner is owed at the end of the month; negative if it owes.
    issued_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]  # The sheet, see `rules.sheets`.

    taxes: Mapped[list["PaperTax"]] = relationship(order_by="PaperTax.rate", viewonly=True)
    corrects: Mapped["Paper | None"] = relationship(foreign_keys=corrects_id, remote_side="Paper.id", viewonly=True)
    supersedes: Mapped["Paper | None"] = relationship(foreign_keys=supersedes_id, remote_side="Paper.id", viewonly=True)
    hold: Mapped[Hold | None] = relationship(viewonly=True)
    payment: Mapped[PeriodPayment | None] = relationship(viewonly=True)

    @property
    def sold(self) -> Sold:
        """What the vendor sold."""
        if self.kind is PaperKind.STATEMENT:
            return Sold.COMMISSION
        return Sold.COVER if self.payment_id is not None else Sold.WORK

    @property
    def total(self) -> Money:
        """What was paid, given back, or kept as commission."""
        return Money(self.total_minor, self.currency)

    @property
    def closing(self) -> Money:
        """What a partner is owed at the end of the month; nothing on other papers."""
        return Money(self.closing_minor or 0, self.currency)

    @property
    def net(self) -> Money:
        """The same without tax."""
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax in it."""
        return Money(self.tax_minor, self.currency)


class PaperTax(Model):
    """The tax in a paper at one rate, for the accountant's sums."""

    __table_args__ = (CheckConstraint("rate BETWEEN 0 AND 10000", "rate_in_range"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    rate: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # In hundredths of a percent.
    currency: Mapped[str] = mapped_column(Currency)
    net_minor: Mapped[int]
    tax_minor: Mapped[int]

    @property
    def taxed(self) -> TaxedAmount:
        """The same as a value."""
        return TaxedAmount(self.rate, Money(self.net_minor, self.currency), Money(self.tax_minor, self.currency))


class StatedBooking(Model):
    """A booking that stands on a statement of its partner: each on one."""

    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transaction.id"), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)


class BillingDetails(Model):
    """Whom a customer wants to stand on the papers from now on."""

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    address: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(2))
    vat_number: Mapped[str | None] = mapped_column(String(vat_numbers.MAX_LENGTH))
    updated_at: Mapped[datetime]
