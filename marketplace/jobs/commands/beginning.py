"""The beginning of a job: what was agreed is frozen, and the first answer promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation import commands as conversation
from marketplace.jobs import queries, rules
from marketplace.jobs.commands import booking
from marketplace.jobs.commands.moves import move
from marketplace.jobs.models import Job
from marketplace.matching.models import Offer
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action
from providers.profiles import queries as profiles
from providers.services.models import frozen
from providers.services.rules import Terms


@dataclass(frozen=True, slots=True)
class Agreement:
    """On what terms a partner takes a request, which of its members does it, and how soon that one answers first."""

    terms: Terms
    member_id: int
    first_answer_in: timedelta


def begin(
    session: Session,
    support_request: SupportRequest,
    offer: Offer,
    agreement: Agreement,
    action: Action,
    *,
    by: int | None,
    now: datetime,
) -> Job:
    """Make a job of a request that is locked, and of its offer, which is accepted.

    Raises:
        IllegalMove: the state of the request does not allow the action.
        NoWorker: the member takes no jobs, or not any more.
        DoubleBooked: it is a session, and the member has another one at that time.
    """
    following = LIFECYCLE.after(support_request.status, action)
    if not profiles.lock_worker(session, agreement.member_id):
        raise rules.NoWorker
    support_request.provider_id = offer.provider_id
    job = Job(
        request_id=support_request.id,
        provider_id=offer.provider_id,
        member_id=agreement.member_id,
        offer_id=offer.id,
        **_frozen(queries.sharing(session, offer, now)),
        starts_at=support_request.starts_at if agreement.terms.kind is ServiceKind.SESSION else None,
        accepted_at=now,
        **frozen(agreement.terms),
    )
    session.add(job)
    session.flush()  # What is noted of a session needs its id.
    booking.take_time(session, job, now)
    move(session, support_request, following, action, by=by, now=now)
    due_at = now + agreement.first_answer_in
    conversation.promise(session, support_request.id, member_id=agreement.member_id, due_at=due_at, now=now)
    return job


def _frozen(sharing: queries.Sharing) -> dict[str, Any]:
    """Give by what a price is shared, as the columns of a job."""
    return {
        "commission_percent": sharing.commission.percent,
        "tax_rate": sharing.tax.rate,
        "tax_names": dict(sharing.tax.names),
        "tax_country": sharing.tax.country,
        "commission_tax_rate": sharing.commission_tax.rate,
        "commission_tax_names": dict(sharing.commission_tax.names),
        "commission_tax_country": sharing.commission_tax.country,
        "is_reverse_charge": sharing.commission_tax.is_reversed,
    }
