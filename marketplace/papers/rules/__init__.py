"""What is true of papers: their numbers, the tax in them, and how they are laid out."""

from marketplace.papers.rules.invoices import InvoicedAlready, NobodyNamed, TooLateToInvoice, may_be_invoiced
from marketplace.papers.rules.kinds import PAPER_LABELS, PaperKind, Sold, number_of
from marketplace.papers.rules.sheets import Column, Grid, Party, Sheet
from marketplace.papers.rules.statements import (
    STATED_AFTER,
    Line,
    Statement,
    begin_of,
    last_to_state,
    month_after,
    month_of,
    replay,
)
from marketplace.papers.rules.taxes import TaxedAmount, difference, taxed

__all__ = [
    "PAPER_LABELS",
    "STATED_AFTER",
    "Column",
    "Grid",
    "InvoicedAlready",
    "Line",
    "NobodyNamed",
    "PaperKind",
    "Party",
    "Sheet",
    "Sold",
    "Statement",
    "TaxedAmount",
    "TooLateToInvoice",
    "begin_of",
    "difference",
    "last_to_state",
    "may_be_invoiced",
    "month_after",
    "month_of",
    "number_of",
    "replay",
    "taxed",
]
