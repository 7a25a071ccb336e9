"""Extra work: the partner proposes it beside what was agreed, the customer approves and pays, or declines."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import events, queries, rules
from marketplace.jobs.commands.covering import set_aside
from marketplace.jobs.covering import CoverChoice
from marketplace.jobs.models import ExtraWork
from marketplace.jobs.rules import EXTRA, PURPOSE, ExtraAction, ExtraStatus
from marketplace.kernel import audit
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import MAY_RELEASE
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action
from providers.profiles.models import Member


def propose_extra(
    session: Session, reference: str, *, member: Member, description: str, price: Money, now: datetime
) -> ExtraWork:
    """Propose extra work on a job, for a price of its own.

    Raises:
        InvalidInput: the price is no amount of the request's currency that can be paid.
        FreeOfCharge: the vendor's own desk asks for nothing.
        IllegalMove: nothing is being worked on.
        OneProposalAtATime: the one before waits for the customer.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    LIFECYCLE.after(support_request.status, Action.RESOLVE)
    if support_request.is_vendors:
        raise rules.FreeOfCharge
    queries.check_budget(price, support_request.currency, field="price")
    before = queries.extras_of(session, job)
    if any(one.status in rules.EXTRA_OPEN for one in before):
        raise rules.OneProposalAtATime
    extra = ExtraWork(
        job_id=job.id,
        part=max((one.part for one in before), default=1) + 1,
        member_id=member.id,
        description=description,
        price_minor=price.minor,
        currency=price.currency,
        proposed_at=now,
    )
    session.add(extra)
    session.flush()  # The record and the event need its id.
    support_request.version += 1
    audit.record(session, extra, "propose", by=member.person_id, at=now, minor=price.minor)
    announce(session, events.ExtraProposed(extra.id, support_request.id, now))
    return extra


def approve_extra(
    session: Session,
    reference: str,
    part: int,
    *,
    customer_id: int,
    card_id: int | None = None,
    cover: CoverChoice | None = None,
    now: datetime,
) -> int | None:
    """Say yes to extra work; gives the outbox message that makes the page for it, if one is needed.

    With the id of a saved card, the message pays with that card instead. If cover pays all of it, there is none.

    Raises:
        CardIsGone, CoverHasChanged, InvalidInput: it can't be paid so; see `set_aside`.
        NotFound: nothing of that number was proposed.
        IllegalMove: nothing is being worked on, or the proposal is answered.
    """
    support_request, extra = _lock_own(session, reference, part, customer_id)
    LIFECYCLE.after(support_request.status, Action.RESOLVE)
    _move(session, support_request, extra, ExtraAction.APPROVE, by=customer_id, now=now)
    return set_aside(
        session,
        support_request,
        queries.need_of(support_request, extra.price, is_accepted=queries.accepts_cover(support_request)),
        subject=queries.subject_of(support_request, part),
        card_id=card_id,
        cover=cover,
        now=now,
    )


def decline_extra(session: Session, reference: str, part: int, *, customer_id: int, now: datetime) -> None:
    """Say no to extra work, on the page of the request or on second thoughts; work goes on as agreed.

    Raises:
        NotFound: nothing of that number was proposed.
        IllegalMove: the proposal is paid, or over.
    """
    support_request, extra = _lock_own(session, reference, part, customer_id)
    _move(session, support_request, extra, ExtraAction.DECLINE, by=customer_id, now=now)
    _let_go(session, support_request, part, now)
    announce(session, events.ExtraEnded(extra.id, support_request.id, now))


def withdraw_extra(session: Session, reference: str, part: int, *, member: Member, now: datetime) -> None:
    """Take back one's proposal.

    Raises:
        NotFound: nothing of that number was proposed.
        IllegalMove: the proposal is paid, or over.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    extra = queries.lock_extra(session, job, part)
    _move(session, support_request, extra, ExtraAction.WITHDRAW, by=member.person_id, now=now)
    _let_go(session, support_request, part, now)
    announce(session, events.ExtraEnded(extra.id, support_request.id, now))


def overtake_extras(session: Session, support_request: SupportRequest, *, now: datetime) -> None:
    """End what waits for an answer on a request that is locked: the work has ended before."""
    job = queries.job_of(session, support_request.id)
    for extra in queries.extras_of(session, job) if job else ():
        if extra.status in rules.EXTRA_OPEN:
            _move(session, support_request, extra, ExtraAction.WITHDRAW, by=None, now=now)
            _let_go(session, support_request, extra.part, now)


def extra_held(session: Session, event: payments.HoldPlaced) -> None:
    """The amount for extra work is set aside: take it at once, unless the proposal is over by now."""
    support_request, extra = _lock_of_hold(session, event)
    if extra.status is not ExtraStatus.APPROVED:
        payments.release(session, event.hold_id, now=event.at)
        return
    _move(session, support_request, extra, ExtraAction.PAY, by=None, now=event.at)
    payments.capture(session, event.hold_id, amount=extra.price, now=event.at)
    announce(session, events.ExtraPaid(extra.id, support_request.id, event.at))


def extra_lapsed(session: Session, event: payments.HoldLapsed | payments.CaptureFailed) -> None:
    """Extra work was not paid, or the bank refused to hand over what it had set aside; the job goes on without it."""
    support_request, extra = _lock_of_hold(session, event)
    if EXTRA.allows(extra.status, ExtraAction.LAPSE):
        _move(session, support_request, extra, ExtraAction.LAPSE, by=None, now=event.at)
        is_refused = isinstance(event, payments.HoldLapsed) and event.is_refused
        announce(session, events.ExtraEnded(extra.id, support_request.id, event.at, is_refused))


def _lock_own(session: Session, reference: str, part: int, customer_id: int) -> tuple[SupportRequest, ExtraWork]:
    support_request = requests.lock_own_request(session, reference, customer_id)
    job = queries.job_of(session, support_request.id)
    if job is None:
        raise NotFound(reference=reference, part=part)
    return support_request, queries.lock_extra(session, job, part)


def _lock_of_hold(
    session: Session, event: payments.HoldPlaced | payments.HoldLapsed | payments.CaptureFailed
) -> tuple[SupportRequest, ExtraWork]:
    support_request = requests.lock_request(session, event.subject_id)
    job = queries.job_of(session, support_request.id)
    assert job is not None, "only jobs have extra work"
    return support_request, queries.lock_extra(session, job, event.part)


def _move(
    session: Session,
    support_request: SupportRequest,
    extra: ExtraWork,
    action: ExtraAction,
    *,
    by: int | None,
    now: datetime,
) -> None:
    extra.status = EXTRA.after(extra.status, action)
    extra.answered_at = now
    support_request.version += 1
    session.flush()  # One open proposal at a time: the next may be made in this same transaction.
    audit.record(session, extra, action, by=by, at=now)


def _let_go(session: Session, support_request: SupportRequest, part: int, now: datetime) -> None:
    hold = money.live_hold(session, PURPOSE, support_request.id, part)
    if hold is not None and hold.status in MAY_RELEASE:
        payments.release(session, hold.id, now=now)
