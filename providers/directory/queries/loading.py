"""Reading everybody on the list in columns: a fixed number of statements, and no object for a row.

Values come as the driver gives them, piece by piece, and become numbers at once: a hundred thousand providers are read
in seconds and leave nothing behind but their columns.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.money import Money
from providers.availability import queries as availability
from providers.availability.rules import Hours
from providers.directory.queries.certified import certified
from providers.directory.queries.members import Members
from providers.directory.queries.reading import (
    NONE,
    AsRead,
    Places,
    Source,
    apart,
    pair,
    raw,
    rows_of,
    seconds,
    small,
    whole,
    whole_or_none,
)
from providers.directory.queries.spoken import spoken
from providers.directory.rules import (
    KINDS,
    LAYERS,
    PARTNER_LEVELS,
    Coded,
    Columns,
    Reals,
    Sold,
    Whole,
    opens_after,
)
from providers.profiles.models import Provider
from providers.profiles.queries import IS_LISTED
from providers.profiles.rules import Figures
from providers.services.models import Service
from providers.services.rules import Terms


@dataclass(frozen=True, slots=True)
class Loaded:
    """Providers as they are until a moment: then time alone changes one, as when a certificate ends.

    `until` is in seconds since 1970 and stands beside each provider of the columns.
    """

    columns: Columns
    until: Reals


def load(session: Session, now: datetime, provider_ids: Collection[int] | None = None) -> Loaded:
    """Read those of some providers who are on the list.

    Args:
        session: for reading.
        now: the present moment.
        provider_ids: of whom; None for everybody.
    """
    return _Loader(session, now, provider_ids).load()


class _Loader:
    """What is read, and the places of the providers among their columns."""

    def __init__(self, session: Session, now: datetime, provider_ids: Collection[int] | None) -> None:
        self._source, self._now = Source(session, provider_ids), now
        self._ids: Whole = np.zeros(0, dtype=np.int64)

    def load(self) -> Loaded:
        countries = Places[str]()
        levels = Places[str]({level.value: place for place, level in enumerate(PARTNER_LEVELS)})
        of_figures = (Provider.ratings, Provider.stars_sum, Provider.promises_due, Provider.promises_kept)
        columns = (
            Provider.country,
            raw(Provider.level),
            Provider.accepts_cover,
            raw(Provider.created_at),
            raw(Provider.break_until),
        )
        wanted = select(Provider.id, *columns, *of_figures).where(*IS_LISTED).order_by(Provider.id)
        as_read: list[AsRead] = [
            whole,
            countries.codes,
            levels.codes,
            whole,
            seconds,
            seconds,
            *[whole] * len(of_figures),
        ]
        self._ids, country, level, covered, created_at, breaks, *figures = self._source.read(
            wanted, Provider.id, *as_read
        )
        members = Members.read(self._source, self._ids)
        certificates = certified(members, len(self._ids), self._now)
        until = certificates.until
        schedules, schedule = self._schedules()
        breaks[breaks <= self._now.timestamp()] = 0
        return Loaded(
            Columns(
                provider_ids=self._ids,
                countries=Coded(list(countries), country),
                level=level,
                accepts_cover=covered.astype(bool),
                created_at=created_at,
                break_until=breaks,
                opens_after_break=_after_breaks(breaks, schedules, schedule),
                **_figures(*figures),
                schedules=schedules,
                schedule=schedule,
                languages=spoken(members),
                services=self._sold(certificates.niches),
                tracks=certificates.tracks,
                releases=certificates.releases,
            ),
            np.where(breaks > 0, np.minimum(breaks, until), until),
        )

    def _schedules(self) -> tuple[list[tuple[Hours, ...]], Whole]:
        """Give the different hours, and whose they are; those that are equal are mostly the same objects."""
        hours = availability.hours_by_provider(self._source.session, self._source.ids, around=self._now.date())
        places = Places[tuple[int, ...]]()
        keys = [tuple(map(id, hours.get(provider_id, ()))) for provider_id in self._ids.tolist()]
        schedule = places.codes(keys)
        _different, first = np.unique(schedule, return_index=True)
        return [tuple(hours.get(one, ())) for one in self._ids[first].tolist()], schedule.astype(np.int64)

    def _sold(self, certified: NDArray[np.int64]) -> Sold:
        """Read services, but for those in niches for which nobody there is certified."""
        layers = Places[str]({layer.value: place for place, layer in enumerate(LAYERS)})
        kinds = Places[str]({kind.value: place for place, kind in enumerate(KINDS)})
        currencies = Places[str]()
        of_terms = (Service.price_minor, Service.currency, Service.cap_minutes, Service.session_minutes)
        what = (Service.niche_id, raw(Service.layer), raw(Service.kind), Service.urgency_hours)
        wanted = select(Service.provider_id, *what, *of_terms).where(Service.is_active)
        numbers: list[AsRead] = [whole, currencies.codes, whole_or_none, whole_or_none]
        as_read: list[AsRead] = [whole, whole, layers.codes, kinds.codes, whole, *numbers]
        ids, niche, layer, kind, urgency_hours, *terms = self._source.read(wanted, Service.provider_id, *as_read)
        owner, is_here = rows_of(ids, self._ids)
        kept = np.flatnonzero(is_here & np.isin(pair(owner, niche), certified))
        niches, code = np.unique(niche[kept], return_inverse=True)
        order = np.lexsort((code, owner[kept]))
        kept, code = kept[order], code[order]
        different = Places[tuple[int, ...]]()
        of = different.codes(list(zip(*(one[kept].tolist() for one in (kind, *terms)), strict=True)))
        slugs = {one.id: one.slug for one in catalogue.niches(self._source.session)}
        return Sold(
            [slugs[one] for one in niches.tolist()],
            owner[kept],
            small(code),
            layer[kept],
            kind[kept],
            small(urgency_hours[kept]),
            of.astype(np.int64),
            [_terms(one, list(currencies)) for one in different],
        )


def _figures(ratings: Whole, stars_sum: Whole, due: Whole, kept: Whole) -> dict[str, Reals]:
    """Work figures out once for each sample that there is, of ratings and of promises."""
    samples, rating = np.unique(pair(ratings, stars_sum), return_inverse=True)
    rated = [Figures(ratings=count, stars_sum=stars) for count, stars in apart(samples)]
    samples, promise = np.unique(pair(due, kept), return_inverse=True)
    promised = [Figures(promises_due=count, promises_kept=in_time) for count, in_time in apart(samples)]
    return {
        "stars": np.array([one.stars or 0.0 for one in rated], dtype=np.float64)[rating],
        "likely_stars": np.array([one.likely_stars for one in rated], dtype=np.float64)[rating],
        "likely_kept_share": np.array([one.likely_kept_share for one in promised], dtype=np.float64)[promise],
    }


def _after_breaks(breaks: Reals, schedules: Sequence[tuple[Hours, ...]], schedule: Whole) -> Reals:
    found = np.full(len(breaks), inf)
    for row in np.flatnonzero(breaks).tolist():
        found[row] = opens_after(schedules[schedule[row]], datetime.fromtimestamp(breaks[row], UTC))
    return found


def _terms(numbers: Sequence[int], currencies: Sequence[str]) -> Terms:
    kind, minor, currency, cap, session = numbers
    return Terms(
        ServiceKind(KINDS[kind]),
        Money(minor, currencies[currency]),
        None if cap == NONE else cap,
        None if session == NONE else session,
    )
