"""What is supported, and what an amount is in another currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from marketplace.kernel.translate import LazyText, _l


class Layer(StrEnum):
    """The part of the customer's system that a request is about."""

    APPLICATION = "application"
    PLATFORM = "platform"
    INTEGRATION = "integration"


LAYER_LABELS = {
    Layer.APPLICATION: _l("Application"),
    Layer.PLATFORM: _l("Platform"),
    Layer.INTEGRATION: _l("Integration"),
}

# Who is responsible, in one sentence.
LAYER_EXPLANATIONS = {
    Layer.APPLICATION: _l("The vendor mends what is broken in the product; partners help to set it up and to use it."),
    Layer.PLATFORM: _l("Whoever runs the server is responsible for it; partners help to set it up and to mend it."),
    Layer.INTEGRATION: _l("Each maker is responsible for their own side; partners help to bring the two together."),
}


class ServiceKind(StrEnum):
    """How help is sold. The vendor decides it for each kind of problem, and partners sell services of that kind."""

    INCIDENT = "incident"  # Fixed: a price for one request.
    HOURLY = "hourly"  # Capped: a price per hour, and so many minutes at most.
    SESSION = "session"  # Booked: a price for a guided session at a time.

    @property
    def label(self) -> LazyText:
        """The kind in words."""
        return KIND_LABELS[self]


KIND_LABELS = {
    ServiceKind.INCIDENT: _l("Fixed price per request"),
    ServiceKind.HOURLY: _l("By the hour, up to a limit"),
    ServiceKind.SESSION: _l("Guided session at a time"),
}


class FieldKind(StrEnum):
    """What may be answered to a category's own question."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    URL = "url"


class UnknownCurrency(DomainError):
    """The vendor has no exchange rate for a currency."""

    message = _l("Amounts in %(currency)s can not be used here: there is no exchange rate for it.")

    def __init__(self, *, currency: str) -> None:
        """Name the `currency`."""
        super().__init__(currency=currency)


@dataclass(frozen=True, slots=True)
class Rates:
    """The vendor's exchange rates: millionths of each currency's main unit for one main unit of the base currency."""

    micros_per_base: Mapping[str, int]

    def convert(self, amount: Money, currency: str) -> Money:
        """Express an amount in another currency, rounded up to what can be charged.

        Raises:
            UnknownCurrency: there is no rate for one of the two.
        """
        if currency == amount.currency:
            return amount
        return amount.converted(currency, Fraction(self._micros(currency), self._micros(amount.currency)))

    def _micros(self, currency: str) -> int:
        if currency not in self.micros_per_base:
            raise UnknownCurrency(currency=currency)
        return self.micros_per_base[currency]
