"""The kinds of papers, and their numbers."""

from enum import StrEnum

from marketplace.kernel.translate import LazyText, _l


class PaperKind(StrEnum):
    """What a paper is; each kind is numbered by itself."""

    RECEIPT = "receipt"  # For a payment, to whoever needs no more.
    INVOICE = "invoice"  # For a payment, in the name that the customer wants to stand on it.
    CREDIT_NOTE = "credit_note"  # For what goes back of a payment.
    STATEMENT = "statement"  # For a partner: what was earned in a month, and what became of it.

    @property
    def label(self) -> LazyText:
        """The kind in words."""
        return PAPER_LABELS[self]


PAPER_LABELS = {
    PaperKind.RECEIPT: _l("Receipt"),
    PaperKind.INVOICE: _l("Invoice"),
    PaperKind.CREDIT_NOTE: _l("Credit note"),
    PaperKind.STATEMENT: _l("Statement"),
}
PREFIXES = {
    PaperKind.RECEIPT: "R",
    PaperKind.INVOICE: "I",
    PaperKind.CREDIT_NOTE: "C",
    PaperKind.STATEMENT: "S",
}


class Sold(StrEnum):
    """What the vendor has sold by a paper, in the order in which sums of tax are listed."""

    WORK = "work"
    COVER = "cover"
    COMMISSION = "commission"

    @property
    def label(self) -> LazyText:
        """What it is and to whom, in words."""
        return SOLD_LABELS[self]


SOLD_LABELS = {
    Sold.WORK: _l("Work, to customers"),
    Sold.COVER: _l("Cover, to customers"),
    Sold.COMMISSION: _l("Commission, to partners"),
}


def number_of(kind: PaperKind, year: int, serial: int) -> str:
    """Write the number of a paper, such as "I-2026-000042"; in each year and kind they begin with 1, without gaps."""
    return f"{PREFIXES[kind]}-{year}-{serial:06}"
