"""Giving back: all or a part, before or after the payment was shared."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.cover import return_cover
from marketplace.payments.commands.covering import cover_with_losses
from marketplace.payments.commands.debts import give_up
from marketplace.payments.commands.events import RefundDecided, RefundFailed
from marketplace.payments.commands.ledger import book
from marketplace.payments.gateway import RefundState
from marketplace.payments.models import Hold, Refund
from marketplace.payments.rules import (
    HOLD,
    REFUND,
    Account,
    AccountKind,
    Bearer,
    CallKind,
    ChargebackOpen,
    CoveredByBank,
    Fact,
    HoldAction,
    HoldStatus,
    MoreThanIsLeft,
    NotSharedYet,
    PaymentUnderWay,
    RefundAction,
    RefundCause,
    RefundStatus,
    check_amount,
    facts,
)

FAILED = frozenset({"failed", "canceled"})


def refund(
    session: Session,
    hold_id: int,
    *,
    amount: Money | None = None,
    cause: RefundCause = RefundCause.ENDED,
    bearer: Bearer = Bearer.SHARED,
    note: str | None = None,
    by: int | None = None,
    now: datetime,
) -> Refund | None:
    """Give back an amount of what was taken, or all that is left of it; gives None if there is nothing left.

    After settling, payee and vendor each give up their part of it, by the terms of the settlement, unless the vendor
    bears it alone. Goodwill ends nothing: a hold all of which was given back so is settled with the work.

    While a bank is taking the payment back, what the end of a job makes due waits for the decision: if it is won, all
    of it goes back, else what the bank has not given to the payer.

    Raises:
        WrongAmount: no card can be given back so much, or in this currency.
        PaymentUnderWay: it is being taken just now.
        ChargebackOpen: the payer's bank is taking it back already, and nothing makes this refund due.
        MoreThanIsLeft: the amount is above what was not given back yet.
        NotSharedYet: nobody can bear it alone before settling.
        IllegalMove: nothing was taken.
    """
    hold = queries.lock_hold(session, hold_id)
    if amount is not None:
        check_amount(amount, hold.currency)
    _check_may_refund(hold, amount)
    must_wait = bool(queries.open_chargebacks(session, hold.id))
    if must_wait and cause is RefundCause.GOODWILL:
        raise ChargebackOpen
    before, amount = hold.kept, hold.kept if amount is None else amount
    _take_off(hold, amount, bearer)
    to_cover = hold.covered - hold.covered_if_kept(hold.kept, hold.borne)
    if hold.status is HoldStatus.CAPTURED and not hold.kept and cause is not RefundCause.GOODWILL:
        hold.status = HOLD.after(hold.status, HoldAction.REFUND)
    if not amount:  # A bank has taken all of it.
        _end_if_all_is_back(session, hold, now)
        return None
    given_back = Refund(
        hold_id=hold.id,
        currency=hold.currency,
        amount_minor=amount.minor,
        cover_minor=to_cover.minor,
        cause=cause,
        bearer=bearer,
        status=RefundStatus.WAITING if must_wait else RefundStatus.DUE,
        note=note,
        by_person_id=by,
        created_at=now,
    )
    _owe_back(session, hold, before, given_back, now)
    _end_if_all_is_back(session, hold, now)
    return given_back


def _owe_back(session: Session, hold: Hold, before: Money, given_back: Refund, now: datetime) -> None:
    session.add(given_back)
    session.flush()  # Calls, bookings and the record need its id.
    settlement = queries.settlement(session, hold.id)
    if settlement is not None:
        held = Account(AccountKind.CUSTOMER_HELD, hold.subject_id)
        given_back.note_shares(give_up(session, hold, settlement, before, cause=given_back, to=held, now=now))
    return_cover(session, hold, given_back, now=now)
    if not given_back.left:
        given_back.status, given_back.ended_at = RefundStatus.SUCCEEDED, now
    elif given_back.status is RefundStatus.DUE:
        owe_call(session, CallKind.REFUND, given_back.id, now)
    minor, by = given_back.amount_minor, given_back.by_person_id
    audit.record(session, given_back, "refund", by=by, at=now, minor=minor, cause=given_back.cause)
    announce(session, RefundDecided(hold.purpose, hold.subject_id, hold.id, given_back.id, now))


def _check_may_refund(hold: Hold, amount: Money | None) -> None:
    if hold.status is HoldStatus.CAPTURING:
        raise PaymentUnderWay
    if hold.status is not HoldStatus.SETTLED:
        HOLD.after(hold.status, HoldAction.REFUND)
    if amount is not None and amount > hold.kept:
        raise MoreThanIsLeft(left=format_money(hold.kept))


def _take_off(hold: Hold, amount: Money, bearer: Bearer) -> None:
    if bearer is Bearer.VENDOR:
        if hold.status is not HoldStatus.SETTLED:
            raise NotSharedYet
        if amount > hold.kept_by_card:  # The cover bears nothing alone.
            raise MoreThanIsLeft(left=format_money(hold.kept_by_card))
        hold.borne_minor += amount.minor
    hold.refunded_minor += amount.minor


def resume_refunds(session: Session, hold: Hold, *, now: datetime) -> None:
    """Give back what has waited for banks to decide about a hold, which is locked, once all of them have."""
    if queries.open_chargebacks(session, hold.id):
        return
    for given_back in queries.refunds_waiting(session, hold.id):
        given_back.status = REFUND.after(given_back.status, RefundAction.GO_ON)
        owe_call(session, CallKind.REFUND, given_back.id, now)
    _end_if_all_is_back(session, hold, now)


def describe_refund(session: Session, refund_id: int, state: RefundState, *, now: datetime) -> None:
    """Bring a refund to where Stripe says that it is; any order and any repetition end the same."""
    given_back = queries.lock_refund(session, refund_id)
    note_answer(session, CallKind.REFUND, refund_id, now, stripe_id=state.id)
    hold = queries.lock_hold(session, given_back.hold_id)
    if REFUND.allows(given_back.status, RefundAction.SEND):
        given_back.status = REFUND.after(given_back.status, RefundAction.SEND)
        given_back.stripe_refund_id = state.id
        movements = facts.refunded(hold.subject_id, given_back.left)
        book(session, hold, Fact.REFUNDED, f"refund:{state.id}", movements, now=now, stripe_id=state.id)
        _end_if_all_is_back(session, hold, now)
    if state.status == "succeeded" and REFUND.allows(given_back.status, RefundAction.SUCCEED):
        given_back.status = REFUND.after(given_back.status, RefundAction.SUCCEED)
        given_back.ended_at = now
    if state.status in FAILED and REFUND.allows(given_back.status, RefundAction.FAIL):
        movements = facts.refund_returned(hold.subject_id, given_back.left)
        key = f"refund_returned:{state.id}"
        book(session, hold, Fact.REFUND_RETURNED, key, movements, now=now, stripe_id=state.id)
        _fail(session, given_back, hold, state.failure or state.status, now)


def refuse_refund(session: Session, refund_id: int, reason: str, *, now: datetime) -> None:
    """Note that Stripe does not refund, so that the vendor pays by hand."""
    given_back = queries.lock_refund(session, refund_id)
    note_answer(session, CallKind.REFUND, refund_id, now, stripe_id=None)
    if REFUND.allows(given_back.status, RefundAction.FAIL):
        hold = queries.lock_hold(session, given_back.hold_id)
        _fail(session, given_back, hold, reason, now)
        _end_if_all_is_back(session, hold, now)  # What is to be paid by hand stands on the desk.


def _fail(session: Session, given_back: Refund, hold: Hold, reason: str, now: datetime) -> None:
    given_back.status = REFUND.after(given_back.status, RefundAction.FAIL)
    given_back.failure = reason
    given_back.ended_at = None
    audit.record(session, given_back, "fail", by=None, at=now, reason=reason)
    cover_with_losses(session, hold, given_back, now=now)
    if given_back.left:
        announce(session, RefundFailed(hold.purpose, hold.subject_id, given_back.id, now))


def pay_back_by_hand(session: Session, refund_id: int, *, reference: str, by: int, now: datetime) -> None:
    """Note that the vendor has paid back a refund that failed, from its own bank.

    Raises:
        NotFound: there is no such refund.
        CoveredByBank: a chargeback has given it to the payer.
        ChargebackOpen: a bank may give it to the payer.
        IllegalMove: it has not failed, or is paid back already.
    """
    given_back = queries.lock_refund(session, refund_id)
    if given_back.status is RefundStatus.COVERED:
        raise CoveredByBank
    if queries.open_chargebacks(session, given_back.hold_id):
        raise ChargebackOpen
    given_back.status = REFUND.after(given_back.status, RefundAction.PAY_BY_HAND)
    given_back.reference = reference
    given_back.ended_at = now
    hold = queries.lock_hold(session, given_back.hold_id)
    movements = facts.refunded_by_hand(hold.subject_id, given_back.left)
    book(session, hold, Fact.REFUNDED_BY_HAND, f"refund_by_hand:{given_back.id}", movements, now=now)
    audit.record(session, given_back, "pay_by_hand", by=by, at=now, reference=reference)


def _end_if_all_is_back(session: Session, hold: Hold, now: datetime) -> None:
    """End a hold all of which goes back, once Stripe knows of each refund."""
    session.flush()
    if HOLD.allows(hold.status, HoldAction.REFUNDED) and not queries.refunds_due(session, hold.id):
        hold.status = HOLD.after(hold.status, HoldAction.REFUNDED)
        hold.ended_at = now
