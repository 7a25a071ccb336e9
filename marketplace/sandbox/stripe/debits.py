"""The bank accounts from which the stand-in takes money by SEPA Direct Debit, and what comes of each.

The numbers are those of https://docs.stripe.com/payments/sepa-debit#test-account-numbers. A bank answers only after the
payer has gone on.
"""

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from marketplace.kernel.translate import LazyText, _l
from marketplace.sandbox.stripe.cards import Decline

LATER = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account, and how its bank answers when somebody pays from it."""

    iban: str
    effect: LazyText
    pays: bool
    answers_after: timedelta = timedelta()


REFUSED = Decline(
    None,
    "The payment failed: the customer's bank account could not be debited.",
    _l("Your bank did not pay. Use another way to pay."),
    code="payment_intent_payment_attempt_failed",
    advice_code=None,
    type="invalid_request_error",
)

TEST_ACCOUNTS = MappingProxyType({
    account.iban: account
    for account in (
        BankAccount("AT611904300234573201", _l("Pays."), pays=True),
        BankAccount("AT321904300235473204", _l("Pays after three minutes."), pays=True, answers_after=LATER),
        BankAccount("AT861904300235473202", _l("Does not pay."), pays=False),
        BankAccount("AT051904300235473205", _l("Does not pay, and says so after three minutes."), pays=False,
                    answers_after=LATER),
    )
})  # fmt: skip


def iban_of(text: str) -> str:
    """Read an account number, however it is grouped."""
    return "".join(text.split()).upper()
