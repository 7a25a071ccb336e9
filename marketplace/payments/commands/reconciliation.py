"""Reading Stripe's book into ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.payments import queries
from marketplace.payments.commands.ledger import book
from marketplace.payments.models import BalanceTransaction
from marketplace.payments.rules import StripeLine, own_booking


@dataclass(frozen=True, slots=True)
class House:
    """What concerns the installation as a whole, and no subject of a slice."""

    purpose: str = "house"
    subject_id: int = 0


def note_lines(session: Session, lines: Iterable[StripeLine], *, now: datetime) -> None:
    """Keep lines of Stripe's book that are new, and book what Stripe does by itself."""
    for line in lines:
        if session.get(BalanceTransaction, line.id) is not None:
            continue
        own = own_booking(line)
        if own is not None and queries.booking_of(session, line) is None:
            fact, movements = own
            book(session, House(), fact, f"stripe:{line.id}", movements, now=now, stripe_id=line.id)
        session.add(
            BalanceTransaction(
                id=line.id,
                kind=line.kind,
                source_id=line.source_id,
                currency=line.amount.currency,
                amount_minor=line.amount.minor,
                fee_minor=line.fee.minor,
                created_at=line.created_at,
            )
        )
    session.flush()
    for read in queries.lines_to_explain(session):  # The older ones too: our book may have caught up.
        read.ledger_transaction_id = queries.booking_of(session, queries.line_of(read))
        session.flush()  # One booking explains one line.
