"""From a crowd to the rows of a database, in large pieces: each piece is in the database as a whole, or not at all."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from babel.numbers import get_territory_currencies
from sqlalchemy import Connection, func, insert, select, text

from certification.credentials import commands as credentials
from certification.credentials import issuing
from certification.credentials.models import Credential
from certification.credentials.rules import LIST_ENTRIES, REFERENCE_ALPHABET, REFERENCE_LENGTH
from certification.tracks import queries as tracks
from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.accounts.rules import email_key
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Release
from marketplace.catalogue.rules import Rates
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import Model, db, reading, transaction, writing
from marketplace.kernel.money import Money
from marketplace.site.demo.plans import VALID_FOR
from marketplace.site.demo.rows import add_vendor
from marketplace.site.seeding.crowd import Held, Partner, Sold, Worker, partners
from marketplace.site.seeding.proving import clerk, proofs
from providers.availability.models import Absence, WeeklyInterval
from providers.profiles.models import LanguageProof, Member, MemberLanguage, Provider
from providers.profiles.rules import MemberRole, slug_of
from providers.services.models import Service

AT_ONCE = 1_000
DAY = timedelta(days=1)
USUAL_PRICE_MINOR = 6_000  # In the base currency.
AWAY_DAYS = 14
LANGUAGE = "en"  # In which all of them say what they do.

# In this order: each refers to those before it.
TABLES = (Person, Provider, Member, MemberLanguage, LanguageProof, WeeklyInterval, Absence, Service, Credential)

Rows = dict[type[Model], list[dict[str, Any]]]


@dataclass(slots=True)
class _Ids:
    """The next free id of each table that others refer to; status lists are filled from the next whole one on."""

    person: int
    provider: int
    member: int
    status_list: int
    entries: list[int] = field(default_factory=list)

    def entry(self, rng: Random) -> tuple[int, int]:
        """Draw a place in a status list that nobody has."""
        if not self.entries:
            self.status_list += 1
            self.entries = rng.sample(range(LIST_ENTRIES), LIST_ENTRIES // 2)
        return self.status_list, self.entries.pop()


@dataclass(frozen=True, slots=True)
class _Vendor:
    """What the crowd's rows refer to."""

    niches: Sequence[int]
    tracks: Mapping[int, Sequence[Track]]  # By niche.
    releases: Sequence[Release]  # The newest first.
    rates: Rates
    base: str
    clerk_id: int  # Who has noted what is proven.


def fill(count: int, seed: int, *, tell: Callable[[int], None]) -> None:
    """Add partners to a database; to an empty one a vendor, too.

    Args:
        count: how many partners.
        seed: the same one gives the same partners.
        tell: called with how many have been added since the last time.
    """
    now = utcnow()
    vendor = _vendor(now)
    rng = Random(seed)  # noqa: S311 - of references and places, which are public
    with db.engine.connect() as connection:
        ids = _next_ids(connection)
    crowd = partners(count, len(vendor.niches), seed)
    while piece := list(islice(crowd, AT_ONCE)):
        rows: Rows = defaultdict(list)
        for partner in piece:
            _add(rows, partner, vendor, ids, rng, now)
        with writing() as connection:
            for model in TABLES:
                if rows[model]:
                    connection.execute(insert(model), rows[model])
        tell(len(piece))
    with writing() as connection:
        _count_on(connection)
        connection.execute(text("ANALYZE"))  # So many rows at once: plans made for a few would take minutes.


def _vendor(now: datetime) -> _Vendor:
    with transaction() as session:
        if not catalogue.niches(session):
            add_vendor(session, now.date())
        credentials.make_key(session, secret=issuing.secret(), now=now)  # Unless there is one.
        clerk_id = clerk(session, now).id
    session = reading()
    by_niche: defaultdict[int, list[Track]] = defaultdict(list)
    for track in tracks.tracks(session):
        by_niche[track.niche_id].append(track)
    rates = catalogue.rates(session)
    base = next(code for code, micros in rates.micros_per_base.items() if micros == 1_000_000)  # noqa: PLR2004
    niches = [one.id for one in catalogue.niches(session) if one.id in by_niche]
    found = _Vendor(niches, dict(by_niche), catalogue.releases(session), rates, base, clerk_id)
    session.expunge_all()
    session.rollback()  # Nobody reads while very much is written: SQLite's log would keep all of it.
    return found


def _next_ids(connection: Connection) -> _Ids:
    def last(column: Any) -> int:
        return connection.scalar(select(func.coalesce(func.max(column), 0))) or 0

    return _Ids(last(Person.id), last(Provider.id), last(Member.id), last(Credential.status_list))


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL's own counters begin after the ids that were given here; SQLite's do so anyway."""
    if connection.dialect.name != "postgresql":
        return
    for model in (Person, Provider, Member, WeeklyInterval, Absence, Service, Credential):
        table = model.__tablename__
        last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - our names
        connection.execute(text(last))


# Rows


def _add(rows: Rows, partner: Partner, vendor: _Vendor, ids: _Ids, rng: Random, now: datetime) -> None:
    ids.provider += 1
    currency = _currency(partner.country, vendor)
    since = now - partner.days * DAY
    rows[Provider].append({
        "id": ids.provider,
        "slug": f"{slug_of(partner.name)}-{ids.provider}",
        "name": partner.name,
        "country": partner.country,
        "abouts": {LANGUAGE: partner.about},
        "level": partner.level,
        "currency": currency,
        "capacity": 3,
        "accepts_cover": partner.accepts_cover,
        "created_at": since,
        **_NO_FIGURES,
        **partner.figures,
    })  # fmt: skip
    people = [
        _add_worker(rows, one, place, ids, since, partner.country, currency)
        for place, one in enumerate(partner.workers)
    ]
    first = ids.member - len(people) + 1
    for member_id, one in enumerate(partner.workers, start=first):
        rows[LanguageProof] += proofs(one, member_id, vendor.clerk_id, since)
    rows[Service] += [_service(one, ids.provider, currency, vendor) for one in partner.sold]
    rows[Credential] += [_credential(one, people[one.member], vendor, ids, rng, now) for one in partner.held]


_NO_FIGURES = dict.fromkeys(
    (
        "jobs_done",
        "promises_due",
        "promises_kept",
        "first_answers",
        "first_answer_minutes_sum",
    ),
    0,
)


def _currency(country: str, vendor: _Vendor) -> str:
    used = get_territory_currencies(country)
    return next((code for code in used if code in vendor.rates.micros_per_base), vendor.base)


def _add_worker(rows: Rows, worker: Worker, place: int, ids: _Ids, since: datetime, country: str, currency: str) -> int:
    ids.person += 1
    ids.member += 1
    email = f"seeded-{ids.person}@example.test"
    rows[Person].append({
        "id": ids.person,
        "email": email,
        "email_key": email_key(email),
        "name": worker.name,
        "language": LANGUAGE,
        "zone": worker.zone,
        "country": country,
        "currency": currency,
        "confirmed_at": since,
        "session_key": secrets.token_urlsafe(32),  # Never by a seed: whoever knows it is signed in.
        "created_at": since,
    })  # fmt: skip
    role = MemberRole.MEMBER if place else MemberRole.OWNER
    rows[Member].append(
        {
            "id": ids.member,
            "provider_id": ids.provider,
            "person_id": ids.person,
            "role": role,
            "zone": worker.zone,
            "joined_at": since,
        }
    )
    rows[MemberLanguage] += [
        {"member_id": ids.member, "language": code, "spoken": one.spoken, "written": one.written}
        for code, one in worker.languages.items()
    ]
    rows[WeeklyInterval] += [
        {"member_id": ids.member, "weekday": day, "start_minute": start, "end_minute": end}
        for day, start, end in worker.week
    ]
    if worker.is_away:
        today = utcnow().date()
        rows[Absence].append({"member_id": ids.member, "first_day": today, "last_day": today + AWAY_DAYS * DAY})
    return ids.person


def _service(sold: Sold, provider_id: int, currency: str, vendor: _Vendor) -> dict[str, Any]:
    usual = Money(USUAL_PRICE_MINOR * sold.percent // 100, vendor.base)
    return {
        "provider_id": provider_id,
        "niche_id": vendor.niches[sold.niche],
        "layer": sold.layer,
        "kind": sold.kind,
        "urgency_hours": sold.urgency_hours,
        "price_minor": vendor.rates.convert(usual, currency).minor,
        "currency": currency,
        "cap_minutes": sold.cap_minutes,
        "session_minutes": sold.session_minutes,
        "includes": {},
    }


def _credential(held: Held, person_id: int, vendor: _Vendor, ids: _Ids, rng: Random, now: datetime) -> dict[str, Any]:
    known = vendor.tracks[vendor.niches[held.niche]]
    issued_at = now - held.days * DAY
    status_list, status_index = ids.entry(rng)
    track = known[held.level % len(known)]
    return {
        "reference": "".join(rng.choices(REFERENCE_ALPHABET, k=REFERENCE_LENGTH)),
        "person_id": person_id,
        "track_id": track.id,
        "release_id": _release_for(track, issued_at, vendor.releases),
        "issued_at": issued_at,
        "awarded_at": issued_at,
        "valid_until": issued_at + VALID_FOR,
        "status_list": status_list,
        "status_index": status_index,
    }


def _release_for(track: Track, issued_at: datetime, releases: Sequence[Release]) -> int | None:
    """Certify for what the track is about; if that is no release by name, for the newest that was out."""
    if track.release_id is not None:
        return track.release_id
    out = (one.id for one in releases if one.product_id == track.product_id and one.released_on <= issued_at.date())
    return next(out, None)
