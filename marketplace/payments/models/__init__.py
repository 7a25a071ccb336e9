"""Tables of money, and what must always hold in them."""

from marketplace.payments.models.accounts import BankDetails, ConnectedAccount
from marketplace.payments.models.cards import Payer, SavedCard
from marketplace.payments.models.given_back import Chargeback, Refund
from marketplace.payments.models.holds import Hold, Settlement
from marketplace.payments.models.ledger import LedgerAccount, LedgerTransaction, Posting
from marketplace.payments.models.payouts import Clawback, Payout
from marketplace.payments.models.reconciliation import BalanceTransaction
from marketplace.payments.models.renewals import Renewal
from marketplace.payments.models.stripe import ReadMark, StripeCall
from marketplace.payments.models.subscriptions import (
    PeriodPayment,
    PeriodRefund,
    PortalVisit,
    Subscription,
    SubscriptionChange,
)

__all__ = [
    "BalanceTransaction",
    "BankDetails",
    "Chargeback",
    "Clawback",
    "ConnectedAccount",
    "Hold",
    "LedgerAccount",
    "LedgerTransaction",
    "Payer",
    "Payout",
    "PeriodPayment",
    "PeriodRefund",
    "PortalVisit",
    "Posting",
    "ReadMark",
    "Refund",
    "Renewal",
    "SavedCard",
    "Settlement",
    "StripeCall",
    "Subscription",
    "SubscriptionChange",
]
