"""What each side says of the other when a request is closed."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.jobs import queries
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from providers.profiles import commands as profiles
from providers.profiles.models import Member
from providers.profiles.rules.reviews import Opinion, ReviewSubject


def rate(session: Session, reference: str, *, customer_id: int, stars: int, comment: str | None, now: datetime) -> None:
    """Say how the help was; once per request.

    Raises:
        IllegalMove: it is not closed yet.
        RatedAlready: once is enough.
        OtherWasRead: what the partner says is shown already.
    """
    support_request = requests.lock_own_request(session, reference, customer_id)
    name = support_request.customer.name
    opinion = Opinion(customer_id, name, stars, comment, support_request.language)
    _review(session, support_request, opinion, ReviewSubject.PROVIDER, now)


def rate_customer(
    session: Session, reference: str, *, member: Member, stars: int, comment: str | None, now: datetime
) -> None:
    """Say how it was to work with the customer; once per request, for other partners.

    Raises:
        IllegalMove: it is not closed yet.
        RatedAlready: once is enough.
        OtherWasRead: what the customer says is shown already.
    """
    support_request, _job = queries.lock_job(session, reference, member.provider_id)
    opinion = Opinion(member.person_id, member.person.name, stars, comment, support_request.language)
    _review(session, support_request, opinion, ReviewSubject.CUSTOMER, now)


def _review(
    session: Session, support_request: SupportRequest, opinion: Opinion, about: ReviewSubject, now: datetime
) -> None:
    queries.check_may_rate(session, support_request, about)
    assert support_request.provider_id is not None
    assert support_request.closed_at is not None
    profiles.add_review(
        session,
        support_request.provider_id,
        opinion,
        request_id=support_request.id,
        about=about,
        customer_id=support_request.customer_id,
        closed_at=support_request.closed_at,
        now=now,
    )
    support_request.version += 1
