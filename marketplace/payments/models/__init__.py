"""Tables of money, and what must always hold in them."""

from marketplace.payments.models.holds import Chargeback, Hold, Refund, Settlement
from marketplace.payments.models.ledger import LedgerAccount, LedgerTransaction, Posting
from marketplace.payments.models.payouts import Clawback, ConnectedAccount, Payout
from marketplace.payments.models.reconciliation import BalanceTransaction
from marketplace.payments.models.stripe import ReceivedEvent, StripeCall

__all__ = [
    "BalanceTransaction",
    "Chargeback",
    "Clawback",
    "ConnectedAccount",
    "Hold",
    "LedgerAccount",
    "LedgerTransaction",
    "Payout",
    "Posting",
    "ReceivedEvent",
    "Refund",
    "Settlement",
    "StripeCall",
]
