"""Comparing Stripe's book with ours: each line of the one is a line of the other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.money import Money
from marketplace.payments.rules.ledger import Account, AccountKind, Fact, Movement

# What Stripe does by itself, between the balance and a bank account of the vendor, or for its own fees.
# Source: https://docs.stripe.com/reports/balance-transaction-types
BANK_KINDS = frozenset({"payout", "payout_cancel", "payout_failure", "topup", "topup_reversal"})
FEE_KINDS = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost"})

OVERLAP = timedelta(days=1)  # Looked at once more: what Stripe wrote while it was asked last time.
GRACE = timedelta(days=1)  # So long a booking of ours may be ahead of what Stripe was asked for.


@dataclass(frozen=True, slots=True)
class StripeLine:
    """A balance transaction: `amount` came in, or went out if negative; `fee` went out."""

    id: str
    kind: str
    source_id: str | None
    amount: Money
    fee: Money
    created_at: datetime

    @property
    def net(self) -> Money:
        """By how much the balance changed."""
        return self.amount - self.fee


def own_booking(line: StripeLine) -> tuple[Fact, list[Movement]] | None:
    """Tell how to book what Stripe does by itself; None for what our own rows should know of."""
    if line.kind in BANK_KINDS:
        fact, other = Fact.BANKED, AccountKind.BANK
    elif line.kind in FEE_KINDS:
        fact, other = Fact.STRIPE_FEE, AccountKind.STRIPE_FEES
    else:
        return None
    if not line.net:
        return None
    balance, against = Account(AccountKind.STRIPE_BALANCE), Account(other)
    came_in = line.net.minor > 0
    amount = Money(abs(line.net.minor), line.net.currency)
    return fact, [Movement(balance, against, amount) if came_in else Movement(against, balance, amount)]
