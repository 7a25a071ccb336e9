"""The life of a request, step by step. Every step locks the request first, then whatever else it needs."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from certification.credentials.commands import CredentialRevoked
from marketplace.conversation import commands as conversation
from marketplace.conversation.models import Message
from marketplace.conversation.rules import Side
from marketplace.jobs import events, queries, rules
from marketplace.jobs.models import Job, Resolution
from marketplace.jobs.rules import PURPOSE, Choice, Draft, Solution
from marketplace.kernel import audit, storage
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.storage import StoredFile, Upload
from marketplace.matching import commands as matching
from marketplace.matching import queries as offers
from marketplace.matching.models import Offer
from marketplace.matching.rules import DeclineReason
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import MAY_RELEASE, HoldStatus
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import RequestFile, SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Mode, Status
from providers.profiles import commands as profile_commands
from providers.profiles import queries as profiles
from providers.profiles.commands import ProviderSuspended
from providers.profiles.models import Member

REFERENCE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # Without letters that look like others.
REFERENCE_LENGTH = 10


def draft(
    session: Session, *, customer_id: int, draft: Draft, budget: Money | None = None, now: datetime
) -> SupportRequest:
    """Write down what a customer needs solved, and what it may cost if that is known already.

    Raises:
        InvalidInput: the budget is no amount of the request's currency that can be paid.
    """
    queries.check_budget(budget, draft.currency)
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
    """Keep the files that come with a request."""
    for upload in uploads:
        stored = storage.save(session, upload, owner_id=support_request.customer_id, now=now)
        session.add(RequestFile(request_id=support_request.id, file_id=stored.id))
    support_request.version += 1


def submit(
    session: Session, reference: str, *, customer_id: int, choice: Choice, now: datetime
) -> tuple[SupportRequest, int | None]:
    """Ask for help; gives the request and, if there is something to pay, the outbox message that makes the page for it.

    Raises:
        IllegalMove: it is no draft.
        PartnerNotFree, NobodyAtThisPrice, NobodyFits: nobody to ask on these terms.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    if support_request.is_vendors:
        _submit_to_desk(session, support_request, now)
        return support_request, None
    following = LIFECYCLE.after(support_request.status, Action.SUBMIT)
    ceiling = queries.price_of_choice(session, support_request, choice, now)
    support_request.mode = choice.mode
    support_request.chosen_provider_id = choice.provider_id
    support_request.may_fall_back = choice.may_fall_back
    support_request.ceiling_minor = ceiling.minor
    support_request.submitted_at = now
    _move(session, support_request, following, Action.SUBMIT, by=customer_id, now=now)
    return support_request, _ask_for_payment(session, support_request, now)


def pay_again(session: Session, reference: str, *, customer_id: int, now: datetime) -> int:
    """Ask the customer to pay after the bank refused; gives the outbox message that makes the page.

    Raises:
        IllegalMove: nothing is to be paid.
        Conflict: there is a page already.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    LIFECYCLE.after(support_request.status, Action.PAY)
    if money.live_hold(session, PURPOSE, support_request.id) is not None:
        raise rules.StalePage
    return _ask_for_payment(session, support_request, now)


def _ask_for_payment(session: Session, support_request: SupportRequest, now: datetime) -> int:
    job = queries.job_of(session, support_request.id)
    amount = job.price if job else support_request.ceiling
    assert amount is not None
    _hold, message_id = payments.open_hold(
        session,
        purpose=PURPOSE,
        subject_id=support_request.id,
        payer_id=support_request.customer_id,
        amount=amount,
        description=support_request.title,
        return_path=f"/requests/{support_request.reference}",
        now=now,
    )
    return message_id


def _submit_to_desk(session: Session, support_request: SupportRequest, now: datetime) -> None:
    following = LIFECYCLE.after(support_request.status, Action.SUBMIT_FREE)
    desk = profiles.vendor_desk(session)
    if desk is None:
        raise rules.NobodyFits
    support_request.mode = Mode.CHOSEN
    support_request.chosen_provider_id = desk.id
    support_request.submitted_at = now
    _move(session, support_request, following, Action.SUBMIT_FREE, by=support_request.customer_id, now=now)
    announce(session, events.MatchingStarted(support_request.id, now))
    _ask_next(session, support_request, now)


def hold_placed(session: Session, event: payments.HoldPlaced) -> None:
    """The amount is set aside: look for a partner, or go on with the one who has accepted."""
    if event.purpose != PURPOSE:
        return
    support_request = requests.lock_request(session, event.subject_id)
    job = queries.job_of(session, support_request.id)
    if support_request.status is not Status.AWAITING_PAYMENT:  # It was cancelled while the customer paid.
        payments.release(session, event.hold_id, now=event.at)
    elif job is not None:
        _move(session, support_request, LIFECYCLE.after(support_request.status, Action.PAY), Action.PAY, now=event.at)
        payments.capture(session, event.hold_id, amount=job.price, now=event.at)
    else:
        following = LIFECYCLE.after(support_request.status, Action.AUTHORISE)
        _move(session, support_request, following, Action.AUTHORISE, now=event.at)
        announce(session, events.MatchingStarted(support_request.id, event.at))
        _ask_next(session, support_request, event.at)


def hold_lapsed(session: Session, event: payments.HoldLapsed) -> None:
    """Nothing is set aside any more: back to the draft, or the end of the search."""
    if event.purpose != PURPOSE:
        return
    support_request = requests.lock_request(session, event.subject_id)
    has_job = queries.job_of(session, support_request.id) is not None
    if support_request.status is Status.AWAITING_PAYMENT and not has_job:
        _move(
            session, support_request, LIFECYCLE.after(support_request.status, Action.LAPSE), Action.LAPSE, now=event.at
        )
        announce(session, events.PaymentLapsed(support_request.id, event.at))
    elif support_request.status in {Status.MATCHING, Status.UNMATCHED}:
        _cancel(session, support_request, reason="hold_lapsed", by=None, now=event.at)


def capture_failed(session: Session, event: payments.CaptureFailed) -> None:
    """The bank refused: work waits until the customer has paid in another way."""
    if event.purpose != PURPOSE:
        return
    support_request = requests.lock_request(session, event.subject_id)
    following = LIFECYCLE.after(support_request.status, Action.FAIL_CAPTURE)
    _move(session, support_request, following, Action.FAIL_CAPTURE, now=event.at)
    announce(session, events.PaymentFailed(support_request.id, event.at))


def accept(
    session: Session, offer_id: int, *, member: Member, first_answer_in: timedelta = rules.FIRST_ANSWER, now: datetime
) -> Job:
    """Take an offered request, and promise when the first answer comes.

    Raises:
        NotFound: it is not offered to this member's provider.
        IllegalMove, OfferLapsed: the offer is over.
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
        price_minor=offer.price_minor,
        currency=offer.currency,
        commission_percent=offer.provider.commission_percent,
        accepted_at=now,
    )
    session.add(job)
    _move(session, support_request, following, Action.ACCEPT, by=member.person_id, now=now)
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
    _ask_next(session, support_request, now)


def expire_offer(session: Session, request_id: int, *, now: datetime) -> None:
    """Note that the asked provider's time is up, and ask the next."""
    support_request = requests.lock_request(session, request_id)
    offer = offers.lock_open_offer(session, request_id)
    if offer is not None and offer.expires_at <= now:
        matching.expire(session, offer, now=now)
        _ask_next(session, support_request, now)


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
        _ask_next(session, support_request, now)


def search_again(session: Session, request_id: int, *, by: int | None = None, now: datetime) -> bool:
    """Look once more for a request that nobody took; tells whether somebody is asked now."""
    support_request = requests.lock_request(session, request_id)
    if support_request.status is not Status.UNMATCHED or matching.ask_next(session, support_request, now=now) is None:
        return False
    following = LIFECYCLE.after(support_request.status, Action.FIND)
    _move(session, support_request, following, Action.FIND, by=by, now=now)
    return True


def _ask_next(session: Session, support_request: SupportRequest, now: datetime) -> None:
    if support_request.status is not Status.MATCHING or matching.ask_next(session, support_request, now=now):
        return
    following = LIFECYCLE.after(support_request.status, Action.FIND_NOBODY)
    _move(session, support_request, following, Action.FIND_NOBODY, now=now)
    announce(session, events.RequestUnmatched(support_request.id, now))


def write_as_customer(
    session: Session, reference: str, *, customer_id: int, body: str, uploads: Sequence[Upload], now: datetime
) -> Message:
    """Write in the thread of one's own request.

    Raises:
        IllegalMove: there is nobody to write to, or it has ended.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    queries.check_may_write(support_request)
    sent = _keep(session, uploads, customer_id, now)
    return conversation.write(
        session, support_request.id, author_id=customer_id, side=Side.CUSTOMER, body=body, files=sent, now=now
    )


def write_as_provider(
    session: Session,
    reference: str,
    *,
    member: Member,
    body: str,
    uploads: Sequence[Upload],
    next_update_in: timedelta | None,
    now: datetime,
) -> Message:
    """Write in the thread of a job, and promise the next update.

    Raises:
        IllegalMove: it has ended.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    queries.check_may_write(support_request)
    if job.first_answer_at is None:
        job.first_answer_at = now
        minutes = int((now - job.accepted_at).total_seconds()) // 60
        profile_commands.count_first_answer(session, job.provider_id, minutes=minutes)
    return conversation.write(
        session,
        support_request.id,
        author_id=member.person_id,
        member_id=member.id,
        side=Side.VENDOR if support_request.is_vendors else Side.PROVIDER,
        body=body,
        files=_keep(session, uploads, member.person_id, now),
        next_update_at=None if next_update_in is None else now + next_update_in,
        now=now,
    )


def _keep(session: Session, uploads: Sequence[Upload], owner_id: int, now: datetime) -> list[StoredFile]:
    return [storage.save(session, upload, owner_id=owner_id, now=now) for upload in uploads]


def promise(session: Session, reference: str, *, member: Member, due_in: timedelta, now: datetime) -> None:
    """Promise the next update of a job.

    Raises:
        IllegalMove: nothing is being worked on.
    """
    support_request, _job = queries.lock_job(session, reference, member.provider_id)
    LIFECYCLE.after(support_request.status, Action.RESOLVE)
    conversation.promise(session, support_request.id, member_id=member.id, due_at=now + due_in, now=now)
    support_request.version += 1


def resolve(session: Session, reference: str, *, member: Member, solution: Solution, now: datetime) -> None:
    """State what fixed it; the customer confirms.

    Raises:
        IllegalMove: nothing is being worked on.
    """
    support_request, job = queries.lock_job(session, reference, member.provider_id)
    following = LIFECYCLE.after(support_request.status, Action.RESOLVE)
    session.add(
        Resolution(
            job_id=job.id,
            member_id=member.id,
            cause=solution.cause,
            fix=solution.fix,
            prevention=solution.prevention,
            at=now,
        )
    )
    support_request.resolved_at = now
    conversation.end_promises(session, support_request.id, now=now)
    _move(session, support_request, following, Action.RESOLVE, by=member.person_id, now=now)
    announce(session, events.RequestResolved(support_request.id, now))


def confirm(session: Session, reference: str, *, customer_id: int, now: datetime) -> None:
    """Say that it is solved: the partner is paid.

    Raises:
        IllegalMove: no solution was stated.
        PaymentUnderWay: the payment is being taken just now.
    """
    _close(session, requests.lock_own_request(session, reference, customer_id), by=customer_id, now=now)


def confirm_for_silent_customer(session: Session, request_id: int, *, now: datetime) -> None:
    """Close a request whose customer has said nothing for 72 hours."""
    support_request = requests.lock_request(session, request_id)
    if queries.is_overdue_for_confirmation(support_request, now):
        _close(session, support_request, by=None, now=now)


def _close(session: Session, support_request: SupportRequest, *, by: int | None, now: datetime) -> None:
    following = LIFECYCLE.after(support_request.status, Action.CONFIRM)
    job = queries.job_of(session, support_request.id)
    assert job is not None
    hold = money.live_hold(session, PURPOSE, support_request.id)
    if hold is not None:  # None: free of charge, or settled before it was reopened.
        payments.settle(session, hold.id, payee_id=job.provider_id, commission=job.commission, now=now)
    if support_request.closed_at is None:
        profile_commands.count_job(session, job.provider_id)
    support_request.closed_at = now
    _move(session, support_request, following, Action.CONFIRM, by=by, now=now)
    announce(session, events.RequestClosed(support_request.id, now))


def reopen(session: Session, reference: str, *, customer_id: int, reason: str, now: datetime) -> None:
    """Say that it is not solved: the same partner goes on, at no new charge.

    Raises:
        IllegalMove: no solution was stated.
        TooLateToReopen: more than 14 days have passed.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    following = LIFECYCLE.after(support_request.status, Action.REOPEN)
    if not rules.may_reopen(support_request.closed_at or support_request.resolved_at, now):
        raise rules.TooLateToReopen
    _move(session, support_request, following, Action.REOPEN, by=customer_id, now=now)
    conversation.write(session, support_request.id, author_id=customer_id, side=Side.CUSTOMER, body=reason, now=now)
    announce(session, events.RequestReopened(support_request.id, now))


def cancel(session: Session, reference: str, *, customer_id: int, reason: str, now: datetime) -> None:
    """Take back one's own request before work has begun; what was held is let go.

    Raises:
        AskYourPartner: work has begun.
        IllegalMove: it has ended.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    following = LIFECYCLE.after(support_request.status, Action.CANCEL)
    del following
    if support_request.status not in rules.CUSTOMER_MAY_CANCEL:
        raise rules.AskYourPartner
    _cancel(session, support_request, reason=reason, by=customer_id, now=now)


def give_back(session: Session, reference: str, *, member: Member, reason: str, now: datetime) -> None:
    """End a job that can't be done: the customer gets everything back.

    Raises:
        IllegalMove: nothing is being worked on.
        PaymentUnderWay: the payment is being taken just now.
    """
    support_request, _job = queries.lock_job(session, reference, member.provider_id)
    LIFECYCLE.after(support_request.status, Action.RESOLVE)
    _cancel(session, support_request, reason=reason, by=member.person_id, now=now)


def end_search(session: Session, request_id: int, *, now: datetime) -> None:
    """Give up a search, so early that the bank still holds the money and lets go of it cleanly."""
    support_request = requests.lock_request(session, request_id)
    if support_request.status in {Status.MATCHING, Status.UNMATCHED}:
        _cancel(session, support_request, reason="nobody_in_time", by=None, now=now)


def _cancel(session: Session, support_request: SupportRequest, *, reason: str, by: int | None, now: datetime) -> None:
    following = LIFECYCLE.after(support_request.status, Action.CANCEL)
    offer = offers.lock_open_offer(session, support_request.id)
    if offer is not None:
        matching.withdraw(session, offer, now=now)
    hold = money.live_hold(session, PURPOSE, support_request.id)
    if hold is not None and hold.status in MAY_RELEASE:
        payments.release(session, hold.id, now=now)
    elif hold is not None and hold.status is not HoldStatus.RELEASING:
        payments.refund(session, hold.id, now=now)
    conversation.end_promises(session, support_request.id, now=now)
    support_request.cancel_reason = reason
    _move(session, support_request, following, Action.CANCEL, by=by, now=now)
    announce(session, events.RequestCancelled(support_request.id, reason, now))


def rate(session: Session, reference: str, *, customer_id: int, stars: int, comment: str | None, now: datetime) -> None:
    """Say how the help was; once per request.

    Raises:
        IllegalMove: it is not closed yet.
        RatedAlready: once is enough.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    queries.check_may_rate(session, support_request)
    assert support_request.provider_id is not None
    profile_commands.add_review(
        session,
        support_request.provider_id,
        request_id=support_request.id,
        author_name=support_request.customer.name,
        stars=stars,
        body=comment,
        language=support_request.language,
        now=now,
    )
    support_request.version += 1


def _lock_offer(session: Session, offer_id: int, provider_id: int) -> tuple[SupportRequest, Offer]:
    """Lock the request first, as every step does, then the offer."""
    request_id = offers.request_of_offer(session, offer_id, provider_id)
    if request_id is None:
        raise NotFound(offer_id=offer_id)
    support_request = requests.lock_request(session, request_id)
    return support_request, offers.lock_offer(session, offer_id)


def _move(
    session: Session,
    support_request: SupportRequest,
    status: Status,
    action: Action,
    *,
    by: int | None = None,
    now: datetime,
) -> None:
    support_request.status = status
    support_request.version += 1
    session.flush()  # What is read next in this transaction counts the request in its new state.
    audit.record(session, support_request, action, by=by, at=now)
