"""The accounts of the ledger, and the kinds of facts that it books."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _l


class AccountKind(StrEnum):
    """Accounts of the ledger; some exist once per subject or per payee."""

    STRIPE_BALANCE = "stripe_balance"  # Asset: pending and available at Stripe.
    BANK = "bank"  # Asset: what the vendor paid out by hand came from here.
    PARTNER_RECEIVABLE = "partner_receivable"  # Asset, per payee: paid to it, and to be given back.
    DISPUTE_RECEIVABLE = "dispute_receivable"  # Asset: taken back by banks, while it is not decided for whom.
    CUSTOMER_HELD = "customer_held"  # Liability, per subject: taken, not yet anybody's.
    PARTNER_PAYABLE = "partner_payable"  # Liability, per payee.
    PARTNER_RESERVE = "partner_reserve"  # Liability, per payee: its share too, kept back for a while.
    TAX_PAYABLE = "tax_payable"  # Liability: tax on sales and on commission.
    DEFERRED = "deferred"  # Liability, per subscription: paid for a time to come.
    COMMISSION = "commission"  # Income.
    EARNED = "earned"  # Income: what subscriptions have brought by now.
    STRIPE_FEES = "stripe_fees"  # Expense.
    DISPUTE_FEES = "dispute_fees"  # Expense.
    DISPUTE_LOSSES = "dispute_losses"  # Expense: lost to a bank, and nobody else's to bear.
    BAD_DEBT = "bad_debt"  # Expense: a payee will never give it back.
    GOODWILL = "goodwill"  # Expense: given back by the vendor alone, beyond its commission.
    COVER_CLAIMS = "cover_claims"  # Expense: what of prices is covered, less what of it stays the vendor's.
    COVER_LEFT = "cover_left"  # Memo, per policy year: what cover may still pay.
    COVER_RESERVED = "cover_reserved"  # Memo, per policy year: promised.
    COVER_USED = "cover_used"  # Memo, per policy year: paid.
    COVER_CONTRA = "cover_contra"  # Memo: the other side of the yearly limits.
    AUTHORISED = "authorised"  # Memo, per subject: set aside by the bank, not ours.
    AUTHORISED_CONTRA = "authorised_contra"  # Memo: the other side.

    @property
    def label(self) -> LazyText:
        """The account in words."""
        return ACCOUNT_LABELS[self]


ACCOUNT_LABELS = {
    AccountKind.STRIPE_BALANCE: _l("Balance at Stripe"),
    AccountKind.BANK: _l("Bank"),
    AccountKind.PARTNER_RECEIVABLE: _l("Owed by a partner"),
    AccountKind.DISPUTE_RECEIVABLE: _l("Taken back by banks, undecided"),
    AccountKind.CUSTOMER_HELD: _l("Held for a customer"),
    AccountKind.PARTNER_PAYABLE: _l("Owed to a partner"),
    AccountKind.PARTNER_RESERVE: _l("Kept in reserve for a partner"),
    AccountKind.TAX_PAYABLE: _l("Tax to be paid"),
    AccountKind.DEFERRED: _l("Paid for a time to come"),
    AccountKind.COMMISSION: _l("Commission"),
    AccountKind.EARNED: _l("Earned by subscriptions"),
    AccountKind.STRIPE_FEES: _l("Stripe's fees"),
    AccountKind.DISPUTE_FEES: _l("Fees for chargebacks"),
    AccountKind.DISPUTE_LOSSES: _l("Lost to chargebacks"),
    AccountKind.BAD_DEBT: _l("Written off"),
    AccountKind.GOODWILL: _l("Given back as goodwill"),
    AccountKind.COVER_CLAIMS: _l("Paid by cover"),
    AccountKind.COVER_LEFT: _l("Cover left of a year"),
    AccountKind.COVER_RESERVED: _l("Cover reserved of a year"),
    AccountKind.COVER_USED: _l("Cover used of a year"),
    AccountKind.COVER_CONTRA: _l("Yearly limits of cover, other side"),
    AccountKind.AUTHORISED: _l("Set aside by a bank"),
    AccountKind.AUTHORISED_CONTRA: _l("Set aside by banks, other side"),
}

PAYEE_ACCOUNTS = frozenset({  # Exist once per payee.
    AccountKind.PARTNER_PAYABLE, AccountKind.PARTNER_RESERVE, AccountKind.PARTNER_RECEIVABLE,
})  # fmt: skip
CREDIT_ACCOUNTS = frozenset({  # Grow on the credit side.
    AccountKind.CUSTOMER_HELD, AccountKind.PARTNER_PAYABLE, AccountKind.PARTNER_RESERVE, AccountKind.TAX_PAYABLE,
    AccountKind.DEFERRED, AccountKind.COMMISSION, AccountKind.EARNED, AccountKind.COVER_CONTRA,
    AccountKind.AUTHORISED_CONTRA,
})  # fmt: skip

DESK_ACCOUNTS = (  # What the desk shows of each currency; the trial balance shows all.
    AccountKind.STRIPE_BALANCE, AccountKind.CUSTOMER_HELD, AccountKind.PARTNER_PAYABLE, AccountKind.COMMISSION,
    AccountKind.STRIPE_FEES,
)  # fmt: skip


class Fact(StrEnum):
    """What the ledger books."""

    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    CAPTURED = "captured"
    COVERED = "covered"
    COVER_RETURNED = "cover_returned"
    COVER_GRANTED = "cover_granted"
    COVER_MOVED = "cover_moved"
    SETTLED = "settled"
    RESERVE_RELEASED = "reserve_released"
    TRANSFERRED = "transferred"
    PAID_BY_HAND = "paid_by_hand"
    UNSETTLED = "unsettled"
    REFUNDED = "refunded"
    REFUND_RETURNED = "refund_returned"
    REFUNDED_BY_HAND = "refunded_by_hand"
    REVERSED = "reversed"
    OWED = "owed"
    SET_OFF = "set_off"
    WRITTEN_OFF = "written_off"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute_lost"
    PERIOD_PAID = "period_paid"
    EARNED = "earned"
    BANKED = "banked"
    STRIPE_FEE = "stripe_fee"

    @property
    def label(self) -> LazyText:
        """The fact in words."""
        return FACT_LABELS[self]


FACT_LABELS = {
    Fact.AUTHORISED: _l("Amount set aside"),
    Fact.UNAUTHORISED: _l("No longer set aside"),
    Fact.CAPTURED: _l("Payment taken"),
    Fact.COVERED: _l("Paid by cover"),
    Fact.COVER_RETURNED: _l("Back into the cover"),
    Fact.COVER_GRANTED: _l("A year of cover began"),
    Fact.COVER_MOVED: _l("Cover reserved, used or let go"),
    Fact.SETTLED: _l("Shared between partner and vendor"),
    Fact.RESERVE_RELEASED: _l("Reserve released"),
    Fact.TRANSFERRED: _l("Transferred to the partner"),
    Fact.PAID_BY_HAND: _l("Paid by hand"),
    Fact.UNSETTLED: _l("Taken out of the shares for a refund"),
    Fact.REFUNDED: _l("Refunded"),
    Fact.REFUND_RETURNED: _l("A refund came back"),
    Fact.REFUNDED_BY_HAND: _l("Refunded by hand"),
    Fact.REVERSED: _l("Taken back from the partner"),
    Fact.OWED: _l("Owed by the partner"),
    Fact.SET_OFF: _l("Set off against a payout"),
    Fact.WRITTEN_OFF: _l("Written off"),
    Fact.DISPUTED: _l("Moved by a chargeback"),
    Fact.DISPUTE_LOST: _l("A chargeback was lost"),
    Fact.PERIOD_PAID: _l("Paid for a period"),
    Fact.EARNED: _l("Earned with time"),
    Fact.BANKED: _l("Moved between Stripe and the bank"),
    Fact.STRIPE_FEE: _l("Fee of Stripe"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the ledger; `owner_id` is a subject or a payee where the kind has one, else 0."""

    kind: AccountKind
    owner_id: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """Money from one account to another; always positive."""

    debit: Account
    credit: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class BookFilter:
    """Which bookings are looked for; what is None does not matter.

    Days are those of the reader's time zone, the last one included. `before_id` leaves out that booking and all that
    came later.
    """

    since: date | None = None
    until: date | None = None
    account: AccountKind | None = None
    fact: Fact | None = None
    currency: str | None = None
    payee: int | None = None
    stripe_id: str | None = None
    before_id: int | None = None
