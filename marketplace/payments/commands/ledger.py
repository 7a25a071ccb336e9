"""The one writer of the ledger."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.payments.models import LedgerAccount, LedgerTransaction, Posting
from marketplace.payments.rules import Account, Fact, Movement


class About(Protocol):
    """What a booking is about: a hold, a payout, or the house itself."""

    @property
    def purpose(self) -> str:
        """Which slice knows what the id means."""

    @property
    def subject_id(self) -> int:
        """Of that slice's row."""


def book(
    session: Session,
    about: About,
    fact: Fact,
    key: str,
    movements: list[Movement],
    *,
    now: datetime,
    stripe_id: str | None = None,
) -> bool:
    """Book a fact once; False when it was booked before, whoever reported it then."""
    entry = LedgerTransaction(
        key=key, fact=fact, purpose=about.purpose, subject_id=about.subject_id, stripe_id=stripe_id, at=now
    )
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError:  # The key decides; looking first would race.
        return False
    for seq, movement in enumerate(movements):
        session.add(
            Posting(
                transaction_id=entry.id,
                seq=seq,
                debit_id=_account_id(session, movement.debit, movement.amount.currency),
                credit_id=_account_id(session, movement.credit, movement.amount.currency),
                currency=movement.amount.currency,
                amount_minor=movement.amount.minor,
            )
        )
    return True


def _account_id(session: Session, account: Account, currency: str) -> int:
    same = select(LedgerAccount.id).filter_by(kind=account.kind, owner_id=account.owner_id, currency=currency)
    found = session.scalar(same)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            opened = LedgerAccount(kind=account.kind, owner_id=account.owner_id, currency=currency)
            session.add(opened)
    except IntegrityError:  # Somebody opened it while we looked.
        return session.scalars(same).one()
    return opened.id
