"""Why banks take payments back, ask about them or send refunds back, in words, and what an answer should show.

The reasons are Stripe's: https://docs.stripe.com/disputes/categories.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.kernel.translate import LazyText, _l

_TOOK_PART = _l("Show that the cardholder took part: when they signed in and wrote, and what they confirmed.")
_DELIVERED = _l("Show what was agreed and what was done for it: messages, times, the solution, the customer's word.")
_TWICE = _l("Show that the payments were for different things. If they were not, give one of them back.")
_OWED = _l("Show what was given back and when, or why nothing was due.")
_BANKS_OWN = _l("It is about the payment itself, not about the work. Ask the customer to pay in another way.")


@dataclass(frozen=True, slots=True)
class BankReason:
    """A reason of a bank.

    Attributes:
        label: the reason in words.
        helps: what an answer to it should show.
    """

    label: LazyText
    helps: LazyText


_GENERAL = BankReason(_l("No particular reason"), _DELIVERED)

BANK_REASONS: Mapping[str, BankReason] = {
    "bank_cannot_process": BankReason(_l("The bank can not process the payment"), _BANKS_OWN),
    "check_returned": BankReason(_l("The payment was returned"), _BANKS_OWN),
    "credit_not_processed": BankReason(_l("A refund was expected and did not come"), _OWED),
    "customer_initiated": BankReason(_l("The customer asked for the money back"), _DELIVERED),
    "debit_not_authorized": BankReason(_l("The account holder did not allow the debit"), _TOOK_PART),
    "duplicate": BankReason(_l("It was paid twice"), _TWICE),
    "fraudulent": BankReason(_l("The cardholder says that somebody else paid"), _TOOK_PART),
    "general": _GENERAL,
    "incorrect_account_details": BankReason(_l("The account's details were wrong"), _BANKS_OWN),
    "insufficient_funds": BankReason(_l("There was not enough money in the account"), _BANKS_OWN),
    "noncompliant": BankReason(_l("A rule of the card network was broken"), _DELIVERED),
    "product_not_received": BankReason(_l("The customer says that nothing was done"), _DELIVERED),
    "product_unacceptable": BankReason(_l("The customer says that it was not as agreed"), _DELIVERED),
    "subscription_canceled": BankReason(_l("The customer says that it was cancelled before"), _OWED),
    "unrecognized": BankReason(_l("The cardholder does not know the payment"), _TOOK_PART),
}


def bank_reason(word: str) -> BankReason:
    """Put Stripe's word for a reason into words; one that is new to us counts as none in particular."""
    return BANK_REASONS.get(word, _GENERAL)


# See https://docs.stripe.com/api/refunds/object.
REFUND_FAILURES: Mapping[str, LazyText] = {
    "canceled": _l("The refund was cancelled"),
    "charge_for_pending_refund_disputed": _l("The customer's bank has taken the payment back meanwhile"),
    "declined": _l("The bank declined it"),
    "expired_or_canceled_card": _l("The card has expired, or was cancelled"),
    "insufficient_funds": _l("There was not enough money in the account at Stripe"),
    "lost_or_stolen_card": _l("The card was lost or stolen"),
    "merchant_request": _l("It was stopped at our request"),
    "unknown": _l("The bank gave no reason"),
}


def refund_failure(reason: str) -> LazyText | str:
    """Say why a refund came back, or in Stripe's words what Stripe has no code for."""
    return REFUND_FAILURES.get(reason, reason)
