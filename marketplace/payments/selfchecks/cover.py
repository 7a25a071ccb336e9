"""What must always hold of what is covered."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.payments import queries
from marketplace.payments.models import Hold, LedgerAccount, Settlement
from marketplace.payments.rules import TAKEN, AccountKind, HoldStatus

NOTHING_COVERED = frozenset({HoldStatus.RELEASING, HoldStatus.RELEASED, HoldStatus.LAPSED, HoldStatus.FAILED})


def cover_that_disagrees_with_its_terms(session: Session) -> list[str]:
    """What is covered of each hold is what its terms make of what is kept, or would be taken."""
    broken = []
    for hold in session.scalars(select(Hold).where(Hold.cover_cap_minor > 0)):
        if hold.status in NOTHING_COVERED:
            due = 0
        elif hold.captured:
            due = hold.covered_if_kept(hold.kept, hold.borne).minor
        else:
            due = hold.cover.of(hold.amount).minor
        if hold.covered_minor != due:
            broken.append(f"hold {hold.id} is {hold.status}: {hold.covered_minor} of it is covered, not {due}")
    return broken


def cover_that_disagrees_with_the_ledger(session: Session) -> list[str]:
    """What covering has cost, by the ledger and by the holds less what came back to the vendor."""
    expected: Counter[str] = Counter()
    rows = select(Hold, Settlement).outerjoin(Settlement, Settlement.hold_id == Hold.id)
    for hold, settlement in session.execute(rows.where(Hold.cover_cap_minor > 0, Hold.status.in_(TAKEN))).all():
        expected[hold.currency] += hold.covered_minor
        expected[hold.currency] -= hold.recovered(settlement.terms).all.minor if settlement is not None else 0
    booked_in = set(session.scalars(select(LedgerAccount.currency).filter_by(kind=AccountKind.COVER_CLAIMS)))
    return [
        f"the ledger has {booked} {currency} paid by cover, the holds {expected[currency]}"
        for currency in sorted(booked_in | expected.keys())
        if (booked := queries.balance(session, AccountKind.COVER_CLAIMS, currency).minor) != expected[currency]
    ]
