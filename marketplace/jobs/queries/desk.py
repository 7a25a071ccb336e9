"""Reading a member's day."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.conversation import queries as conversation
from marketplace.conversation.models import Promise
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.payments import queries as payments
from marketplace.payments.models import Payout
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import OPEN, Status
from providers.profiles.models import Member


@dataclass(frozen=True, slots=True)
class Desk:
    """What a member has to do, the most urgent first."""

    offers: Sequence[Offer]
    quotes: Sequence[Offer]  # That were given, and may be chosen.
    jobs: Sequence[SupportRequest]
    promises: dict[int, Promise]  # Running, by request.
    done: Sequence[SupportRequest]
    payouts: Sequence[Payout]


def desk_of(session: Session, member: Member) -> Desk:
    """Put together a member's day; whoever takes no jobs sees the payouts only."""
    payouts = payments.payouts_of(session, member.provider_id)
    if not member.takes_jobs:
        return Desk((), (), (), {}, (), payouts)
    running = requests.requests_taken_by(session, member.provider_id, OPEN)
    promises = conversation.promises_of(session, [one.id for one in running])

    def urgency(one: SupportRequest) -> tuple[bool, float]:
        promise = promises.get(one.id)
        return (promise is None, promise.due_at.timestamp() if promise else one.id)

    return Desk(
        offers=matching.open_offers_to(session, member.provider_id),
        quotes=matching.standing_quotes_of(session, member.provider_id),
        jobs=sorted(running, key=urgency),
        promises=promises,
        done=requests.requests_taken_by(session, member.provider_id, {Status.CLOSED, Status.CANCELLED})[-20:][::-1],
        payouts=payouts,
    )
