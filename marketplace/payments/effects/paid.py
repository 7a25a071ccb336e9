"""Calls about payees: their accounts, transfers, and what is taken back."""

from datetime import datetime

from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call
from marketplace.payments.gateway import Refused, Uncertain, gateway
from marketplace.payments.models import Clawback, ConnectedAccount, Payout
from marketplace.payments.rules import PayoutMethod, PayoutStatus


def transfer(call: Call, now: datetime) -> None:
    """Move a payee's share to its account."""
    payout = reading().get_one(Payout, call.about_id)
    account = queries.connected_account(reading(), payout.payee_id)
    account_id = account.stripe_account_id if account else None
    amount, charge_id, group = payout.amount, payout.hold.charge_id, f"hold-{payout.hold_id}"
    reading().rollback()
    assert charge_id is not None
    try:
        transfer_id = gateway().transfer(account_id or "", amount, charge_id=charge_id, group=group, key=call.key)
    except Refused as refusal:
        with transaction() as session:
            commands.pay_by_hand_instead(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.transferred(session, call.about_id, transfer_id, now=now)


def reverse(call: Call, now: datetime) -> None:
    """Take back what was transferred; what can't be taken back is owed.

    Raises:
        Uncertain: the transfer itself is still on its way.
    """
    clawback = reading().get_one(Clawback, call.about_id)
    payout, amount = clawback.payout, clawback.amount
    transfer_id, is_by_hand = payout.transfer_id, payout.method is PayoutMethod.BY_HAND
    is_paid = payout.status is PayoutStatus.PAID
    reading().rollback()
    if is_by_hand:  # The transfer was refused after all.
        _owe_instead(call.about_id, "it was not paid by a transfer", now)
        return
    if not is_paid or transfer_id is None:
        raise Uncertain("the transfer that is to be taken back is still on its way")
    try:
        reversal_id = gateway().reverse_transfer(transfer_id, amount, key=call.key)
    except Refused as refusal:
        _owe_instead(call.about_id, str(refusal), now)
        return
    with transaction() as session:
        commands.reversed_(session, call.about_id, reversal_id, now=now)


def _owe_instead(clawback_id: int, reason: str, now: datetime) -> None:
    with transaction() as session:
        commands.owe_instead(session, clawback_id, reason, now=now)


def release_reserves(now: datetime) -> None:
    """Pay the reserves whose day has come."""
    due = queries.reserves_to_release(reading(), now)
    reading().rollback()
    for payout_id in due:
        with transaction() as session:
            commands.fall_due(session, payout_id, now=now)


def open_account(due: outbox.Due) -> None:
    """Open an account at Stripe for a payee."""
    known = reading().get_one(ConnectedAccount, due.payload["payee_id"])
    payee_id, country, email, key = known.payee_id, known.country, known.email, known.key
    reading().rollback()
    try:
        account = gateway().create_account(country=country, email=email, payee_id=payee_id, key=key)
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_account(session, payee_id, str(refusal), now=due.now)
        return
    with transaction() as session:
        commands.describe_account(session, payee_id, account, now=due.now)


def refresh_account(payee_id: int, now: datetime) -> None:
    """Ask how a payee's account stands."""
    account_id = reading().get_one(ConnectedAccount, payee_id).stripe_account_id
    reading().rollback()
    if account_id is None:  # It is not open yet.
        return
    account = gateway().account(account_id)
    with transaction() as session:
        commands.describe_account(session, payee_id, account, now=now)
