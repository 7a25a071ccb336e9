"""Tables of services."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models import Niche
from marketplace.catalogue.rules import Layer
from marketplace.kernel.database import Currency, Model
from marketplace.kernel.money import MAX_MINOR, Money
from providers.services.rules import ServiceKind


class Service(Model):
    """What a provider sells in one niche and layer."""

    __table_args__ = (
        CheckConstraint(f"price_minor BETWEEN 1 AND {MAX_MINOR}", "price_in_range"),
        UniqueConstraint("provider_id", "niche_id", "layer", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    niche_id: Mapped[int] = mapped_column(ForeignKey("niche.id"))
    layer: Mapped[Layer]
    kind: Mapped[ServiceKind] = mapped_column(default=ServiceKind.INCIDENT)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency)
    includes: Mapped[dict[str, str]]  # What the price includes, by language.
    is_active: Mapped[bool] = mapped_column(default=True)

    niche: Mapped[Niche] = relationship(viewonly=True)

    @property
    def price(self) -> Money:
        """What a customer pays for it."""
        return Money(self.price_minor, self.currency)
