"""The test cards that the stand-in takes (numbers as in https://docs.stripe.com/testing), and what comes of each."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.translate import LazyText, _l


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card was refused: for the API, and in words for the person who pays."""

    decline_code: str | None
    message: str
    words: LazyText
    code: str = "card_declined"
    advice_code: str | None = "try_again_later"
    type: str = "card_error"


class Group(StrEnum):
    """What kind of part a card plays."""

    PAYS = "pays"
    ASKS = "asks"
    DECLINED = "declined"
    LATER = "later"


GROUP_LABELS = MappingProxyType({
    Group.PAYS: _l("They pay"),
    Group.ASKS: _l("The bank asks"),
    Group.DECLINED: _l("They are declined"),
    Group.LATER: _l("Trouble comes later"),
})  # fmt: skip


class Authentication(StrEnum):
    """When the bank wants to hear from the owner of the card."""

    NEVER = "never"
    UNLESS_STORED = "unless_stored"  # Nor when the owner is away, once the card was stored with a confirmation.
    ALWAYS = "always"


class RefundEnd(StrEnum):
    """How a refund to the card goes on after it was made."""

    AT_ONCE = "at_once"
    SUCCEEDS_LATER = "succeeds_later"
    FAILS_LATER = "fails_later"


@dataclass(frozen=True, slots=True)
class DisputeToCome:
    """The dispute that the owner of the card starts once it is charged."""

    reason: str
    is_inquiry: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A card, and what happens when somebody pays with it."""

    number: str
    effect: LazyText
    token: str = ""  # The id by which the API knows a payment method with this card.
    group: Group = Group.PAYS
    country: str = "US"
    decline: Decline | None = None
    can_be_stored: bool = True
    authentication: Authentication = Authentication.NEVER
    is_stored_already: bool = False
    is_available_at_once: bool = False
    refund: RefundEnd = RefundEnd.AT_ONCE
    dispute: DisputeToCome | None = None

    def asks(self, *, is_off_session: bool, is_stored: bool) -> bool:
        """Tell whether the bank wants a confirmation from the owner."""
        if self.authentication == Authentication.UNLESS_STORED:
            return not (is_off_session and (is_stored or self.is_stored_already))
        return self.authentication == Authentication.ALWAYS


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What a person enters to pay."""

    number: str
    expiry_month: int
    expiry_year: int
    name: str | None
    email: str | None


GENERIC = Decline("generic_decline", "Your card was declined.", _l("Your card was declined."))
NO_FUNDS = Decline(
    "insufficient_funds", "Your card has insufficient funds.", _l("There is not enough money on your card.")
)
LOST = Decline("lost_card", "Your card was declined.", _l("Your card was declined."), advice_code="do_not_try_again")
STOLEN = Decline(
    "stolen_card", "Your card was declined.", _l("Your card was declined."), advice_code="do_not_try_again"
)
TOO_OFTEN = Decline(
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    _l("Your card was used too often, or for too much. Use another card."),
)
EXPIRED = Decline("expired_card", "Your card has expired.", _l("Your card has expired."), code="expired_card")
WRONG_CODE = Decline(
    "incorrect_cvc", "Your card's security code is incorrect.", _l("The security code is wrong."), code="incorrect_cvc"
)
PROCESSING = Decline(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    _l("Something went wrong at the bank. Try again in a moment."),
    code="processing_error",
)
UNKNOWN = Decline(
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
    _l("This simulation takes only its own test cards. Never enter a real card here."),
    advice_code="do_not_try_again",
)
NOT_AUTHENTICATED = Decline(
    None,
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    _l("Your bank could not confirm that it is you. Try again, or use another card."),
    code="payment_intent_authentication_failure",
    advice_code=None,
)
SETUP_NOT_AUTHENTICATED = Decline(
    None,
    NOT_AUTHENTICATED.message,
    NOT_AUTHENTICATED.words,
    code="setup_intent_authentication_failure",
    advice_code=None,
)
OWNER_NEEDED = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    _l("Your bank wants you to confirm this payment yourself."),
    code="authentication_required",
    advice_code=None,
)
DECLINES = (
    *(GENERIC, NO_FUNDS, LOST, STOLEN, TOO_OFTEN, EXPIRED, WRONG_CODE, PROCESSING),
    *(UNKNOWN, NOT_AUTHENTICATED, SETUP_NOT_AUTHENTICATED, OWNER_NEEDED),
)


def _declined(number: str, effect: LazyText, token: str, decline: Decline, *, can_be_stored: bool = False) -> Card:
    return Card(number, effect, token, Group.DECLINED, decline=decline, can_be_stored=can_be_stored)


TEST_CARDS = MappingProxyType({
    card.number: card
    for card in (
        Card("4242424242424242", _l("Pays."), "pm_card_visa"),
        Card("4000000000000077", _l("Pays, and the money is available at once."), "pm_card_bypassPending",
             is_available_at_once=True),
        Card("4000002500003155", _l("Asks you to confirm with your bank, until it is stored."),
             "pm_card_authenticationRequiredOnSetup", Group.ASKS, authentication=Authentication.UNLESS_STORED),
        Card("4000003800000446", _l("Asks you to confirm with your bank, but not when it is charged later."),
             "pm_card_authenticationRequiredSetupForOffSession", Group.ASKS,
             authentication=Authentication.UNLESS_STORED, is_stored_already=True),
        Card("4000002760003184", _l("Asks you to confirm with your bank, each time."),
             "pm_card_authenticationRequired", Group.ASKS, authentication=Authentication.ALWAYS),
        Card("4000008260003178", _l("Asks you to confirm, each time, and is declined all the same."),
             "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", Group.ASKS,
             authentication=Authentication.ALWAYS, decline=NO_FUNDS),
        _declined("4000000000000002", _l("Is declined."), "pm_card_visa_chargeDeclined", GENERIC),
        _declined("4000000000009995", _l("Is declined: not enough money."),
                  "pm_card_visa_chargeDeclinedInsufficientFunds", NO_FUNDS),
        _declined("4000000000009987", _l("Is declined: lost."), "pm_card_visa_chargeDeclinedLostCard", LOST),
        _declined("4000000000009979", _l("Is declined: stolen."), "pm_card_visa_chargeDeclinedStolenCard", STOLEN),
        _declined("4000000000006975", _l("Is declined: used too often."),
                  "pm_card_visa_chargeDeclinedVelocityLimitExceeded", TOO_OFTEN),
        _declined("4000000000000069", _l("Is declined: expired."), "pm_card_chargeDeclinedExpiredCard", EXPIRED),
        _declined("4000000000000127", _l("Is declined: wrong security code."), "pm_card_chargeDeclinedIncorrectCvc",
                  WRONG_CODE),
        _declined("4000000000000119", _l("Is declined: an error at the bank."),
                  "pm_card_chargeDeclinedProcessingError", PROCESSING),
        _declined("4000000000000341", _l("Can be stored, but is declined when charged."),
                  "pm_card_chargeCustomerFail", GENERIC, can_be_stored=True),
        Card("4000000000000259", _l("Pays; then its owner calls the payment fraudulent."), "pm_card_createDispute",
             Group.LATER, dispute=DisputeToCome("fraudulent")),
        Card("4000000000002685", _l("Pays; then its owner says that nothing was delivered."),
             "pm_card_createDisputeProductNotReceived", Group.LATER, dispute=DisputeToCome("product_not_received")),
        Card("4000000000001976", _l("Pays; then its bank asks what the payment was for."),
             "pm_card_createDisputeInquiry", Group.LATER, dispute=DisputeToCome("fraudulent", is_inquiry=True)),
        Card("4000000000007726", _l("Pays; a refund is pending at first, and then succeeds."),
             "pm_card_pendingRefund", Group.LATER, refund=RefundEnd.SUCCEEDS_LATER),
        Card("4000000000005126", _l("Pays; a refund seems to succeed, and then fails."), "pm_card_refundFail",
             Group.LATER, refund=RefundEnd.FAILS_LATER),
    )
})  # fmt: skip
TOKENS = MappingProxyType({card.token: card for card in TEST_CARDS.values()})

SHORTEST, LONGEST = 12, 19


def card_of(number: str) -> Card:
    """Look a card up by its number; one that no bank knows is declined."""
    return TEST_CARDS.get(number) or Card(number, UNKNOWN.words, decline=UNKNOWN, can_be_stored=False)


def decline_for(code: str, decline_code: str | None) -> Decline:
    """Find the reason that an error of the API names."""
    return next(one for one in DECLINES if (one.code, one.decline_code) == (code, decline_code))


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
