"""From the draft to the payment, and what becomes of the payment."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.conversation import commands as conversation
from marketplace.jobs import events, queries, rules
from marketplace.jobs.commands.covering import set_aside
from marketplace.jobs.commands.ending import end
from marketplace.jobs.commands.extras import extra_held, extra_lapsed
from marketplace.jobs.commands.moves import move
from marketplace.jobs.commands.offering import ask_next
from marketplace.jobs.commands.quoting import quote_held, quote_lapsed
from marketplace.jobs.covering import CoverChoice
from marketplace.jobs.rules import FIRST_PART, PURPOSE, Choice, Draft
from marketplace.kernel import audit, storage
from marketplace.kernel.errors import IllegalMove
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.storage import Upload
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import RequestFile, SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, OPEN, Action, Mode, Status
from providers.profiles import queries as profiles

REFERENCE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # Without letters that look like others.


REFERENCE_LENGTH = 10


def draft(
    session: Session, *, customer_id: int, draft: Draft, budget: Money | None = None, now: datetime
) -> SupportRequest:
    """Write down what a customer needs solved, and what it may cost if that is known already.

    Raises:
        InvalidInput: the budget is no amount of the request's currency that can be paid.
    """
    queries.check_budget(budget, draft.currency, field="budget")
    support_request = SupportRequest(
        reference="".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH)),
        customer_id=customer_id,
        ceiling_minor=budget.minor if budget else None,
        created_at=now,
        **_columns(draft),
    )
    session.add(support_request)
    session.flush()  # Files and the record need its id.
    audit.record(session, support_request, "draft", by=customer_id, at=now)
    return support_request


def edit_draft(
    session: Session, reference: str, *, customer_id: int, draft: Draft, version: int, now: datetime
) -> SupportRequest:
    """Change a draft.

    Raises:
        IllegalMove: it is no draft any more.
        StalePage: it was changed since `version`.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    LIFECYCLE.after(support_request.status, Action.SUBMIT)
    if support_request.version != version:
        raise rules.StalePage
    for name, value in _columns(draft).items():
        setattr(support_request, name, value)
    support_request.version += 1
    audit.record(session, support_request, "edit_draft", by=customer_id, at=now)
    return support_request


def _columns(draft: Draft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def attach(session: Session, support_request: SupportRequest, uploads: Sequence[Upload], *, now: datetime) -> None:
    """Keep the files that come with a request.

    Raises:
        IllegalMove: it has ended.
    """
    if support_request.status not in OPEN:
        raise IllegalMove(state=support_request.status, action="attach")
    for upload in uploads:
        stored = storage.save(session, upload, owner_id=support_request.customer_id, now=now)
        session.add(RequestFile(request_id=support_request.id, file_id=stored.id))
    support_request.version += 1


def submit(
    session: Session,
    reference: str,
    *,
    customer_id: int,
    choice: Choice,
    card_id: int | None = None,
    cover: CoverChoice | None = None,
    now: datetime,
) -> tuple[SupportRequest, int | None]:
    """Ask for help; gives the request and, if there is something to pay, the outbox message that makes the page for it.

    With the id of a saved card, the message pays with that card instead. If cover pays all of it, there is none.

    Raises:
        IllegalMove: it is no draft.
        CardIsGone, CoverHasChanged, InvalidInput: it can't be paid so; see `set_aside`.
        PartnerNotFree, PartnerCostsMore, NobodyAtThisPrice, NobodyFits: nobody to ask on these terms.
        PageStillOpen: a payment page of before is being closed.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    if support_request.is_vendors:
        _submit_to_desk(session, support_request, now)
        return support_request, None
    action = Action.SUBMIT_FREE if choice.mode is Mode.QUOTES else Action.SUBMIT
    following = LIFECYCLE.after(support_request.status, action)
    support_request.pays_with_cover = cover is not None and choice.provider_id is None  # Of the chosen one cover tells.
    ceiling = queries.price_of_choice(session, support_request, choice, now)
    support_request.mode = choice.mode
    support_request.chosen_provider_id = choice.provider_id
    support_request.may_fall_back = choice.may_fall_back
    support_request.ceiling_minor = ceiling.minor if ceiling else None
    support_request.submitted_at = now
    move(session, support_request, following, action, by=customer_id, now=now)
    if ceiling is None:  # Nothing is set aside before there is a price.
        _search(session, support_request, now)
        return support_request, None
    queries.check_no_page_is_open(session, support_request.id)
    need = queries.need_of_choice(session, support_request, choice, ceiling, now)
    support_request.pays_with_cover = cover is not None
    return support_request, set_aside(session, support_request, need, card_id=card_id, cover=cover, now=now)


def pay_again(
    session: Session,
    reference: str,
    *,
    customer_id: int,
    card_id: int | None = None,
    cover: CoverChoice | None = None,
    now: datetime,
) -> int | None:
    """Ask the customer to pay after the bank refused; gives the outbox message that makes the page, if there is one.

    Raises:
        IllegalMove: nothing is to be paid.
        CardIsGone, CoverHasChanged, InvalidInput: it can't be paid so; see `set_aside`.
        Conflict: there is a page already.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    LIFECYCLE.after(support_request.status, Action.PAY)
    if money.live_hold(session, PURPOSE, support_request.id) is not None:
        raise rules.StalePage
    job = queries.job_of(session, support_request.id)
    assert job is not None, "who has not paid at all is a draft again"
    is_accepted = queries.accepts_cover(support_request)
    need = queries.need_of(support_request, job.price, job.agreed, is_accepted=is_accepted)
    return set_aside(session, support_request, need, card_id=card_id, cover=cover, now=now)


def _submit_to_desk(session: Session, support_request: SupportRequest, now: datetime) -> None:
    following = LIFECYCLE.after(support_request.status, Action.SUBMIT_FREE)
    desk = profiles.vendor_desk(session)
    if desk is None:
        raise rules.NobodyFits
    support_request.mode = Mode.CHOSEN
    support_request.chosen_provider_id = desk.id
    support_request.submitted_at = now
    move(session, support_request, following, Action.SUBMIT_FREE, by=support_request.customer_id, now=now)
    _search(session, support_request, now)


def _search(session: Session, support_request: SupportRequest, now: datetime) -> None:
    announce(session, events.MatchingStarted(support_request.id, now))
    ask_next(session, support_request, now)


def outcome_known(session: Session, event: payments.OutcomeKnown) -> None:
    """The outcome of a hold is about to wake its request: lock the request first, as every step does."""
    if event.purpose == PURPOSE:
        requests.lock_request(session, event.subject_id)


def hold_placed(session: Session, event: payments.HoldPlaced) -> None:
    """The amount is set aside: look for a partner, or go on with the one who has accepted."""
    if event.purpose != PURPOSE:
        return
    if event.part != FIRST_PART:
        extra_held(session, event)
        return
    support_request = requests.lock_request(session, event.subject_id)
    job = queries.job_of(session, support_request.id)
    if support_request.status is not Status.AWAITING_PAYMENT:  # It was cancelled while the customer paid.
        payments.release(session, event.hold_id, now=event.at)
    elif job is not None:
        move(session, support_request, LIFECYCLE.after(support_request.status, Action.PAY), Action.PAY, now=event.at)
        payments.capture(session, event.hold_id, amount=job.price, now=event.at)
    elif support_request.mode is Mode.QUOTES:
        quote_held(session, support_request, event)
    else:
        following = LIFECYCLE.after(support_request.status, Action.AUTHORISE)
        move(session, support_request, following, Action.AUTHORISE, now=event.at)
        _search(session, support_request, event.at)


def hold_lapsed(session: Session, event: payments.HoldLapsed) -> None:
    """Nothing is set aside any more: back to the draft or to the quotes, or the end of the search."""
    if event.purpose != PURPOSE:
        return
    if event.part != FIRST_PART:
        extra_lapsed(session, event)
        return
    support_request = requests.lock_request(session, event.subject_id)
    has_job = queries.job_of(session, support_request.id) is not None
    if support_request.status is Status.AWAITING_PAYMENT and not has_job and support_request.mode is Mode.QUOTES:
        quote_lapsed(session, support_request, event)
    elif support_request.status is Status.AWAITING_PAYMENT and not has_job:
        support_request.pays_with_cover = False
        move(
            session, support_request, LIFECYCLE.after(support_request.status, Action.LAPSE), Action.LAPSE, now=event.at
        )
        if not event.is_refused:
            announce(session, events.PaymentLapsed(support_request.id, event.at))
    elif support_request.status in {Status.MATCHING, Status.UNMATCHED}:
        end(session, support_request, reason="hold_lapsed", by=None, now=event.at)


def capture_failed(session: Session, event: payments.CaptureFailed) -> None:
    """The bank refused: work waits until the customer has paid in another way."""
    if event.purpose != PURPOSE:
        return
    if event.part != FIRST_PART:
        extra_lapsed(session, event)
        return
    support_request = requests.lock_request(session, event.subject_id)
    following = LIFECYCLE.after(support_request.status, Action.FAIL_CAPTURE)
    conversation.end_promises(session, support_request.id, now=event.at)  # Nobody is late while nothing is paid.
    move(session, support_request, following, Action.FAIL_CAPTURE, now=event.at)
    announce(session, events.PaymentFailed(support_request.id, event.at))
