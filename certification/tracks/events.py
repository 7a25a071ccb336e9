"""What happens to tracks, for whoever is told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TrackMovedOn:
    """A track certifies for another release from now on."""

    track_id: int
    at: datetime
