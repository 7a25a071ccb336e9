"""What happens around the list, told to the slices above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SomebodyFits:
    """Providers fit searches that somebody has saved, and did not when they were last looked for."""

    person_id: int
    found: Sequence[tuple[int, Sequence[int]]]  # The search, and the providers.
    at: datetime
