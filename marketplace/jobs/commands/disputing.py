"""Disputes: the customer wants money back, the partner answers or gives way, the vendor's people decide."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.conversation import commands as conversation
from marketplace.conversation.rules import Side
from marketplace.jobs import disputes, events, queries, rules
from marketplace.jobs.commands import paying
from marketplace.jobs.commands.extras import overtake_extras
from marketplace.jobs.commands.moves import move
from marketplace.jobs.disputes import ANSWER_WITHIN, DISPUTE, Complaint, DisputeAction
from marketplace.jobs.models import Dispute, Job
from marketplace.jobs.rules import PURPOSE
from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money, smallest_step
from marketplace.kernel.translate import _, format_moment, format_money
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import HoldStatus, RefundCause
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Status
from providers.profiles import commands as profile_commands
from providers.profiles import queries as profiles
from providers.profiles.models import Member


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody says in a dispute; a partner speaks through a member."""

    side: Side
    body: str
    author_id: int
    member_id: int | None = None


def dispute(session: Session, reference: str, *, customer_id: int, complaint: Complaint, now: datetime) -> Dispute:
    """Say that money should go back; nothing is confirmed or paid out any more until that is decided.

    Raises:
        IllegalMove: nobody is at work, or it is over.
        FreeOfCharge: nothing was paid.
        CallItOffInstead: it is a session that has not begun.
        PaymentUnderWay: a part is being taken just now.
        NothingAtStake: a bank, or somebody of the staff, has given back everything already.
        InvalidInput: more is asked than there is, or no amount of the request's currency; names `asked`.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    following = LIFECYCLE.after(support_request.status, Action.DISPUTE)
    job = queries.job_of(session, support_request.id)
    assert job is not None
    money.lock_holds(session, PURPOSE, support_request.id)
    _check_may_dispute(session, support_request, job, complaint.asked, now)
    made = Dispute(
        job_id=job.id,
        reason=complaint.reason,
        statement=complaint.statement,
        asked_minor=complaint.asked.minor,
        currency=complaint.asked.currency,
        was_resolved=support_request.status is Status.RESOLVED,
        opened_at=now,
        answer_by=now + ANSWER_WITHIN,
    )
    session.add(made)
    overtake_extras(session, support_request, now=now)
    payments.contest(session, PURPOSE, support_request.id, now=now)
    conversation.end_promises(session, support_request.id, now=now)
    _say(session, support_request, Words(Side.CUSTOMER, complaint.statement, customer_id), now)
    move(session, support_request, following, Action.DISPUTE, by=customer_id, now=now)
    audit.record(session, made, "open", by=customer_id, at=now, minor=made.asked_minor, reason=made.reason)
    announce(session, events.DisputeOpened(made.id, support_request.id, now))
    return made


def _check_may_dispute(
    session: Session, support_request: SupportRequest, job: Job, asked: Money, now: datetime
) -> None:
    if support_request.is_vendors:
        raise rules.FreeOfCharge
    if job.starts_at is not None and now < job.starts_at:
        raise disputes.CallItOffInstead
    queries.check_nothing_under_way(session, support_request.id)
    stake = disputes.at_stake(queries.stakes(session, job), support_request.currency)
    if not stake:
        raise disputes.NothingAtStake
    queries.check_budget(asked, support_request.currency, field="asked")
    if asked > stake:
        raise InvalidInput({"asked": [_most(stake)]})


def _most(stake: Money) -> str:
    return _("At most %(stake)s can go back.") % {"stake": format_money(stake, exact=True)}


def answer_dispute(session: Session, reference: str, *, member: Member, answer: str, now: datetime) -> None:
    """Say how it was, from the partner's side.

    Raises:
        NotFound: it is no job of this member's provider.
        IllegalMove: nothing is disputed, or it is answered.
    """
    support_request, _job = queries.lock_job(session, reference, member.provider_id)
    open_one = _lock_open(session, support_request)
    open_one.status = DISPUTE.after(open_one.status, DisputeAction.ANSWER)
    open_one.answer = answer
    open_one.answered_at = now
    _say(session, support_request, Words(Side.PROVIDER, answer, member.person_id, member.id), now)
    audit.record(session, open_one, DisputeAction.ANSWER, by=member.person_id, at=now)
    announce(session, events.DisputeAnswered(open_one.id, support_request.id, now))


def withdraw_dispute(session: Session, reference: str, *, customer_id: int, now: datetime) -> None:
    """Take a dispute back: all goes on as before, and the clock of the confirmation with it.

    Raises:
        IllegalMove: nothing is disputed.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    open_one = _lock_open(session, support_request)
    action = Action.RESTORE if open_one.was_resolved else Action.RESUME
    if open_one.was_resolved and support_request.resolved_at is not None:
        support_request.resolved_at += now - open_one.opened_at
    open_one.status = DISPUTE.after(open_one.status, DisputeAction.WITHDRAW)
    open_one.ended_at = now
    open_one.by_person_id = customer_id
    payments.uncontest(session, PURPOSE, support_request.id, now=now)
    move(session, support_request, LIFECYCLE.after(support_request.status, action), action, by=customer_id, now=now)
    audit.record(session, open_one, DisputeAction.WITHDRAW, by=customer_id, at=now)
    announce(session, events.DisputeWithdrawn(open_one.id, support_request.id, now))


def concede_dispute(session: Session, reference: str, *, member: Member, everything: bool, now: datetime) -> None:
    """Give way: the customer gets back what was asked, or everything, at once.

    Raises:
        NotFound: it is no job of this member's provider.
        IllegalMove: nothing is disputed.
        BankDecidesFirst: the customer's bank is taking the payment back.
    """
    support_request, _job = queries.lock_job(session, reference, member.provider_id)
    open_one = _lock_open(session, support_request)
    stake = disputes.at_stake(queries.stakes(session, open_one.job), support_request.currency)
    back = stake if everything else min(open_one.asked, stake)
    _end(session, support_request, open_one, Verdict(DisputeAction.CONCEDE, back, member.person_id), now)


def decide_dispute(
    session: Session,
    reference: str,
    *,
    back: Money,
    verdict: str,
    seen: Money | None = None,
    by: int,
    now: datetime,
) -> None:
    """Decide how much goes back to the customer; the rest is shared with the partner by the frozen terms.

    Args:
        session: the transaction.
        reference: of the request.
        back: from nothing to all that is at stake, over all parts.
        verdict: why; both sides read it.
        seen: what was at stake when whoever decides looked; not compared if not given.
        by: who decides.
        now: the present moment.

    Raises:
        NotFound: there is no such request.
        IllegalMove: nothing is disputed.
        OwnCase: who decides is the customer, or works for the partner.
        PartnerMayAnswer: the partner has not answered, and still has time to.
        BankDecidesFirst: the customer's bank is taking the payment back.
        StalePage: something else was given back since then.
        InvalidInput: the amount can not go back; names `back`.
    """
    support_request = requests.lock_request(session, requests.by_reference(session, reference).id)
    open_one = _lock_open(session, support_request)
    check_may_decide(session, support_request, open_one, by=by, now=now)
    stake = disputes.at_stake(queries.stakes(session, open_one.job), support_request.currency)
    if seen is not None and seen != stake:
        raise rules.StalePage
    check_split(back, stake)
    _say(session, support_request, Words(Side.VENDOR, verdict, by), now)
    _end(session, support_request, open_one, Verdict(DisputeAction.DECIDE, back, by, verdict), now)


def check_may_decide(
    session: Session, support_request: SupportRequest, open_one: Dispute, *, by: int, now: datetime
) -> None:
    """Raise `OwnCase` or `PartnerMayAnswer` unless somebody may decide now."""
    member = profiles.membership(session, by)
    if by == support_request.customer_id or (member and member.provider_id == support_request.provider_id):
        raise disputes.OwnCase
    if not open_one.may_be_decided(now):
        raise disputes.PartnerMayAnswer(moment=format_moment(open_one.answer_by))


def check_split(back: Money, stake: Money) -> None:
    """Raise `InvalidInput`, which names `back`, unless so much of a stake can go back."""
    if back.currency != stake.currency:
        raise InvalidInput({"back": [_("Write the amount in %(currency)s.") % {"currency": stake.currency}]})
    if not Money.zero(stake.currency) <= back <= stake:
        raise InvalidInput({"back": [_most(stake)]})
    if back.minor % smallest_step(back.currency):
        step = format_money(Money(smallest_step(back.currency), back.currency), exact=True)
        raise InvalidInput({"back": [_("Write a multiple of %(step)s.") % {"step": step}]})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a dispute ends: by whose move, how much goes back, and why if somebody has decided it."""

    action: DisputeAction
    back: Money
    by: int
    words: str | None = None


def _end(session: Session, support_request: SupportRequest, open_one: Dispute, verdict: Verdict, now: datetime) -> None:
    """Do what was decided, or conceded, and close the request for good."""
    job, by = open_one.job, verdict.by
    stakes = queries.stakes(session, job)
    queries.check_no_bank(session, stakes)
    stake = disputes.at_stake(stakes, verdict.back.currency)
    open_one.status = DISPUTE.after(open_one.status, verdict.action)
    open_one.stake_minor, open_one.back_minor = stake.minor, verdict.back.minor
    open_one.verdict, open_one.by_person_id, open_one.ended_at = verdict.words, by, now
    _move_money(session, job, disputes.cut(stakes, verdict.back), verdict, now)
    conversation.end_promises(session, support_request.id, now=now)
    if support_request.closed_at is None and verdict.back < stake:
        profile_commands.count_job(session, job.provider_id)
    support_request.closed_at = now
    following = LIFECYCLE.after(support_request.status, Action.SETTLE)
    move(session, support_request, following, Action.SETTLE, by=by, now=now)
    audit.record(session, open_one, verdict.action, by=by, at=now, minor=verdict.back.minor, of_minor=stake.minor)
    announce(session, events.DisputeEnded(open_one.id, support_request.id, now))


def _move_money(session: Session, job: Job, cuts: list[disputes.Cut], verdict: Verdict, now: datetime) -> None:
    """Give back first, while nothing is paid out: what is shared already is then reduced, and not fetched back."""
    cause = RefundCause.SETTLED
    for one in (one for one in cuts if one.back):
        hold_id = one.stake.hold_id
        payments.refund(session, hold_id, amount=one.back, cause=cause, note=verdict.words, by=verdict.by, now=now)
    payments.uncontest(session, PURPOSE, job.request_id, now=now)
    for one in cuts:
        hold = money.lock_hold(session, one.stake.hold_id)
        if hold.status is HoldStatus.CAPTURED:
            paying.share(session, hold, job, left=one.left, by=verdict.by, now=now)


def _lock_open(session: Session, support_request: SupportRequest) -> Dispute:
    LIFECYCLE.after(support_request.status, Action.SETTLE)
    job = queries.job_of(session, support_request.id)
    assert job is not None, "only what was accepted is disputed"
    open_one = queries.lock_open_dispute(session, job)
    money.lock_holds(session, PURPOSE, support_request.id)  # What is at stake must not change any more.
    return open_one


def _say(session: Session, support_request: SupportRequest, words: Words, now: datetime) -> None:
    """Keep the thread whole; who is concerned gets a letter of its own kind."""
    conversation.write(
        session,
        support_request.id,
        author_id=words.author_id,
        member_id=words.member_id,
        side=words.side,
        body=words.body,
        tells=False,
        now=now,
    )
