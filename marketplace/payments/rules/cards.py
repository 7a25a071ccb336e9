"""Cards that payers save for the next time."""

from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import LazyText, _l

KEY_IS_GOOD_FOR = timedelta(hours=23)  # Stripe forgets a key after a day; what was made under it is looked up instead.

# What Stripe calls brands, in their own spelling; names are not translated.
# Source: https://docs.stripe.com/api/payment_methods/object#payment_method_object-card-brand
BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "interac": "Interac",
    "jcb": "JCB",
    "link": "Link",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
ANY_BRAND = _l("Card")


def brand_name(brand: str) -> str | LazyText:
    """Write a brand as people know it."""
    return BRANDS.get(brand, ANY_BRAND)


def is_key_good(keyed_at: datetime, now: datetime) -> bool:
    """Tell whether Stripe still knows what was asked under a key."""
    return now < keyed_at + KEY_IS_GOOD_FOR


class CardHasExpired(Conflict):
    """Nothing can be renewed with a card that is over."""

    message = _l("This card has expired. Add another one.")


class CardRefusal(StrEnum):
    """Why a saved card was not enough to pay with: its owner pays on the payment page instead."""

    WANTS_OWNER = "wants_owner"  # The bank wants to hear from its customer.
    DECLINED = "declined"
    GONE = "gone"  # Its owner has removed it meanwhile.

    @property
    def label(self) -> LazyText:
        """The reason in words, and what to do."""
        return REFUSAL_LABELS[self]


REFUSAL_LABELS = {
    CardRefusal.WANTS_OWNER: _l(
        "Your bank wants you to confirm this payment yourself. Pay on the payment page, which leads you to your bank. "
        "Nothing is taken yet."
    ),
    CardRefusal.DECLINED: _l(
        "Your saved card was not accepted. Pay on the payment page, with this card or another. Nothing is taken yet."
    ),
    CardRefusal.GONE: _l(
        "The card that you chose is not saved any more. Pay on the payment page. Nothing is taken yet."
    ),
}


class CardIsGone(Conflict):
    """The card that was chosen can't be paid with any more."""

    message = _l("This card is not saved any more, or has expired. Choose again how you want to pay.")
