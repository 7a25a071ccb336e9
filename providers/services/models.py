"""Tables of services, and the columns in which others freeze their terms."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models import Niche
from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import MAX_MINOR, Money
from providers.services.rules import (
    ANY_URGENCY,
    MAX_CAP_MINUTES,
    MAX_SESSION_MINUTES,
    MIN_CAP_MINUTES,
    MIN_SESSION_MINUTES,
    URGENCIES_HOURS,
    Terms,
    say_urgency,
)


def minutes_checks() -> tuple[CheckConstraint, ...]:
    """Say of a table which kind of help has which minutes, and how many there can be."""
    return (
        CheckConstraint("(kind = 'hourly') = (cap_minutes IS NOT NULL)", "cap_when_hourly"),
        CheckConstraint("(kind = 'session') = (session_minutes IS NOT NULL)", "length_when_session"),
        CheckConstraint(f"cap_minutes BETWEEN {MIN_CAP_MINUTES} AND {MAX_CAP_MINUTES}", "cap_in_range"),
        CheckConstraint(f"session_minutes BETWEEN {MIN_SESSION_MINUTES} AND {MAX_SESSION_MINUTES}", "length_in_range"),
    )


class Service(Model):
    """What a provider sells in one niche and layer; the price is for one request, for an hour, or for a session."""

    __table_args__ = (
        CheckConstraint(f"price_minor BETWEEN 1 AND {MAX_MINOR}", "price_in_range"),
        CheckConstraint(f"urgency_hours BETWEEN {ANY_URGENCY} AND {max(URGENCIES_HOURS)}", "urgency_in_range"),
        CheckConstraint(f"kind <> 'session' OR urgency_hours = {ANY_URGENCY}", "session_has_its_start"),
        UniqueConstraint("provider_id", "niche_id", "layer", "kind", "urgency_hours"),
        *minutes_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    niche_id: Mapped[int] = mapped_column(ForeignKey("niche.id"))
    layer: Mapped[Layer]
    kind: Mapped[ServiceKind] = mapped_column(default=ServiceKind.INCIDENT)
    urgency_hours: Mapped[int] = mapped_column(default=ANY_URGENCY)  # Within so many there is a first answer.
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency)
    cap_minutes: Mapped[int | None]
    session_minutes: Mapped[int | None]
    includes: Mapped[dict[str, str]]  # What the price includes, by language.
    is_active: Mapped[bool] = mapped_column(default=True)

    niche: Mapped[Niche] = relationship(viewonly=True)

    @property
    def terms(self) -> Terms:
        """What a customer pays for it, in the provider's currency."""
        return Terms(self.kind, Money(self.price_minor, self.currency), self.cap_minutes, self.session_minutes)

    @property
    def urgency(self) -> str:
        """Within how many hours there is a first answer, in words; empty if it does not say."""
        return say_urgency(self.urgency_hours)


class FrozenTerms:
    """The columns of a table in which terms are frozen, once they are in the request's currency.

    A table that has them lists `frozen_terms_checks()` among its constraints.
    """

    kind: Mapped[ServiceKind] = mapped_column(default=ServiceKind.INCIDENT)
    price_minor: Mapped[int]  # The most that the customer pays.
    currency: Mapped[str] = mapped_column(Currency)
    hourly_minor: Mapped[int | None]
    cap_minutes: Mapped[int | None]
    session_minutes: Mapped[int | None]

    @property
    def price(self) -> Money:
        """The most that the customer pays."""
        return Money(self.price_minor, self.currency)

    @property
    def agreed(self) -> Terms:
        """What is paid for help, once it is accepted."""
        unit = self.price_minor if self.hourly_minor is None else self.hourly_minor
        return Terms(self.kind, Money(unit, self.currency), self.cap_minutes, self.session_minutes)


def frozen_terms_checks() -> tuple[CheckConstraint, ...]:
    """Say of a table with frozen terms that they are whole."""
    return (
        CheckConstraint("price_minor >= 0", "price_not_negative"),
        CheckConstraint("(kind = 'hourly') = (hourly_minor IS NOT NULL)", "hourly_price_when_hourly"),
        *minutes_checks(),
    )


def frozen(terms: Terms) -> dict[str, object]:
    """Give the columns of terms that are to be frozen."""
    return {
        "kind": terms.kind,
        "price_minor": terms.most.minor,
        "currency": terms.price.currency,
        "hourly_minor": terms.hourly.minor if terms.hourly else None,
        "cap_minutes": terms.cap_minutes,
        "session_minutes": terms.session_minutes,
    }
