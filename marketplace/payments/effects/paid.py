"""Calls about payees: their accounts, transfers, and what is taken back."""

from datetime import datetime

from marketplace.kernel.database import reading, transaction
from marketplace.kernel.rounds import for_each
from marketplace.payments import commands, queries
from marketplace.payments.effects.calls import Call, ask_once
from marketplace.payments.gateway import Refused, Uncertain, gateway
from marketplace.payments.models import Clawback, ConnectedAccount, Hold, Payout
from marketplace.payments.rules import PayoutMethod, PayoutStatus


def transfer(call: Call, now: datetime) -> None:
    """Move a payee's share to its account."""
    payout = reading().get_one(Payout, call.about_id)
    account = queries.connected_account(reading(), payout.payee_id)
    account_id = account.stripe_account_id if account else None
    amount, charge_id, group = payout.amount, _source(payout.hold), f"hold-{payout.hold_id}"
    reading().rollback()
    try:
        transfer_id = ask_once(
            call,
            now,
            look=lambda: gateway().find_transfer(group, call.mark),
            ask=lambda: gateway().transfer(
                account_id or "", amount, charge_id=charge_id, group=group, mark=call.mark, key=call.key
            ),
        )
    except Refused as refusal:
        with transaction() as session:
            commands.pay_by_hand_instead(session, call.about_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.transferred(session, call.about_id, transfer_id, now=now)


def _source(hold: Hold) -> str | None:
    """Tell out of which charge a share is paid.

    A charge can't give more than it is, so what is covered in part comes out of the balance, where the premiums are.
    """
    return hold.charge_id if hold.charged == hold.captured else None


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
        reversal_id = ask_once(
            call,
            now,
            look=lambda: gateway().find_reversal(transfer_id, call.mark),
            ask=lambda: gateway().reverse_transfer(transfer_id, amount, mark=call.mark, key=call.key),
        )
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
    for_each(due, lambda session, one: commands.fall_due(session, one, now=now))


def open_account(call: Call, now: datetime) -> None:
    """Open an account at Stripe for a payee."""
    known = reading().get_one(ConnectedAccount, call.about_id)
    payee_id, country, email = known.payee_id, known.country, known.email
    reading().rollback()
    try:
        account = ask_once(
            call,
            now,
            look=lambda: gateway().find_account(call.mark, since=call.created_at),
            ask=lambda: gateway().create_account(
                country=country, email=email, payee_id=payee_id, mark=call.mark, key=call.key
            ),
        )
    except Refused as refusal:
        with transaction() as session:
            commands.refuse_account(session, payee_id, str(refusal), now=now)
        return
    with transaction() as session:
        commands.describe_account(session, payee_id, account, now=now)


def refresh_account(payee_id: int, now: datetime) -> None:
    """Ask how a payee's account stands."""
    account_id = reading().get_one(ConnectedAccount, payee_id).stripe_account_id
    reading().rollback()
    if account_id is None:  # It is not open yet.
        return
    try:
        account = gateway().account(account_id)
    except Refused as refusal:  # The payee has left the platform.
        with transaction() as session:
            commands.refuse_account(session, payee_id, str(refusal), account_id=account_id, now=now)
        return
    with transaction() as session:
        commands.describe_account(session, payee_id, account, now=now)
