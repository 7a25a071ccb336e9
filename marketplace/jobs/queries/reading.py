"""Reading a request: for its customer, its provider and the vendor's staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.conversation import queries as conversation
from marketplace.conversation.models import Message, Promise
from marketplace.conversation.rules import Side
from marketplace.insurance.rules import Need
from marketplace.jobs import rules
from marketplace.jobs.disputes import FINAL_DISPUTES, DisputeStatus, at_stake
from marketplace.jobs.models import Dispute, ExtraWork, Job, Resolution, SessionMove, WorkTime
from marketplace.jobs.moving import MoveStatus
from marketplace.jobs.queries.agreed import extras_of, job_of, resolutions, times
from marketplace.jobs.queries.covering import accepts_cover, need_of
from marketplace.jobs.queries.disputes import disputes_of, stakes
from marketplace.jobs.queries.sessions import call_link, moves_of
from marketplace.jobs.rules import FIRST_PART, PURPOSE
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.storage import StoredFile
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.matching.rules import STANDING, OfferStatus
from marketplace.payments import queries as payments
from marketplace.payments.models import Hold, Payout, Renewal
from marketplace.payments.rules import NOT_PAID
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Mode, Status
from providers.profiles import queries as profiles
from providers.profiles.models import Member, Review
from providers.profiles.rules.reviews import ReviewSubject

_SAYS = {Side.CUSTOMER: ReviewSubject.PROVIDER, Side.PROVIDER: ReviewSubject.CUSTOMER}


@dataclass(frozen=True, slots=True)
class RequestView:
    """Everything about a request that its reader may see."""

    request: SupportRequest
    side: Side  # Of the reader: customer, provider or vendor.
    job: Job | None
    extras: Sequence[ExtraWork]
    holds: Mapping[int, Hold]  # The latest of each part of what the customer pays.
    renewal: Renewal | None  # For the customer only: the amount is to be set aside once more.
    payouts: Sequence[Payout]
    times: Sequence[WorkTime]
    disputes: Sequence[Dispute]
    stake: Money | None  # What could be split of what was paid; none before work has begun, or once it is over.
    thread: Sequence[Message]
    promise: Promise | None
    resolutions: Sequence[Resolution]
    files: Sequence[StoredFile]
    open_offer: Offer | None
    offers: Sequence[Offer]  # For staff; of quotes, for the customer as well.
    reviews: Mapping[ReviewSubject, Review]  # What the reader may know of what the sides say of each other.
    member: Member | None  # The reader, if it is the provider's.
    call_link: str | None  # For those who hold a session only.
    moves: Sequence[SessionMove]  # Of a session.

    @property
    def is_in_session(self) -> bool:
        """Tell whether the reader is one of the two who hold a session, which is booked and not over."""
        return _is_in_session(self.request, self.job, self.side, self.member)

    @property
    def open_move(self) -> SessionMove | None:
        """The proposal of another time that waits for an answer."""
        return next((one for one in self.moves if one.status is MoveStatus.PROPOSED), None)

    @property
    def hold(self) -> Hold | None:
        """The latest hold for what was agreed at first."""
        return self.holds.get(FIRST_PART)

    @property
    def is_covered(self) -> bool:
        """Tell whether cover pays for it, or for a part of it."""
        return any(hold.covered for hold in self.live_holds)

    @property
    def live_holds(self) -> list[Hold]:
        """The payments that were not let go again."""
        return [hold for hold in self.holds.values() if hold.status not in NOT_PAID]

    @property
    def is_paid_in_one_step(self) -> bool:
        """Tell whether nobody has to go to a page to pay for what was agreed at first."""
        return self.hold is not None and (self.hold.card_id is not None or not self.hold.asked)

    @property
    def open_extra(self) -> ExtraWork | None:
        """The extra work that waits for the customer's answer, or for the payment."""
        return next((one for one in self.extras if one.status in rules.EXTRA_OPEN), None)

    @property
    def quotes(self) -> list[Offer]:
        """Those that the customer may choose, or has chosen; the best match first."""
        return [one for one in self.offers if one.status in STANDING]

    @property
    def thinking(self) -> list[Offer]:
        """Those who were asked for a quote and have not answered yet."""
        return [one for one in self.offers if one.status is OfferStatus.ASKED]

    @property
    def chosen(self) -> Offer | None:
        """The one whose quote is to be paid."""
        return next((one for one in self.offers if one.status is OfferStatus.CHOSEN), None)

    @property
    def is_for_quotes(self) -> bool:
        """Tell whether several partners are asked for quotes, and nobody has the job yet."""
        return self.request.mode is Mode.QUOTES and self.job is None

    @property
    def may_ask_more(self) -> bool:
        """Tell whether the customer may ask more partners for quotes, or ask in another way."""
        is_searching = self.request.status in rules.MAY_ASK_MORE
        return self.side is Side.CUSTOMER and self.is_for_quotes and is_searching

    @property
    def may_propose(self) -> bool:
        """Tell whether the reader may propose extra work."""
        is_partner = self.side is Side.PROVIDER and not self.request.is_vendors
        return is_partner and self.may(Action.RESOLVE) and self.open_extra is None

    @property
    def open_dispute(self) -> Dispute | None:
        """The dispute that waits for an answer or a decision."""
        return next((one for one in self.disputes if one.is_open), None)

    @property
    def last_dispute(self) -> Dispute | None:
        """The dispute that has ended the request, or waits to."""
        return next((one for one in reversed(self.disputes) if one.status is not DisputeStatus.WITHDRAWN), None)

    @property
    def may_dispute(self) -> bool:
        """Tell whether the customer may ask for money back."""
        return self.side is Side.CUSTOMER and self.may(Action.DISPUTE) and bool(self.stake)

    @property
    def may_reopen(self) -> bool:
        """Tell whether the customer may say that it is not solved."""
        return self.may(Action.REOPEN) and not any(one.status in FINAL_DISPUTES for one in self.disputes)

    @property
    def may_correct_time(self) -> bool:
        """Tell whether the partner may still write down time, or take it back."""
        return self.side is Side.PROVIDER and self.request.status in rules.MAY_CORRECT_TIME

    def may(self, action: Action) -> bool:
        """Tell whether the state allows a move, so that the page offers it; the command decides."""
        return LIFECYCLE.allows(self.request.status, action)

    @property
    def may_cancel(self) -> bool:
        """Tell whether the customer may still take it back."""
        return self.request.status in rules.CUSTOMER_MAY_CANCEL

    @property
    def own_review(self) -> Review | None:
        """What the reader's side says of the other."""
        return self.reviews.get(_SAYS[self.side]) if self.side in _SAYS else None

    @property
    def may_rate(self) -> bool:
        """Tell whether the reader is asked how it was: nobody who has read what the other side says."""
        is_over = self.side in _SAYS and self.request.status in rules.MAY_RATE
        return is_over and self.own_review is None and not self.reviews

    @property
    def may_write(self) -> bool:
        """Tell whether the reader may write in the thread."""
        return self.side in {Side.CUSTOMER, Side.PROVIDER} and self.request.status in rules.MAY_WRITE


def needs_of(view: RequestView) -> dict[str, Need]:
    """List what the customer may agree to pay on the page of a request: quotes, extra work, what was refused."""
    one, job = view.request, view.job
    if view.side is not Side.CUSTOMER:
        return {}
    needs = {}
    if job is not None and one.status is Status.AWAITING_PAYMENT:
        needs["again"] = need_of(one, job.price, job.agreed, is_accepted=accepts_cover(one))
    if view.open_extra is not None and view.open_extra.status is rules.ExtraStatus.PROPOSED:
        needs["extra"] = need_of(one, view.open_extra.price, is_accepted=accepts_cover(one))
    if view.is_for_quotes and view.may(Action.CHOOSE):
        for offer in view.quotes:
            if offer.quote is not None:
                accepts = offer.provider.accepts_cover
                need = need_of(one, offer.quote.price, offer.quote.agreed, is_accepted=accepts)
                needs[f"quote-{offer.quote.id}"] = need
    return needs


def view_request(session: Session, reference: str, *, person_id: int, is_staff: bool) -> RequestView:
    """Put together a request for a reader, or raise `NotFound` if it is not theirs."""
    support_request = requests.by_reference(session, reference)
    member = profiles.membership(session, person_id)
    side = _side_of(support_request, person_id, member, is_staff=is_staff)
    job = job_of(session, support_request.id)
    holds = {one.part: one for one in payments.latest_holds(session, PURPOSE, support_request.id)}
    return RequestView(
        request=support_request,
        side=side,
        job=job,
        extras=extras_of(session, job),
        holds=holds,
        renewal=_renewal(session, holds) if side is Side.CUSTOMER else None,
        payouts=payments.payouts_by_subject(session, [support_request.id]).get(support_request.id, ()),
        times=times(session, job),
        disputes=disputes_of(session, job),
        stake=_stake(session, support_request, job),
        thread=conversation.thread(session, support_request.id),
        promise=conversation.running_promise(session, support_request.id),
        resolutions=resolutions(session, job),
        files=requests.files(session, support_request.id),
        open_offer=matching.open_offer(session, support_request.id),
        offers=matching.offers_for(session, support_request.id) if _sees_offers(support_request, side) else (),
        reviews=_reviews(session, support_request, side),
        member=member if side is Side.PROVIDER else None,
        call_link=call_link(session, job) if _is_in_session(support_request, job, side, member) else None,
        moves=moves_of(session, job),
    )


def _is_in_session(support_request: SupportRequest, job: Job | None, side: Side, member: Member | None) -> bool:
    if job is None or job.starts_at is None or support_request.status not in rules.MAY_WRITE:
        return False
    is_host = side is Side.PROVIDER and member is not None and member.id == job.member_id
    return side is Side.CUSTOMER or is_host


def _reviews(session: Session, support_request: SupportRequest, side: Side) -> dict[ReviewSubject, Review]:
    written = profiles.reviews_of(session, support_request.id)
    return {
        about: one for about, one in written.items() if one.is_shown or side is Side.VENDOR or about is _SAYS.get(side)
    }


def _sees_offers(support_request: SupportRequest, side: Side) -> bool:
    return side is Side.VENDOR or (side is Side.CUSTOMER and support_request.mode is Mode.QUOTES)


def _stake(session: Session, support_request: SupportRequest, job: Job | None) -> Money | None:
    if job is None or support_request.is_vendors or support_request.status not in rules.MAY_WRITE:
        return None
    return at_stake(stakes(session, job), support_request.currency)


def _renewal(session: Session, holds: Mapping[int, Hold]) -> Renewal | None:
    asked = payments.asked_renewals(session, [one.id for one in holds.values()])
    return next(iter(asked.values()), None)


def _side_of(support_request: SupportRequest, person_id: int, member: Member | None, *, is_staff: bool) -> Side:
    """Tell on which side a reader stands; a customer of one request may be the provider of another."""
    if support_request.customer_id == person_id:
        return Side.CUSTOMER
    if member is not None and member.takes_jobs and support_request.provider_id == member.provider_id:
        return Side.PROVIDER
    if is_staff and support_request.status is not Status.DRAFT:
        return Side.VENDOR
    raise NotFound(reference=support_request.reference)


def file_for(session: Session, reference: str, file_id: int, *, person_id: int, is_staff: bool) -> StoredFile:
    """Find a file of a request for a reader who may see it, or raise `NotFound`."""
    support_request = requests.by_reference(session, reference)
    member = profiles.membership(session, person_id)
    is_asked = (
        member is not None and member.takes_jobs and matching.is_asked(session, support_request.id, member.provider_id)
    )
    if not is_asked:
        _side_of(support_request, person_id, member, is_staff=is_staff)
    sent = next((one for one in requests.files(session, support_request.id) if one.id == file_id), None)
    found = sent or (None if is_asked else conversation.file_of(session, support_request.id, file_id))
    if found is None:
        raise NotFound(file_id=file_id)
    return found
