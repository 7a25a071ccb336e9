"""Reading what one member of a provider has under way."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.jobs.models import Job
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import OPEN


def jobs_under_way(session: Session, member_id: int) -> list[Job]:
    """List the jobs of a member that are not over: also those that wait to be confirmed, or are disputed."""
    theirs = select(Job).join(Job.support_request).where(Job.member_id == member_id, SupportRequest.status.in_(OPEN))
    return list(session.scalars(theirs.order_by(Job.id).options(joinedload(Job.support_request))))


def quotes_that_stand(session: Session, provider_id: int, member_id: int) -> list[Offer]:
    """List what customers may still choose, and this member would do."""
    standing = matching.standing_quotes_of(session, provider_id)
    return [one for one in standing if one.quote is not None and one.quote.member_id == member_id]
