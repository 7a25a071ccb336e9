"""What is true of money: the life of a hold and of a payout, and the facts that the ledger books."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.money import Money
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _l


class HoldStatus(StrEnum):
    """Where a hold stands."""

    OPENING = "opening"  # The Checkout page is being made.
    AWAITING = "awaiting"  # The payer is on the Checkout page.
    HELD = "held"  # The bank has set the amount aside.
    CAPTURING = "capturing"
    CAPTURED = "captured"  # The money is ours to keep for the payee.
    SETTLED = "settled"  # The payee's share is booked.
    RELEASING = "releasing"
    RELEASED = "released"  # Nothing was taken.
    LAPSED = "lapsed"  # The payer did not pay in time, or the bank let go.
    FAILED = "failed"  # The bank refused the capture.
    REFUNDING = "refunding"
    REFUNDED = "refunded"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return HOLD_LABELS[self]


class HoldAction(StrEnum):
    """What can happen to a hold."""

    OFFER = "offer"
    AUTHORISE = "authorise"
    CAPTURE = "capture"
    CAPTURED = "captured"
    REFUSE = "refuse"
    SETTLE = "settle"
    RELEASE = "release"
    RELEASED = "released"
    LAPSE = "lapse"
    REFUND = "refund"
    REFUNDED = "refunded"


HOLD = StateTable[HoldStatus, HoldAction]({
    (HoldStatus.OPENING, HoldAction.OFFER): HoldStatus.AWAITING,
    (HoldStatus.OPENING, HoldAction.AUTHORISE): HoldStatus.HELD,  # Word from Stripe overtook our own answer.
    (HoldStatus.OPENING, HoldAction.LAPSE): HoldStatus.LAPSED,
    (HoldStatus.OPENING, HoldAction.RELEASE): HoldStatus.RELEASING,
    (HoldStatus.AWAITING, HoldAction.AUTHORISE): HoldStatus.HELD,
    (HoldStatus.AWAITING, HoldAction.LAPSE): HoldStatus.LAPSED,
    (HoldStatus.AWAITING, HoldAction.RELEASE): HoldStatus.RELEASING,
    (HoldStatus.HELD, HoldAction.CAPTURE): HoldStatus.CAPTURING,
    (HoldStatus.HELD, HoldAction.LAPSE): HoldStatus.LAPSED,
    (HoldStatus.HELD, HoldAction.RELEASE): HoldStatus.RELEASING,
    (HoldStatus.CAPTURING, HoldAction.CAPTURED): HoldStatus.CAPTURED,
    (HoldStatus.CAPTURING, HoldAction.REFUSE): HoldStatus.FAILED,
    (HoldStatus.CAPTURED, HoldAction.SETTLE): HoldStatus.SETTLED,
    (HoldStatus.CAPTURED, HoldAction.REFUND): HoldStatus.REFUNDING,
    (HoldStatus.REFUNDING, HoldAction.REFUNDED): HoldStatus.REFUNDED,
    (HoldStatus.RELEASING, HoldAction.RELEASED): HoldStatus.RELEASED,
})  # fmt: skip

HOLD_LABELS = {
    HoldStatus.OPENING: _l("Preparing payment"),
    HoldStatus.AWAITING: _l("Waiting for payment"),
    HoldStatus.HELD: _l("Held, not taken"),
    HoldStatus.CAPTURING: _l("Being taken"),
    HoldStatus.CAPTURED: _l("Paid, kept until it is solved"),
    HoldStatus.SETTLED: _l("Paid to the partner"),
    HoldStatus.RELEASING: _l("Being released"),
    HoldStatus.RELEASED: _l("Released, nothing was taken"),
    HoldStatus.LAPSED: _l("Lapsed, nothing was taken"),
    HoldStatus.FAILED: _l("Refused by the bank"),
    HoldStatus.REFUNDING: _l("Being refunded"),
    HoldStatus.REFUNDED: _l("Refunded"),
}

ENDED = frozenset({HoldStatus.SETTLED, HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED, HoldStatus.REFUNDED})
MAY_RELEASE = frozenset({HoldStatus.OPENING, HoldStatus.AWAITING, HoldStatus.HELD})

# Work must be agreed well before the bank lets go, or the partner would work for nothing.
SAFETY_MARGIN = timedelta(hours=24)
CHECK_EVERY = timedelta(minutes=10)  # A hold that waits for word from Stripe is asked about this often.


class PayoutMethod(StrEnum):
    """How a payee gets the money."""

    TRANSFER = "transfer"  # To the connected account at Stripe.
    BY_HAND = "by_hand"  # By the vendor, from a statement.

    @property
    def label(self) -> LazyText:
        """The method in words."""
        return _l("Transfer") if self is PayoutMethod.TRANSFER else _l("By hand")


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    DUE = "due"
    PAID = "paid"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return _l("Due") if self is PayoutStatus.DUE else _l("Paid")


class PayoutAction(StrEnum):
    """What can happen to a payout."""

    PAY = "pay"


PAYOUT = StateTable[PayoutStatus, PayoutAction]({
    (PayoutStatus.DUE, PayoutAction.PAY): PayoutStatus.PAID,
})  # fmt: skip


class CallKind(StrEnum):
    """What is asked of Stripe."""

    CHECKOUT = "checkout"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"
    TRANSFER = "transfer"


class AccountKind(StrEnum):
    """Accounts of the ledger; some exist once per subject or per payee."""

    STRIPE_BALANCE = "stripe_balance"  # Asset: pending and available at Stripe.
    BANK = "bank"  # Asset: what the vendor paid out by hand came from here.
    CUSTOMER_HELD = "customer_held"  # Liability, per subject: taken, not yet anybody's.
    PARTNER_PAYABLE = "partner_payable"  # Liability, per payee.
    COMMISSION = "commission"  # Income.
    STRIPE_FEES = "stripe_fees"  # Expense.
    AUTHORISED = "authorised"  # Memo, per subject: set aside by the bank, not ours.
    AUTHORISED_CONTRA = "authorised_contra"  # Memo: the other side.

    @property
    def label(self) -> LazyText:
        """The account in words."""
        return ACCOUNT_LABELS[self]


ACCOUNT_LABELS = {
    AccountKind.STRIPE_BALANCE: _l("Balance at Stripe"),
    AccountKind.BANK: _l("Bank"),
    AccountKind.CUSTOMER_HELD: _l("Held for a customer"),
    AccountKind.PARTNER_PAYABLE: _l("Owed to a partner"),
    AccountKind.COMMISSION: _l("Commission"),
    AccountKind.STRIPE_FEES: _l("Stripe's fees"),
    AccountKind.AUTHORISED: _l("Set aside by a bank"),
    AccountKind.AUTHORISED_CONTRA: _l("Set aside by banks, other side"),
}

CREDIT_ACCOUNTS = frozenset({  # Grow on the credit side.
    AccountKind.CUSTOMER_HELD, AccountKind.PARTNER_PAYABLE, AccountKind.COMMISSION, AccountKind.AUTHORISED_CONTRA,
})  # fmt: skip


class Fact(StrEnum):
    """What the ledger books."""

    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    CAPTURED = "captured"
    SETTLED = "settled"
    TRANSFERRED = "transferred"
    PAID_BY_HAND = "paid_by_hand"
    REFUNDED = "refunded"

    @property
    def label(self) -> LazyText:
        """The fact in words."""
        return FACT_LABELS[self]


FACT_LABELS = {
    Fact.AUTHORISED: _l("Amount set aside"),
    Fact.UNAUTHORISED: _l("No longer set aside"),
    Fact.CAPTURED: _l("Payment taken"),
    Fact.SETTLED: _l("Shared between partner and vendor"),
    Fact.TRANSFERRED: _l("Transferred to the partner"),
    Fact.PAID_BY_HAND: _l("Paid by hand"),
    Fact.REFUNDED: _l("Refunded"),
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


def authorised(subject_id: int, amount: Money) -> list[Movement]:
    """The bank has set an amount aside."""
    return [Movement(Account(AccountKind.AUTHORISED, subject_id), Account(AccountKind.AUTHORISED_CONTRA), amount)]


def unauthorised(subject_id: int, amount: Money) -> list[Movement]:
    """The amount is no longer set aside: taken, or let go."""
    return [Movement(Account(AccountKind.AUTHORISED_CONTRA), Account(AccountKind.AUTHORISED, subject_id), amount)]


def captured(subject_id: int, gross: Money, fee: Money) -> list[Movement]:
    """The money has come; Stripe kept its fee, which is the vendor's expense."""
    held = Account(AccountKind.CUSTOMER_HELD, subject_id)
    return _positive(
        Movement(Account(AccountKind.STRIPE_BALANCE), held, gross - fee),
        Movement(Account(AccountKind.STRIPE_FEES), held, fee),
    )


def settled(subject_id: int, payee_id: int, gross: Money, commission: Money) -> list[Movement]:
    """The work is done: the partner's share is owed, the commission is the vendor's."""
    held = Account(AccountKind.CUSTOMER_HELD, subject_id)
    return _positive(
        Movement(held, Account(AccountKind.PARTNER_PAYABLE, payee_id), gross - commission),
        Movement(held, Account(AccountKind.COMMISSION), commission),
    )


def paid_out(payee_id: int, amount: Money, method: PayoutMethod) -> list[Movement]:
    """The partner has the share."""
    source = AccountKind.STRIPE_BALANCE if method is PayoutMethod.TRANSFER else AccountKind.BANK
    return [Movement(Account(AccountKind.PARTNER_PAYABLE, payee_id), Account(source), amount)]


def refunded(subject_id: int, amount: Money) -> list[Movement]:
    """The customer has the money back; Stripe keeps its fee."""
    return [Movement(Account(AccountKind.CUSTOMER_HELD, subject_id), Account(AccountKind.STRIPE_BALANCE), amount)]


def _positive(*movements: Movement) -> list[Movement]:
    return [movement for movement in movements if movement.amount]


class PaymentUnderWay(Conflict):
    """The next step needs the money, and the money is on its way."""

    message = _l("The payment is being taken just now. Try again in a minute.")


class PaymentNotReady(Conflict):
    """There is no Checkout page to go to."""

    message = _l("There is nothing to pay here at the moment.")
