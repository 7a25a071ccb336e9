"""Quotes: given, revised and taken back by partners; chosen, let go or left by the customer. Offers come in locked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.matching import queries
from marketplace.matching.commands.offers import end
from marketplace.matching.models import Offer, Quote
from marketplace.matching.rules import (
    OFFER,
    OfferAction,
    OfferStatus,
    Quotation,
    QuoteChanged,
    QuoteIsChosen,
    QuoteLapsed,
    QuoteOver,
    in_good_time,
)
from providers.profiles.models import Member
from providers.services.models import frozen


@dataclass(frozen=True, slots=True)
class QuoteDismissed:
    """The customer has chosen another partner, or asks for quotes no more; `had_quoted` tells whether one was given."""

    offer_id: int
    request_id: int
    provider_id: int
    had_quoted: bool
    at: datetime


def quote(session: Session, offer: Offer, *, member: Member, quotation: Quotation, now: datetime) -> Quote:
    """Say what a provider takes for a request, for the first time or anew.

    Raises:
        IllegalMove: the provider is not asked for a quote, or it is over.
        QuoteLapsed: time is up, though nobody has noted it yet.
        QuoteIsChosen: the customer is about to pay it.
    """
    if offer.status is OfferStatus.CHOSEN:
        raise QuoteIsChosen
    following = OFFER.after(offer.status, OfferAction.QUOTE)
    starts_at = offer.support_request.starts_at
    valid_until = in_good_time(now + quotation.valid_for, starts_at)
    if now >= offer.expires_at or now >= valid_until:
        raise QuoteLapsed
    given = Quote(
        offer_id=offer.id,
        member_id=member.id,
        **frozen(quotation.terms),
        includes=quotation.includes,
        remark=quotation.remark,
        first_answer_minutes=int(quotation.first_answer_in.total_seconds()) // 60,
        made_at=now,
        valid_until=valid_until,
    )
    session.add(given)
    offer.status, offer.answered_at, offer.expires_at = following, now, given.valid_until
    session.flush()  # The record needs its id.
    session.expire(offer, ["quotes"])
    audit.record(session, given, OfferAction.QUOTE, by=member.person_id, at=now, minor=given.price_minor)
    return given


def take_back_quote(session: Session, offer: Offer, *, by: int, now: datetime) -> None:
    """Take back one's own quote; the partner is not asked again.

    Raises:
        IllegalMove: there is none to take back.
        QuoteIsChosen: the customer is about to pay it.
    """
    if offer.status is OfferStatus.CHOSEN:
        raise QuoteIsChosen
    end(session, offer, OfferAction.TAKE_BACK, by=by, now=now)


def choose_quote(session: Session, offer: Offer, quote_id: int, *, by: int, now: datetime) -> Quote:
    """Choose exactly this quote, as it was shown.

    Raises:
        QuoteOver: it has run out, or was taken back.
        QuoteChanged: the partner has revised it.
    """
    latest, name = offer.quote, {"name": offer.provider.name}
    assert latest is not None, "the offer was found by its quote"
    if not OFFER.allows(offer.status, OfferAction.CHOOSE) or now >= offer.expires_at:
        raise QuoteOver(**name)
    if latest.id != quote_id:
        raise QuoteChanged(**name)
    offer.status = OFFER.after(offer.status, OfferAction.CHOOSE)
    session.flush()  # One is chosen at a time: the database says so, too.
    audit.record(session, offer, OfferAction.CHOOSE, by=by, at=now, quote_id=quote_id)
    return latest


def let_go_of_quote(session: Session, offer: Offer, *, by: int | None, now: datetime) -> None:
    """Put a quote back among those that can be chosen: it was not paid."""
    offer.status = OFFER.after(offer.status, OfferAction.LET_GO)
    audit.record(session, offer, OfferAction.LET_GO, by=by, at=now)


def accept_quote(session: Session, offer: Offer, *, now: datetime) -> None:
    """Note that a quote is paid; all others are dismissed."""
    end(session, offer, OfferAction.PAY, by=None, now=now)
    close_search(session, offer.request_id, now=now)


def close_search(session: Session, request_id: int, *, now: datetime) -> None:
    """End all offers of a request that is locked: nobody needs to answer any more, and who has quoted is told."""
    for offer in queries.lock_live_offers(session, request_id):
        if not OFFER.allows(offer.status, OfferAction.DISMISS):
            end(session, offer, OfferAction.WITHDRAW, by=None, now=now)
            continue
        had_quoted = offer.quote is not None
        end(session, offer, OfferAction.DISMISS, by=None, now=now)
        announce(session, QuoteDismissed(offer.id, request_id, offer.provider_id, had_quoted, now))
