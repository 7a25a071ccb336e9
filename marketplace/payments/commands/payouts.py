"""Payees: their accounts at Stripe, and what they get."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import audit, outbox
from marketplace.kernel.errors import NotFound
from marketplace.kernel.events import announce
from marketplace.payments import rules
from marketplace.payments.commands.calls import ACCOUNT
from marketplace.payments.commands.events import PaidOut
from marketplace.payments.commands.ledger import book
from marketplace.payments.gateway import Account
from marketplace.payments.models import (
    ConnectedAccount,
    Payout,
)
from marketplace.payments.rules import (
    PAYOUT,
    Fact,
    PayoutAction,
    PayoutMethod,
)


def mark_paid_by_hand(session: Session, payout_id: int, *, reference: str, by: int, now: datetime) -> None:
    """Note that the vendor has paid a partner from its own bank.

    Raises:
        NotFound: there is no such payout by hand.
        IllegalMove: it is paid already.
    """
    payout = session.scalar(select(Payout).filter_by(id=payout_id, method=PayoutMethod.BY_HAND).with_for_update())
    if payout is None:
        raise NotFound(payout_id=payout_id)
    payout.reference = reference
    note_paid(session, payout, stripe_id=None, now=now)
    audit.record(session, payout, "pay_by_hand", by=by, at=now, reference=reference)


def ask_account(session: Session, payee_id: int, *, country: str, email: str, now: datetime) -> int | None:
    """Open an account at Stripe for a payee; gives the outbox message that does it, None if there is one already."""
    if session.get(ConnectedAccount, payee_id) is not None:
        return None
    key = f"account:{payee_id}:{secrets.token_hex(8)}"
    session.add(ConnectedAccount(payee_id=payee_id, country=country, email=email, key=key, updated_at=now))
    return outbox.enqueue(session, ACCOUNT, at=now, payee_id=payee_id).id


def refuse_account(session: Session, payee_id: int, reason: str, *, now: datetime) -> None:
    """Note that Stripe opens no account for a payee, who is then paid by hand."""
    known = session.get_one(ConnectedAccount, payee_id)
    known.refusal = reason
    known.updated_at = now


def describe_account(session: Session, payee_id: int, account: Account, *, now: datetime) -> None:
    """Note how Stripe describes a payee's account now."""
    known = session.get_one(ConnectedAccount, payee_id)
    known.stripe_account_id = account.id
    known.may_receive = account.may_receive
    known.updated_at = now


def transferred(session: Session, payout_id: int, transfer_id: str, *, now: datetime) -> None:
    """Note that a payee's share has been transferred."""
    payout = session.scalar(select(Payout).filter_by(id=payout_id).with_for_update())
    assert payout is not None
    if not PAYOUT.allows(payout.status, PayoutAction.PAY):
        return
    payout.transfer_id = transfer_id
    note_paid(session, payout, stripe_id=transfer_id, now=now)


def pay_by_hand_instead(session: Session, payout_id: int, reason: str, *, now: datetime) -> None:
    """Turn a transfer that Stripe refuses into a payment by hand, so that the partner is paid all the same."""
    payout = session.scalar(select(Payout).filter_by(id=payout_id).with_for_update())
    assert payout is not None
    if payout.method is PayoutMethod.TRANSFER and PAYOUT.allows(payout.status, PayoutAction.PAY):
        payout.method = PayoutMethod.BY_HAND
        payout.note = reason
        audit.record(session, payout, "pay_by_hand_instead", by=None, at=now, reason=reason)


def note_paid(session: Session, payout: Payout, *, stripe_id: str | None, now: datetime) -> None:
    """Note, and book, that a payee has its share; the payout is locked."""
    payout.status = PAYOUT.after(payout.status, PayoutAction.PAY)
    payout.paid_at = now
    fact = Fact.TRANSFERRED if payout.method is PayoutMethod.TRANSFER else Fact.PAID_BY_HAND
    if payout.amount:
        movements = rules.paid_out(payout.payee_id, payout.amount, payout.method)
        book(session, payout, fact, f"payout:{payout.id}", movements, now=now, stripe_id=stripe_id)
    announce(session, PaidOut(payout.purpose, payout.subject_id, payout.payee_id, payout.amount, now))
