"""Setting aside what was agreed: cover pays what it has promised, the customer's card the rest."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.insurance import commands as insurance
from marketplace.insurance.rules import CoverHasChanged, Need, Obstacle, promise
from marketplace.jobs import queries
from marketplace.jobs.covering import CoverChoice
from marketplace.kernel.errors import InvalidInput
from marketplace.payments import commands as payments
from marketplace.payments.rules import Cover, Subject
from marketplace.support_requests.models import SupportRequest


def set_aside(
    session: Session,
    support_request: SupportRequest,
    need: Need,
    *,
    subject: Subject | None = None,
    card_id: int | None = None,
    cover: CoverChoice | None = None,
    now: datetime,
) -> int | None:
    """Have a price set aside for a request that is locked; gives the outbox message that makes the page to pay on.

    There is none if all of it is covered: then what waits for the payment goes on within this call. With the id of a
    saved card, the message pays with that card.

    Raises:
        CardIsGone: the customer has no such card, or it has expired.
        CoverHasChanged: something else is covered than the customer has seen.
        InvalidInput: the customer has no such policy or event, or it pays nothing of this; names the field.
    """
    subject = subject or queries.subject_of(support_request)
    promised = _reserve(session, support_request, need, subject, cover, now) if cover else None
    _hold, message_id = payments.open_hold(
        session,
        subject,
        payer_id=support_request.customer_id,
        amount=need.price,
        cover=promised,
        card_id=card_id,
        now=now,
    )
    return message_id


def _reserve(
    session: Session, support_request: SupportRequest, need: Need, subject: Subject, cover: CoverChoice, now: datetime
) -> Cover:
    try:
        way = queries.way_of(queries.ways_to_cover(session, support_request, now), cover)
    except InvalidInput as unknown:
        if cover.seen is not None:  # It was there when the page was shown.
            raise CoverHasChanged from unknown
        raise
    promised = promise(way.standing, need, now)
    if isinstance(promised, Obstacle) and cover.seen is None:
        raise InvalidInput({"policy": [str(promised.label)]})
    return insurance.reserve(
        session, way.policy.id, subject, need, seen=cover.seen, same_cause_as=cover.same_cause_as, now=now
    )
