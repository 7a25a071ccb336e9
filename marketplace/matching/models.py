"""Tables of offers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Model
from marketplace.kernel.money import Money
from marketplace.matching.rules import DeclineReason, OfferStatus, Reason
from marketplace.support_requests.models import SupportRequest
from providers.profiles.models import Provider
from providers.services.models import FrozenTerms, frozen_terms_checks

_OPEN = text("status = 'open'")


class Offer(FrozenTerms, Model):
    """A request put to a provider, with an expiry: each provider once, and one provider at a time.

    The price is converted into the currency of the request at the vendor's rate, and frozen here.
    """

    __table_args__ = (
        CheckConstraint("expires_at > made_at", "expires_later"),
        CheckConstraint("(status = 'open') = (answered_at IS NULL)", "answered_when_not_open"),
        UniqueConstraint("request_id", "provider_id"),
        Index("uq_offer_open", "request_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_offer_provider", "provider_id", "status"),
        Index("ix_offer_expiry", "status", "expires_at"),
        *frozen_terms_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))  # None: the vendor's desk sells nothing.
    status: Mapped[OfferStatus] = mapped_column(default=OfferStatus.OPEN)
    reasons: Mapped[list[Any]]  # Why this provider, as it was when the offer was made.
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None]
    decline_note: Mapped[str | None] = mapped_column(String(500))

    support_request: Mapped[SupportRequest] = relationship(viewonly=True)
    provider: Mapped[Provider] = relationship(viewonly=True)

    @property
    def share(self) -> Money:
        """What the provider gets of it, at most; the rest is the vendor's commission."""
        return self.price - self.price.share(self.provider.commission_percent)

    @property
    def why(self) -> list[Reason]:
        """The reasons, to be said in the reader's language."""
        return [Reason(kind, facts) for kind, facts in self.reasons]
