"""What each side says of the other when the work is done: nobody reads it before both have spoken, or time is up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.kernel.errors import Conflict
from marketplace.kernel.translate import LazyText, _l

BLIND_FOR = timedelta(days=7)
MAX_ANSWER_LENGTH = 1000


class ReviewSubject(StrEnum):
    """Of whom something is said."""

    PROVIDER = "provider"  # By the customer: public, and counted.
    CUSTOMER = "customer"  # By the partner: for other partners whom this customer asks, and for staff; never public.

    @property
    def other(self) -> "ReviewSubject":
        """The side that says it."""
        return ReviewSubject.CUSTOMER if self is ReviewSubject.PROVIDER else ReviewSubject.PROVIDER


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says, in which language."""

    author_id: int
    author_name: str
    stars: int
    body: str | None
    language: str


def blind_until(closed_at: datetime, now: datetime, *, other_wrote: bool) -> datetime | None:
    """Tell until when a review is kept from everybody else; None if it is shown at once."""
    over_at = closed_at + BLIND_FOR
    return None if other_wrote or over_at <= now else over_at


class OtherWasRead(Conflict):
    """Who has read what the other side says would only answer it."""

    message = _l("The other side's review is shown already, so yours can not be written any more.")


class AnsweredAlready(Conflict):
    """One review, one answer."""

    message = _l("This review is answered already. There is one answer to each.")


class ReportStatus(StrEnum):
    """What became of a report of a review."""

    OPEN = "open"
    KEPT = "kept"
    HIDDEN = "hidden"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return REPORT_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks."""
        return REPORT_TONES[self]


REPORT_LABELS = {
    ReportStatus.OPEN: _l("Waits for a decision"),
    ReportStatus.KEPT: _l("Stays public"),
    ReportStatus.HIDDEN: _l("Hidden"),
}
REPORT_TONES = {ReportStatus.OPEN: "warn", ReportStatus.KEPT: "good", ReportStatus.HIDDEN: "bad"}
DECISIONS = (ReportStatus.KEPT, ReportStatus.HIDDEN)


class ReportedAlready(Conflict):
    """One person, one report."""

    message = _l("You have reported this review already. We tell you what we decide.")


class ReportDecided(Conflict):
    """Somebody was faster."""

    message = _l("This report is decided already.")
