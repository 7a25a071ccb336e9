"""The card form: what was typed, read and checked field by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from marketplace.kernel.translate import _
from marketplace.sandbox.stripe.cards import CardDetails, digits_of, is_card_number
from marketplace.sandbox.stripe.debits import TEST_ACCOUNTS, iban_of
from marketplace.sandbox.stripe.engine.shapes import EMAIL

TEXT_MAX = 200
NEW_CARD, BANK = "new", "bank"
EXPIRY = re.compile(r"(\d{1,2})\s*[/ .-]\s*(\d{2}|\d{4})|(\d{2})(\d{2})")
CVC_DIGITS = 3
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed, as it goes back into the page; the security code never does."""

    email: str = ""
    card_number: str = ""
    expiry: str = ""
    cvc: str = ""
    name: str = ""
    iban: str = ""
    pay_with: str = NEW_CARD  # Or a bank account, or a stored card by its id.
    keeps: bool = False

    def without_code(self) -> "Typed":
        """Leave out what no page may keep."""
        return replace(self, cvc="")


def read(form: Mapping[str, str]) -> Typed:
    """Take the fields out of a form, cut to a sensible length."""
    fields = ("email", "card_number", "expiry", "cvc", "name", "iban")
    return Typed(
        **{field: form.get(field, "").strip()[:TEXT_MAX] for field in fields},
        pay_with=form.get("pay_with", NEW_CARD),
        keeps="keeps" in form,
    )


def filled_in(typed: Typed, number: str, now: datetime) -> Typed:
    """Fill a test card in, with a date and a code that suit it."""
    grouped = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    return replace(typed, pay_with=NEW_CARD, card_number=grouped, expiry=f"12/{(now.year + 3) % 100:02}", cvc="123")


def faults(typed: Typed, now: datetime, *, asks_email: bool = True) -> dict[str, str]:
    """Say what is wrong, by field, in the order of the fields; of a stored card nothing can be."""
    found = {"email": _email_fault(typed) if asks_email else ""}
    if typed.pay_with == NEW_CARD:
        found |= _card_faults(typed, now)
    elif typed.pay_with == BANK:
        found |= _bank_faults(typed)
    return {field: fault for field, fault in found.items() if fault}


def details(typed: Typed) -> CardDetails:
    """Read what was typed without a fault."""
    expiry = _expiry(typed.expiry)
    assert expiry, typed
    return CardDetails(digits_of(typed.card_number), *expiry, name=typed.name, email=typed.email)


def _card_faults(typed: Typed, now: datetime) -> dict[str, str]:
    return {
        "card_number": _number_fault(typed),
        "expiry": _expiry_fault(typed, now),
        "cvc": _code_fault(typed),
        "name": "" if typed.name else _("Enter the name on the card."),
    }


def _bank_faults(typed: Typed) -> dict[str, str]:
    is_ours = iban_of(typed.iban) in TEST_ACCOUNTS
    return {
        "iban": "" if is_ours else _("Enter one of the test accounts. Never enter a real one here."),
        "name": "" if typed.name else _("Enter the name of who has the account."),
    }


def _email_fault(typed: Typed) -> str:
    is_good = EMAIL.fullmatch(typed.email) is not None
    return "" if is_good else _("Enter your e-mail address, such as name@example.com.")


def _number_fault(typed: Typed) -> str:
    if not typed.card_number:
        return _("Enter the card number.")
    is_good = is_card_number(digits_of(typed.card_number))
    return "" if is_good else _("This is not a card number. Check the digits.")


def _expiry_fault(typed: Typed, now: datetime) -> str:
    expiry = _expiry(typed.expiry)
    if expiry is None:
        return _("Enter the expiry date as month and year, such as 12/34.")
    month, year = expiry
    is_over = (year, month) < (now.year, now.month)
    return _("This card has expired. Use another card.") if is_over else ""


def _code_fault(typed: Typed) -> str:
    is_good = len(digits_of(typed.cvc)) == CVC_DIGITS
    return "" if is_good else _("Enter the 3 digits of the security code.")


def _expiry(text: str) -> tuple[int, int] | None:
    found = EXPIRY.fullmatch(text)
    if not found:
        return None
    month, year = int(found[1] or found[3]), int(found[2] or found[4])
    is_good = 1 <= month <= MONTHS
    return (month, year if year > 99 else 2000 + year) if is_good else None  # noqa: PLR2004 -- Two digits are a year of this century.
