"""Days on which somebody does not work, and who stands in."""

from dataclasses import dataclass
from datetime import date

MAX_ABSENCES = 50  # That are not over.
MAX_NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class PlannedAbsence:
    """Days on which somebody will be away, both ends included.

    Attributes:
        first_day: by the member's own calendar.
        last_day: the same.
        note: for the colleagues only.
        stand_in_id: the member who stands in, if anybody does.
    """

    first_day: date
    last_day: date
    note: str | None = None
    stand_in_id: int | None = None
