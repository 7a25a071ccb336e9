"""Reading the public list: everybody on it, with a fixed number of statements, however many they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from certification.credentials.models import Credential
from certification.tracks import queries as tracks
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import Rates, UnknownCurrency
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _, country_name, fold, language_name, own_name
from providers.availability import queries as availability
from providers.availability.rules import Hours, is_open, next_open, overlap_hours
from providers.directory.rules import ANYBODY, BrokenCursor, Card, Filters, Found, Offering, find
from providers.profiles import queries as profiles
from providers.profiles.models import Provider
from providers.profiles.rules import Cefr
from providers.services import queries as services
from providers.services.models import Service
from providers.services.rules import Terms

PAGE = 20


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom hours and prices are worked out."""

    zone: ZoneInfo
    currency: str


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked, for whom, and which page of it."""

    filters: Filters
    reader: Reader
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service that can be had, and its terms in the reader's currency."""

    service: Service
    terms: Terms


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything public about a listed provider at one moment; the card is what the list is searched by."""

    provider: Provider
    hours: Sequence[Hours]
    services: Sequence[OfferedService]
    credentials: Sequence[Credential]
    card: Card


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list with everything about those on it."""

    found: Found
    snapshots: Sequence[Snapshot]


def search(session: Session, asked: Search, now: datetime) -> Listed:
    """Search the list.

    Raises:
        InvalidInput: the cursor is not one that this order gave.
    """
    everybody = snapshots(session, profiles.listed_providers(session), asked.reader, now)
    by_id = {one.provider.id: one for one in everybody}
    try:
        found = find([one.card for one in everybody], asked.filters, cursor=asked.cursor, limit=PAGE)
    except BrokenCursor:
        raise InvalidInput({"cursor": [_("This page of the list is not known. Begin at the first one.")]}) from None
    return Listed(found, [by_id[card.provider_id] for card in found.cards])


def snapshot(session: Session, slug: str, reader: Reader, now: datetime) -> Snapshot:
    """Find everything public about a listed provider, or raise `NotFound`."""
    return snapshots(session, [profiles.provider_by_slug(session, slug)], reader, now)[0]


def snapshots(session: Session, providers: Sequence[Provider], reader: Reader, now: datetime) -> list[Snapshot]:
    """Put together everything public about providers."""
    ids = [one.id for one in providers]
    people = [member.person_id for one in providers for member in one.members]
    hours = availability.hours_by_provider(session, ids, around=now.date())
    sold = services.services_by_provider(session, ids)
    certified = credentials.valid_credentials(session, people, now)
    rates = catalogue.rates(session)
    return [
        _snapshot(
            one,
            hours[one.id],
            sold.get(one.id, []),
            [credential for member in one.members for credential in certified.get(member.person_id, [])],
            _Now(reader, rates, now),
        )
        for one in providers
    ]


@dataclass(frozen=True, slots=True)
class _Now:
    reader: Reader
    rates: Rates
    moment: datetime


def _snapshot(
    provider: Provider, hours: Sequence[Hours], sold: Sequence[Service], held: Sequence[Credential], now: _Now
) -> Snapshot:
    offered = _offered(sold, held, now)
    opens = next_open(hours, now.moment)
    card = Card(
        provider_id=provider.id,
        text=_text(provider, offered),
        languages=provider.languages,
        offerings=tuple(Offering(one.service.niche.slug, one.service.layer, one.terms) for one in offered),
        tracks=frozenset(credential.track.slug for credential in held),
        is_open=is_open(hours, now.moment),
        next_open=opens,
        overlap_hours=overlap_hours(hours, now.reader.zone, now.moment),
        figures=provider.figures,
        created_at=provider.created_at,
    )
    return Snapshot(provider, hours, offered, held, card)


def _offered(sold: Sequence[Service], held: Sequence[Credential], now: _Now) -> list[OfferedService]:
    """Leave out what nobody there is certified for, and prices that the vendor's rates can not express."""
    niche_ids = {credential.track.niche_id for credential in held}
    priced = [(one, _terms(one, now)) for one in sold if one.niche_id in niche_ids]
    return [OfferedService(service, terms) for service, terms in priced if terms is not None]


def _terms(service: Service, now: _Now) -> Terms | None:
    try:
        return service.terms.converted(lambda price: now.rates.convert(price, now.reader.currency))
    except UnknownCurrency:
        return None


def _text(provider: Provider, offered: Sequence[OfferedService]) -> str:
    """Give the words by which a provider is found: names of people, kinds of work, languages and the country."""
    words = [provider.name, country_name(provider.country)]
    words += [member.person.name for member in provider.members]
    words += [name for code in provider.languages for name in (language_name(code), own_name(code))]
    words += [name for one in offered for name in one.service.niche.names.values()]
    return fold("\n".join(words))


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
        niches=frozenset(values["niche"]),
        layers=frozenset(values["layer"]),
        credentials=frozenset(values["credential"]),
        overlap_hours=values["overlap"],
        open_now=values["open"] is not None,
        price_max=None if price_max is None else Money(price_max, reader.currency),
        words=tuple(fold(values["q"]).split()),
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


def _check_known(session: Session, values: Mapping[str, Any]) -> None:
    unknown: dict[str, list[str]] = {}
    if not set(values["niche"]) <= {niche.slug for niche in catalogue.niches(session)}:
        unknown["niche"] = [_("This kind of work is not known here. Choose one of the list.")]
    if not set(values["credential"]) <= {track.slug for track in tracks.tracks(session)}:
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
