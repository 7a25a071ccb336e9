"""Reading when members work other hours than usual."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from marketplace.kernel.errors import NotFound
from providers.availability.models import Season


def seasons_of(session: Session, member_id: int) -> list[Season]:
    """List when a member works other hours than usual, in order, with these hours."""
    theirs = select(Season).filter_by(member_id=member_id).order_by(Season.first_day)
    return list(session.scalars(theirs.options(selectinload(Season.intervals))))


def season(session: Session, member_id: int, season_id: int) -> Season:
    """Find a season of a member, or raise `NotFound`."""
    found = session.scalar(select(Season).filter_by(id=season_id, member_id=member_id))
    if found is None:
        raise NotFound(season_id=season_id)
    return found
