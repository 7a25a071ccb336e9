"""Reading tracks; all of it is public."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from certification.tracks.models import Track
from marketplace.kernel.errors import NotFound


def tracks(session: Session) -> list[Track]:
    """List the tracks by niche, the lower levels first."""
    in_order = select(Track).order_by(Track.niche_id, Track.level, Track.id)
    return list(session.scalars(in_order.options(joinedload(Track.niche), joinedload(Track.product))))


def track_by_slug(session: Session, slug: str) -> Track:
    """Find a track, or raise `NotFound`."""
    found = session.scalar(select(Track).filter_by(slug=slug))
    if found is None:
        raise NotFound(slug=slug)
    return found


def tracks_of_bank(session: Session, bank_id: int) -> list[Track]:
    """List the tracks that ask from a bank."""
    return list(session.scalars(select(Track).filter_by(bank_id=bank_id).order_by(Track.level, Track.id)))


def track(session: Session, track_id: int) -> Track:
    """Find a track by its id, or raise `NotFound`."""
    found = session.get(Track, track_id)
    if found is None:
        raise NotFound(track_id=track_id)
    return found


def lock_track(session: Session, track_id: int) -> Track:
    """Hold on to a track until the transaction ends, or raise `NotFound`."""
    wanted = select(Track).filter_by(id=track_id).with_for_update()
    found = session.scalar(wanted.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(track_id=track_id)
    return found
