"""What must always hold between requests, jobs and money."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs.disputes import FINAL_DISPUTES, OPEN_DISPUTES
from marketplace.jobs.models import Dispute, ExtraWork, Job
from marketplace.jobs.rules import FIRST_PART, PURPOSE, ExtraStatus
from marketplace.matching.models import Offer
from marketplace.matching.rules import LIVE, STANDING, OfferStatus
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold, Refund
from marketplace.payments.rules import ENDED, HoldStatus, RefundCause
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode, Status
from providers.availability.models import Booking
from providers.profiles.models import Provider
from providers.profiles.rules import ProviderStatus


def sessions_that_are_not_booked_where_they_are(session: Session) -> list[str]:
    """A session that is to be held takes its member's time when it is, and its request says the same time."""
    elsewhere = or_(
        Booking.id.is_(None),
        Booking.member_id != Job.member_id,
        Booking.starts_at != Job.starts_at,
        SupportRequest.starts_at != Job.starts_at,
    )
    astray = (
        select(SupportRequest.reference)
        .join(Job, Job.request_id == SupportRequest.id)
        .outerjoin(Booking, Booking.request_id == SupportRequest.id)
        .where(SupportRequest.status == Status.IN_PROGRESS, Job.starts_at.is_not(None), elsewhere)
    )
    return [f"the session of request {reference} is not booked when it is" for reference in session.scalars(astray)]


def ended_requests_with_live_holds(session: Session) -> list[str]:
    """Money must not stay held for a request that is over; what is being released or refunded is on its way."""
    live = set(HoldStatus) - ENDED - {HoldStatus.RELEASING, HoldStatus.REFUNDING}
    held = (
        select(SupportRequest.reference, Hold.status)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .where(SupportRequest.status.in_({Status.DRAFT, Status.CLOSED, Status.CANCELLED}), Hold.status.in_(live))
    )
    return [f"request {reference} is over, but its hold is {status}" for reference, status in session.execute(held)]


def work_without_money(session: Session) -> list[str]:
    """Whoever works for a price must have it captured, or on its way, unless it was decided that it goes back."""
    secured = select(Hold.subject_id).where(
        Hold.purpose == PURPOSE,
        Hold.part == FIRST_PART,
        Hold.status.in_({HoldStatus.CAPTURING, HoldStatus.CAPTURED, HoldStatus.SETTLED}),
    )
    given_back = select(Hold.subject_id).join(Refund, Refund.hold_id == Hold.id)
    decided = given_back.where(Hold.purpose == PURPOSE, Refund.cause.in_({RefundCause.SETTLED, RefundCause.GOODWILL}))
    by_decision = and_(SupportRequest.status == Status.CLOSED, SupportRequest.id.in_(decided))
    nothing_due = and_(Job.kind == ServiceKind.HOURLY, Job.minutes_worked == 0, SupportRequest.closed_at.is_not(None))
    unpaid = (
        select(SupportRequest.reference)
        .join(Job, Job.request_id == SupportRequest.id)
        .where(SupportRequest.status.in_({Status.IN_PROGRESS, Status.RESOLVED, Status.DISPUTED, Status.CLOSED}))
        .where(Job.price_minor > 0, SupportRequest.id.not_in(secured), not_(nothing_due), not_(by_decision))
    )
    return [
        f"request {reference} is worked on, but nothing was captured for it" for reference in session.scalars(unpaid)
    ]


def payments_above_the_agreed_price(session: Session) -> list[str]:
    """Nobody pays more, or less, than what was agreed, at first or as extra work."""
    agreed_price = case((Hold.part == FIRST_PART, Job.price_minor), else_=ExtraWork.price_minor)
    differing = (
        select(SupportRequest.reference, Hold.part, agreed_price, Hold.captured_minor)
        .join(Job, Job.request_id == SupportRequest.id)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .outerjoin(ExtraWork, (ExtraWork.job_id == Job.id) & (ExtraWork.part == Hold.part))
        .where(Hold.captured_minor > 0, Hold.captured_minor != func.coalesce(agreed_price, 0))
    )
    return [
        f"request {reference}, part {part}: agreed {agreed}, taken {taken}"
        for reference, part, agreed, taken in session.execute(differing)
    ]


def time_beyond_what_was_agreed(session: Session) -> list[str]:
    """Minutes stand between nothing and the cap, and only where they are paid for."""
    wrong = or_(
        Job.minutes_worked < 0,
        and_(Job.kind == ServiceKind.HOURLY, Job.minutes_worked > Job.cap_minutes),
        and_(Job.kind != ServiceKind.HOURLY, Job.minutes_worked != 0),
    )
    found = select(Job).where(wrong)
    return [f"job {job.id} has {job.minutes_worked} minutes written down" for job in session.scalars(found)]


def payments_above_the_time_worked(session: Session) -> list[str]:
    """When a job by the hour is closed, nothing is kept but what its time costs."""
    closed = (
        select(Job, Hold)
        .join(SupportRequest, SupportRequest.id == Job.request_id)
        .join(Hold, (Hold.subject_id == Job.request_id) & (Hold.purpose == PURPOSE) & (Hold.part == FIRST_PART))
        .where(Job.kind == ServiceKind.HOURLY, SupportRequest.status == Status.CLOSED, Hold.captured_minor > 0)
    )
    return [
        f"job {job.id}: {hold.kept.minor} is kept for time that costs {job.due.minor}"
        for job, hold in session.execute(closed)
        if hold.kept > job.due
    ]


_OVER = {None, HoldStatus.RELEASING, HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED}
HOLDS_OF_EXTRAS: Mapping[ExtraStatus, Collection[HoldStatus | None]] = {
    ExtraStatus.PROPOSED: {None},
    ExtraStatus.APPROVED: {HoldStatus.OPENING, HoldStatus.AWAITING},
    ExtraStatus.PAID: {
        HoldStatus.CAPTURING,
        HoldStatus.CAPTURED,
        HoldStatus.SETTLED,
        HoldStatus.REFUNDING,
        HoldStatus.REFUNDED,
    },
    ExtraStatus.DECLINED: _OVER,
    ExtraStatus.LAPSED: _OVER,
    ExtraStatus.WITHDRAWN: _OVER,
}


def extra_work_that_disagrees_with_its_hold(session: Session) -> list[str]:
    """Whoever approved extra work has a page to pay it on, what is paid is taken, and for the rest nothing is."""
    rows = (
        select(SupportRequest.reference, ExtraWork.part, ExtraWork.status, Hold.status)
        .join(Job, Job.id == ExtraWork.job_id)
        .join(SupportRequest, SupportRequest.id == Job.request_id)
        .outerjoin(
            Hold,
            (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE) & (Hold.part == ExtraWork.part),
        )
    )
    return [
        f"request {reference}, part {part}: the extra work is {status}, its hold {hold}"
        for reference, part, status, hold in session.execute(rows)
        if hold not in HOLDS_OF_EXTRAS[status]
    ]


PAID_FOR = {HoldStatus.OPENING, HoldStatus.AWAITING}  # While a quote is chosen, and not paid yet.


def chosen_quotes_that_disagree_with_their_holds(session: Session) -> list[str]:
    """Whoever chose a quote has one page to pay exactly its price on, and nobody else has a chosen quote."""
    chosen = select(Offer).filter_by(status=OfferStatus.CHOSEN).options(joinedload(Offer.support_request))
    waiting = (
        select(SupportRequest.id)
        .where(SupportRequest.mode == Mode.QUOTES, SupportRequest.status == Status.AWAITING_PAYMENT)
        .where(SupportRequest.id.not_in(select(Job.request_id)))
    )
    missing = set(session.scalars(waiting))
    wrong = []
    for offer in session.scalars(chosen):
        hold = payments.live_hold(session, PURPOSE, offer.request_id)
        is_paid_for = hold is not None and hold.status in PAID_FOR and hold.amount == offer.asks.most
        if offer.request_id not in missing or not is_paid_for:
            wrong.append(f"offer {offer.id}: its quote is chosen, but is not what the customer is about to pay")
        missing.discard(offer.request_id)
    return [*wrong, *(f"request {request_id} waits for payment without a chosen quote" for request_id in missing)]


def quotes_that_disagree_with_their_offers(session: Session) -> list[str]:
    """A quote that stands ends when its offer does, and one that was accepted is what the job was agreed on."""
    quoted = select(Offer, Job).outerjoin(Job, Job.offer_id == Offer.id).options(selectinload(Offer.quotes))
    standing = Offer.status.in_(STANDING) | (Offer.quotes.any() & (Offer.status == OfferStatus.ACCEPTED))
    return [
        f"offer {offer.id} is {offer.status}, which its quote does not bear out"
        for offer, job in session.execute(quoted.where(standing))
        if not _is_borne_out(offer, job)
    ]


def _is_borne_out(offer: Offer, job: Job | None) -> bool:
    quote = offer.quote
    if quote is None:
        return False
    if offer.status is OfferStatus.ACCEPTED:
        return job is not None and (job.agreed, job.price) == (quote.agreed, quote.price)
    return offer.expires_at == quote.valid_until and job is None


def offers_of_requests_that_look_for_nobody(session: Session) -> list[str]:
    """Nobody is to think about a request that is over, or in somebody's hands."""
    searching = {Status.MATCHING, Status.AWAITING_PAYMENT}
    idle = select(Offer.id, SupportRequest.status).join(Offer.support_request)
    found = idle.where(Offer.status.in_(LIVE), SupportRequest.status.not_in(searching))
    return [f"offer {offer_id} is live, but its request is {status}" for offer_id, status in session.execute(found)]


def offers_to_businesses_that_only_apply(session: Session) -> list[str]:
    """Nothing is offered to a business before it is on the list."""
    applying = select(Offer.id, Provider.slug).join(Provider, Provider.id == Offer.provider_id)
    found = applying.where(Offer.status.in_(LIVE), Provider.status == ProviderStatus.APPLYING)
    return [f"offer {offer_id} is live, but {slug} only applies" for offer_id, slug in session.execute(found)]


def disputed_requests_without_one_dispute(session: Session) -> list[str]:
    """What is disputed has a dispute that waits, and what has one is disputed and pays nobody meanwhile."""
    waiting = (
        select(SupportRequest.reference, SupportRequest.status, func.count(Dispute.id))
        .join(Job, Job.request_id == SupportRequest.id, isouter=True)
        .join(Dispute, (Dispute.job_id == Job.id) & Dispute.status.in_(OPEN_DISPUTES), isouter=True)
        .group_by(SupportRequest.id, SupportRequest.reference, SupportRequest.status)
    )
    broken = [
        f"request {reference} is {status}, and has {count} open disputes"
        for reference, status, count in session.execute(waiting)
        if count != (status == Status.DISPUTED)
    ]
    contested = (
        select(SupportRequest.reference)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .where(Hold.contested_at.is_not(None), SupportRequest.status != Status.DISPUTED)
    )
    return broken + [f"request {one} is not disputed, but its payment is" for one in session.scalars(contested)]


def disputes_that_do_not_add_up(session: Session) -> list[str]:
    """What was decided, or conceded, is what went back, and the request is closed."""
    went_back = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .join(Hold, Hold.id == Refund.hold_id)
        .where(Hold.purpose == PURPOSE, Hold.subject_id == Job.request_id, Refund.cause == RefundCause.SETTLED)
        .scalar_subquery()
    )
    final = (
        select(SupportRequest.reference, SupportRequest.status, Dispute.back_minor, went_back)
        .join(Job, Job.request_id == SupportRequest.id)
        .join(Dispute, Dispute.job_id == Job.id)
        .where(Dispute.status.in_(FINAL_DISPUTES))
    )
    return [
        f"request {reference} is {status}: {decided} was to go back, {minor} did"
        for reference, status, decided, minor in session.execute(final)
        if decided != minor or status != Status.CLOSED
    ]


CHECKS = (
    sessions_that_are_not_booked_where_they_are,
    ended_requests_with_live_holds,
    work_without_money,
    payments_above_the_agreed_price,
    extra_work_that_disagrees_with_its_hold,
    disputed_requests_without_one_dispute,
    disputes_that_do_not_add_up,
    time_beyond_what_was_agreed,
    payments_above_the_time_worked,
    chosen_quotes_that_disagree_with_their_holds,
    quotes_that_disagree_with_their_offers,
    offers_of_requests_that_look_for_nobody,
    offers_to_businesses_that_only_apply,
)
