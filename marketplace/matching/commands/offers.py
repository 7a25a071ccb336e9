"""Asking providers: at a price one after the other, for quotes several at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel import audit
from marketplace.kernel.errors import Conflict
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _l
from marketplace.matching import queries
from marketplace.matching.models import Offer
from marketplace.matching.rules import (
    AWAITED,
    ENOUGH_QUOTES,
    OFFER,
    WAVE,
    DeclineReason,
    Match,
    OfferAction,
    OfferStatus,
    offer_end,
    offer_window,
    quote_end,
)
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from providers.profiles import queries as profiles
from providers.services.models import frozen
from providers.services.rules import Terms


class OfferLapsed(Conflict):
    """The provider answered after the deadline."""

    message = _l("This offer has lapsed. The request went on to somebody else.")


@dataclass(frozen=True, slots=True)
class OfferMade:
    """A provider is asked, at a price or for a quote."""

    offer_id: int
    request_id: int
    provider_id: int
    at: datetime


def ask_next(session: Session, support_request: SupportRequest, *, now: datetime) -> Offer | None:
    """Ask the provider who fits best of those not asked yet; None if there is nobody left.

    For quotes, several are asked at once, and only when those who were asked before have answered too little; then
    this gives one of those from whom something is to be expected.
    """
    if support_request.is_vendors:
        return _ask_desk(session, support_request, now)
    if support_request.mode is Mode.QUOTES:
        return _go_on_for_quotes(session, support_request, now)
    best = _next_in_line(session, support_request, now)
    if best is None:
        return None
    return _ask(session, support_request, best, now)


def _go_on_for_quotes(session: Session, support_request: SupportRequest, now: datetime) -> Offer | None:
    live = queries.lock_live_offers(session, support_request.id)
    is_waiting = any(one.status in AWAITED for one in live)
    if not is_waiting and len(live) < ENOUGH_QUOTES:
        live += ask_for_quotes(session, support_request, now=now)
    return next(iter(live), None)


def ask_for_quotes(session: Session, support_request: SupportRequest, *, now: datetime) -> list[Offer]:
    """Ask the next few who fit best what they would take for it; nobody if nobody is left."""
    best = queries.matches(session, support_request, now, ceiling=None)[:WAVE]
    return [_ask(session, support_request, one, now, status=OfferStatus.ASKED) for one in best]


def _next_in_line(session: Session, support_request: SupportRequest, now: datetime) -> Match | None:
    """Take the chosen partner first, then the best fit if the customer allows it."""
    chosen_id = support_request.chosen_provider_id
    if support_request.mode is Mode.CHOSEN and chosen_id is not None:
        chosen = queries.matches(session, support_request, now, among={chosen_id})
        if chosen or not support_request.may_fall_back:
            return next(iter(chosen), None)
    return next(iter(queries.matches(session, support_request, now)), None)


def _ask_desk(session: Session, support_request: SupportRequest, now: datetime) -> Offer | None:
    desk = profiles.vendor_desk(session)
    if desk is None or desk.id in queries.asked_already(session, support_request.id):
        return None
    free = Match(desk.id, None, Terms(ServiceKind.INCIDENT, Money.zero(support_request.currency)), 0, ())
    return _ask(session, support_request, free, now)


def _ask(
    session: Session,
    support_request: SupportRequest,
    match: Match,
    now: datetime,
    *,
    status: OfferStatus = OfferStatus.OPEN,
) -> Offer:
    end = quote_end if status is OfferStatus.ASKED else offer_end
    offer = Offer(
        request_id=support_request.id,
        provider_id=match.provider_id,
        service_id=match.service_id,
        **frozen(match.terms),
        status=status,
        reasons=[[reason.kind, dict(reason.facts)] for reason in match.reasons],
        made_at=now,
        expires_at=end(support_request.urgency_hours, support_request.starts_at, now),
    )
    session.add(offer)
    session.flush()  # The record and the event need its id.
    audit.record(session, offer, "make", by=None, at=now)
    announce(session, OfferMade(offer.id, offer.request_id, offer.provider_id, now))
    return offer


def accept(session: Session, offer: Offer, *, by: int, now: datetime) -> None:
    """Take an offer that is locked.

    Raises:
        IllegalMove: it is over.
        OfferLapsed: its time is up, though nobody has noted it yet.
    """
    following = OFFER.after(offer.status, OfferAction.ACCEPT)
    if now >= offer.expires_at:
        raise OfferLapsed
    _end(session, offer, following, by=by, now=now)


def decline(session: Session, offer: Offer, *, reason: DeclineReason, note: str | None, by: int, now: datetime) -> None:
    """Say no to an offer that is locked, and why.

    Raises:
        IllegalMove: it is over.
    """
    following = OFFER.after(offer.status, OfferAction.DECLINE)
    offer.decline_reason = reason
    offer.decline_note = note
    _end(session, offer, following, by=by, now=now)


def expire(session: Session, offer: Offer, *, now: datetime) -> None:
    """Note that time is up for an offer that is locked."""
    _end(session, offer, OFFER.after(offer.status, OfferAction.EXPIRE), by=None, now=now)


def remind(session: Session, offer: Offer, *, urgency_hours: int, now: datetime) -> None:
    """Ask the same provider again: the vendor's desk, for which nobody else can step in."""
    offer.made_at = now
    offer.expires_at = now + offer_window(urgency_hours)
    audit.record(session, offer, "remind", by=None, at=now)
    announce(session, OfferMade(offer.id, offer.request_id, offer.provider_id, now))


def withdraw(session: Session, offer: Offer, *, now: datetime) -> None:
    """Take back an offer that is locked: the request has ended, or the provider may not take it any more."""
    end(session, offer, OfferAction.WITHDRAW, by=None, now=now)


def end(session: Session, offer: Offer, action: OfferAction, *, by: int | None, now: datetime) -> None:
    """Bring an offer that is locked to an end that says all by itself.

    Raises:
        IllegalMove: its state does not allow it.
    """
    _end(session, offer, OFFER.after(offer.status, action), by=by, now=now)


def _end(session: Session, offer: Offer, status: OfferStatus, *, by: int | None, now: datetime) -> None:
    offer.status = status
    offer.answered_at = now
    session.flush()  # One open offer per request: the next may be made in this same transaction.
    audit.record(session, offer, status, by=by, at=now)
