"""The test cards that the stand-in takes (numbers as in https://docs.stripe.com/testing), and what comes of each."""

import unicodedata
from dataclasses import dataclass
from types import MappingProxyType

from marketplace.kernel.translate import LazyText, _l


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card was refused: for the API, and in words for the person who pays."""

    decline_code: str
    message: str
    words: LazyText
    code: str = "card_declined"
    advice_code: str | None = "try_again_later"


@dataclass(frozen=True, slots=True)
class Card:
    """A card, and what happens when somebody pays with it."""

    number: str
    effect: LazyText
    country: str = "US"
    decline: Decline | None = None
    asks_for_authentication: bool = False
    is_available_at_once: bool = False


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What a person enters to pay."""

    number: str
    expiry_month: int
    expiry_year: int
    name: str
    email: str

    @property
    def card(self) -> Card:
        """The card with this number; one that no bank knows is declined."""
        return TEST_CARDS.get(self.number) or Card(self.number, UNKNOWN.words, decline=UNKNOWN)


GENERIC = Decline("generic_decline", "Your card was declined.", _l("Your card was declined."))
NO_FUNDS = Decline(
    "insufficient_funds", "Your card has insufficient funds.", _l("There is not enough money on your card.")
)
UNKNOWN = Decline(
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
    _l("This simulation takes only its own test cards. Never enter a real card here."),
    advice_code="do_not_try_again",
)
NOT_AUTHENTICATED = Decline(
    "authentication_required",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    _l("Your bank could not confirm that it is you. Try again, or use another card."),
    code="payment_intent_authentication_failure",
    advice_code=None,
)

TEST_CARDS = MappingProxyType({
    card.number: card
    for card in (
        Card("4242424242424242", _l("Pays.")),
        Card("4000000000000002", _l("Is declined."), decline=GENERIC),
        Card("4000000000009995", _l("Is declined: not enough money."), decline=NO_FUNDS),
        Card("4000002500003155", _l("Asks you to confirm with your bank."), asks_for_authentication=True),
        Card("4000002760003184", _l("Asks you to confirm with your bank, each time."), asks_for_authentication=True),
        Card("4000000000000341", _l("Can be stored, but is declined when charged."), decline=GENERIC),
        Card("4000000000000077", _l("Pays, and the money is available at once."), is_available_at_once=True),
    )
})  # fmt: skip

SHORTEST, LONGEST = 12, 19


def digits_of(text: str) -> str:
    """Read the digits of a card number, in any script and however they are grouped; empty if there is more in it."""
    compact = "".join(text.split()).replace("-", "")
    if not all(character.isdecimal() for character in compact):
        return ""
    return "".join(str(unicodedata.decimal(character)) for character in compact)


def is_card_number(digits: str) -> bool:
    """Tell whether digits can be a card number: the length, and the check digit by Luhn's rule."""
    if not SHORTEST <= len(digits) <= LONGEST:
        return False
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 -- A digit's limit.
