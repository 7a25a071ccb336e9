"""What must always hold of what banks take back, and of the refunds beside it."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.payments import queries
from marketplace.payments.models import Chargeback, Hold, LedgerAccount, Refund
from marketplace.payments.rules import (
    INQUIRIES,
    OPEN_CHARGEBACKS,
    AccountKind,
    ChargebackStatus,
    HoldStatus,
    RefundStatus,
)


def chargebacks_that_moved_something_else(session: Session) -> list[str]:
    """What a bank took and gave back: all of it if it has lost, nothing if it only asked, as decided if it has won."""
    left = {ChargebackStatus.WON: 0, **dict.fromkeys(INQUIRIES, 0)}
    return [
        f"chargeback {one.id} is {one.status}, but {one.taken_minor} was taken and {one.returned_minor} came back"
        for one in session.scalars(select(Chargeback).where(Chargeback.status.not_in(OPEN_CHARGEBACKS)))
        if one.taken_minor - one.returned_minor != left.get(one.status, one.amount_minor)
    ]


def chargebacks_that_disagree_with_the_ledger(session: Session) -> list[str]:
    """What banks took, gave back and keep, and what the vendor lost by it, by the ledger and by the chargebacks."""
    is_lost = Chargeback.status == ChargebackStatus.LOST
    undecided = case((is_lost, 0), else_=Chargeback.taken_minor - Chargeback.returned_minor)
    sums = select(Chargeback.currency, func.sum(undecided), func.sum(Chargeback.loss_minor))
    by_rows = {currency: sides for currency, *sides in session.execute(sums.group_by(Chargeback.currency))}
    kinds = (AccountKind.DISPUTE_RECEIVABLE, AccountKind.DISPUTE_LOSSES)
    booked_in = set(session.scalars(select(LedgerAccount.currency).where(LedgerAccount.kind.in_(kinds))))
    return [
        f"the ledger has {booked} {currency} on {kind}, the chargebacks {minor}"
        for currency in sorted(booked_in | by_rows.keys())
        for kind, minor in zip(kinds, by_rows.get(currency, (0, 0)), strict=True)
        if (booked := queries.balance(session, kind, currency).minor) != minor
    ]


def losses_that_disagree_with_holds(session: Session) -> list[str]:
    """What banks keep of each hold, by the hold, by its refunds, and by its chargebacks."""
    of_refunds = select(Refund.hold_id, func.sum(Refund.lost_minor).label("minor")).group_by(Refund.hold_id).subquery()
    by_chargebacks = (
        select(
            Chargeback.hold_id,
            func.sum(Chargeback.from_kept_minor).label("kept"),
            func.sum(Chargeback.from_refunds_minor).label("refunds"),
        )
        .group_by(Chargeback.hold_id)
        .subquery()
    )
    rows = (
        select(
            Hold.id, Hold.lost_minor, *(func.coalesce(one, 0) for one in (of_refunds.c.minor, *by_chargebacks.c[1:]))
        )
        .outerjoin(of_refunds, of_refunds.c.hold_id == Hold.id)
        .outerjoin(by_chargebacks, by_chargebacks.c.hold_id == Hold.id)
    )
    return [
        f"hold {hold_id}: {lost} and, of refunds, {covered} are noted as lost, its chargebacks say {kept} and {refunds}"
        for hold_id, lost, covered, kept, refunds in session.execute(rows)
        if (lost, covered) != (kept, refunds)
    ]


def refunds_that_wait_for_nothing(session: Session) -> list[str]:
    """A refund that waits for a bank when no bank decides, and a hold that waits for refunds when none is to come."""
    of_holds = select(Chargeback.hold_id).where(Chargeback.hold_id.is_not(None))
    undecided = of_holds.where(Chargeback.status.in_(OPEN_CHARGEBACKS))
    waiting = select(Refund.id).where(Refund.status == RefundStatus.WAITING, Refund.hold_id.not_in(undecided))
    to_come = select(Refund.hold_id).where(Refund.status.in_({RefundStatus.WAITING, RefundStatus.DUE}))
    stuck = select(Hold.id).where(Hold.status == HoldStatus.REFUNDING, Hold.id.not_in(to_come))
    return [
        *(f"refund {refund_id} waits for a bank, but none decides" for refund_id in session.scalars(waiting)),
        *(f"hold {hold_id} waits for refunds, but none is to come" for hold_id in session.scalars(stuck)),
    ]
