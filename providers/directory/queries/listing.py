"""Searching the list: the index tells who is on a page, the database what is said of them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf

import numpy as np
from sqlalchemy.orm import Session

from certification.credentials.models import Credential
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import Rates, UnknownCurrency
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import _
from providers.availability import queries as availability
from providers.availability.rules import ONE_HOUR, Hours, next_open, overlap_hours
from providers.directory.queries.freshness import is_writing
from providers.directory.queries.index import Part, State, index, index_for
from providers.directory.queries.questions import Reader, Search, names_in_use
from providers.directory.queries.reading import rows_of
from providers.directory.queries.shelf import Said, said_of
from providers.directory.rules import (
    BrokenCursor,
    Card,
    Found,
    Lexicon,
    Matches,
    Offering,
    PriceList,
    Words,
    country_words,
    find,
    language_words,
    name_words,
)
from providers.profiles import queries as profiles
from providers.profiles.models import Provider
from providers.services.models import Service
from providers.services.rules import Terms

PAGE = 20


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service that can be had, and its terms in the reader's currency."""

    service: Service
    terms: Terms


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything public about a listed provider at one moment; the card is what the list is searched by.

    For `pictures` see `Said`.
    """

    provider: Provider
    hours: Sequence[Hours]
    services: Sequence[OfferedService]
    credentials: Sequence[Credential]
    card: Card
    pictures: dict[Hashable, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list with everything about those on it."""

    found: Found
    snapshots: Sequence[Snapshot]


def search(session: Session, asked: Search, now: datetime) -> Listed:
    """Search the list.

    Raises:
        InvalidInput: the cursor is not one that this question gave.
    """
    known = index_for(session, now)
    found, matches = _find(session, known, asked, now)
    working = _working(matches, found.provider_ids, now)
    if is_writing(session):
        said: Mapping[int, Said] = said_of(
            session, list(profiles.providers_by_id(session, found.provider_ids).values()), now
        )
    else:
        said = index().shelf.find(found.provider_ids, now)
    # Who has left the list since the index was read is not shown any more, though counted.
    shown = [one for one in found.provider_ids if one in said]
    moment = _Now(asked.reader, known.rates, now)
    return Listed(found, [_snapshot(said[one], working[one], moment) for one in shown])


def find_ids(session: Session, asked: Search, now: datetime) -> Found:
    """Search the list for who is on a page of it, without reading what is said of them; raises the same."""
    return _find(session, index_for(session, now), asked, now)[0]


def _find(session: Session, known: State, asked: Search, now: datetime) -> tuple[Found, list[Matches]]:
    filters, parts = asked.filters, known.parts
    prices = PriceList.of(asked.reader.currency, known.rates)
    words = _words_of(session, parts) if filters.words else [None] * len(parts)
    matches = [
        Matches(part.segment, part.is_current, part.view(asked.reader.zone, prices, now), filters, named)
        for part, named in zip(parts, words, strict=True)
    ]
    try:
        return find(matches, filters, now.date(), reader=asked.reader.key, cursor=asked.cursor, limit=PAGE), matches
    except BrokenCursor:
        raise unknown_page() from None


def unknown_page() -> InvalidInput:
    """Say that there is no such page of the list, be it that it never was or that nobody stands there any more."""
    return InvalidInput({"cursor": [_("This page of the list is not known. Begin at the first one.")]})


@dataclass(frozen=True, slots=True)
class _Working:
    """When somebody at a provider works, as far as the list says it."""

    hours: Sequence[Hours]
    next_open: datetime | None
    overlap_hours: float


def _working(matches: Sequence[Matches], provider_ids: Sequence[int], now: datetime) -> dict[int, _Working]:
    """Tell when those who were found work, as the index has worked it out."""
    found: dict[int, _Working] = {}
    for one in matches:
        columns = one.segment.columns
        rows, is_here = rows_of(np.array(provider_ids, dtype=np.int64), columns.provider_ids)
        rows = rows[is_here]
        rows = rows[one.meeting().mask[rows]]
        opens, overlap = one.view.opening_of(rows), one.view.overlap_of(rows)
        for place, row in enumerate(rows.tolist()):
            opening = _moment(opens[place], now)
            found[int(columns.provider_ids[row])] = _Working(
                columns.schedules[columns.schedule[row]], opening, float(overlap[place])
            )
    return found


def _moment(seconds: float, now: datetime) -> datetime | None:
    if seconds == inf:
        return None
    return max(now, datetime.fromtimestamp(seconds, UTC))


def _words_of(session: Session, parts: Sequence[Part]) -> list[Words]:
    columns = [part.segment.columns for part in parts]
    lexicon = Lexicon(
        of_niches={slug: name_words(names) for slug, names in names_in_use(session)[0].items()},
        of_languages={code: language_words(code) for one in columns for code in one.languages.words},
        of_countries={code: country_words(code) for one in columns for code in one.countries.words},
    )
    return [Words(part.written(session), lexicon) for part in parts]


def snapshot(session: Session, slug: str, reader: Reader, now: datetime) -> Snapshot:
    """Find everything public about a listed provider, or raise `NotFound`."""
    return snapshots(session, [profiles.provider_by_slug(session, slug)], reader, now)[0]


def snapshots(session: Session, providers: Sequence[Provider], reader: Reader, now: datetime) -> list[Snapshot]:
    """Put together everything public about providers."""
    said = said_of(session, providers, now)
    hours = availability.hours_by_provider(session, list(said), around=now.date())
    moment = _Now(reader, catalogue.rates(session), now)
    return [
        _snapshot(one, _works(one.provider, hours[provider_id], moment), moment) for provider_id, one in said.items()
    ]


def _works(provider: Provider, hours: Sequence[Hours], now: "_Now") -> _Working:
    opens = next_open(hours, provider.on_break_until(now.moment) or now.moment)
    return _Working(hours, opens, overlap_hours(hours, now.reader.zone, now.moment))


@dataclass(frozen=True, slots=True)
class _Now:
    reader: Reader
    rates: Rates
    moment: datetime


def _snapshot(said: Said, working: _Working, now: _Now) -> Snapshot:
    provider, opens = said.provider, working.next_open
    certified = [credential for credential in said.held if credential.counts_for_new_work(now.moment)]
    offered = _offered(said.sold, certified, now)
    card = Card(
        provider_id=provider.id,
        country=provider.country,
        level=provider.level,
        languages=said.languages,
        offerings=tuple(_offering(one) for one in offered),
        tracks=frozenset(credential.track.slug for credential in certified),
        releases=frozenset().union(*(said.certified_for[credential.id] for credential in certified)),
        next_open=opens,
        opens_in=(opens - now.moment) / ONE_HOUR if opens else inf,
        overlap_hours=working.overlap_hours,
        figures=said.figures,
        created_at=provider.created_at,
        accepts_cover=provider.accepts_cover,
        break_until=provider.on_break_until(now.moment),
    )
    return Snapshot(provider, working.hours, offered, said.held, card, said.pictures)


def _offering(one: OfferedService) -> Offering:
    return Offering(one.service.niche.slug, one.service.layer, one.terms, one.service.urgency_hours)


def _offered(sold: Sequence[tuple[Service, Terms]], certified: Sequence[Credential], now: _Now) -> list[OfferedService]:
    """Leave out what nobody there is certified for, and prices that the vendor's rates can not express."""
    niche_ids = {credential.track.niche_id for credential in certified}
    priced = [(one, _converted(terms, now)) for one, terms in sold if one.niche_id in niche_ids]
    return [OfferedService(service, terms) for service, terms in priced if terms is not None]


def _converted(terms: Terms, now: _Now) -> Terms | None:
    try:
        return terms.converted(lambda price: now.rates.convert(price, now.reader.currency))
    except UnknownCurrency:
        return None
