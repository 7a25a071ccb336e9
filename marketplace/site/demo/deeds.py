"""What people do in the demo's stories, each in a transaction that is given."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.conversation.rules import Side
from marketplace.jobs import commands as jobs
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import PayoutMethod
from marketplace.site.demo.content.script import Said
from providers.profiles.models import Member


def say(session: Session, reference: str, said: Said, *, customer_id: int, worker: Member, moment: datetime) -> None:
    """Write a message, and the time that was worked for it."""
    if said.side is Side.CUSTOMER:
        jobs.write_as_customer(session, reference, customer_id=customer_id, body=said.body, uploads=(), now=moment)
        return
    jobs.write_as_provider(
        session,
        reference,
        member=worker,
        body=said.body,
        uploads=(),
        next_update_in=said.promise,
        now=moment,
    )
    if said.worked is not None:
        minutes, note = said.worked
        jobs.write_time(session, reference, member=worker, minutes=minutes, note=note, now=moment)


def pay_by_hand(session: Session, request_id: int, *, staff_id: int, moment: datetime) -> None:
    """Pay a partner whom transfers do not reach."""
    for payout in money.payouts_by_subject(session, [request_id]).get(request_id, []):
        if payout.method is PayoutMethod.BY_HAND:
            reference = f"LT-{moment:%Y%m}-{payout.id:04}"
            payments.mark_paid_by_hand(session, payout.id, reference=reference, by=staff_id, now=moment)
