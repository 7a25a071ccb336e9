"""What must always hold of money; `handrail check` and the worker ask every day. Each check names what is broken."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.translate import format_money
from marketplace.payments import queries
from marketplace.payments.gateway import Uncertain, gateway
from marketplace.payments.models import Hold, LedgerAccount, LedgerTransaction, Payout, Posting
from marketplace.payments.rules import ENDED, AccountKind, HoldStatus, PayoutStatus


def transactions_without_postings(session: Session) -> list[str]:
    """A fact that moved nothing."""
    empty = select(LedgerTransaction.key).where(~LedgerTransaction.postings.any())
    return [f"ledger transaction {key} has no postings" for key in session.scalars(empty)]


def money_held_for_ended_holds(session: Session) -> list[str]:
    """Money of a customer that belongs to nothing any more, or less than nothing."""
    broken = []
    for account in session.scalars(select(LedgerAccount).filter_by(kind=AccountKind.CUSTOMER_HELD)):
        held = queries.balance(session, account.kind, account.currency, account.owner_id)
        live = session.scalar(
            select(func.count(Hold.id)).where(
                Hold.subject_id == account.owner_id, Hold.currency == account.currency, Hold.status.not_in(ENDED)
            )
        )
        if held.minor < 0 or (held and not live):
            broken.append(f"{format_money(held, exact=True)} is held for subject {account.owner_id}, which has ended")
    return broken


def holds_that_disagree_with_the_ledger(session: Session) -> list[str]:
    """What is set aside, by the holds and by the ledger's memo."""
    broken = []
    for account in session.scalars(select(LedgerAccount).filter_by(kind=AccountKind.AUTHORISED)):
        booked = queries.balance(session, account.kind, account.currency, account.owner_id)
        set_aside = session.scalar(
            select(func.coalesce(func.sum(Hold.amount_minor), 0)).where(
                Hold.subject_id == account.owner_id,
                Hold.currency == account.currency,
                Hold.held_at.is_not(None),
                Hold.status.in_({HoldStatus.HELD, HoldStatus.CAPTURING, HoldStatus.RELEASING}),
            )
        )
        if booked.minor != set_aside:
            broken.append(f"subject {account.owner_id}: the ledger has {booked.minor} set aside, its holds {set_aside}")
    return broken


def payables_that_disagree_with_payouts(session: Session) -> list[str]:
    """What partners are owed, by the ledger and by the payouts that are due."""
    broken = []
    for account in session.scalars(select(LedgerAccount).filter_by(kind=AccountKind.PARTNER_PAYABLE)):
        booked = queries.balance(session, account.kind, account.currency, account.owner_id)
        due = session.scalar(
            select(func.coalesce(func.sum(Payout.amount_minor), 0)).filter_by(
                payee_id=account.owner_id, currency=account.currency, status=PayoutStatus.DUE
            )
        )
        if booked.minor != due:
            broken.append(f"payee {account.owner_id}: the ledger owes {booked.minor}, its payouts {due}")
    return broken


def captures_booked_twice(session: Session) -> list[str]:
    """A subject for which more was taken than its holds say."""
    held_side = select(LedgerAccount.id).filter_by(kind=AccountKind.CUSTOMER_HELD)
    booked = (
        select(LedgerTransaction.subject_id, func.sum(Posting.amount_minor))
        .join(Posting, Posting.transaction_id == LedgerTransaction.id)
        .where(Posting.credit_id.in_(held_side))
        .group_by(LedgerTransaction.subject_id)
    )
    taken_states = {HoldStatus.CAPTURED, HoldStatus.SETTLED, HoldStatus.REFUNDING, HoldStatus.REFUNDED}
    by_holds = select(Hold.subject_id, func.sum(Hold.captured_minor)).where(Hold.status.in_(taken_states))
    taken = dict(session.execute(by_holds.group_by(Hold.subject_id)).all())
    return [
        f"subject {subject_id}: the ledger took {minor}, its holds {taken.get(subject_id, 0)}"
        for subject_id, minor in session.execute(booked)
        if taken.get(subject_id, 0) != minor
    ]


def balance_that_disagrees_with_stripe(session: Session) -> list[str]:
    """What Stripe holds for us, by Stripe and by the ledger."""
    currencies = set(session.scalars(select(LedgerAccount.currency).filter_by(kind=AccountKind.STRIPE_BALANCE)))
    booked = {currency: queries.balance(session, AccountKind.STRIPE_BALANCE, currency) for currency in currencies}
    session.rollback()
    if not booked:
        return []
    try:
        at_stripe = gateway().balance()
    except Uncertain as error:
        return [f"Stripe could not be asked for the balance: {error}"]
    return [
        f"the ledger has {booked_amount.minor} {currency} at Stripe, Stripe has {at_stripe[currency].minor}"
        for currency, booked_amount in sorted(booked.items())
        if currency in at_stripe and at_stripe[currency] != booked_amount
    ]


CHECKS = (
    transactions_without_postings,
    money_held_for_ended_holds,
    holds_that_disagree_with_the_ledger,
    payables_that_disagree_with_payouts,
    captures_booked_twice,
    balance_that_disagrees_with_stripe,
)
