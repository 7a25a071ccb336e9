"""Payees' accounts at Stripe."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.payments.commands.calls import ACCOUNT
from marketplace.payments.gateway import Account
from marketplace.payments.models import ConnectedAccount


def ask_account(session: Session, payee_id: int, *, country: str, email: str, now: datetime) -> int | None:
    """Open an account at Stripe for a payee; gives the outbox message that does it, None if there is one already."""
    if session.get(ConnectedAccount, payee_id) is not None:
        return None
    key = f"account:{payee_id}:{secrets.token_hex(8)}"
    session.add(ConnectedAccount(payee_id=payee_id, country=country, email=email, key=key, updated_at=now))
    return outbox.enqueue(session, ACCOUNT, at=now, payee_id=payee_id).id


def refuse_account(session: Session, payee_id: int, reason: str, *, now: datetime) -> None:
    """Note that Stripe opens no account for a payee, or has it no more; the payee is then paid by hand."""
    known = session.get_one(ConnectedAccount, payee_id)
    known.may_receive = False
    known.refusal = reason
    known.updated_at = now


def describe_account(session: Session, payee_id: int, account: Account, *, now: datetime) -> None:
    """Note how Stripe describes a payee's account now."""
    known = session.get_one(ConnectedAccount, payee_id)
    known.stripe_account_id = account.id
    known.may_receive = account.may_receive
    known.updated_at = now
