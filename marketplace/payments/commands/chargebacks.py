"""When a payer's bank takes a payment back."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.debts import give_up
from marketplace.payments.commands.events import ChargebackEnded, ChargebackOpened
from marketplace.payments.commands.ledger import book
from marketplace.payments.commands.payouts import freeze, thaw
from marketplace.payments.gateway import BalanceChange, Dispute
from marketplace.payments.models import Chargeback, Hold
from marketplace.payments.rules import (
    CHARGEBACK,
    Account,
    AccountKind,
    AnsweredAlready,
    CallKind,
    ChargebackAction,
    ChargebackStatus,
    Fact,
    facts,
)

# Stripe's words for where a chargeback stands; an early warning that is closed has cost nothing.
ACTIONS = {
    "under_review": ChargebackAction.RESPOND,
    "warning_under_review": ChargebackAction.RESPOND,
    "won": ChargebackAction.WIN,
    "warning_closed": ChargebackAction.WIN,
    "prevented": ChargebackAction.WIN,
    "lost": ChargebackAction.LOSE,
}


def apply_dispute(session: Session, hold_id: int, dispute: Dispute, *, now: datetime) -> None:
    """Bring a chargeback to where Stripe says that it is; any order and any repetition end the same."""
    hold = queries.lock_hold(session, hold_id)
    chargeback = queries.chargeback_by_stripe(session, dispute.id) or _open(session, hold, dispute, now)
    chargeback.due_by = dispute.due_by
    for change in dispute.changes:
        _book_change(session, hold, change, now)
    action = ACTIONS.get(dispute.status)
    if action is None or not CHARGEBACK.allows(chargeback.status, action):
        return
    chargeback.status = CHARGEBACK.after(chargeback.status, action)
    if chargeback.status is ChargebackStatus.LOST:
        _lose(session, hold, chargeback, now)
    if action in {ChargebackAction.WIN, ChargebackAction.LOSE}:
        chargeback.ended_at = now
        session.flush()
        thaw(session, hold, now=now)
        is_won = action is ChargebackAction.WIN
        announce(session, ChargebackEnded(hold.purpose, hold.subject_id, chargeback.id, is_won=is_won, at=now))


def _open(session: Session, hold: Hold, dispute: Dispute, now: datetime) -> Chargeback:
    chargeback = Chargeback(
        hold_id=hold.id,
        stripe_dispute_id=dispute.id,
        currency=dispute.amount.currency,
        amount_minor=dispute.amount.minor,
        reason=dispute.reason,
        created_at=now,
    )
    session.add(chargeback)
    session.flush()  # The record and the event need its id.
    audit.record(session, chargeback, "open", by=None, at=now, reason=dispute.reason)
    freeze(session, hold, now=now)
    announce(session, ChargebackOpened(hold.purpose, hold.subject_id, chargeback.id, now))
    return chargeback


def _book_change(session: Session, hold: Hold, change: BalanceChange, now: datetime) -> None:
    taken = Money(-change.amount.minor, change.amount.currency)
    movements = facts.disputed(taken, change.fee)
    book(session, hold, Fact.DISPUTED, f"dispute:{change.id}", movements, now=now, stripe_id=change.id)


def _lose(session: Session, hold: Hold, chargeback: Chargeback, now: datetime) -> None:
    """Each side gives up its part; what was refunded before, or never shared out, is the vendor's loss."""
    before = hold.kept
    lost = min(chargeback.amount, before)
    hold.lost_minor += lost.minor
    settlement = queries.settlement(session, hold.id)
    receivable = Account(AccountKind.DISPUTE_RECEIVABLE)
    if settlement is not None and lost:
        give_up(session, hold, settlement, before, cause=chargeback, to=receivable, now=now)
    from_held = lost if settlement is None else Money.zero(hold.currency)
    movements = facts.dispute_lost(hold.subject_id, from_held, chargeback.amount - lost)
    if movements:
        book(session, hold, Fact.DISPUTE_LOST, f"dispute_lost:{chargeback.stripe_dispute_id}", movements, now=now)


def respond(session: Session, chargeback_id: int, evidence: str, *, by: int, now: datetime) -> None:
    """Answer a chargeback; banks take one answer.

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
