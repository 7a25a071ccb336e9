"""What happens to papers, told to the slices above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaperIssued:
    """There is a new paper, and somebody to whom it is of interest."""

    paper_id: int
    at: datetime
