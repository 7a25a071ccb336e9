"""Filling an installation: a vendor, what it supports, and six partners, two of whom work around the clock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from certification.tracks.models import Track
from marketplace.accounts.models import Person
from marketplace.accounts.rules import StaffRole
from marketplace.catalogue.models import Category, Niche, Product
from marketplace.catalogue.rules import FieldKind, Layer
from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands as payments
from marketplace.payments import effects
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.sandbox.stripe import visitor
from providers.availability.public_holidays import public_holidays
from providers.profiles import queries as profiles
from providers.profiles.models import Provider, Review
from providers.profiles.rules import MemberRole
from tests.factories import DAY
from tests.factories.accounts import make_person
from tests.factories.availability import make_hours
from tests.factories.catalogue import (
    make_category,
    make_field,
    make_niche,
    make_product,
    make_rates,
    make_release,
)
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_member, make_provider
from tests.factories.services import make_service
from tests.factories.support_requests import make_request
from tests.factories.tracks import make_track
from tests.journeys import cast
from tests.journeys.cast import Partner, Somebody

METHODS = [{"value": value, "labels": labels} for value, labels in cast.METHODS.items()]


def open_market(now: datetime) -> None:
    """Fill an empty installation; `VEGA` gets an account at Stripe that can receive."""
    with transaction() as session:
        make_rates(session)
        niches, tracks = _catalogue(session, now)
        for customer in (cast.NURIA, cast.SAMIR):
            give_account(session, customer)
        earlier = make_person(session, name="Owen Price")
        staff = give_account(session, cast.JOANA, staff_role=StaffRole.ADMIN)
        give_account(session, cast.TOMAS, staff_role=StaffRole.CERTIFICATION)
        for partner in cast.PARTNERS:
            provider = _partner(session, partner, niches, tracks, now)
            _review(session, provider, partner.stars, earlier, now)
        make_provider(session, person=staff, name="Lumentree", slug="lumentree", country="DE", is_vendor_desk=True)
    _connect(utcnow())


def give_account(session: Session, somebody: Somebody, **facts: object) -> Person:
    """Let somebody sign in."""
    return make_person(
        session,
        password=cast.PASSWORD,
        name=somebody.name,
        email=somebody.email,
        language=somebody.language,
        zone=somebody.zone,
        currency=somebody.currency,
        **facts,
    )


def _catalogue(session: Session, now: datetime) -> tuple[dict[str, Niche], dict[str, Track]]:
    product = make_product(session, slug="lumentree", name="Lumentree")
    for version, age in (("4.1", 196 * DAY), ("4.2", 24 * DAY)):
        make_release(session, product=product, version=version, released_on=(now - age).date())
    niches = {slug: make_niche(session, slug=slug, names=names) for slug, names in cast.NICHES.items()}
    _categories(session, niches)
    return niches, {slug: _track(session, product, niche) for slug, niche in niches.items()}


def _track(session: Session, product: Product, niche: Niche) -> Track:
    return make_track(session, slug=niche.slug, names=cast.TRACKS[niche.slug], niche=niche, product=product, level=2)


def _categories(session: Session, niches: dict[str, Niche]) -> None:
    make_category(
        session,
        slug="upgrade",
        names=cast.UPGRADE,
        hints=cast.UPGRADE_HINT,
        niche=niches["upgrades"],
        fields=[
            make_field("from_version", labels=cast.FROM_VERSION, hints=cast.FROM_VERSION_HINT),
            make_field("method", FieldKind.CHOICE, labels=cast.METHOD, choices=METHODS),
            make_field("error", FieldKind.LONG_TEXT, labels=cast.ERROR, is_required=False, max_length=4000),
        ],
    )
    make_category(
        session,
        slug="storage",
        names=cast.STORAGE,
        hints=cast.STORAGE_HINT,
        layer=Layer.INTEGRATION,
        niche=niches["storage"],
        fields=[make_field("image", FieldKind.URL, labels=cast.IMAGE, is_required=False)],
    )
    make_category(
        session, slug="defect", names=cast.DEFECT, hints=cast.DEFECT_HINT, niche=niches["upgrades"], is_defect=True
    )


def _partner(
    session: Session, partner: Partner, niches: dict[str, Niche], tracks: dict[str, Track], now: datetime
) -> Provider:
    first, *others = partner.members
    provider = make_provider(
        session,
        person=give_account(session, first.person),
        languages=first.languages,
        zone=first.person.zone,
        slug=partner.slug,
        name=partner.name,
        country=country_at_work(partner.countries, now),
        abouts=partner.about,
        currency=partner.currency,
        created_at=now - 300 * DAY,
        ratings=len(partner.stars),
        stars_sum=sum(partner.stars),
        **partner.figures,
    )
    for other in others:
        person = give_account(session, other.person)
        make_member(
            session, provider, person=person, languages=other.languages, zone=other.person.zone, role=MemberRole.MEMBER
        )
    for member, works in zip(provider.members, partner.members, strict=True):
        start, end = works.hours
        make_hours(session, member, weekdays=works.weekdays, start_minute=60 * start, end_minute=60 * end)
    _offer(session, provider, partner, niches, tracks, now)
    return provider


def _offer(
    session: Session,
    provider: Provider,
    partner: Partner,
    niches: dict[str, Niche],
    tracks: dict[str, Track],
    now: datetime,
) -> None:
    for slug, price_minor in partner.prices.items():
        make_service(
            session,
            provider=provider,
            niche=niches[slug],
            layer=cast.LAYERS[slug],
            price_minor=price_minor,
            currency=partner.currency,
            includes=cast.INCLUDES,
        )
        make_credential(
            session,
            person=provider.members[0].person,
            track=tracks[slug],
            issued_at=now - 80 * DAY,
            valid_until=now + 650 * DAY,
        )


def move(partner: Partner, country: str) -> None:
    """Have a partner live in another country, of which another calendar and another list of Stripe's is true."""
    with transaction() as session:
        profiles.provider_by_slug(session, partner.slug).country = country


def country_at_work(countries: Sequence[str], now: datetime) -> str:
    """Choose a country without a public holiday around these days, so that its partners work whenever a test runs."""
    days = [(now + n * DAY).date() for n in range(-1, 4)]
    free = (one for one in countries if not any(day in public_holidays(one, day.year) for day in days))
    return next(free, countries[-1])


def _review(session: Session, provider: Provider, stars: Sequence[int], customer: Person, now: datetime) -> None:
    category = session.scalars(select(Category).filter_by(slug="upgrade")).one()
    for age, given in enumerate(stars, start=8):
        at = now - age * DAY
        solved = make_request(
            session, status="closed", provider=provider, customer=customer, category=category, created_at=at - DAY
        )
        review = Review(provider_id=provider.id, request_id=solved.id, author_name=customer.name, stars=given, at=at)
        review.body = cast.PRAISE if given == 5 and age == 8 else None
        review.language = "en"
        session.add(review)


def _connect(now: datetime) -> None:
    """Take `VEGA` through Stripe's onboarding, as its owner would."""
    with transaction() as session:
        payee_id = profiles.provider_by_slug(session, cast.VEGA.slug).id
        message_id = payments.ask_account(session, payee_id, country="ES", email=cast.MARISOL.email, now=now)
    assert outbox.deliver_now(message_id)
    account_id = money.connected_account(reading(), payee_id).stripe_account_id
    reading().rollback()
    home = "http://localhost/"
    visitor.complete_onboarding(gateway().onboarding_url(account_id, refresh_url=home, return_url=home))
    effects.refresh_account(payee_id, now)
