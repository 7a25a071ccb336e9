"""Reading offers, and the quotes that answer them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.kernel.errors import NotFound
from marketplace.matching.models import Offer, Quote
from marketplace.matching.rules import (
    AWAITED,
    LIVE,
    RUNNING_OUT,
    STANDING,
    OfferClock,
    OfferStatus,
    offer_clock,
)
from marketplace.support_requests.models import SupportRequest


def asked_already(session: Session, request_id: int) -> set[int]:
    """List the providers who were asked for a request and are not to be asked again."""
    asked = select(Offer.provider_id).filter_by(request_id=request_id)
    return set(session.scalars(asked.where(Offer.status != OfferStatus.NOT_CHOSEN)))


def taken_since(session: Session, provider_ids: Collection[int], moment: datetime) -> dict[int, int]:
    """Count the requests that each provider has accepted since a moment; who has none is not in it."""
    taken = select(Offer.provider_id, func.count()).filter_by(status=OfferStatus.ACCEPTED)
    theirs = taken.where(Offer.provider_id.in_(provider_ids), Offer.answered_at > moment)
    return dict(session.execute(theirs.group_by(Offer.provider_id)).all())


def open_offer(session: Session, request_id: int) -> Offer | None:
    """Find the offer that waits for an answer."""
    found = select(Offer).filter_by(request_id=request_id, status=OfferStatus.OPEN)
    return session.scalar(found.options(joinedload(Offer.provider)))


def lock_live_offers(session: Session, request_id: int) -> list[Offer]:
    """Hold on to all offers of a request that may still come to something; their request is locked already."""
    found = select(Offer).filter_by(request_id=request_id).where(Offer.status.in_(LIVE)).order_by(Offer.id)
    return _locked(session, found)


def lock_overdue_offers(session: Session, request_id: int, now: datetime) -> list[Offer]:
    """Hold on to the offers of a request whose time is up; their request is locked already."""
    found = select(Offer).filter_by(request_id=request_id).where(Offer.status.in_(RUNNING_OUT))
    return _locked(session, found.where(Offer.expires_at <= now).order_by(Offer.id))


def lock_offer(session: Session, offer_id: int) -> Offer:
    """Hold on to an offer; its request is locked already."""
    return _locked(session, select(Offer).filter_by(id=offer_id))[0]


def lock_offer_of_quote(session: Session, request_id: int, quote_id: int) -> Offer:
    """Hold on to the offer of a request that a quote answers, or raise `NotFound`; its request is locked already."""
    same = select(Offer).join(Offer.quotes).where(Offer.request_id == request_id, Quote.id == quote_id)
    found = _locked(session, same)
    if not found:
        raise NotFound(quote_id=quote_id)
    return found[0]


def _locked(session: Session, found: Select[Offer]) -> list[Offer]:
    # Quotes that were read before are read anew: somebody may have revised one while this waited for the lock.
    options = selectinload(Offer.quotes)
    return list(
        session.scalars(found.options(options).with_for_update(of=Offer).execution_options(populate_existing=True))
    )


def request_of_offer(session: Session, offer_id: int, provider_id: int) -> int | None:
    """Tell to which request an offer to this provider belongs."""
    return session.scalar(select(Offer.request_id).filter_by(id=offer_id, provider_id=provider_id))


def offer_to(session: Session, offer_id: int, provider_id: int) -> Offer:
    """Find an offer to this provider with its request, or raise `NotFound`."""
    mine = select(Offer).filter_by(id=offer_id, provider_id=provider_id)
    found = session.scalar(mine.options(joinedload(Offer.support_request).joinedload(SupportRequest.category)))
    if found is None:
        raise NotFound(offer_id=offer_id)
    return found


def open_offers_to(session: Session, provider_id: int) -> list[Offer]:
    """List what waits for a provider's answer, the most urgent first."""
    return _offers_to(session, provider_id, AWAITED)


def standing_quotes_of(session: Session, provider_id: int) -> list[Offer]:
    """List the requests of which the customers may choose this provider's quote, the one that ends first first."""
    return _offers_to(session, provider_id, STANDING)


def standing_quotes(session: Session, request_id: int) -> list[Offer]:
    """List the offers of a request whose quotes the customer may choose, or has chosen, the best match first."""
    return [one for one in offers_for(session, request_id) if one.status in STANDING]


def _offers_to(session: Session, provider_id: int, statuses: frozenset[OfferStatus]) -> list[Offer]:
    mine = select(Offer).filter_by(provider_id=provider_id).where(Offer.status.in_(statuses))
    related = (joinedload(Offer.provider), joinedload(Offer.support_request), selectinload(Offer.quotes))
    return list(session.scalars(mine.order_by(Offer.expires_at, Offer.id).options(*related)))


def offers_for(session: Session, request_id: int) -> list[Offer]:
    """List who was asked for a request, the first first; of those asked for quotes, that is the best match first."""
    made = select(Offer).filter_by(request_id=request_id).order_by(Offer.id)
    return list(session.scalars(made.options(joinedload(Offer.provider), selectinload(Offer.quotes))))


def is_asked(session: Session, request_id: int, provider_id: int) -> bool:
    """Tell whether a request is put to a provider at the moment."""
    mine = select(Offer.id).filter_by(request_id=request_id, provider_id=provider_id)
    return session.scalar(mine.where(Offer.status.in_(LIVE))) is not None


def requests_offered_to(session: Session, provider_id: int, *, niche_id: int | None = None) -> list[int]:
    """List the requests that are put to a provider, in one niche or in all, in the order of their ids."""
    mine = select(Offer.request_id).filter_by(provider_id=provider_id).where(Offer.status.in_(LIVE))
    if niche_id is not None:
        mine = mine.join(Offer.support_request).where(SupportRequest.category.has(niche_id=niche_id))
    return sorted(session.scalars(mine))


def requests_with_overdue_offers(session: Session, now: datetime) -> list[int]:
    """List the requests of which a partner has not answered in time, or a quote has run out."""
    overdue = select(Offer.request_id).where(Offer.status.in_(RUNNING_OUT), Offer.expires_at <= now)
    return sorted(set(session.scalars(overdue)))


def clock_of(offer: Offer, now: datetime) -> OfferClock:
    """Tell how long an offer may be answered, or a quote chosen."""
    began_at = offer.quote.made_at if offer.quote else offer.made_at
    return offer_clock(began_at, offer.expires_at, now)
