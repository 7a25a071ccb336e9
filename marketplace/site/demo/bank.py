"""What leaves the house while the demo is filled: calls to Stripe, letters, and what payers do on hosted pages."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.kernel import mail, outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import Due, OutboxMessage
from marketplace.payments import commands, effects, queries
from marketplace.payments.gateway import gateway
from marketplace.payments.models import ConnectedAccount, Hold
from marketplace.payments.rules import EVENTS_OVERLAP
from marketplace.sandbox.stripe import visitor

LETTERS_KEPT = timedelta(days=8)  # Nobody looks for older ones, and writing them takes time.
AT_ONCE = 200


class EffectFailed(RuntimeError):
    """Something that is owed to the outside could not be done; the demo would not be whole."""


def owes(session: Session, moment: datetime, *, now: datetime) -> bool:
    """Tell whether something is owed to the outside at a moment of the past; letters of long ago are not sent."""
    if moment < now - LETTERS_KEPT:
        session.execute(delete(OutboxMessage).filter_by(kind=mail.KIND, done_at=None))
    due = select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None), OutboxMessage.run_at <= moment)
    return session.scalar(due.limit(1)) is not None


def perform(moment: datetime, *, now: datetime) -> None:
    """Perform what is owed, and what follows from that."""
    while outbox.deliver_due(moment, limit=AT_ONCE):
        with transaction() as session:
            if not owes(session, moment, now=now):
                return


def know_all_events() -> None:
    """Never ask for the events of what has happened: everything was looked at when it did."""
    until = utcnow() + EVENTS_OVERLAP
    with transaction() as session:
        commands.mark_events_read(session, until=until)
        for account in session.scalars(select(ConnectedAccount)):
            account.events_read_until = until


def check_all_done() -> None:
    """Make sure that nothing was left over.

    Raises:
        EffectFailed: something was tried and failed.
    """
    failed = reading().scalars(select(OutboxMessage).where(OutboxMessage.last_error.is_not(None))).first()
    if failed is not None:
        raise EffectFailed(f"{failed.kind}: {failed.last_error}")


def pay(hold_id: int, payer: str, moment: datetime, *, cards: Iterable[str], keeps: bool) -> None:
    """Let a payer try cards on the Checkout page, one after the other, and come back."""
    url = reading().get_one(Hold, hold_id).checkout_url
    reading().rollback()
    assert url is not None, hold_id
    for card in cards:
        with suppress(visitor.Declined):
            visitor.pay_checkout(url, card, name=payer, keeps=keeps)
    effects.refresh_hold(Due(0, {"hold_id": hold_id}, moment))


def connect(provider_id: int, *, country: str, email: str, name: str, moment: datetime) -> None:
    """Let a partner open an account at Stripe, from the first question to the last."""
    with transaction() as session:
        commands.ask_account(session, provider_id, country=country, email=email, now=moment)
    perform(moment, now=moment)
    account = queries.connected_account(reading(), provider_id)
    account_id = account.stripe_account_id if account else None
    reading().rollback()
    assert account_id is not None, provider_id
    back = f"{current_app.config['BASE_URL']}/work"
    visitor.complete_onboarding(gateway().onboarding_url(account_id, refresh_url=back, return_url=back), name=name)
    effects.refresh_account(provider_id, moment)
