"""What the demo's partners are like, decided by chance: values only, the same for the same seed.

Each partner has a chance of its own, so that the first sixty are the same however many follow.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TypeVar

from marketplace.kernel.money import Money, exponent
from marketplace.sandbox.stripe.resources.countries import MARKETS
from marketplace.site.demo.content.abouts import BEGAN, BEGAN_TOGETHER, ENDS, NATIVE, WORKS, WORKS_TOGETHER
from marketplace.site.demo.content.cast import DESK, PARTNERS, MemberRow, PartnerRow, PersonRow
from marketplace.site.demo.content.cities import CITIES
from marketplace.site.demo.content.countries import COUNTRIES, WEEKS, CountryRow, Shift, shift
from marketplace.site.demo.content.script import DAY
from marketplace.site.demo.content.vendor import NICHES, NicheRow
from marketplace.site.demo.services import ServicePlan, also_by_time, also_urgent, fixed_prices
from providers.profiles.rules import Cefr, slug_of

VALID_FOR = 730 * DAY
SEED = "lumentree"
STUDIOS = 0.2  # Share of businesses of two,
NEWCOMERS = 0.16  # of those who have only just come,
# Of the partners, by their numbers.
TAKE_NO_COVER = {4, 9, 15}
SELL_URGENT_HELP = {6, 11, 18}
CONNECTED = 0.8  # and of those with an account at Stripe, where they can have one.
BILINGUAL = 0.75  # Share of those who introduce themselves in their mother tongue too.
EXPIRING = 0.06  # Share of certificates that end within weeks.

Option = TypeVar("Option")


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """Somebody who works for a partner."""

    person: PersonRow
    speech: dict[str, Cefr]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class CredentialPlan:
    """What somebody has passed, and how long ago; `member` counts from 0."""

    member: int
    niche: str
    level: int
    issued_ago: timedelta


@dataclass(frozen=True, slots=True)
class PartnerPlan:
    """A partner; `quality` is between 0 and 100 and shows in stars and kept promises."""

    slug: str
    name: str
    country: str
    currency: str
    capacity: int
    commission_percent: int
    abouts: dict[str, str]
    members: tuple[MemberPlan, ...]
    services: tuple[ServicePlan, ...]
    credentials: tuple[CredentialPlan, ...]
    joined_ago: timedelta
    quality: int
    is_connected: bool
    is_newcomer: bool = False
    accepts_cover: bool = True


def partners(count: int) -> list[PartnerPlan]:
    """Plan `count` partners: those that can be signed in as come first."""
    planned = [_from_cast(row) for row in PARTNERS[:count]]
    namer = _Namer({plan.slug for plan in planned})
    for number in range(len(planned), count):
        rng = Random(f"{SEED}:{number}")  # noqa: S311 - a demo, to be repeated
        planned += [_partner(number, rng, namer)]
    return planned


def desk() -> PartnerPlan:
    """Plan the vendor's own desk."""
    return _from_cast(DESK)


class _Namer:
    """Hands out names that nobody has yet."""

    def __init__(self, slugs: set[str]) -> None:
        self._slugs = slugs
        self._keys: set[str] = set()
        self._people = {country.code: _names(country) for country in COUNTRIES}
        self._studios = {country.code: list(country.studios[::-1]) for country in COUNTRIES}

    def person(self, country: CountryRow) -> str:
        """Give the next name of a country."""
        return next(self._people[country.code])

    def business(self, country: CountryRow, members: tuple[MemberPlan, ...]) -> str:
        """Name a business: by a word from home at first, and by its people when the words are used up."""
        words = self._studios[country.code]
        return words.pop() if words else " & ".join(one.person.name.split()[-1] for one in members)

    def slug(self, name: str) -> str:
        """Give a business an address."""
        return _untaken(slug_of(name), self._slugs)

    def key(self, name: str) -> str:
        """Give a person a mailbox."""
        return _untaken(slug_of(name).replace("-", "."), self._keys)


def _names(country: CountryRow) -> Iterator[str]:
    """Give one name after the other, as far from the last one as can be; with two family names after a while."""
    given, family = country.given.split(), country.family.split()
    count = len(given) * len(family)
    for number in itertools.count():
        place, turn = 53 * number % count, number // count  # Prime to the count: comes round only after all of them.
        names = [
            given[place % len(given)],
            *(family[(place // len(given) + more) % len(family)] for more in sorted({0, turn})),
        ]
        yield " ".join(names).replace("_", " ")


def _untaken(stem: str, taken: set[str]) -> str:
    """Add a number when somebody has it."""
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return name


def _partner(number: int, rng: Random, namer: _Namer) -> PartnerPlan:
    country = COUNTRIES[(number - len(PARTNERS)) % len(COUNTRIES)]
    is_studio, is_newcomer = rng.random() < STUDIOS, rng.random() < NEWCOMERS
    zone = _likely(rng, country.zones.split())
    members = tuple(_member(rng, country, zone, namer) for _one in range(2 if is_studio else 1))
    name = namer.business(country, members) if is_studio else members[0].person.name
    currency = _likely(rng, country.currencies.split())
    niches = sorted(rng.sample(NICHES, rng.randint(4, 6) if is_studio else rng.randint(2, 4)), key=NICHES.index)
    levels = {niche.slug: 1 if is_newcomer else rng.choice((1, 2, 2, 3)) for niche in niches}
    joined_ago = timedelta(days=rng.randint(6, 24) if is_newcomer else rng.randint(320, 900))
    services = also_by_time(
        fixed_prices(rng, niches, levels, currency, country.cost_percent),
        Random(f"{SEED}:{number}:by time"),  # noqa: S311 - a demo, to be repeated
    )
    return PartnerPlan(
        slug=namer.slug(name),
        name=name,
        country=country.code,
        currency=currency,
        capacity=rng.randint(4, 6) if is_studio else rng.randint(2, 4),
        commission_percent=rng.choice((15, 15, 16, 18, 20)),
        abouts=_abouts(rng, zone, members),
        members=members,
        services=tuple(also_urgent(services) if number in SELL_URGENT_HELP else services),
        credentials=tuple(_credentials(rng, levels, len(members), is_newcomer=is_newcomer)),
        joined_ago=joined_ago,
        quality=rng.choice((62, 78, 86, 90, 93, 95, 96, 98, 99, 100)),
        is_connected=country.code in MARKETS and not is_newcomer and rng.random() < CONNECTED,
        is_newcomer=is_newcomer,
        accepts_cover=number not in TAKE_NO_COVER,
    )


def _likely(rng: Random, options: list[Option]) -> Option:
    """Choose, the first one half the time."""
    return options[0] if rng.random() < 0.5 else rng.choice(options)  # noqa: PLR2004


def _member(rng: Random, country: CountryRow, zone: str, namer: _Namer) -> MemberPlan:
    name = namer.person(country)
    speech = _speech(_likely(rng, list(country.speech)))
    language = next((code for code in ("es", "ar") if speech.get(code) is Cefr.NATIVE), "en")
    person = PersonRow(namer.key(name), name, language, zone, country.code, _likely(rng, country.currencies.split()))
    later = rng.choice((-30, 0, 0, 30))
    shifts = WEEKS[_likely(rng, country.hours.split())]
    return MemberPlan(person, speech, tuple(Shift(one.weekdays, one.start + later, one.end + later) for one in shifts))


def _speech(row: str) -> dict[str, Cefr]:
    pairs = (one.split(":") for one in row.split())
    return {language: Cefr(level) for language, level in pairs}


def _abouts(rng: Random, zone: str, members: tuple[MemberPlan, ...]) -> dict[str, str]:
    is_studio = len(members) > 1
    begins, works = (BEGAN_TOGETHER, WORKS_TOGETHER) if is_studio else (BEGAN, WORKS)
    began = rng.choice(begins).format(city=rng.choice(CITIES[zone]))
    about = {"en": " ".join((began, rng.choice(works), rng.choice(ENDS))).strip()}
    mother_tongues = [code for code, level in members[0].speech.items() if level is Cefr.NATIVE and code in NATIVE]
    if not is_studio and rng.random() < BILINGUAL:
        about |= {code: rng.choice(NATIVE[code]) for code in mother_tongues}
    return about


def _credentials(rng: Random, levels: dict[str, int], members: int, *, is_newcomer: bool) -> Iterator[CredentialPlan]:
    for place, (niche, level) in enumerate(levels.items()):
        days = rng.randint(2, 30) if is_newcomer else rng.randint(320, 690)
        if not is_newcomer and rng.random() < EXPIRING:
            days = rng.randint(706, 726)
        yield CredentialPlan(place % members, niche, level, timedelta(days=days))


def _from_cast(row: PartnerRow) -> PartnerPlan:
    members = tuple(_cast_member(one) for one in row.members)
    niches = [niche for niche in NICHES if niche.slug in row.prices]
    return PartnerPlan(
        slug=row.slug,
        name=row.name,
        country=row.country,
        currency=row.currency,
        capacity=row.capacity,
        commission_percent=row.commission_percent,
        abouts=row.abouts,
        members=members,
        services=tuple(also_by_time(_own_prices(row, niches))),
        credentials=tuple(
            CredentialPlan(place % len(members), niche.slug, 3 if place % 2 else 2, timedelta(days=380 + 31 * place))
            for place, niche in enumerate(niches)
        ),
        joined_ago=790 * DAY,
        quality=97,
        is_connected=row.is_connected,
    )


def _own_prices(row: PartnerRow, niches: list[NicheRow]) -> Iterator[ServicePlan]:
    for niche in niches:
        price = Money(row.prices[niche.slug] * 10 ** exponent(row.currency), row.currency)
        yield from (ServicePlan(niche.slug, layer, price, 1) for layer in niche.layers)


def _cast_member(row: MemberRow) -> MemberPlan:
    return MemberPlan(row.person, _speech(row.speech), tuple(shift(*one.split()) for one in row.hours))
