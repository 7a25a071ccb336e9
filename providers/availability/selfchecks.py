"""What must always hold of members' time."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from providers.availability.models import Booking


def members_booked_twice(session: Session) -> list[str]:
    """Nobody can hold two sessions at once."""
    other = aliased(Booking)
    overlapping = (
        select(Booking.member_id, Booking.request_id, other.request_id)
        .join(other, (other.member_id == Booking.member_id) & (other.id > Booking.id))
        .where(other.starts_at < Booking.ends_at, other.ends_at > Booking.starts_at)
    )
    return [
        f"member {member_id} has sessions for the requests {one} and {another} at the same time"
        for member_id, one, another in session.execute(overlapping)
    ]


CHECKS = (members_booked_twice,)
