"""Sharing what was taken, and paying payees."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.commands.calls import note_answer, owe_call
from marketplace.payments.commands.debts import set_off
from marketplace.payments.commands.events import PaidOut
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import Hold, Payout, Settlement
from marketplace.payments.rules import (
    HOLD,
    NO_RESERVE,
    PAYOUT,
    CallKind,
    Fact,
    HoldAction,
    HoldStatus,
    PaymentUnderWay,
    PayoutAction,
    PayoutKind,
    PayoutMethod,
    PayoutStatus,
    Reserve,
    Terms,
    facts,
)


def settle(
    session: Session, hold_id: int, *, payee_id: int, terms: Terms, reserve: Reserve = NO_RESERVE, now: datetime
) -> None:
    """Share what was kept of a hold between payee, vendor and tax office, and owe the payee its part.

    Raises:
        PaymentUnderWay: it is being taken just now.
        IllegalMove: nothing was taken, or it is shared already.
    """
    hold = queries.lock_hold(session, hold_id)
    if hold.status is HoldStatus.CAPTURING:
        raise PaymentUnderWay
    hold.status = HOLD.after(hold.status, HoldAction.SETTLE)
    hold.ended_at = now
    rates = {"tax_rate": terms.tax_rate, "commission_tax_rate": terms.commission_tax_rate}
    session.add(
        Settlement(hold_id=hold.id, payee_id=payee_id, commission_percent=terms.commission_percent, at=now, **rates)
    )
    if not hold.kept:  # A bank has taken all of it back, or it was given back out of goodwill.
        return
    queries.lock_payee(session, payee_id)
    shares = hold.shares(terms)
    kept_back = reserve.of(shares.payee)
    movements = facts.settled(hold.subject_id, payee_id, shares, kept_back)
    movements += facts.recovered(hold.recovered(terms))
    book(session, hold, Fact.SETTLED, f"settle:{hold.id}", movements, now=now)
    if shares.payee != kept_back:
        _owe(session, hold, payee_id, PayoutKind.SHARE, shares.payee - kept_back, now)
    if kept_back:
        _owe(session, hold, payee_id, PayoutKind.RESERVE, kept_back, now, falls_due_at=now + reserve.time)
    if _is_questioned(session, hold):
        freeze(session, hold, now=now)
    pay_what_is_due(session, payee_id, hold.currency, now=now)


def _owe(
    session: Session,
    hold: Hold,
    payee_id: int,
    kind: PayoutKind,
    amount: Money,
    now: datetime,
    falls_due_at: datetime | None = None,
) -> None:
    session.add(
        Payout(
            hold_id=hold.id,
            kind=kind,
            payee_id=payee_id,
            subject_id=hold.subject_id,
            purpose=hold.purpose,
            currency=hold.currency,
            amount_minor=amount.minor,
            method=_method(session, payee_id),
            status=PayoutStatus.DUE if falls_due_at is None else PayoutStatus.WAITING,
            in_reserve=falls_due_at is not None,
            falls_due_at=falls_due_at,
            created_at=now,
        )
    )
    session.flush()  # What the payee owes is set off against it, and calls need its id.


def _method(session: Session, payee_id: int) -> PayoutMethod:
    account = queries.connected_account(session, payee_id)
    return PayoutMethod.TRANSFER if account and account.may_receive else PayoutMethod.BY_HAND


def pay_what_is_due(session: Session, payee_id: int, currency: str, *, now: datetime) -> None:
    """Set off what the payee owes against what it is owed, and transfer what is left and due."""
    set_off(session, payee_id, currency, now=now)
    for payout in queries.lock_payouts(session, payee_id=payee_id, currency=currency, statuses={PayoutStatus.DUE}):
        if not payout.amount:
            _move(payout, PayoutAction.PAY, now)
        elif payout.method is PayoutMethod.TRANSFER and not queries.is_called(session, CallKind.TRANSFER, payout.id):
            owe_call(session, CallKind.TRANSFER, payout.id, now)


def fall_due(session: Session, payout_id: int, *, now: datetime) -> None:
    """Release a reserve whose day has come."""
    payout = queries.lock_payout(session, payout_id)
    if payout.status is not PayoutStatus.WAITING or not _has_fallen_due(payout, now):
        return
    _move(payout, PayoutAction.FALL_DUE, now)
    _out_of_reserve(session, payout, now)
    pay_what_is_due(session, payout.payee_id, payout.currency, now=now)


def freeze(session: Session, hold: Hold, *, now: datetime) -> None:
    """Pay nothing more of a hold, which is locked, until it is decided whose it is."""
    for payout in queries.lock_payouts(session, hold_id=hold.id):
        if queries.is_under_way(session, CallKind.TRANSFER, payout.id):
            continue  # On its way: if the bank wins, it is taken back from the payee.
        if PAYOUT.allows(payout.status, PayoutAction.FREEZE):
            _move(payout, PayoutAction.FREEZE, now)
    session.flush()


def thaw(session: Session, hold: Hold, *, now: datetime) -> None:
    """Go on with the frozen payouts of a hold, which is locked, once nobody questions it any more.

    A reserve waits again until its day.
    """
    if _is_questioned(session, hold):
        return
    frozen = [one for one in queries.lock_payouts(session, hold_id=hold.id) if one.status is PayoutStatus.FROZEN]
    for payout in frozen:
        if payout.in_reserve and not _has_fallen_due(payout, now):
            _move(payout, PayoutAction.WAIT, now)
        else:
            _move(payout, PayoutAction.THAW, now)
            _out_of_reserve(session, payout, now)
    session.flush()
    for payee_id in {payout.payee_id for payout in frozen}:
        pay_what_is_due(session, payee_id, hold.currency, now=now)


def _is_questioned(session: Session, hold: Hold) -> bool:
    """Tell whether the payer disagrees with the payee, or the payer's bank is taking the payment back."""
    return hold.contested_at is not None or bool(queries.open_chargebacks(session, hold.id))


def _has_fallen_due(payout: Payout, now: datetime) -> bool:
    return payout.falls_due_at is not None and payout.falls_due_at <= now


def _out_of_reserve(session: Session, payout: Payout, now: datetime) -> None:
    if payout.in_reserve and payout.amount:
        movements = facts.reserve_released(payout.payee_id, payout.amount)
        book(session, payout, Fact.RESERVE_RELEASED, f"reserve:{payout.id}", movements, now=now)
    payout.in_reserve = False
    session.flush()


def _move(payout: Payout, action: PayoutAction, now: datetime) -> None:
    payout.status = PAYOUT.after(payout.status, action)
    if payout.status is PayoutStatus.PAID:
        payout.paid_at = now


def mark_paid_by_hand(session: Session, payout_id: int, *, reference: str, by: int, now: datetime) -> None:
    """Note that the vendor has paid a partner from its own bank.

    Raises:
        NotFound: there is no such payout by hand.
        IllegalMove: it is paid already, or not due.
    """
    payout = queries.lock_payout(session, payout_id)
    if payout.method is not PayoutMethod.BY_HAND:
        raise NotFound(payout_id=payout_id)
    payout.reference = reference
    _note_paid(session, payout, stripe_id=None, now=now)
    audit.record(session, payout, "pay_by_hand", by=by, at=now, reference=reference)


def transferred(session: Session, payout_id: int, transfer_id: str, *, now: datetime) -> None:
    """Note that a payee's share has been transferred."""
    payout = queries.lock_payout(session, payout_id)
    note_answer(session, CallKind.TRANSFER, payout_id, now, stripe_id=transfer_id)
    if PAYOUT.allows(payout.status, PayoutAction.PAY):
        payout.transfer_id = transfer_id
        _note_paid(session, payout, stripe_id=transfer_id, now=now)


def pay_by_hand_instead(session: Session, payout_id: int, reason: str, *, now: datetime) -> None:
    """Turn a transfer that Stripe refuses into a payment by hand, so that the partner is paid all the same."""
    payout = queries.lock_payout(session, payout_id)
    note_answer(session, CallKind.TRANSFER, payout_id, now, stripe_id=None)
    if payout.method is PayoutMethod.TRANSFER and PAYOUT.allows(payout.status, PayoutAction.PAY):
        payout.method = PayoutMethod.BY_HAND
        payout.note = reason
        audit.record(session, payout, "pay_by_hand_instead", by=None, at=now, reason=reason)


def _note_paid(session: Session, payout: Payout, *, stripe_id: str | None, now: datetime) -> None:
    _move(payout, PayoutAction.PAY, now)
    fact = Fact.TRANSFERRED if payout.method is PayoutMethod.TRANSFER else Fact.PAID_BY_HAND
    movements = facts.paid_out(payout.payee_id, payout.amount, payout.method)
    book(session, payout, fact, f"payout:{payout.id}", movements, now=now, stripe_id=stripe_id)
    announce(session, PaidOut(payout.id, payout.purpose, payout.subject_id, now))
