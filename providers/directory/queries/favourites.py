"""Reading whom somebody has saved."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from providers.directory.models import Favourite
from providers.profiles import queries as profiles
from providers.profiles.models import Provider


def favourites(session: Session, person_id: int) -> list[Provider]:
    """List the providers whom a person has saved, listed or not, the latest first."""
    mine = select(Favourite.provider_id).filter_by(person_id=person_id)
    ids = session.scalars(mine.order_by(Favourite.saved_at.desc(), Favourite.provider_id)).all()
    by_id = profiles.providers_by_id(session, ids)
    return [by_id[one] for one in ids]


def count_favourites(session: Session, person_id: int) -> int:
    """Count whom a person has saved."""
    return session.scalar(select(func.count()).select_from(Favourite).filter_by(person_id=person_id)) or 0


def saved_among(session: Session, person_id: int, provider_ids: Collection[int]) -> set[int]:
    """Tell which of some providers a person has saved."""
    mine = select(Favourite.provider_id).where(Favourite.person_id == person_id)
    return set(session.scalars(mine.where(Favourite.provider_id.in_(provider_ids))))
