"""Reading in columns what providers are certified for: tracks, niches and releases, and until when all of it is so."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from certification.credentials.models import Credential, present_of
from certification.credentials.rules import (
    Present,
    counts_for_new_work,
    grace_ends,
    is_certified_for,
    is_for_older,
)
from certification.tracks import queries as tracks
from certification.tracks.models import Track
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Release
from providers.directory.queries.members import Members
from providers.directory.queries.reading import (
    WIDTH,
    Places,
    apart,
    pair,
    raw,
    seconds,
    small,
    whole,
    whole_or_none,
)
from providers.directory.rules import Alike, Owned, Reals, Whole, distinct

NEVER = inf


@dataclass(frozen=True, slots=True)
class Certified:
    """What is certified of providers, who are rows.

    Args:
        tracks: of each.
        niches: in which somebody there is certified: a row and the id of a niche are one number, see `pair`.
        releases: for which somebody there is certified.
        until: in seconds since 1970; then time alone changes it, as when a certificate ends.
    """

    tracks: Owned
    niches: NDArray[np.int64]
    releases: Alike
    until: Reals


@dataclass(frozen=True, slots=True)
class _Kind:
    """What certificates of one track for one release are alike in."""

    track: Track
    released_on: date | None

    def counts_until(self, now: datetime) -> float:
        """Tell until when they bring new work, as far as that goes; 0 if they do no more."""
        present = present_of(self.track)
        if not counts_for_new_work(self.released_on, present, now):
            return 0
        return _grace_of(present) if present and is_for_older(self.released_on, present) else NEVER

    def releases(self, among: Sequence[Release]) -> frozenset[str]:
        """Tell for which releases they are."""
        present = present_of(self.track)
        return frozenset(
            one.key
            for one in among
            if one.product_id == self.track.product_id and is_certified_for(one.released_on, self.released_on, present)
        )


def _grace_of(present: Present) -> float:
    return grace_ends(present).timestamp()


def certified(members: Members, count: int, now: datetime) -> Certified:
    """Read what is certified of so many providers, by their members."""
    known = catalogue.releases(members.of_persons.session)
    row, valid_until, kind, kinds = _held(members, known, now)
    ends = np.array([one.counts_until(now) for one in kinds])
    kept = np.flatnonzero(ends[kind] > 0) if len(kind) else whole(())
    row, kind = row[kept], kind[kept]
    until = np.full(count, NEVER)
    np.minimum.at(until, row, np.minimum(ends[kind], valid_until[kept]))
    slugs = Places[str]()
    of_kind = slugs.codes([one.track.slug for one in kinds])
    held = distinct(pair(row, of_kind[kind]))
    niche = whole([one.track.niche_id for one in kinds])
    releases = [one.releases(known) for one in kinds]
    return Certified(
        Owned(list(slugs), held // WIDTH, small(held % WIDTH)),
        distinct(pair(row, niche[kind])),
        _alike(row, kind, releases, count),
        until,
    )


def _held(members: Members, releases: Sequence[Release], now: datetime) -> tuple[Whole, Reals, Whole, list[_Kind]]:
    """Read the valid certificates: whose, until when, and of which of the kinds that there are.

    Which are valid is found out here: to the database it looks as if few were, and it would go to each by an index.
    """
    wanted = select(Credential.person_id, Credential.track_id, raw(Credential.valid_until), Credential.release_id)
    issued = wanted.where(Credential.revoked_at.is_(None))
    persons, track, valid_until, release = members.of_persons.read(
        issued, Credential.person_id, whole, whole, seconds, whole_or_none
    )
    row, is_here = members.by_person(persons)
    kept = np.flatnonzero(is_here & (valid_until > now.timestamp()))
    known = {one.id: one for one in tracks.tracks(members.of_persons.session)}
    released_on = {one.id: one.released_on for one in releases}
    pairs, kind = np.unique(pair(track[kept], release[kept]), return_inverse=True)
    kinds = [_Kind(known[one], released_on.get(other)) for one, other in apart(pairs)]
    return row[kept], valid_until[kept], kind, kinds


def _alike(row: Whole, kind: Whole, releases: Sequence[frozenset[str]], count: int) -> Alike:
    """Bring together for each row the releases of its kinds of certificates: most rows have one such set."""
    sets = Places[frozenset[str]]()
    none = sets[frozenset()]
    of_kind = sets.codes(releases)
    theirs: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    codes = np.full(count, none, dtype=np.int32)
    different, known = distinct(pair(row, of_kind[kind])), list(sets)
    for one, code in apart(different):
        theirs[one] |= known[code]
    codes[list(theirs)] = sets.codes(list(theirs.values()))
    return Alike(list(sets), codes)
