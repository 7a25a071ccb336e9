"""Putting a request to partners, one after the other, and what they answer."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from certification.credentials.commands import CredentialRevoked
from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation import commands as conversation
from marketplace.jobs import events, rules
from marketplace.jobs.commands import booking
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
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Status
from providers.profiles import queries as profiles
from providers.profiles.commands import ProviderSuspended
from providers.profiles.models import Member
from providers.services.models import frozen


def accept(
    session: Session, offer_id: int, *, member: Member, first_answer_in: timedelta = rules.FIRST_ANSWER, now: datetime
) -> Job:
    """Take an offered request, and promise when the first answer comes.

    Raises:
        NotFound: it is not offered to this member's provider.
        IllegalMove, OfferLapsed: the offer is over.
        DoubleBooked: it is a session, and this member has another one at that time.
    """
    support_request, offer = _lock_offer(session, offer_id, member.provider_id)
    matching.accept(session, offer, by=member.person_id, now=now)
    following = LIFECYCLE.after(support_request.status, Action.ACCEPT)
    support_request.provider_id = member.provider_id
    job = Job(
        request_id=support_request.id,
        provider_id=member.provider_id,
        member_id=member.id,
        offer_id=offer.id,
        commission_percent=offer.provider.commission_percent,
        starts_at=support_request.starts_at if offer.kind is ServiceKind.SESSION else None,
        accepted_at=now,
        **frozen(offer.agreed),
    )
    session.add(job)
    booking.take_time(session, job)
    move(session, support_request, following, Action.ACCEPT, by=member.person_id, now=now)
    hold = money.live_hold(session, PURPOSE, support_request.id)
    if hold is not None:
        payments.capture(session, hold.id, amount=job.price, now=now)
    conversation.promise(session, support_request.id, member_id=member.id, due_at=now + first_answer_in, now=now)
    announce(session, events.RequestAccepted(support_request.id, member.provider_id, now))
    return job


def decline(
    session: Session, offer_id: int, *, member: Member, reason: DeclineReason, note: str | None = None, now: datetime
) -> None:
    """Say no to an offered request; the next provider is asked.

    Raises:
        NotFound: it is not offered to this member's provider.
        IllegalMove: the offer is over.
    """
    support_request, offer = _lock_offer(session, offer_id, member.provider_id)
    matching.decline(session, offer, reason=reason, note=note, by=member.person_id, now=now)
    ask_next(session, support_request, now)


def expire_offer(session: Session, request_id: int, *, now: datetime) -> None:
    """Note that the asked provider's time is up, and ask the next; the vendor's desk is reminded instead."""
    support_request = requests.lock_request(session, request_id)
    offer = offers.lock_open_offer(session, request_id)
    if offer is None or offer.expires_at > now:
        return
    if support_request.is_vendors:
        matching.remind(session, offer, urgency_hours=support_request.urgency_hours, now=now)
    else:
        matching.expire(session, offer, now=now)
        ask_next(session, support_request, now)


def provider_suspended(session: Session, event: ProviderSuspended) -> None:
    """No offer stays with a provider who may not work."""
    for request_id in offers.requests_offered_to(session, event.provider_id):
        _withdraw_and_ask_next(session, request_id, event.provider_id, event.at)


def credential_revoked(session: Session, event: CredentialRevoked) -> None:
    """No offer stays with a provider whose certificate for it is gone."""
    member = profiles.membership(session, event.person_id)
    if member is None:
        return
    for request_id in offers.requests_offered_to(session, member.provider_id, niche_id=event.niche_id):
        _withdraw_and_ask_next(session, request_id, member.provider_id, event.at)


def _withdraw_and_ask_next(session: Session, request_id: int, provider_id: int, now: datetime) -> None:
    support_request = requests.lock_request(session, request_id)
    offer = offers.lock_open_offer(session, request_id)
    if offer is not None and offer.provider_id == provider_id:
        matching.withdraw(session, offer, now=now)
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


def _lock_offer(session: Session, offer_id: int, provider_id: int) -> tuple[SupportRequest, Offer]:
    """Lock the request first, as every step does, then the offer."""
    request_id = offers.request_of_offer(session, offer_id, provider_id)
    if request_id is None:
        raise NotFound(offer_id=offer_id)
    support_request = requests.lock_request(session, request_id)
    return support_request, offers.lock_offer(session, offer_id)
