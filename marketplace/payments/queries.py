"""Reading about money."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, selectinload

from marketplace.accounts.models import Person
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.payments.models import (
    ConnectedAccount,
    Hold,
    LedgerAccount,
    LedgerTransaction,
    Payout,
    Posting,
    StripeCall,
)
from marketplace.payments.rules import (
    CHECK_EVERY,
    CREDIT_ACCOUNTS,
    ENDED,
    AccountKind,
    CallKind,
    HoldStatus,
    PayoutStatus,
)

CHECKS_AT_ONCE = 50


def lock_hold(session: Session, hold_id: int) -> Hold:
    """Hold on to a hold until the transaction ends, or raise `NotFound`."""
    hold = session.scalar(
        select(Hold).filter_by(id=hold_id).with_for_update().execution_options(populate_existing=True)
    )
    if hold is None:
        raise NotFound(hold_id=hold_id)
    return hold


def hold_of_payer(session: Session, hold_id: int, payer_id: int) -> Hold:
    """Find a hold of this payer, or raise `NotFound`."""
    hold = session.scalar(select(Hold).filter_by(id=hold_id, payer_id=payer_id))
    if hold is None:
        raise NotFound(hold_id=hold_id)
    return hold


def live_hold(session: Session, purpose: str, subject_id: int) -> Hold | None:
    """Find the one hold of a subject that has not ended."""
    return session.scalar(
        select(Hold).filter_by(purpose=purpose, subject_id=subject_id).where(Hold.status.not_in(ENDED))
    )


def latest_hold(session: Session, purpose: str, subject_id: int) -> Hold | None:
    """Find the last hold of a subject, ended or not."""
    return session.scalar(
        select(Hold).filter_by(purpose=purpose, subject_id=subject_id).order_by(Hold.id.desc()).limit(1)
    )


def hold_by_stripe(session: Session, *, session_id: str | None = None, intent_id: str | None = None) -> Hold | None:
    """Find the hold to which an object of Stripe belongs."""
    if session_id is not None:
        return session.scalar(select(Hold).filter_by(checkout_session_id=session_id))
    return session.scalar(select(Hold).filter_by(payment_intent_id=intent_id))


def holds_to_check(session: Session, now: datetime) -> list[int]:
    """List the holds of which nothing has been heard for a while, so that a lost message costs time, not money."""
    waiting = Hold.status.in_({HoldStatus.AWAITING, HoldStatus.HELD})
    overdue = select(Hold.id).where(waiting, Hold.checked_at <= now - CHECK_EVERY).order_by(Hold.checked_at)
    return list(session.scalars(overdue.limit(CHECKS_AT_ONCE)))


@dataclass(frozen=True, slots=True)
class Order:
    """All that a call to Stripe needs, as plain values: no transaction may be open while Stripe is asked."""

    kind: CallKind
    key: str
    answered: bool
    hold_id: int
    payout_id: int | None
    amount: Money  # Of the hold.
    captured: Money
    description: str
    return_path: str
    email: str
    language: str
    session_id: str | None
    intent_id: str | None
    charge_id: str | None
    share: Money | None  # Of the payee.
    account_id: str | None


def order(session: Session, call_id: int) -> Order:
    """Put together what a call needs."""
    call = session.get_one(StripeCall, call_id)
    payout = session.get(Payout, call.payout_id) if call.payout_id else None
    hold = session.get_one(Hold, payout.hold_id if payout else call.hold_id)
    payer = session.get_one(Person, hold.payer_id)
    account = connected_account(session, payout.payee_id) if payout else None
    return Order(
        kind=call.kind,
        key=call.key,
        answered=call.answered_at is not None,
        hold_id=hold.id,
        payout_id=call.payout_id,
        amount=hold.amount,
        captured=hold.captured,
        description=hold.description,
        return_path=hold.return_path,
        email=payer.email,
        language=payer.language,
        session_id=hold.checkout_session_id,
        intent_id=hold.payment_intent_id,
        charge_id=hold.charge_id,
        share=payout.amount if payout else None,
        account_id=account.stripe_account_id if account else None,
    )


def call_for_hold(session: Session, hold_id: int, kind: CallKind) -> StripeCall | None:
    """Find the latest call of a kind about a hold."""
    calls = select(StripeCall).filter_by(hold_id=hold_id, kind=kind)
    return session.scalar(calls.order_by(StripeCall.attempt.desc()).limit(1))


def connected_account(session: Session, payee_id: int) -> ConnectedAccount | None:
    """Find a payee's account at Stripe."""
    return session.get(ConnectedAccount, payee_id)


def balance(session: Session, kind: AccountKind, currency: str, owner_id: int | None = None) -> Money:
    """Tell the balance of an account, or of all accounts of a kind; positive on the side on which the kind grows."""
    accounts = select(LedgerAccount.id).filter_by(kind=kind, currency=currency)
    if owner_id is not None:
        accounts = accounts.filter_by(owner_id=owner_id)
    signed = case((Posting.debit_id.in_(accounts), Posting.amount_minor), else_=0) - case(
        (Posting.credit_id.in_(accounts), Posting.amount_minor), else_=0
    )
    minor = session.scalar(select(func.coalesce(func.sum(signed), 0)).filter_by(currency=currency)) or 0
    return Money(-int(minor) if kind in CREDIT_ACCOUNTS else int(minor), currency)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """The balance of all accounts of a kind, in one currency."""

    kind: AccountKind
    amount: Money


def trial_balance(session: Session) -> list[BalanceRow]:
    """List what stands on each kind of account, by currency; debits and credits of all rows are equal."""
    kinds = session.execute(
        select(LedgerAccount.kind, LedgerAccount.currency)
        .distinct()
        .order_by(LedgerAccount.currency, LedgerAccount.kind)
    )
    rows = [BalanceRow(kind, balance(session, kind, currency)) for kind, currency in kinds]
    return [row for row in rows if row.amount]


def ledger(
    session: Session, *, subject_id: int | None = None, before_id: int | None = None, limit: int = 50
) -> list[LedgerTransaction]:
    """List what was booked, the newest first."""
    found = select(LedgerTransaction).order_by(LedgerTransaction.id.desc()).limit(limit)
    if subject_id is not None:
        found = found.filter_by(subject_id=subject_id)
    if before_id is not None:
        found = found.where(LedgerTransaction.id < before_id)
    sides = selectinload(LedgerTransaction.postings)
    return list(session.scalars(found.options(sides.joinedload(Posting.debit), sides.joinedload(Posting.credit))))


def payouts_due(session: Session) -> list[Payout]:
    """List what payees are owed and have not got yet, the oldest first."""
    return list(session.scalars(select(Payout).filter_by(status=PayoutStatus.DUE).order_by(Payout.id)))


def payouts_of(session: Session, payee_id: int) -> list[Payout]:
    """List a payee's payouts, the newest first."""
    return list(session.scalars(select(Payout).filter_by(payee_id=payee_id).order_by(Payout.id.desc())))


def payouts_by_subject(session: Session, subject_ids: Collection[int]) -> dict[int, Payout]:
    """Find the payouts of several subjects."""
    found = session.scalars(select(Payout).where(Payout.subject_id.in_(subject_ids)))
    return {payout.subject_id: payout for payout in found}


def holds_by_subject(session: Session, subjects: Collection[tuple[str, int]]) -> dict[tuple[str, int], Hold]:
    """Find the latest hold of each subject, a purpose and an id: it knows what the subject is called, and its page."""
    ids = {subject_id for _purpose, subject_id in subjects}
    found = session.scalars(select(Hold).where(Hold.subject_id.in_(ids)).order_by(Hold.id))
    return {(hold.purpose, hold.subject_id): hold for hold in found}


def payee_names(session: Session, payee_ids: Collection[int]) -> dict[int, str]:
    """Name payees; theirs is the table of a slice further up, so it is known by its name only."""
    payee = Payout.metadata.tables["provider"].c
    return dict(session.execute(select(payee.id, payee.name).where(payee.id.in_(payee_ids))).all())
