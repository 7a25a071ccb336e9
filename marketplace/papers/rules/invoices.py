"""Invoices that take the place of receipts."""

from datetime import UTC, datetime

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import _l


class InvoicedAlready(Conflict):
    """A receipt is followed by one invoice."""

    message = _l("There is an invoice for this payment already.")


class TooLateToInvoice(Conflict):
    """The books of that time are closed."""

    message = _l("This payment is too long ago for an invoice. It was to be had until the end of the following year.")


class NobodyNamed(Conflict):
    """An invoice is for somebody."""

    message = _l("Tell us first for whom the invoice is: add your billing details.")


def may_be_invoiced(issued_at: datetime, now: datetime) -> bool:
    """Tell whether a receipt may still be turned into an invoice: until the end (UTC) of the year after its own.

    By then tax returns about its year are made; later nobody should change what stands in their books.
    """
    return now.astimezone(UTC).year <= issued_at.astimezone(UTC).year + 1
