"""What staff allow a person for a track, whatever goes for all: more time, and one more try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from certification.exams.rules.tries import Try
from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed
from marketplace.kernel.translate import _, _l

MAX_AHEAD = timedelta(days=365)


class OwnAllowance(NotAllowed):
    """Nobody allows themselves anything."""

    message = _l("This is you. Somebody else has to decide what you are allowed.")


class ChangesNothing(Conflict):
    """What was to be allowed holds already, or what was to be taken back is gone."""

    message = _l("Nothing would change: look at what is allowed now.")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What holds for a person and a track.

    Attributes:
        extra_percent: of the time that everybody has; it stays until it is taken back.
        may_try_from: from when one more try may begin, whatever the rules say; None: the rules hold.
    """

    extra_percent: int = 0
    may_try_from: datetime | None = None

    def with_more(self, extra_percent: int | None, may_try_from: datetime | None) -> "Allowed":
        """Give what holds when something is allowed besides; None leaves it as it is."""
        return Allowed(
            self.extra_percent if extra_percent is None else extra_percent,
            self.may_try_from if may_try_from is None else may_try_from,
        )


def is_tried(allowed_at: datetime, tries: Sequence[Try]) -> bool:
    """Tell whether the try that was allowed at a moment has begun: the first that follows uses it up."""
    return any(one.started_at >= allowed_at for one in tries)


def opens_on(day: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """Tell from when a further try may begin: at once, or as a day begins in somebody's zone.

    Raises:
        InvalidInput: the day is past, or too far ahead.
    """
    if day is None:
        return now
    today = now.astimezone(zone).date()
    if not today <= day <= today + MAX_AHEAD:
        raise InvalidInput({"try_from": [_("Choose a day from today on, within a year.")]})
    return max(now, datetime.combine(day, time.min, zone).astimezone(UTC))
