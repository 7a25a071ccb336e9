"""What each fact moves in the ledger."""

from marketplace.kernel.money import Money
from marketplace.payments.rules.cover import Recovered
from marketplace.payments.rules.ledger import Account, AccountKind, Movement
from marketplace.payments.rules.payouts import PayoutMethod
from marketplace.payments.rules.shares import Shares


def authorised(subject_id: int, amount: Money) -> list[Movement]:
    """The bank has set an amount aside."""
    return [Movement(Account(AccountKind.AUTHORISED, subject_id), Account(AccountKind.AUTHORISED_CONTRA), amount)]


def unauthorised(subject_id: int, amount: Money) -> list[Movement]:
    """The amount is no longer set aside: taken, or let go."""
    return [Movement(Account(AccountKind.AUTHORISED_CONTRA), Account(AccountKind.AUTHORISED, subject_id), amount)]


def captured(subject_id: int, gross: Money, fee: Money) -> list[Movement]:
    """The money has come; Stripe kept its fee, which is the vendor's expense and may be more than what was taken."""
    held = Account(AccountKind.CUSTOMER_HELD, subject_id)
    return _either_way(
        Movement(Account(AccountKind.STRIPE_BALANCE), held, gross - fee),
        Movement(Account(AccountKind.STRIPE_FEES), held, fee),
    )


def covered(subject_id: int, amount: Money) -> list[Movement]:
    """A part of the price is paid by cover."""
    return [Movement(Account(AccountKind.COVER_CLAIMS), Account(AccountKind.CUSTOMER_HELD, subject_id), amount)]


def cover_returned(subject_id: int, amount: Money) -> list[Movement]:
    """What cover had paid goes back into it."""
    return [Movement(Account(AccountKind.CUSTOMER_HELD, subject_id), Account(AccountKind.COVER_CLAIMS), amount)]


def recovered(amounts: Recovered) -> list[Movement]:
    """What of the shares costs the vendor nothing, since it has paid them itself; the reverse if it is negative."""
    claims = Account(AccountKind.COVER_CLAIMS)
    return _either_way(
        Movement(Account(AccountKind.COMMISSION), claims, amounts.commission),
        Movement(Account(AccountKind.TAX_PAYABLE), claims, amounts.tax),
    )


def settled(subject_id: int, payee_id: int, shares: Shares, reserve: Money) -> list[Movement]:
    """The work is done: the payee's share is owed, a part of it after a while; the commission is the vendor's."""
    held = Account(AccountKind.CUSTOMER_HELD, subject_id)
    return _positive(
        Movement(held, Account(AccountKind.PARTNER_PAYABLE, payee_id), shares.payee - reserve),
        Movement(held, Account(AccountKind.PARTNER_RESERVE, payee_id), reserve),
        Movement(held, Account(AccountKind.COMMISSION), shares.commission),
        Movement(held, Account(AccountKind.TAX_PAYABLE), shares.tax + shares.commission_tax),
    )


def unsettled(payee_id: int, shares: Shares, reserve: Money, to: Account) -> list[Movement]:
    """Parts of what was shared are given up again, for the customer or for the customer's bank."""
    return _positive(
        Movement(Account(AccountKind.GOODWILL), to, shares.goodwill),
        Movement(Account(AccountKind.PARTNER_PAYABLE, payee_id), to, shares.payee - reserve),
        Movement(Account(AccountKind.PARTNER_RESERVE, payee_id), to, reserve),
        Movement(Account(AccountKind.COMMISSION), to, shares.commission),
        Movement(Account(AccountKind.TAX_PAYABLE), to, shares.tax + shares.commission_tax),
    )


def reserve_released(payee_id: int, amount: Money) -> list[Movement]:
    """A reserve has become an ordinary part of what the payee is owed."""
    return [_between(AccountKind.PARTNER_RESERVE, AccountKind.PARTNER_PAYABLE, payee_id, amount)]


def paid_out(payee_id: int, amount: Money, method: PayoutMethod) -> list[Movement]:
    """The partner has the share."""
    source = AccountKind.STRIPE_BALANCE if method is PayoutMethod.TRANSFER else AccountKind.BANK
    return [Movement(Account(AccountKind.PARTNER_PAYABLE, payee_id), Account(source), amount)]


def refunded(subject_id: int, amount: Money) -> list[Movement]:
    """The customer has the money back; Stripe keeps its fee."""
    return [Movement(Account(AccountKind.CUSTOMER_HELD, subject_id), Account(AccountKind.STRIPE_BALANCE), amount)]


def refund_returned(subject_id: int, amount: Money) -> list[Movement]:
    """A refund did not arrive: we have the money again, and it is the customer's."""
    return [Movement(Account(AccountKind.STRIPE_BALANCE), Account(AccountKind.CUSTOMER_HELD, subject_id), amount)]


def refunded_by_hand(subject_id: int, amount: Money) -> list[Movement]:
    """The customer has the money back, from the vendor's bank."""
    return [Movement(Account(AccountKind.CUSTOMER_HELD, subject_id), Account(AccountKind.BANK), amount)]


def reversed_(payee_id: int, amount: Money) -> list[Movement]:
    """The payee's account at Stripe has given back what it was paid."""
    return [Movement(Account(AccountKind.STRIPE_BALANCE), Account(AccountKind.PARTNER_PAYABLE, payee_id), amount)]


def owed(payee_id: int, amount: Money) -> list[Movement]:
    """The payee has what it should give back."""
    return [_between(AccountKind.PARTNER_RECEIVABLE, AccountKind.PARTNER_PAYABLE, payee_id, amount)]


def set_off(payee_id: int, amount: Money, kind: AccountKind) -> list[Movement]:
    """What the payee owes is taken out of what it is owed; `kind` says whether that was in reserve."""
    return [_between(kind, AccountKind.PARTNER_RECEIVABLE, payee_id, amount)]


def written_off(payee_id: int, amount: Money) -> list[Movement]:
    """The payee will never give it back."""
    return [Movement(Account(AccountKind.BAD_DEBT), Account(AccountKind.PARTNER_RECEIVABLE, payee_id), amount)]


def disputed(amount: Money, fee: Money) -> list[Movement]:
    """A bank took an amount out of our balance, or gave it back if it is negative; so for Stripe's fee."""
    balance = Account(AccountKind.STRIPE_BALANCE)
    return _either_way(
        Movement(Account(AccountKind.DISPUTE_RECEIVABLE), balance, amount),
        Movement(Account(AccountKind.DISPUTE_FEES), balance, fee),
    )


def dispute_lost(subject_id: int, held: Money, excess: Money) -> list[Movement]:
    """A bank keeps what it took: out of what was held for the subject; what goes beyond is the vendor's loss."""
    receivable = Account(AccountKind.DISPUTE_RECEIVABLE)
    return _positive(
        Movement(Account(AccountKind.CUSTOMER_HELD, subject_id), receivable, held),
        Movement(Account(AccountKind.DISPUTE_LOSSES), receivable, excess),
    )


def period_lost(subscription_id: int, net: Money, tax: Money, excess: Money) -> list[Movement]:
    """A bank keeps what it took of a period: what is not earned of it goes; what is earned is the vendor's loss."""
    receivable = Account(AccountKind.DISPUTE_RECEIVABLE)
    return _positive(
        *unearned_refunded(subscription_id, net, tax, AccountKind.DISPUTE_RECEIVABLE),
        Movement(Account(AccountKind.DISPUTE_LOSSES), receivable, excess),
    )


def loss_made_good(subject_id: int, amount: Money) -> list[Movement]:
    """A refund came back of which a bank had given the payer as much: it pays for what was lost."""
    return [Movement(Account(AccountKind.CUSTOMER_HELD, subject_id), Account(AccountKind.DISPUTE_LOSSES), amount)]


def period_paid(subscription_id: int, net: Money, tax: Money, fee: Money) -> list[Movement]:
    """A time to come is paid for; Stripe kept its fee, which is the vendor's expense."""
    balance = Account(AccountKind.STRIPE_BALANCE)
    return _positive(
        Movement(balance, Account(AccountKind.DEFERRED, subscription_id), net),
        Movement(balance, Account(AccountKind.TAX_PAYABLE), tax),
        Movement(Account(AccountKind.STRIPE_FEES), balance, fee),
    )


def earned(subscription_id: int, amount: Money) -> list[Movement]:
    """A part of the time that was paid for has passed."""
    return _positive(Movement(Account(AccountKind.DEFERRED, subscription_id), Account(AccountKind.EARNED), amount))


def unearned_refunded(subscription_id: int, net: Money, tax: Money, to: AccountKind) -> list[Movement]:
    """What was paid for a time that will not come is given back, with its tax."""
    return _positive(
        Movement(Account(AccountKind.DEFERRED, subscription_id), Account(to), net),
        Movement(Account(AccountKind.TAX_PAYABLE), Account(to), tax),
    )


def unearned_returned(subscription_id: int, net: Money, tax: Money) -> list[Movement]:
    """That did not arrive: we have it again, and it is to be paid by hand."""
    balance = Account(AccountKind.STRIPE_BALANCE)
    return _positive(
        Movement(balance, Account(AccountKind.DEFERRED, subscription_id), net),
        Movement(balance, Account(AccountKind.TAX_PAYABLE), tax),
    )


def _between(debit: AccountKind, credit: AccountKind, payee_id: int, amount: Money) -> Movement:
    return Movement(Account(debit, payee_id), Account(credit, payee_id), amount)


def _positive(*movements: Movement) -> list[Movement]:
    return [movement for movement in movements if movement.amount]


def _either_way(*movements: Movement) -> list[Movement]:
    """Turn around what is negative: postings are positive."""
    turned = (
        Movement(one.credit, one.debit, Money(-one.amount.minor, one.amount.currency)) if one.amount.minor < 0 else one
        for one in movements
    )
    return _positive(*turned)
