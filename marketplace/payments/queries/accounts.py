"""Reading where payees get their money, and whether they can be paid at all."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from marketplace.payments.models import BankDetails, Clawback, ConnectedAccount, Payout
from marketplace.payments.rules import (
    ACCOUNTS_AT_ONCE,
    BUSY_FOR,
    MAY_BEGIN_AGAIN,
    QUIET_EVERY,
    UNPAID,
    AccountState,
    BankAccount,
    ClawbackStatus,
    may_be_paid,
)

NOTHING_OPEN = frozenset({AccountState.ENABLED, AccountState.REJECTED})


def connected_account(session: Session, payee_id: int) -> ConnectedAccount | None:
    """Find a payee's account at Stripe."""
    return session.get(ConnectedAccount, payee_id)


def accounts_to_read(session: Session, now: datetime) -> list[ConnectedAccount]:
    """List the accounts whose events are to be asked for, those first that were not for the longest time.

    Where money is on its way, something is asked for, or something has changed lately, that is each time; the others
    have their turn once a day, so that none is forgotten.
    """
    has_payout = exists().where(Payout.payee_id == ConnectedAccount.payee_id, Payout.status.in_(UNPAID))
    is_owing = exists().where(Clawback.payee_id == ConnectedAccount.payee_id, Clawback.status == ClawbackStatus.DUE)
    is_open = ConnectedAccount.state.not_in(NOTHING_OPEN)
    read_until = ConnectedAccount.events_read_until
    is_its_turn = or_(read_until.is_(None), read_until <= now - QUIET_EVERY)
    within_reach = select(ConnectedAccount).where(
        ConnectedAccount.stripe_account_id.is_not(None), ConnectedAccount.state.not_in(MAY_BEGIN_AGAIN)
    )
    due = within_reach.where(
        or_(has_payout, is_owing, is_open, ConnectedAccount.updated_at > now - BUSY_FOR, is_its_turn)
    )
    longest_first = due.order_by(read_until.asc().nulls_first(), ConnectedAccount.payee_id)
    return list(session.scalars(longest_first.limit(ACCOUNTS_AT_ONCE)))


def bank_account(session: Session, payee_id: int) -> BankAccount | None:
    """Find where a payee is paid by hand; None if that is not known."""
    known = session.get(BankDetails, payee_id)
    return known.account if known else None


def payable(session: Session, payee_ids: Collection[int]) -> set[int]:
    """Tell who of several payees can be paid in some way."""
    found = session.scalars(select(ConnectedAccount).where(ConnectedAccount.payee_id.in_(payee_ids)))
    accounts = {one.payee_id: one for one in found}
    by_hand = set(session.scalars(select(BankDetails.payee_id).where(BankDetails.payee_id.in_(payee_ids))))
    return {one for one in payee_ids if _may_be_paid(accounts.get(one), has_bank_account=one in by_hand)}


def can_be_paid(session: Session, payee_id: int) -> bool:
    """Tell whether a payee can be paid in some way."""
    account = session.get(ConnectedAccount, payee_id, populate_existing=True)
    return _may_be_paid(account, has_bank_account=session.get(BankDetails, payee_id) is not None)


def _may_be_paid(account: ConnectedAccount | None, *, has_bank_account: bool) -> bool:
    return may_be_paid(
        may_receive=account is not None and account.may_receive,
        state=account.state if account else AccountState.NOT_STARTED,
        is_allowed_by_hand=account is not None and account.is_allowed_by_hand,
        has_bank_account=has_bank_account,
    )
