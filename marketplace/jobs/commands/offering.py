"""Putting a request to partners, and what they answer."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.jobs import events, rules
from marketplace.jobs.commands.beginning import Agreement, begin
from marketplace.jobs.commands.moves import move
from marketplace.jobs.models import Job
from marketplace.jobs.rules import PURPOSE
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from marketplace.matching import commands as matching
from marketplace.matching import queries as offers
from marketplace.matching.models import Offer
from marketplace.matching.rules import DeclineReason
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import CanNotBePaid
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Status
from providers.profiles.models import Member


def accept(
    session: Session, offer_id: int, *, member: Member, first_answer_in: timedelta = rules.FIRST_ANSWER, now: datetime
) -> Job:
    """Take an offered request, and promise when the first answer comes.

    Raises:
        NotFound: it is not offered to this member's provider.
        IllegalMove, OfferLapsed: the offer is over.
        Barred: this provider is suspended, or nobody of it is certified for the request any more.
        CanNotBePaid: it is paid, and there is no way to pay this provider any more.
        DoubleBooked: it is a session, and this member has another one at that time.
    """
    support_request, offer = lock_offer(session, offer_id, member.provider_id)
    if offers.is_barred(session, support_request, offer.provider, now):
        raise rules.Barred
    if offer.price and not money.can_be_paid(session, member.provider_id):
        raise CanNotBePaid
    matching.accept(session, offer, by=member.person_id, now=now)
    job = begin(
        session,
        support_request,
        offer,
        Agreement(offer.agreed, member.id, first_answer_in),
        Action.ACCEPT,
        by=member.person_id,
        now=now,
    )
    hold = money.live_hold(session, PURPOSE, support_request.id)
    if hold is not None:
        payments.capture(session, hold.id, amount=job.price, now=now)
    announce(session, events.RequestAccepted(support_request.id, member.provider_id, now))
    return job


def decline(
    session: Session, offer_id: int, *, member: Member, reason: DeclineReason, note: str | None = None, now: datetime
) -> None:
    """Say no to an offered request, or to quoting for it; the next provider is asked if need be.

    Raises:
        NotFound: it is not offered to this member's provider.
        IllegalMove: the offer is over.
    """
    support_request, offer = lock_offer(session, offer_id, member.provider_id)
    matching.decline(session, offer, reason=reason, note=note, by=member.person_id, now=now)
    support_request.version += 1
    ask_next(session, support_request, now)


def expire_offer(session: Session, request_id: int, *, now: datetime) -> None:
    """Note whose time is up, to answer or to be chosen, and go on; the vendor's desk is reminded instead."""
    support_request = requests.lock_request(session, request_id)
    overdue = offers.lock_overdue_offers(session, request_id, now)
    for offer in overdue:
        if support_request.is_vendors:
            matching.remind(session, offer, urgency_hours=support_request.urgency_hours, now=now)
        else:
            matching.expire(session, offer, now=now)
    if overdue and not support_request.is_vendors:
        support_request.version += 1
        ask_next(session, support_request, now)


def search_again(session: Session, request_id: int, *, by: int | None = None, now: datetime) -> bool:
    """Look once more for a request that nobody took; tells whether somebody is asked now."""
    support_request = requests.lock_request(session, request_id)
    if support_request.status is not Status.UNMATCHED or matching.ask_next(session, support_request, now=now) is None:
        return False
    following = LIFECYCLE.after(support_request.status, Action.FIND)
    move(session, support_request, following, Action.FIND, by=by, now=now)
    return True


def ask_next(session: Session, support_request: SupportRequest, now: datetime) -> None:
    """Ask the next partner for a request that is locked, or note that nobody is left."""
    if support_request.status is not Status.MATCHING or matching.ask_next(session, support_request, now=now):
        return
    following = LIFECYCLE.after(support_request.status, Action.FIND_NOBODY)
    move(session, support_request, following, Action.FIND_NOBODY, now=now)
    announce(session, events.RequestUnmatched(support_request.id, now))


def lock_offer(session: Session, offer_id: int, provider_id: int) -> tuple[SupportRequest, Offer]:
    """Lock the request first, as every step does, then the offer."""
    request_id = offers.request_of_offer(session, offer_id, provider_id)
    if request_id is None:
        raise NotFound(offer_id=offer_id)
    support_request = requests.lock_request(session, request_id)
    return support_request, offers.lock_offer(session, offer_id)
