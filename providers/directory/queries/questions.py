"""From what is asked to a search: names that the database knows, and for whom it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from certification.tracks.models import Track
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Niche
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _
from providers.directory.queries.freshness import kept
from providers.directory.rules import ANYBODY, YES, Filters, asked_words
from providers.profiles.rules import Cefr

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom hours and prices are worked out."""

    zone: ZoneInfo
    currency: str

    @property
    def key(self) -> str:
        """One for each zone and currency."""
        return f"{self.zone.key} {self.currency}"


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked, for whom, and which page of it."""

    filters: Filters
    reader: Reader
    cursor: str | None = None


def search_for(session: Session, values: Mapping[str, Any], reader: Reader) -> Search:
    """Make a search of what was asked, see `SearchSchema`.

    Args:
        session: for reading.
        values: what was asked.
        reader: who asks, as far as the search does not say otherwise.

    Raises:
        InvalidInput: a niche, a track or a currency is not known.
    """
    _check_known(session, values)
    reader = reader_of(session, values, reader)
    price_max = values["price_max"]
    filters = Filters(
        languages=_weakest(values["language"], values["level"]),
        level=values["level"],
        medium=values["medium"],
        is_proven=values["proven"] == YES,
        niches=frozenset(values["niche"]),
        layers=frozenset(values["layer"]),
        kinds=frozenset(values["kind"]),
        urgency_hours=values["urgency"],
        credentials=frozenset(values["credential"]),
        releases=frozenset(values["release"]),
        countries=frozenset(values["country"]),
        partner_levels=frozenset(values["partner_level"]),
        accepts_cover=values["cover"] is not None,
        overlap_hours=values["overlap"],
        opens_within=values["open"],
        stars_min=None if values["stars"] is None else float(values["stars"]),
        price_max=None if price_max is None else Money(price_max, reader.currency),
        words=asked_words(values["q"]),
        sort=values["sort"],
    )
    return Search(filters, reader, values["cursor"])


def search_for_anybody(reader: Reader) -> Search:
    """Make the search that asks for nothing."""
    return Search(ANYBODY, reader)


def reader_of(session: Session, values: Mapping[str, Any], reader: Reader) -> Reader:
    """Tell for whom hours and prices are worked out, or raise `InvalidInput`."""
    currency = values["currency"]
    if currency is not None and currency not in catalogue.currencies(session):
        raise InvalidInput({"currency": [_("This currency is not used here. Choose another one.")]})
    return Reader(ZoneInfo(values["tz"]) if values["tz"] else reader.zone, currency or reader.currency)


def names_in_use(session: Session) -> tuple[Mapping[str, Texts], Mapping[str, Texts]]:
    """Give the names of niches and of tracks, by slug and language."""
    return kept(session, _names)


def _names(session: Session) -> tuple[Mapping[str, Texts], Mapping[str, Texts]]:
    niches = select(Niche.slug, Niche.names).order_by(Niche.position, Niche.id)
    of_tracks = select(Track.slug, Track.names).order_by(Track.niche_id, Track.level, Track.id)
    return dict(session.execute(niches).all()), dict(session.execute(of_tracks).all())


def releases_in_use(session: Session) -> Mapping[str, str]:
    """Give the names of releases by their keys, the newest first."""
    return kept(session, _releases)


def _releases(session: Session) -> Mapping[str, str]:
    return {one.key: one.name for one in catalogue.releases(session)}


def _check_known(session: Session, values: Mapping[str, Any]) -> None:
    unknown: dict[str, list[str]] = {}
    if values["release"] and not set(values["release"]) <= releases_in_use(session).keys():
        unknown["release"] = [_("This release is not known here. Choose one of the list.")]
    asks_for_names = bool(values["niche"] or values["credential"])
    niches, of_tracks = names_in_use(session) if asks_for_names else ({}, {})
    if not set(values["niche"]) <= niches.keys():
        unknown["niche"] = [_("This kind of work is not known here. Choose one of the list.")]
    if not set(values["credential"]) <= of_tracks.keys():
        unknown["credential"] = [_("This certificate is not known here. Choose one of the list.")]
    if unknown:
        raise InvalidInput(unknown)


def _weakest(languages: Sequence[tuple[str, Cefr | None]], level: Cefr) -> dict[str, Cefr | None]:
    """Bring the languages together; of two levels for the same one the lower will do."""
    weakest: dict[str, Cefr | None] = {}
    for code, own_level in languages:
        if code not in weakest or (own_level or level) < (weakest[code] or level):
            weakest[code] = own_level
    return weakest
