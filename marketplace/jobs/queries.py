"""Reading the life of a request: for its customer, its provider and the vendor's staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.conversation import queries as conversation
from marketplace.conversation.models import Message, Promise
from marketplace.conversation.rules import Side
from marketplace.jobs import rules
from marketplace.jobs.models import Job, Resolution
from marketplace.jobs.rules import PURPOSE, Choice
from marketplace.kernel.errors import IllegalMove, InvalidInput, NotFound
from marketplace.kernel.money import Money, is_payable
from marketplace.kernel.storage import StoredFile
from marketplace.kernel.translate import _, format_money
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold, Payout
from marketplace.payments.rules import SAFETY_MARGIN, HoldStatus
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import CONFIRM_AFTER, LIFECYCLE, OPEN, Action, Mode, Status
from providers.profiles import queries as profiles
from providers.profiles.models import Member


def job_of(session: Session, request_id: int) -> Job | None:
    """Find the job that a request has become."""
    return session.scalar(select(Job).filter_by(request_id=request_id))


def lock_job(session: Session, reference: str, provider_id: int) -> tuple[SupportRequest, Job]:
    """Hold on to a request and its job of this provider, or raise `NotFound`."""
    mine = select(Job).join(Job.support_request).filter(SupportRequest.reference == reference)
    job = session.scalar(mine.filter(Job.provider_id == provider_id))
    if job is None:
        raise NotFound(reference=reference)
    return requests.lock_request(session, job.request_id), job


def price_of_choice(session: Session, support_request: SupportRequest, choice: Choice, now: datetime) -> Money:
    """Tell how much a choice sets aside.

    Raises:
        PartnerNotFree: the chosen partner does not fit, or not any more.
        PartnerCostsMore: the chosen partner's price is above the ceiling.
        NobodyFits, NobodyAtThisPrice: there is nobody to ask.
        InvalidInput: the ceiling is no amount that can be paid.
    """
    check_budget(choice.ceiling, support_request.currency)
    if choice.mode is Mode.CHOSEN and choice.provider_id is not None:
        return _price_of(session, support_request, choice.provider_id, choice.ceiling, now)
    matches = matching.matches(session, support_request, now, ceiling=None)
    if not matches:
        raise rules.NobodyFits
    ceiling = choice.ceiling
    assert ceiling is not None, "with somebody to ask there is a median price"
    lowest = min(match.price for match in matches)
    if ceiling < lowest:
        raise rules.NobodyAtThisPrice(ceiling=format_money(ceiling), lowest=format_money(lowest))
    return ceiling


def _price_of(
    session: Session, support_request: SupportRequest, provider_id: int, ceiling: Money | None, now: datetime
) -> Money:
    chosen = matching.matches(session, support_request, now, ceiling=None, among=[provider_id])
    if not chosen:
        raise rules.PartnerNotFree
    price = chosen[0].price
    if ceiling is not None and price > ceiling:
        raise rules.PartnerCostsMore(price=format_money(price), ceiling=format_money(ceiling))
    return price


def check_budget(budget: Money | None, currency: str, *, field: str = "ceiling") -> None:
    """Raise `InvalidInput`, which names the field, unless an amount is one that can be paid in this currency."""
    if budget is not None and not (budget.currency == currency and is_payable(budget)):
        raise InvalidInput({field: [_("Write an amount such as 60 or 49.90, in the currency of the request.")]})


def hold_of(session: Session, request_id: int) -> Hold:
    """Find the latest hold of a request, or raise `NotFound`."""
    hold = payments.latest_hold(session, PURPOSE, request_id)
    if hold is None:
        raise NotFound(request_id=request_id)
    return hold


def check_may_write(support_request: SupportRequest) -> None:
    """Raise `IllegalMove` unless there is somebody to write to."""
    if support_request.status not in rules.MAY_WRITE:
        raise IllegalMove(state=support_request.status, action="write")


def check_may_rate(session: Session, support_request: SupportRequest) -> None:
    """Raise `IllegalMove` before the end, `RatedAlready` after the first rating."""
    if support_request.status not in rules.MAY_RATE:
        raise IllegalMove(state=support_request.status, action="rate")
    if profiles.review_of(session, support_request.id) is not None:
        raise rules.RatedAlready


def is_overdue_for_confirmation(support_request: SupportRequest, now: datetime) -> bool:
    """Tell whether a customer has said nothing for so long that it counts as a yes."""
    resolved_at = support_request.resolved_at
    if support_request.status is not Status.RESOLVED or resolved_at is None:
        return False
    return resolved_at + CONFIRM_AFTER <= now


def overdue_for_confirmation(session: Session, now: datetime) -> list[int]:
    """List the requests whose customers have said nothing for 72 hours."""
    silent = select(SupportRequest.id).filter_by(status=Status.RESOLVED)
    return list(session.scalars(silent.where(SupportRequest.resolved_at <= now - CONFIRM_AFTER)))


def overdue_searches(session: Session, now: datetime) -> list[int]:
    """List the requests for which it is too late to find somebody, because the bank lets go soon."""
    searching = (
        select(SupportRequest.id)
        .join(Hold, (Hold.subject_id == SupportRequest.id) & (Hold.purpose == PURPOSE))
        .where(SupportRequest.status.in_({Status.MATCHING, Status.UNMATCHED}), Hold.status == HoldStatus.HELD)
    )
    return list(session.scalars(searching.where(Hold.capture_before <= now + SAFETY_MARGIN)))


def unmatched(session: Session) -> list[int]:
    """List the requests that nobody has taken."""
    return list(
        session.scalars(select(SupportRequest.id).filter_by(status=Status.UNMATCHED).order_by(SupportRequest.id))
    )


@dataclass(frozen=True, slots=True)
class RequestView:
    """Everything about a request that its reader may see."""

    request: SupportRequest
    side: Side  # Of the reader: customer, provider or vendor.
    job: Job | None
    hold: Hold | None
    payouts: Sequence[Payout]
    thread: Sequence[Message]
    promise: Promise | None
    resolutions: Sequence[Resolution]
    files: Sequence[StoredFile]
    open_offer: Offer | None
    offers: Sequence[Offer]  # For staff only.
    is_rated: bool
    member: Member | None  # The reader, if it is the provider's.

    def may(self, action: Action) -> bool:
        """Tell whether the state allows a move, so that the page offers it; the command decides."""
        return LIFECYCLE.allows(self.request.status, action)

    @property
    def may_cancel(self) -> bool:
        """Tell whether the customer may still take it back."""
        return self.request.status in rules.CUSTOMER_MAY_CANCEL

    @property
    def may_rate(self) -> bool:
        """Tell whether the reader is asked how the help was."""
        return self.side is Side.CUSTOMER and self.request.status in rules.MAY_RATE and not self.is_rated

    @property
    def may_write(self) -> bool:
        """Tell whether the reader may write in the thread."""
        return self.side in {Side.CUSTOMER, Side.PROVIDER} and self.request.status in rules.MAY_WRITE


def view_request(session: Session, reference: str, *, person_id: int, is_staff: bool) -> RequestView:
    """Put together a request for a reader, or raise `NotFound` if it is not theirs."""
    support_request = requests.by_reference(session, reference)
    member = profiles.membership(session, person_id)
    side = _side_of(support_request, person_id, member, is_staff=is_staff)
    job = job_of(session, support_request.id)
    hold = payments.latest_hold(session, PURPOSE, support_request.id)
    return RequestView(
        request=support_request,
        side=side,
        job=job,
        hold=hold,
        payouts=payments.payouts_by_subject(session, [support_request.id]).get(support_request.id, ()),
        thread=conversation.thread(session, support_request.id),
        promise=conversation.running_promise(session, support_request.id),
        resolutions=resolutions(session, job),
        files=requests.files(session, support_request.id),
        open_offer=matching.open_offer(session, support_request.id),
        offers=matching.offers_for(session, support_request.id) if side is Side.VENDOR else (),
        is_rated=profiles.review_of(session, support_request.id) is not None,
        member=member if side is Side.PROVIDER else None,
    )


def _side_of(support_request: SupportRequest, person_id: int, member: Member | None, *, is_staff: bool) -> Side:
    """Tell on which side a reader stands; a customer of one request may be the provider of another."""
    if support_request.customer_id == person_id:
        return Side.CUSTOMER
    if member is not None and support_request.provider_id == member.provider_id:
        return Side.PROVIDER
    if is_staff and support_request.status is not Status.DRAFT:
        return Side.VENDOR
    raise NotFound(reference=support_request.reference)


def resolutions(session: Session, job: Job | None) -> list[Resolution]:
    """List what was said to have fixed it, the first first."""
    if job is None:
        return []
    return list(session.scalars(select(Resolution).filter_by(job_id=job.id).order_by(Resolution.id)))


def file_for(session: Session, reference: str, file_id: int, *, person_id: int, is_staff: bool) -> StoredFile:
    """Find a file of a request for a reader who may see it, or raise `NotFound`."""
    support_request = requests.by_reference(session, reference)
    member = profiles.membership(session, person_id)
    is_asked = member is not None and matching.is_asked(session, support_request.id, member.provider_id)
    if not is_asked:
        _side_of(support_request, person_id, member, is_staff=is_staff)
    sent = next((one for one in requests.files(session, support_request.id) if one.id == file_id), None)
    found = sent or (None if is_asked else conversation.file_of(session, support_request.id, file_id))
    if found is None:
        raise NotFound(file_id=file_id)
    return found


@dataclass(frozen=True, slots=True)
class Desk:
    """What a member has to do, the most urgent first."""

    offers: Sequence[Offer]
    jobs: Sequence[SupportRequest]
    promises: dict[int, Promise]  # Running, by request.
    done: Sequence[SupportRequest]
    payouts: Sequence[Payout]


def desk_of(session: Session, member: Member) -> Desk:
    """Put together a member's day."""
    running = requests.requests_taken_by(session, member.provider_id, OPEN)
    promises = conversation.promises_of(session, [one.id for one in running])

    def urgency(one: SupportRequest) -> tuple[bool, float]:
        promise = promises.get(one.id)
        return (promise is None, promise.due_at.timestamp() if promise else one.id)

    return Desk(
        offers=matching.open_offers_to(session, member.provider_id),
        jobs=sorted(running, key=urgency),
        promises=promises,
        done=requests.requests_taken_by(session, member.provider_id, {Status.CLOSED, Status.CANCELLED})[-20:][::-1],
        payouts=payments.payouts_of(session, member.provider_id),
    )


def jobs_by_request(session: Session, request_ids: Sequence[int]) -> dict[int, Job]:
    """Find the jobs of several requests."""
    found = select(Job).where(Job.request_id.in_(request_ids)).options(joinedload(Job.provider))
    return {job.request_id: job for job in session.scalars(found)}
