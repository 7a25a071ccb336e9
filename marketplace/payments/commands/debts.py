"""What payees give back: taken off what they are still to get, taken back from Stripe, or set off later.

Whoever gives up a part of its share does so at once, in the ledger; where the money then comes from is the question
that this module answers, in the order in which it hurts least.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import Chargeback, Clawback, Hold, Payout, Refund, Settlement
from marketplace.payments.rules import (
    CLAWBACK,
    PAYOUT,
    Account,
    AccountKind,
    CallKind,
    ClawbackAction,
    Fact,
    PayoutAction,
    PayoutMethod,
    PayoutStatus,
    Recovered,
    Shares,
    facts,
    recovered,
    share_kept,
)

Cause = Refund | Chargeback


def give_up(
    session: Session, hold: Hold, settlement: Settlement, before: Money, *, cause: Cause, to: Account, now: datetime
) -> Shares:
    """Share afresh what is kept of a hold, which is locked; the difference goes `to` an account.

    Args:
        session: the transaction.
        hold: of which less is kept now than `before`.
        settlement: how it was shared.
        before: what was kept before.
        cause: the refund or the chargeback, flushed.
        to: whose money it is now.
        now: when.
    """
    borne_before = hold.borne - cause.borne if isinstance(cause, Refund) else hold.borne
    given_up = share_kept(before, borne_before, settlement.terms) - hold.shares(settlement.terms)
    covered_after = hold.covered - cause.cover if isinstance(cause, Refund) else hold.covered
    less_recovered = recovered(before, borne_before, hold.covered, settlement.terms) - recovered(
        hold.kept, hold.borne, covered_after, settlement.terms
    )
    from_reserve = _take_from_payouts(session, hold, given_up.payee, cause, now)
    movements = facts.unsettled(settlement.payee_id, given_up, from_reserve, to)
    movements += facts.recovered(Recovered.nothing(hold.currency) - less_recovered)
    key = f"unsettle:{cause.__tablename__}:{cause.id}"
    book(session, hold, Fact.UNSETTLED, key, movements, now=now)
    set_off(session, settlement.payee_id, hold.currency, now=now)
    return given_up


def _take_from_payouts(session: Session, hold: Hold, left: Money, cause: Cause, now: datetime) -> Money:
    """Find an amount in the payouts of a hold; tells how much of it was still in reserve."""
    payouts = queries.lock_payouts(session, hold_id=hold.id)
    from_reserve = Money.zero(hold.currency)
    for payout in (one for one in payouts if _may_reduce(session, one)):
        part = min(left, payout.amount)
        payout.reduced_minor += part.minor
        left -= part
        if payout.in_reserve:
            from_reserve += part
        if not payout.amount:
            payout.status = PAYOUT.after(payout.status, PayoutAction.CANCEL)
    for payout in (one for one in payouts if not _may_reduce(session, one)):
        part = min(left, payout.recoverable)
        left -= part
        _claw_back(session, payout, part, cause, now, is_reversible=payout.method is PayoutMethod.TRANSFER)
    for payout in payouts:  # What was set off against earlier debts is used up: it is owed again.
        part = min(left, Money(payout.amount_minor - payout.reduced_minor - payout.clawed_back_minor, payout.currency))
        left -= part
        _claw_back(session, payout, part, cause, now, is_reversible=False)
    assert not left, (hold.id, left)
    return from_reserve


def _may_reduce(session: Session, payout: Payout) -> bool:
    """Tell whether less can be paid: a transfer that is on its way can only be taken back."""
    is_unpaid = PAYOUT.allows(payout.status, PayoutAction.CANCEL)
    return is_unpaid and not queries.is_under_way(session, CallKind.TRANSFER, payout.id)


def _claw_back(
    session: Session, payout: Payout, part: Money, cause: Cause, now: datetime, *, is_reversible: bool
) -> None:
    if not part:
        return
    payout.clawed_back_minor += part.minor
    clawback = Clawback(
        payout_id=payout.id,
        payee_id=payout.payee_id,
        refund_id=cause.id if isinstance(cause, Refund) else None,
        chargeback_id=cause.id if isinstance(cause, Chargeback) else None,
        currency=payout.currency,
        amount_minor=part.minor,
        created_at=now,
    )
    session.add(clawback)
    session.flush()  # The call and the booking need its id.
    if is_reversible:
        owe_call(session, CallKind.REVERSE, clawback.id, now)
    else:
        _owe(session, clawback, payout, now)


def _owe(session: Session, clawback: Clawback, payout: Payout, now: datetime) -> None:
    clawback.status = CLAWBACK.after(clawback.status, ClawbackAction.FAIL)
    movements = facts.owed(clawback.payee_id, clawback.amount)
    book(session, payout, Fact.OWED, f"owed:{clawback.id}", movements, now=now)


def reversed_(session: Session, clawback_id: int, reversal_id: str, *, now: datetime) -> None:
    """Note that a payee's account at Stripe has given back what it was paid."""
    clawback = queries.lock_clawback(session, clawback_id)
    note_answer(session, CallKind.REVERSE, clawback_id, now, stripe_id=reversal_id)
    if not CLAWBACK.allows(clawback.status, ClawbackAction.REVERSE):
        return
    clawback.status = CLAWBACK.after(clawback.status, ClawbackAction.REVERSE)
    clawback.reversal_id = reversal_id
    clawback.ended_at = now
    movements = facts.reversed_(clawback.payee_id, clawback.amount)
    payout = session.get_one(Payout, clawback.payout_id)
    book(session, payout, Fact.REVERSED, f"reversal:{reversal_id}", movements, now=now, stripe_id=reversal_id)


def owe_instead(session: Session, clawback_id: int, reason: str, *, now: datetime) -> None:
    """Let later payouts pay off what Stripe could not take back."""
    clawback = queries.lock_clawback(session, clawback_id)
    note_answer(session, CallKind.REVERSE, clawback_id, now, stripe_id=None)
    if not CLAWBACK.allows(clawback.status, ClawbackAction.FAIL):
        return
    clawback.note = reason
    _owe(session, clawback, session.get_one(Payout, clawback.payout_id), now)
    set_off(session, clawback.payee_id, clawback.currency, now=now)


def set_off(session: Session, payee_id: int, currency: str, *, now: datetime) -> None:
    """Pay what a payee owes, the oldest first, out of what it is still to get."""
    owed = queries.lock_debts(session, payee_id, currency)
    to_come = {PayoutStatus.WAITING, PayoutStatus.DUE}
    payouts = queries.lock_payouts(session, payee_id=payee_id, currency=currency, statuses=to_come) if owed else []
    for clawback in owed:
        for payout in payouts:
            if clawback.left and payout.amount and _may_reduce(session, payout):
                _set_off(session, clawback, payout, min(clawback.left, payout.amount), now)
    session.flush()


def _set_off(session: Session, clawback: Clawback, payout: Payout, part: Money, now: datetime) -> None:
    kind = AccountKind.PARTNER_RESERVE if payout.in_reserve else AccountKind.PARTNER_PAYABLE
    clawback.set_off_minor += part.minor
    payout.set_off_minor += part.minor
    # A payout meets a debt once: it pays all of it, or all that there is of the payout.
    key = f"set_off:{clawback.id}:{payout.id}"
    book(session, payout, Fact.SET_OFF, key, facts.set_off(payout.payee_id, part, kind), now=now)
    if not clawback.left:
        clawback.status = CLAWBACK.after(clawback.status, ClawbackAction.PAY_OFF)
        clawback.ended_at = now


def write_off(session: Session, clawback_id: int, reason: str, *, by: int, now: datetime) -> None:
    """Give up on what a payee owes.

    Raises:
        NotFound: there is no such debt.
        IllegalMove: it is paid, or written off already.
    """
    clawback = queries.lock_clawback(session, clawback_id)
    clawback.status = CLAWBACK.after(clawback.status, ClawbackAction.WRITE_OFF)
    clawback.note = reason
    clawback.ended_at = now
    payout = session.get_one(Payout, clawback.payout_id)
    movements = facts.written_off(clawback.payee_id, clawback.left)
    book(session, payout, Fact.WRITTEN_OFF, f"write_off:{clawback.id}", movements, now=now)
    audit.record(session, clawback, "write_off", by=by, at=now, reason=reason)
