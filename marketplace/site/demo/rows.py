"""From the demo's tables and plans to the rows of an empty database."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from certification.credentials import commands as credentials
from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.accounts.rules import email_key
from marketplace.catalogue.models import Category, CategoryField, ExchangeRate, Niche, Product, Release
from marketplace.catalogue.rules import ServiceKind
from marketplace.payments.models import BankDetails
from marketplace.site.demo import exams, tariffs
from marketplace.site.demo.content.cast import PersonRow
from marketplace.site.demo.content.categories import CATEGORIES
from marketplace.site.demo.content.includes import INCLUDES, INCLUDES_BY_TIME
from marketplace.site.demo.content.questions import CategoryRow, FieldRow
from marketplace.site.demo.content.vendor import LEVEL_NAMES, LEVELS, NICHES, PRODUCT, RATES, RELEASES, NicheRow
from marketplace.site.demo.figures import Figures
from marketplace.site.demo.plans import VALID_FOR, CredentialPlan, MemberPlan, PartnerPlan
from providers.availability.models import Absence, SessionSettings, WeeklyInterval
from providers.profiles.models import LanguageProof, Member, MemberLanguage, Provider
from providers.profiles.rules import Cefr, MemberRole
from providers.profiles.rules.speech import Medium
from providers.services.models import Service


@dataclass(frozen=True, slots=True)
class Vendor:
    """What partners' rows refer to, by the names in the tables."""

    niches: Mapping[str, int]
    tracks: Mapping[tuple[str, int], int]
    releases: Sequence[tuple[timedelta, int]]  # How long ago each came out, the oldest first.

    def release_at(self, ago: timedelta) -> int | None:
        """Tell which release was the newest so long ago; None before the first."""
        return next((release_id for came_out, release_id in reversed(self.releases) if came_out >= ago), None)


def add_vendor(session: Session, today: date) -> Vendor:
    """Write down what Lumentree makes and supports."""
    product = Product(slug=PRODUCT[0], name=PRODUCT[1])
    niches = {row.slug: Niche(slug=row.slug, names=row.names, position=place) for place, row in enumerate(NICHES)}
    session.add_all([product, *niches.values()])
    session.add_all(ExchangeRate(currency=code, micros_per_base=micros) for code, micros in RATES.items())
    session.flush()  # What follows refers to their ids.
    releases = [Release(product_id=product.id, version=one, released_on=today - ago) for one, ago in RELEASES]
    session.add_all(releases)
    session.add_all(_category(row, niches[row.niche].id, place) for place, row in enumerate(CATEGORIES))
    tracks = {
        (row.slug, level): _track(row, level, product.id, niches[row.slug].id) for row in NICHES for level in LEVELS
    }
    session.add_all(tracks.values())
    session.flush()
    return Vendor(
        {slug: one.id for slug, one in niches.items()},
        {key: one.id for key, one in tracks.items()},
        [(ago, one.id) for one, (_version, ago) in zip(releases, RELEASES, strict=True)],
    )


def _category(row: CategoryRow, niche_id: int, place: int) -> Category:
    return Category(
        slug=row.slug,
        names=row.names,
        hints=row.hints,
        layer=row.layer,
        niche_id=niche_id,
        is_defect=row.is_defect,
        service_kind=row.service_kind,
        position=place,
        fields=[_field(one, number) for number, one in enumerate(row.fields)],
    )


def _field(row: FieldRow, place: int) -> CategoryField:
    return CategoryField(
        key=row.key,
        labels=row.labels,
        hints=row.hints,
        kind=row.kind,
        choices=[{"value": value, "labels": labels} for value, labels in row.choices],
        is_required=row.is_required,
        max_length=row.max_length,
        position=place,
    )


def _track(row: NicheRow, level: int, product_id: int, niche_id: int) -> Track:
    names = {language: f"{name}{LEVEL_NAMES[level][language]}" for language, name in row.track.items()}
    return Track(slug=f"{row.slug}-{level}", names=names, product_id=product_id, niche_id=niche_id, level=level)


def add_people(
    session: Session, rows: Iterable[PersonRow], *, password_hash: str, since: datetime
) -> dict[str, Person]:
    """Write down people with confirmed addresses; the password is for those who sign in, the others can't."""
    people = {row.key: _person(row, password_hash, since) for row in rows}
    session.add_all(people.values())
    session.flush()
    return people


def _person(row: PersonRow, password_hash: str, since: datetime) -> Person:
    return Person(
        email=row.email,
        email_key=email_key(row.email),
        name=row.name,
        password_hash=password_hash if row.signs_in else None,
        language=row.language,
        zone=row.zone,
        country=row.country,
        currency=row.currency,
        confirmed_at=since,
        staff_role=row.staff_role,
        session_key=secrets.token_urlsafe(32),  # Never by a seed: whoever knows it is signed in.
        created_at=since,
    )


def add_partner(
    session: Session,
    plan: PartnerPlan,
    vendor: Vendor,
    figures: Figures,
    *,
    password_hash: str,
    people: Mapping[str, Person],
    now: datetime,
) -> Provider:
    """Write down a partner with its members, hours, services and certificates; `people` are there already."""
    joined_at = now - plan.joined_ago
    provider = Provider(
        slug=plan.slug,
        name=plan.name,
        country=plan.country,
        abouts=plan.abouts,
        currency=plan.currency,
        capacity=plan.capacity,
        accepts_cover=plan.accepts_cover,
        created_at=joined_at,
        **figures.columns,
    )
    session.add(provider)
    session.flush()
    tariffs.agree(session, provider, plan.commission_percent, now=joined_at)
    holder, number = plan.members[0].person.name, f"{plan.country} {provider.id:08}"
    session.add(BankDetails(payee_id=provider.id, holder=holder, number=number, updated_at=joined_at))
    missing = [one.person for one in plan.members if one.person.key not in people]
    people = {**people, **add_people(session, missing, password_hash=password_hash, since=joined_at)}
    persons = [people[one.person.key] for one in plan.members]
    members = [
        _member(one, provider.id, person.id, place, joined_at)
        for place, (one, person) in enumerate(zip(plan.members, persons, strict=True))
    ]
    session.add_all(members)
    session.add_all(_services(plan, provider.id, vendor))
    session.flush()
    session.add_all(_proofs(members, people["staff"].id, joined_at))
    for one, member in zip(plan.members, members, strict=True):
        session.add_all(_hours(one, member.id))
    if any(one.kind is ServiceKind.SESSION for one in plan.services):
        session.add_all(_settings(member.id, provider.slug) for member in members)
    for credential in plan.credentials:
        _certify(session, credential, persons[credential.member].id, vendor, now)
    return provider


def _member(plan: MemberPlan, provider_id: int, person_id: int, place: int, joined_at: datetime) -> Member:
    return Member(
        provider_id=provider_id,
        person_id=person_id,
        role=MemberRole.MEMBER if place else MemberRole.OWNER,
        zone=plan.person.zone,
        joined_at=joined_at,
        languages=[
            MemberLanguage(language=code, spoken=_spoken(level, place), written=level)
            for code, level in plan.speech.items()
        ],
    )


def _spoken(written: Cefr, place: int) -> Cefr:
    """Let whoever joined a business write a foreign language somewhat better than they speak it."""
    return {Cefr.C2: Cefr.C1, Cefr.C1: Cefr.B2}.get(written, written) if place else written


def _proofs(members: Sequence[Member], by: int, now: datetime) -> list[LanguageProof]:
    """Let the vendor's people have seen a diploma of whoever writes a foreign language well."""
    return [
        LanguageProof(
            member_id=member.id,
            language=one.language,
            medium=Medium.WRITTEN,
            level=one.written,
            what=f"{one.language.upper()} {one.written}, a diploma seen as paper",
            proven_on=now.date(),
            noted_by=by,
            noted_at=now,
        )
        for member in members
        for one in member.languages
        if one.written in {Cefr.C1, Cefr.C2}
    ]


def _services(plan: PartnerPlan, provider_id: int, vendor: Vendor) -> list[Service]:
    return [
        Service(
            provider_id=provider_id,
            niche_id=vendor.niches[one.niche],
            layer=one.layer,
            kind=one.kind,
            urgency_hours=one.urgency_hours,
            price_minor=one.price.minor,
            currency=one.price.currency,
            cap_minutes=one.cap_minutes,
            session_minutes=one.session_minutes,
            includes=INCLUDES_BY_TIME.get(one.kind) or INCLUDES[one.niche][one.wording],
        )
        for one in plan.services
    ]


def _hours(plan: MemberPlan, member_id: int) -> list[WeeklyInterval]:
    return [
        WeeklyInterval(member_id=member_id, weekday=day, start_minute=one.start, end_minute=one.end)
        for one in plan.shifts
        for day in one.weekdays
    ]


def _settings(member_id: int, slug: str) -> SessionSettings:
    """Say how a member holds sessions: with a pause, not at once, and where the call is."""
    link = f"https://meet.example/{slug}"
    return SessionSettings(member_id=member_id, pause_minutes=15, notice_hours=12, call_link=link)


def _certify(session: Session, plan: CredentialPlan, person_id: int, vendor: Vendor, now: datetime) -> None:
    """Give a certificate: by an exam, if the track had one by then."""
    issued_at = now - plan.issued_ago
    if exams.decides(plan.niche, plan.level, plan.issued_ago):
        exams.certify(session, plan.level, person_id=person_id, now=issued_at)
        return
    credentials.award(
        session,
        person_id=person_id,
        track_id=vendor.tracks[plan.niche, plan.level],
        release_id=vendor.release_at(plan.issued_ago),
        valid_for=VALID_FOR,
        now=issued_at,
    )


def add_absence(session: Session, provider: Provider, first_day: date, days: int) -> None:
    """Let everybody of a partner be away."""
    last_day = first_day + timedelta(days=days - 1)
    session.add_all(Absence(member_id=one.id, first_day=first_day, last_day=last_day) for one in provider.members)
