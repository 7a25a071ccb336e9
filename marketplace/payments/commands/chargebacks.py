"""When a payer's bank takes a payment back."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money, smallest_step
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.covering import take_from_refunds
from marketplace.payments.commands.debts import give_up
from marketplace.payments.commands.events import ChargebackEnded, ChargebackOpened, InquiryOpened, OutcomeKnown
from marketplace.payments.commands.ledger import book
from marketplace.payments.commands.payouts import freeze, thaw
from marketplace.payments.commands.periods_taken_back import bring_earned, lose_period
from marketplace.payments.commands.refunds import resume_refunds
from marketplace.payments.gateway import BalanceChange, Dispute
from marketplace.payments.models import Chargeback, Hold, Subscription
from marketplace.payments.rules import (
    CHARGEBACK,
    INQUIRIES,
    Account,
    AccountKind,
    AnsweredAlready,
    CallKind,
    ChargebackAction,
    ChargebackStatus,
    Fact,
    facts,
)

# Stripe's words for where a chargeback stands; one that is prevented has taken nothing in the end.
STAGES = {
    "warning_needs_response": ChargebackStatus.INQUIRY,
    "warning_under_review": ChargebackStatus.INQUIRY_ANSWERED,
    "warning_closed": ChargebackStatus.INQUIRY_CLOSED,
    "needs_response": ChargebackStatus.NEEDS_RESPONSE,
    "under_review": ChargebackStatus.UNDER_REVIEW,
    "won": ChargebackStatus.WON,
    "prevented": ChargebackStatus.WON,
    "lost": ChargebackStatus.LOST,
}


About = Hold | Subscription


def apply_dispute(session: Session, hold_id: int, dispute: Dispute, *, now: datetime) -> None:
    """Bring a chargeback to where Stripe says that it is; any order and any repetition end the same."""
    hold = queries.lock_hold(session, hold_id)
    _apply(session, hold, dispute, {"hold_id": hold.id}, now)


def apply_period_dispute(session: Session, payment_id: int, dispute: Dispute, *, now: datetime) -> None:
    """Bring what a bank takes back of a payment for a period to where Stripe says that it is."""
    payment = queries.period_payment(session, payment_id)
    about = payment.subscription
    announce(session, OutcomeKnown(about.purpose, about.subject_id))
    subscription = queries.lock_subscription(session, payment.subscription_id)
    session.refresh(payment)
    _apply(session, subscription, dispute, {"payment_id": payment.id}, now)


def _apply(session: Session, about: About, dispute: Dispute, payment: Mapping[str, int], now: datetime) -> None:
    chargeback = queries.chargeback_by_stripe(session, dispute.id) or _open(session, about, dispute, payment, now)
    chargeback.due_by = dispute.due_by
    for change in dispute.changes:
        _book_change(session, about, chargeback, change, now)
    for action in CHARGEBACK.way(chargeback.status, STAGES.get(dispute.status, chargeback.status)):
        _STEPS[action](session, about, chargeback, now)


def _open(session: Session, about: About, dispute: Dispute, payment: Mapping[str, int], now: datetime) -> Chargeback:
    is_inquiry = STAGES.get(dispute.status) in INQUIRIES
    if isinstance(about, Subscription) and not is_inquiry:
        bring_earned(session, about, now)  # From now on nothing is, until it is decided.
    chargeback = Chargeback(
        **payment,
        stripe_dispute_id=dispute.id,
        currency=dispute.amount.currency,
        amount_minor=dispute.amount.minor,
        reason=dispute.reason,
        status=ChargebackStatus.INQUIRY if is_inquiry else ChargebackStatus.NEEDS_RESPONSE,
        taken_minor=0,
        returned_minor=0,
        created_at=now,
    )
    session.add(chargeback)
    session.flush()  # The record and the event need its id.
    audit.record(session, chargeback, "open", by=None, at=now, reason=dispute.reason)
    if is_inquiry:
        announce(session, InquiryOpened(about.purpose, about.subject_id, chargeback.id, now))
    else:
        _begin(session, about, chargeback, now)
    return chargeback


def _begin(session: Session, about: About, chargeback: Chargeback, now: datetime) -> None:
    """The bank has taken the money: what is not paid waits until it is decided whose it is."""
    if isinstance(about, Hold):
        freeze(session, about, now=now)
    announce(session, ChargebackOpened(about.purpose, about.subject_id, chargeback.id, now))


def _book_change(session: Session, about: About, chargeback: Chargeback, change: BalanceChange, now: datetime) -> None:
    taken = Money(-change.amount.minor, change.amount.currency)
    movements = facts.disputed(taken, change.fee)
    if book(session, about, Fact.DISPUTED, f"dispute:{change.id}", movements, now=now, stripe_id=change.id):
        chargeback.taken_minor += max(taken.minor, 0)
        chargeback.returned_minor += max(-taken.minor, 0)


def _respond(_session: Session, _about: About, chargeback: Chargeback, _now: datetime) -> None:
    chargeback.status = CHARGEBACK.after(chargeback.status, ChargebackAction.RESPOND)


def _close(_session: Session, _about: About, chargeback: Chargeback, now: datetime) -> None:
    chargeback.status = CHARGEBACK.after(chargeback.status, ChargebackAction.CLOSE)
    chargeback.ended_at = now


def _escalate(session: Session, about: About, chargeback: Chargeback, now: datetime) -> None:
    """The bank is not content with the answer to its question: it takes one more."""
    if isinstance(about, Subscription):
        bring_earned(session, about, now)
    chargeback.status = CHARGEBACK.after(chargeback.status, ChargebackAction.ESCALATE)
    chargeback.ended_at = None
    if not queries.is_under_way(session, CallKind.RESPOND, chargeback.id):
        chargeback.inquiry_evidence, chargeback.evidence = chargeback.evidence, None
    _begin(session, about, chargeback, now)


def _win(session: Session, about: About, chargeback: Chargeback, now: datetime) -> None:
    chargeback.status = CHARGEBACK.after(chargeback.status, ChargebackAction.WIN)
    _end(session, about, chargeback, now)


def _end(session: Session, about: About, chargeback: Chargeback, now: datetime) -> None:
    chargeback.ended_at = now
    session.flush()
    if isinstance(about, Hold):
        thaw(session, about, now=now)
        resume_refunds(session, about, now=now)
    else:
        bring_earned(session, about, now)
    is_won = chargeback.status is ChargebackStatus.WON
    announce(session, ChargebackEnded(about.purpose, about.subject_id, chargeback.id, is_won=is_won, at=now))


def _lose(session: Session, about: About, chargeback: Chargeback, now: datetime) -> None:
    if isinstance(about, Hold):
        _lose_price(session, about, chargeback, now)
    else:
        lose_period(session, about, chargeback, now)
    _end(session, about, chargeback, now)


def _lose_price(session: Session, hold: Hold, chargeback: Chargeback, now: datetime) -> None:
    """Find where it comes from: what was to go back anyhow, then what was kept; what had gone back is a loss."""
    covered = take_from_refunds(session, hold, chargeback, now=now)
    before = hold.kept
    step = smallest_step(hold.currency)
    lost = Money(min(chargeback.amount - covered, hold.kept_by_card).minor // step * step, hold.currency)
    hold.lost_minor += lost.minor
    chargeback.status = CHARGEBACK.after(chargeback.status, ChargebackAction.LOSE)
    chargeback.from_refunds_minor, chargeback.from_kept_minor = covered.minor, lost.minor
    chargeback.loss_minor = (chargeback.amount - covered - lost).minor
    settlement = queries.settlement(session, hold.id)
    receivable = Account(AccountKind.DISPUTE_RECEIVABLE)
    if settlement is not None and lost:
        give_up(session, hold, settlement, before, cause=chargeback, to=receivable, now=now)
    from_held = covered if settlement is not None else covered + lost
    movements = facts.dispute_lost(hold.subject_id, from_held, chargeback.loss)
    if movements:
        book(session, hold, Fact.DISPUTE_LOST, f"dispute_lost:{chargeback.stripe_dispute_id}", movements, now=now)


_STEPS: Mapping[ChargebackAction, Callable[[Session, About, Chargeback, datetime], None]] = {
    ChargebackAction.RESPOND: _respond,
    ChargebackAction.ESCALATE: _escalate,
    ChargebackAction.CLOSE: _close,
    ChargebackAction.WIN: _win,
    ChargebackAction.LOSE: _lose,
}


def respond(session: Session, chargeback_id: int, evidence: str, *, by: int, now: datetime) -> None:
    """Answer a chargeback, or the question before it; banks take one answer to each.

    Raises:
        NotFound: there is no such chargeback.
        IllegalMove: it is answered, or decided.
    """
    chargeback = queries.lock_chargeback(session, chargeback_id)
    CHARGEBACK.after(chargeback.status, ChargebackAction.RESPOND)
    if chargeback.evidence is not None:
        raise AnsweredAlready
    chargeback.evidence = evidence
    chargeback.by_person_id = by
    owe_call(session, CallKind.RESPOND, chargeback.id, now)
    audit.record(session, chargeback, "respond", by=by, at=now)


def responded(session: Session, chargeback_id: int, *, now: datetime) -> None:
    """Note that Stripe has passed the answer on."""
    note_answer(session, CallKind.RESPOND, chargeback_id, now, stripe_id=None)
