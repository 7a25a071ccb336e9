"""Reading what private calendar feeds show."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from marketplace.accounts.queries import token_digest
from marketplace.kernel.errors import NotFound
from providers.availability.models import CalendarFeed
from providers.profiles.models import Member
from providers.profiles.queries import TAKES_JOBS


def feed_of(session: Session, member_id: int) -> CalendarFeed | None:
    """Find the feed of a member, if there is one."""
    return session.get(CalendarFeed, member_id)


def feed_by_secret(session: Session, secret: str) -> tuple[CalendarFeed, Member]:
    """Find a feed by the secret in its address, with the member whose time it tells.

    Raises:
        NotFound: there is none such, there is none any more, or the member takes no jobs: all the same to the caller.
    """
    known = select(CalendarFeed, Member).join(Member, Member.id == CalendarFeed.member_id)
    known = known.options(joinedload(Member.person), joinedload(Member.provider))
    found = session.execute(known.where(CalendarFeed.digest == token_digest(secret), *TAKES_JOBS)).first()
    if found is None:
        raise NotFound
    return found[0], found[1]
