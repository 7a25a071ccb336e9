"""What can be done with papers: issuing them, and saying whom they are for."""

from marketplace.papers.commands.billing import drop_billing_details, set_billing_details
from marketplace.papers.commands.customers import (
    chargeback_ended,
    issue_owed,
    payment_taken,
    refund_decided,
)
from marketplace.papers.commands.invoices import ask_for_invoice
from marketplace.papers.commands.issuing import Draft, issue
from marketplace.papers.commands.premiums import (
    issue_owed_for_premium,
    premium_chargeback_ended,
    premium_paid,
    premium_refund_decided,
)
from marketplace.papers.commands.statements import issue_statement

__all__ = [
    "Draft",
    "ask_for_invoice",
    "chargeback_ended",
    "drop_billing_details",
    "issue",
    "issue_owed",
    "issue_owed_for_premium",
    "issue_statement",
    "payment_taken",
    "premium_chargeback_ended",
    "premium_paid",
    "premium_refund_decided",
    "refund_decided",
    "set_billing_details",
]
