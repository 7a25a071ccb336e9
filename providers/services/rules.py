"""The terms on which help is sold: what it costs, and what it costs at most."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.money import Money, smallest_step
from marketplace.kernel.translate import _, format_duration, format_minutes, format_money

MIN_CAP_MINUTES, MAX_CAP_MINUTES = 30, 40 * 60
MIN_SESSION_MINUTES, MAX_SESSION_MINUTES = 15, 8 * 60
LEAST_BILLED_MINUTES = 15  # By the hour, once any time is written down: reading and thinking come before the first fix.
HOUR_MINUTES = 60
ANY_URGENCY = 0  # A service for requests of any urgency promises no first answer of its own.
URGENCIES_HOURS = (4, 24, 72, 168)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for help.

    Args:
        kind: how it is sold.
        price: for one request, for an hour, or for a session.
        cap_minutes: so much time at most; by the hour only.
        session_minutes: so long is a session; of sessions only.
    """

    kind: ServiceKind
    price: Money
    cap_minutes: int | None = None
    session_minutes: int | None = None

    def __post_init__(self) -> None:
        assert (self.kind is ServiceKind.HOURLY) == (self.cap_minutes is not None), self
        assert (self.kind is ServiceKind.SESSION) == (self.session_minutes is not None), self

    @property
    def most(self) -> Money:
        """The most that a customer pays."""
        return self.price if self.cap_minutes is None else price_of_minutes(self.price, self.cap_minutes)

    @property
    def hourly(self) -> Money | None:
        """The price of an hour, where help is sold by the hour."""
        return self.price if self.kind is ServiceKind.HOURLY else None

    @property
    def text(self) -> str:
        """What it costs, in the reader's words."""
        return _SAY[self.kind](self)

    @property
    def unit(self) -> str:
        """What the price is for, in words that stand after it."""
        return _UNIT[self.kind](self)

    def converted(self, convert: Callable[[Money], Money]) -> "Terms":
        """Express the price in another currency; the most follows from it."""
        price = convert(self.price)
        return self if price is self.price else replace(self, price=price)

    def cost_of_work(self, minutes: int) -> Money:
        """Tell what is paid for so many minutes of work by the hour: whoever writes none down asks for nothing."""
        assert self.cap_minutes is not None, self
        assert 0 <= minutes <= self.cap_minutes, minutes
        if not minutes:
            return Money.zero(self.price.currency)
        return price_of_minutes(self.price, max(minutes, LEAST_BILLED_MINUTES))


def say_urgency(hours: int) -> str:
    """Say within how many hours a service is answered first; empty if it does not say."""
    if hours == ANY_URGENCY:
        return ""
    return _("First answer within %(duration)s") % {"duration": format_duration(timedelta(hours=hours))}


def price_of_minutes(hourly: Money, minutes: int) -> Money:
    """Take the part of an hourly price for some minutes, rounded up to an amount that can be charged."""
    step = smallest_step(hourly.currency)
    steps = -(-hourly.minor * minutes // (HOUR_MINUTES * step))
    return Money(steps * step, hourly.currency)


def _say_fixed(terms: Terms) -> str:
    return _("%(price)s per request") % {"price": format_money(terms.price)}


def _say_capped(terms: Terms) -> str:
    return _("%(price)s per hour, at most %(duration)s: %(most)s") % {
        "price": format_money(terms.price),
        "duration": format_minutes(terms.cap_minutes or 0),
        "most": format_money(terms.most),
    }


def _say_booked(terms: Terms) -> str:
    return _("%(price)s for a session of %(duration)s") % {
        "price": format_money(terms.price),
        "duration": format_minutes(terms.session_minutes or 0),
    }


_SAY: dict[ServiceKind, Callable[[Terms], str]] = {
    ServiceKind.INCIDENT: _say_fixed,
    ServiceKind.HOURLY: _say_capped,
    ServiceKind.SESSION: _say_booked,
}

_UNIT: dict[ServiceKind, Callable[[Terms], str]] = {
    ServiceKind.INCIDENT: lambda _terms: _("per request"),
    ServiceKind.HOURLY: lambda terms: _("per hour, %(most)s at most") % {"most": format_money(terms.most)},
    ServiceKind.SESSION: lambda terms: (
        _("per session of %(duration)s") % {"duration": format_minutes(terms.session_minutes or 0)}
    ),
}
