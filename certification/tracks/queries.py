"""Reading tracks; all of it is public."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certification.tracks.models import Track


def tracks(session: Session) -> list[Track]:
    """List the tracks by niche, the lower levels first."""
    in_order = select(Track).order_by(Track.niche_id, Track.level, Track.id)
    return list(session.scalars(in_order.options(joinedload(Track.niche), joinedload(Track.product))))
