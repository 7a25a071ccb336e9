"""What a crowd of partners is like: values only, the same for the same seed.

The world is skewed: few countries have most partners, few kinds of work most services, most people one of few weeks.
Which languages are spoken where, and by how many, is known from CLDR; so are the time zones of a country.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from babel import Locale
from babel.core import get_global

from marketplace.catalogue.rules import Layer, ServiceKind
from marketplace.kernel.translate import is_zone
from marketplace.site.demo.content.abouts import BEGAN, ENDS, WORKS
from marketplace.site.demo.content.countries import COUNTRIES, WEEKS
from marketplace.tariffs.rules import PartnerLevel
from providers.profiles.rules import Cefr
from providers.profiles.rules.speech import Speech, Speeches
from providers.services.rules import ANY_URGENCY, URGENCIES_HOURS

# From those with most partners to those with few; n-th most have one n-th as many (Zipf).
PLACES = (
    "US IN BR DE ES GB FR MX PL UA AR CO ID PH NG EG PK TR IT CA VN JP CL PE RO MA PT NL ZA KE RS BD CZ EC MY TH GR SE "
    "KR IL SA AE DZ TN VE HU BG AU CN TW NP LK UY CR BO GT DO KZ GE AM IR NZ IE"
).split()
SHARES_OF_LEVELS = {
    Cefr.NATIVE: 4, Cefr.C2: 10, Cefr.C1: 24, Cefr.B2: 32, Cefr.B1: 20, Cefr.A2: 10,
}  # fmt: skip
ENGLISH, ENGLISH_SHARE = "en", 0.75
UNEVEN = 0.4  # Share of foreign languages that are not spoken as they are written,
ONLY_WRITTEN = 0.1  # not spoken at all,
PROVEN = 0.15  # and proven.
MAX_OTHERS = 3  # Languages beside the mother tongue.
TWO_MEMBERS = 0.15
OWN_WEEK = 0.1  # Share of those with hours that nobody else has.
AWAY = 0.03
NO_COVER = 0.15  # Share of those who take no requests that cover pays for.
EXPIRED = 0.04
URGENT_PERCENT = 50  # So much more is asked for an answer that comes sooner.
NEW = 0.2  # Share of those without any figures.

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works for a partner; `week` has weekday, first and last minute."""

    name: str
    zone: str
    languages: Speeches
    week: tuple[tuple[int, int, int], ...]
    is_away: bool


@dataclass(frozen=True, slots=True)
class Sold:
    """A service; the price is a percentage of what is usual."""

    niche: int
    layer: Layer
    percent: int
    kind: ServiceKind
    urgency_hours: int

    @property
    def cap_minutes(self) -> int | None:
        """So much time at most, by the hour only."""
        return 180 if self.kind is ServiceKind.HOURLY else None

    @property
    def session_minutes(self) -> int | None:
        """So long is a session."""
        return 60 if self.kind is ServiceKind.SESSION else None


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate: by which member, in which niche, at which level, and of which age in days."""

    member: int
    niche: int
    level: int
    days: int


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner of the crowd."""

    name: str
    country: str
    about: str
    level: PartnerLevel
    days: int
    workers: tuple[Worker, ...]
    sold: tuple[Sold, ...]
    held: tuple[Held, ...]
    figures: Mapping[str, int]
    accepts_cover: bool


class Chances(Generic[Value]):
    """Values of which some are likelier than others."""

    def __init__(self, shares: Mapping[Value, float]) -> None:
        """Take values with their shares, of any sum."""
        self._values = list(shares)
        self._up_to = list(accumulate(shares.values()))

    def draw(self, rng: Random) -> Value:
        """Draw one."""
        return rng.choices(self._values, cum_weights=self._up_to)[0]


def zipf(values: Sequence[Value]) -> Chances[Value]:
    """Let the n-th value be an n-th as likely as the first."""
    return Chances({value: 1 / place for place, value in enumerate(values, start=1)})


_LAYERS = tuple(Layer)
_PLACES = zipf(PLACES)
_KINDS = Chances({ServiceKind.INCIDENT: 80, ServiceKind.HOURLY: 12, ServiceKind.SESSION: 8})
_URGENCIES = Chances({ANY_URGENCY: 80, 24: 12, 72: 4, 4: 4})
_WEEKS = zipf(sorted(WEEKS))
_LEVELS = Chances(SHARES_OF_LEVELS)
_PARTNER_LEVELS = Chances({PartnerLevel.NEW: 60, PartnerLevel.ESTABLISHED: 30, PartnerLevel.LEADING: 10})
_JOBS = zipf(range(1, 300))


def partners(count: int, niches: int, seed: int) -> Iterator[Partner]:
    """Draw partners, one after the other.

    Args:
        count: how many.
        niches: so many kinds of work there are; the first is the most popular.
        seed: the same one gives the same partners.
    """
    rng = Random(seed)  # noqa: S311 - no secret, and to be repeated
    kinds = zipf(range(niches))
    for _number in range(count):
        yield _partner(rng, kinds)


def _partner(rng: Random, kinds: Chances[int]) -> Partner:
    country = _PLACES.draw(rng)
    workers = tuple(_worker(rng, country) for _one in range(2 if rng.random() < TWO_MEMBERS else 1))
    niches = list(dict.fromkeys(kinds.draw(rng) for _one in range(rng.randint(1, 4))))
    sold = tuple(one for niche in niches for one in _sold(rng, niche))
    held = tuple(
        Held(
            rng.randrange(len(workers)),
            niche,
            rng.randint(1, 3),
            800 if rng.random() < EXPIRED else rng.randint(1, 700),
        )
        for niche in niches
    )
    name = workers[0].name if len(workers) == 1 else " & ".join(one.name.split()[-1] for one in workers)
    about = " ".join((rng.choice(BEGAN).format(city=_city(workers[0].zone)), rng.choice(WORKS), rng.choice(ENDS)))
    return Partner(
        name,
        country,
        about,
        _PARTNER_LEVELS.draw(rng),
        rng.randint(1, 2000),
        workers,
        sold,
        held,
        _figures(rng),
        rng.random() >= NO_COVER,
    )


def _sold(rng: Random, niche: int) -> Iterator[Sold]:
    """Sell something, and some of it once more for those who need an answer sooner."""
    kind, urgency_hours = _KINDS.draw(rng), _URGENCIES.draw(rng)
    usual = Sold(niche, rng.choice(_LAYERS), rng.randrange(50, 200, 5), kind, urgency_hours)
    if kind is ServiceKind.SESSION:
        usual = replace(usual, urgency_hours=ANY_URGENCY)
    yield usual
    if usual.urgency_hours > min(URGENCIES_HOURS):
        yield replace(usual, urgency_hours=min(URGENCIES_HOURS), percent=usual.percent + URGENT_PERCENT)


def _worker(rng: Random, country: str) -> Worker:
    given, family = _names(country)
    return Worker(
        name=f"{rng.choice(given)} {rng.choice(family)}".replace("_", " "),
        zone=_zones(country).draw(rng),
        languages=_languages(rng, country),
        week=_week(rng),
        is_away=rng.random() < AWAY,
    )


def _languages(rng: Random, country: str) -> dict[str, Speech]:
    mother_tongue, others = _tongues(country)
    known = {mother_tongue.draw(rng): Speech.both(Cefr.NATIVE)}
    if rng.random() < ENGLISH_SHARE:
        known.setdefault(ENGLISH, _foreign(rng))
    for _one in range(rng.randint(0, MAX_OTHERS - 1)):
        known.setdefault(others.draw(rng), _foreign(rng))
    return known


def _foreign(rng: Random) -> Speech:
    """Draw how well somebody has learned a language: most write it as well as they speak it, and few can prove it."""
    written = _LEVELS.draw(rng)
    spoken = _LEVELS.draw(rng) if rng.random() < UNEVEN else written
    if rng.random() < ONLY_WRITTEN:
        return Speech(written=written)
    if rng.random() < PROVEN:
        return Speech(spoken, written, spoken, written)
    return Speech(spoken, written)


def _week(rng: Random) -> tuple[tuple[int, int, int], ...]:
    shifts = WEEKS[_WEEKS.draw(rng)]
    own = 15 * rng.randint(-8, 8) if rng.random() < OWN_WEEK else 0
    moved = [(day, one.start + own, one.end + own) for one in shifts for day in one.weekdays]
    if own:
        moved = [one for one in moved if rng.random() > OWN_WEEK] or moved
    return tuple(sorted((day, start, end) for day, start, end in moved if 0 <= start < _DAY_MINUTES))


_DAY_MINUTES = 24 * 60


def _figures(rng: Random) -> dict[str, int]:
    """Draw what was counted before, of which no rows are kept; ratings are none of it, for each has its review."""
    if rng.random() < NEW:
        return {}
    jobs = _JOBS.draw(rng)
    promises = 2 * jobs
    return {
        "jobs_done": jobs,
        "promises_due": promises,
        "promises_kept": promises - rng.randint(0, promises // 5),
        "first_answers": jobs,
        "first_answer_minutes_sum": jobs * rng.randint(10, 400),
    }


@cache
def _zones(country: str) -> Chances[str]:
    return zipf([zone for zone in get_global("territory_zones")[country] if is_zone(zone)][::-1])


@cache
def _tongues(country: str) -> tuple[Chances[str], Chances[str]]:
    """Give the languages of a country as mother tongues, of which those of the state count, and as others."""
    named = Locale("en").languages
    known = {code: facts for code, facts in get_global("territory_languages")[country].items() if code in named}
    share = {code.replace("_", "-"): facts["population_percent"] or 0.1 for code, facts in known.items()}
    of_state = {code.replace("_", "-") for code, facts in known.items() if facts["official_status"] == "official"}
    mother_tongues = {code: percent for code, percent in share.items() if code in of_state} or share
    return Chances(mother_tongues), Chances({code: percent + 1 for code, percent in share.items()})


@cache
def _names(country: str) -> tuple[list[str], list[str]]:
    """Give names of a country, or of one that is known and speaks its language."""
    languages = get_global("territory_languages")[country]
    spoken = {row.speech[0].partition(":")[0]: row for row in reversed(COUNTRIES)}
    by_code = {row.code: row for row in COUNTRIES}
    likely = sorted(languages, key=lambda code: -(languages[code]["population_percent"] or 0))
    row = by_code.get(country) or next((spoken[code] for code in likely if code in spoken), COUNTRIES[0])
    return row.given.split(), row.family.split()


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
