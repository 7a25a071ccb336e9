"""Tables of offers, and of the quotes that answer some of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Model
from marketplace.matching.rules import OFFER, PASSING, DeclineReason, OfferAction, OfferStatus, Reason
from marketplace.support_requests.models import SupportRequest
from providers.profiles.models import Member, Provider
from providers.services.models import FrozenTerms, frozen_terms_checks
from providers.services.rules import Terms

_OPEN = text("status = 'open'")
_CHOSEN = text("status IN ('chosen', 'accepted')")
_ASKED_ONCE = text("status <> 'not_chosen'")  # Who was not chosen has not said no.


class Quote(FrozenTerms, Model):
    """What a partner asks for a request of its customer, and what is done for that; in the request's currency.

    A row is never changed: who revises a quote writes another, and who chooses one names exactly what they saw.
    """

    __table_args__ = (
        CheckConstraint("price_minor > 0", "price_positive"),
        CheckConstraint("first_answer_minutes > 0", "first_answer_later"),
        CheckConstraint("valid_until > made_at", "valid_later"),
        *frozen_terms_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))  # Who gives it, and does the work.
    includes: Mapped[str] = mapped_column(Text)
    remark: Mapped[str | None] = mapped_column(Text)
    first_answer_minutes: Mapped[int]  # After it is chosen and paid.
    made_at: Mapped[datetime]
    valid_until: Mapped[datetime]

    member: Mapped[Member] = relationship(viewonly=True)


class Offer(FrozenTerms, Model):
    """A request put to a provider, with an expiry: at a price, one provider at a time; or for a quote, several at once.

    The price is what the provider usually asks, converted into the currency of the request at the vendor's rate, and
    frozen here. A quote names its own.
    """

    __table_args__ = (
        CheckConstraint("expires_at > made_at", "expires_later"),
        CheckConstraint("(status IN ('open', 'asked')) = (answered_at IS NULL)", "answered_when_not_open"),
        Index(
            "uq_offer_asked_once",
            "request_id",
            "provider_id",
            unique=True,
            sqlite_where=_ASKED_ONCE,
            postgresql_where=_ASKED_ONCE,
        ),
        Index("uq_offer_chosen", "request_id", unique=True, sqlite_where=_CHOSEN, postgresql_where=_CHOSEN),
        Index("uq_offer_open", "request_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_offer_provider", "provider_id", "status"),
        Index("ix_offer_expiry", "status", "expires_at"),
        Index("ix_offer_answered", "request_id", "answered_at"),
        *frozen_terms_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))  # None: the vendor's desk sells nothing.
    status: Mapped[OfferStatus] = mapped_column(default=OfferStatus.OPEN)
    reasons: Mapped[list[Any]]  # Why this provider, as it was when the offer was made.
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # Until when it may be answered; of a quote, until when it may be chosen.
    answered_at: Mapped[datetime | None]
    decline_reason: Mapped[DeclineReason | None]
    decline_note: Mapped[str | None] = mapped_column(String(500))

    support_request: Mapped[SupportRequest] = relationship(viewonly=True)
    provider: Mapped[Provider] = relationship(viewonly=True)
    quotes: Mapped[list[Quote]] = relationship(viewonly=True, order_by=Quote.id)  # The last one counts.

    @property
    def quote(self) -> Quote | None:
        """What the provider asks, if it has quoted."""
        return self.quotes[-1] if self.quotes else None

    @property
    def is_for_quote(self) -> bool:
        """Tell whether the provider may quote, or revise a quote."""
        return OFFER.allows(self.status, OfferAction.QUOTE)

    @property
    def asks(self) -> Terms:
        """What is asked for it as it stands: of the quote if there is one, or else as usual."""
        return self.quote.agreed if self.quote else self.agreed

    @property
    def why(self) -> list[Reason]:
        """The reasons, to be said in the reader's language."""
        return [Reason(kind, facts) for kind, facts in self.reasons]

    @property
    def lasting_why(self) -> list[Reason]:
        """The reasons that hold beyond the moment of asking, beside a quote."""
        return [one for one in self.why if one.kind not in PASSING]
