"""What the vendor's people do when somebody should not pay all of it, or when nobody knows yet who should."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel import audit
from marketplace.kernel.events import announce
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money
from marketplace.payments import queries
from marketplace.payments.commands.events import GoodwillGiven
from marketplace.payments.commands.payouts import freeze, thaw
from marketplace.payments.commands.refunds import refund
from marketplace.payments.models import Refund
from marketplace.payments.rules import Bearer, Contested, LeftHasChanged, RefundCause


def give_goodwill(
    session: Session,
    hold_id: int,
    *,
    amount: Money,
    bearer: Bearer,
    note: str,
    seen: Money,
    by: int,
    now: datetime,
) -> Refund:
    """Give back an amount of what is kept of a payment, out of goodwill.

    Args:
        session: the transaction.
        hold_id: of the payment.
        amount: how much goes back.
        bearer: who gives it up.
        note: why, in the words of whoever decides.
        seen: what was left when that person looked.
        by: who decides.
        now: the present moment.

    Raises:
        NotFound: there is no such payment.
        LeftHasChanged: something else was given back since then.
        Contested: it is to be decided in a dispute.
        MoreThanIsLeft, ChargebackOpen, PaymentUnderWay, IllegalMove: see `refund`.
    """
    hold = queries.lock_hold(session, hold_id)
    if hold.kept != seen:
        raise LeftHasChanged(left=format_money(hold.kept, exact=True))
    if hold.contested_at is not None:
        raise Contested
    given = refund(
        session, hold_id, amount=amount, cause=RefundCause.GOODWILL, bearer=bearer, note=note, by=by, now=now
    )
    assert given is not None, "an amount above nothing makes a refund"
    announce(session, GoodwillGiven(hold.purpose, hold.subject_id, given.id, now))
    return given


def contest(session: Session, purpose: str, subject_id: int, *, now: datetime) -> None:
    """Pay nothing more of a subject, which is locked: payer and payee disagree about it."""
    for hold in queries.lock_holds(session, purpose, subject_id):
        hold.contested_at = now
        freeze(session, hold, now=now)
        audit.record(session, hold, "contest", by=None, at=now)


def uncontest(session: Session, purpose: str, subject_id: int, *, now: datetime) -> None:
    """Pay what is left of a subject, which is locked, and was contested: it is decided."""
    for hold in queries.lock_holds(session, purpose, subject_id):
        hold.contested_at = None
        thaw(session, hold, now=now)
        audit.record(session, hold, "uncontest", by=None, at=now)
