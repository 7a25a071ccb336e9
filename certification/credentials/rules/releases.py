"""A new release takes no certificate away; but after a while new work goes to those who are certified for it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

GRACE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Present:
    """The release that a track certifies for now."""

    released_on: date
    since: datetime  # When the track began to certify for it.


def grace_ends(present: Present) -> datetime:
    """Tell until when certificates for older releases bring new work; nobody has less time than there is an exam."""
    came_out = datetime.combine(present.released_on, time.min, UTC)
    return max(came_out, present.since) + timedelta(days=GRACE_DAYS)


def counts_for_new_work(certified_for: date | None, present: Present | None, now: datetime) -> bool:
    """Tell whether a valid certificate brings new work.

    Args:
        certified_for: when the release came out that it is for; None if it is for none by name.
        present: what its track certifies for now; None if that is no release by name.
        now: the present moment.
    """
    return present is None or not is_for_older(certified_for, present) or now < grace_ends(present)


def is_certified_for(released_on: date, certified_for: date | None, present: Present | None) -> bool:
    """Tell whether a certificate is for a release of its track's product: for that one by name, or for a newer one.

    One that is for none by name is for all of them; once its track certifies for one by name, for those before that.

    Args:
        released_on: when the release came out that is asked for.
        certified_for: as in `counts_for_new_work`.
        present: likewise.
    """
    if certified_for is not None:
        return released_on <= certified_for
    return present is None or released_on < present.released_on


def is_for_older(certified_for: date | None, present: Present) -> bool:
    """Tell whether a certificate is for an older release than its track certifies for now."""
    return certified_for is None or certified_for < present.released_on
