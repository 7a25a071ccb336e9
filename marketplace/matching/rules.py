"""Who can do a request, who should, and why: all of it computed from this pair's data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from marketplace.catalogue.rules import Layer
from marketplace.kernel.money import Money
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import (
    LazyText,
    _,
    _l,
    format_day,
    format_duration,
    format_money,
    format_number,
    format_weekday_clock,
    language_name,
    localized,
    ngettext,
)
from providers.profiles.rules import Cefr

SHORTEST_OFFER = timedelta(minutes=15)
LONGEST_OFFER = timedelta(hours=4)
OFFERS_WITHIN_URGENCY = 6  # So many partners can be asked, one after the other, before the time is up.
LONGEST_WAIT = timedelta(hours=72)  # Whoever is not at work within this is away; a weekend is not.
NEWCOMER_JOBS = 3  # Fewer finished jobs than this: no figures to go by yet.
SOON_PERCENT = 20  # Of an offer's time: from here on it ends soon.
PRIOR_STARS = 4.2  # What is assumed of a partner without ratings,
PRIOR_RATINGS = 5  # with the weight of so many ratings (Bayesian average).


class OfferStatus(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return OFFER_LABELS[self]


class OfferAction(StrEnum):
    """What can happen to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


OFFER = StateTable[OfferStatus, OfferAction]({
    (OfferStatus.OPEN, OfferAction.ACCEPT): OfferStatus.ACCEPTED,
    (OfferStatus.OPEN, OfferAction.DECLINE): OfferStatus.DECLINED,
    (OfferStatus.OPEN, OfferAction.EXPIRE): OfferStatus.EXPIRED,
    (OfferStatus.OPEN, OfferAction.WITHDRAW): OfferStatus.WITHDRAWN,
})  # fmt: skip

OFFER_LABELS = {
    OfferStatus.OPEN: _l("Open"),
    OfferStatus.ACCEPTED: _l("Accepted"),
    OfferStatus.DECLINED: _l("Declined"),
    OfferStatus.EXPIRED: _l("Expired"),
    OfferStatus.WITHDRAWN: _l("Withdrawn"),
}


class DeclineReason(StrEnum):
    """Why a partner does not take an offer."""

    NO_TIME = "no_time"
    NOT_MY_FIELD = "not_my_field"
    PRICE = "price"
    UNCLEAR = "unclear"
    OTHER = "other"

    @property
    def label(self) -> LazyText:
        """The reason in words."""
        return DECLINE_LABELS[self]


DECLINE_LABELS = {
    DeclineReason.NO_TIME: _l("No time for it now"),
    DeclineReason.NOT_MY_FIELD: _l("Not what I know best"),
    DeclineReason.PRICE: _l("Too much work for the price"),
    DeclineReason.UNCLEAR: _l("The description is not clear enough"),
    DeclineReason.OTHER: _l("Something else"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What a request asks of a partner."""

    language: str
    level: Cefr
    layer: Layer
    zone: str
    ceiling: Money | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a partner when a request is at hand; figures are counts, never averages of averages."""

    provider_id: int
    name: str
    service_id: int
    price: Money  # In the currency of the request.
    language_level: Cefr | None
    layer: Layer
    niche: Mapping[str, str]  # Its names by language.
    certified_until: date | None
    open_jobs: int
    capacity: int
    overlap_hours: float
    next_open: datetime | None
    promises_due: int
    promises_kept: int
    ratings: int
    stars_sum: int
    first_answers: int
    first_answer_minutes_sum: int
    jobs_done: int
    solved_for_customer: int


class Unfit(StrEnum):
    """Why a partner can't do a request."""

    LANGUAGE = "language"
    CREDENTIAL = "credential"
    LAYER = "layer"
    CAPACITY = "capacity"
    AWAY = "away"
    PRICE = "price"

    @property
    def label(self) -> LazyText:
        """The obstacle in words, as staff see it in a gap."""
        return UNFIT_LABELS[self]


UNFIT_LABELS = {
    Unfit.LANGUAGE: _l("nobody speaks the language well enough"),
    Unfit.CREDENTIAL: _l("nobody is certified for this kind of work"),
    Unfit.LAYER: _l("nobody sells help with this layer"),
    Unfit.CAPACITY: _l("everybody who could is busy"),
    Unfit.AWAY: _l("everybody who could is away"),
    Unfit.PRICE: _l("nobody works at or below this price"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a match: a kind, and the data of this pair that make it true; fits into JSON."""

    kind: str
    facts: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The reason in the reader's language."""
        return REASONS[self.kind].say(self.facts)

    @property
    def icon(self) -> str:
        """A sign for the reason."""
        return REASONS[self.kind].icon

    @property
    def tone(self) -> str:
        """Tell whether it speaks for the partner: good, neutral or weak."""
        return str(self.facts.get("tone", "good"))


@dataclass(frozen=True, slots=True)
class Match:
    """A partner judged fit for a request, with the reasons; the higher the score, the better the fit."""

    provider_id: int
    service_id: int | None  # None: the vendor's desk sells nothing.
    price: Money
    score: int
    reasons: Sequence[Reason]


def obstacle(need: Need, candidate: Candidate, now: datetime) -> Unfit | None:
    """Tell why a partner can't do it; None if it can. Language comes first, then skill, then time, then money."""
    obstacles = (
        (candidate.language_level is None or candidate.language_level < need.level, Unfit.LANGUAGE),
        (candidate.certified_until is None, Unfit.CREDENTIAL),
        (candidate.layer is not need.layer, Unfit.LAYER),
        (candidate.next_open is None or candidate.next_open > now + LONGEST_WAIT, Unfit.AWAY),
        (candidate.open_jobs >= candidate.capacity, Unfit.CAPACITY),
        (need.ceiling is not None and candidate.price > need.ceiling, Unfit.PRICE),
    )
    return next((kind for is_so, kind in obstacles if is_so), None)


def judge(need: Need, candidate: Candidate, now: datetime) -> Match:
    """Weigh a partner that can do it: who should?"""
    assert obstacle(need, candidate, now) is None, candidate
    return Match(
        candidate.provider_id,
        candidate.service_id,
        candidate.price,
        score(need, candidate, now),
        reasons(need, candidate, now),
    )


def score(need: Need, candidate: Candidate, now: datetime) -> int:
    """Add up points out of 100: soon, shared hours, kept promises, satisfied customers, price, history, newcomers."""
    assert candidate.next_open is not None
    assert candidate.language_level is not None
    wait_hours = max((candidate.next_open - now) / timedelta(hours=1), 0)
    return round(
        20 * max(1 - wait_hours / 24, 0)
        + 15 * min(candidate.overlap_hours / 8, 1)
        + 20 * _kept_share(candidate)
        + 20 * (_shrunk_stars(candidate) - 1) / 4
        + 10 * _cheapness(need, candidate)
        + 10 * min(candidate.solved_for_customer, 2) / 2
        + 5 * (candidate.jobs_done < NEWCOMER_JOBS)
    )


def _kept_share(candidate: Candidate) -> float:
    return (candidate.promises_kept + 9) / (candidate.promises_due + 10)  # Assumes nine of ten before it knows.


def _shrunk_stars(candidate: Candidate) -> float:
    return (candidate.stars_sum + PRIOR_STARS * PRIOR_RATINGS) / (candidate.ratings + PRIOR_RATINGS)


def _cheapness(need: Need, candidate: Candidate) -> float:
    if need.ceiling is None or not need.ceiling:
        return 0.5
    return 1 - candidate.price.minor / need.ceiling.minor


@dataclass(frozen=True, slots=True)
class OfferClock:
    """How long an offer is open, as the promise clock shows it, in the reader's language and time zone."""

    due_at: datetime
    due_text: str
    left_text: str
    state: str  # running or soon; an offer that is over shows its status instead.
    fraction_left: int  # In percent.


def offer_clock(made_at: datetime, expires_at: datetime, now: datetime) -> OfferClock:
    """Put an offer's expiry into the reader's words."""
    left = max(expires_at - now, timedelta(0))
    percent = min(int(100 * left / (expires_at - made_at)), 100)
    return OfferClock(
        due_at=expires_at,
        due_text=format_weekday_clock(expires_at),
        left_text=_("%(duration)s left") % {"duration": format_duration(left)},
        state="soon" if percent <= SOON_PERCENT else "running",
        fraction_left=percent,
    )


def best_first(matches: Sequence[Match]) -> list[Match]:
    """Order matches: the best fit first, then the lower price, then who has been here longest."""
    return sorted(matches, key=lambda one: (-one.score, one.price.minor, one.provider_id))


def offer_window(urgency_hours: int) -> timedelta:
    """Tell how long a partner may think: a part of the time that the customer has, within limits."""
    share = timedelta(hours=urgency_hours) / OFFERS_WITHIN_URGENCY
    return min(max(share, SHORTEST_OFFER), LONGEST_OFFER)


def reasons(need: Need, candidate: Candidate, now: datetime) -> list[Reason]:
    """Say what speaks for a partner, and what does not, from this pair's data."""
    found = [maker.find(need, candidate, now) for maker in REASONS.values()]
    return [Reason(kind, facts) for kind, facts in zip(REASONS, found, strict=True) if facts is not None]


Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReasonKind:
    """How a reason is found in the data of a pair, and how it is said."""

    icon: str
    find: Callable[[Need, Candidate, datetime], Facts | None]
    say: Callable[[Facts], str]


def _find_history(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    return {"n": candidate.solved_for_customer} if candidate.solved_for_customer else None


def _say_history(facts: Facts) -> str:
    return ngettext("Has solved %(n)d request for you", "Has solved %(n)d requests for you", facts["n"]) % facts


def _find_language(need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    assert candidate.language_level is not None
    return {"language": need.language, "level": candidate.language_level.value, "asked": need.level.value}


def _say_language(facts: Facts) -> str:
    names = {
        "language": language_name(facts["language"]),
        "level": Cefr(facts["level"]).label,
        "asked": Cefr(facts["asked"]).label,
    }
    if facts["level"] == facts["asked"]:
        return _("Speaks %(language)s (%(level)s), as you asked") % names
    return _("Speaks %(language)s (%(level)s); you asked for %(asked)s or better") % names


def _find_certificate(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    assert candidate.certified_until is not None
    return {"niche": dict(candidate.niche), "until": candidate.certified_until.isoformat()}


def _say_certificate(facts: Facts) -> str:
    until = format_day(date.fromisoformat(facts["until"]))
    return _("Certified for %(niche)s until %(day)s") % {"niche": localized(facts["niche"]), "day": until}


def _find_open(_need: Need, candidate: Candidate, now: datetime) -> Facts | None:
    assert candidate.next_open is not None
    is_open = candidate.next_open <= now
    return {"open": is_open, "at": candidate.next_open.isoformat(), "tone": "good" if is_open else "neutral"}


def _say_open(facts: Facts) -> str:
    if facts["open"]:
        return _("Is at work now")
    return _("Is back at work %(moment)s your time") % {
        "moment": format_weekday_clock(datetime.fromisoformat(facts["at"]))
    }


def _find_overlap(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    hours = round(candidate.overlap_hours, 1)
    return {"hours": hours, "tone": "good" if hours >= 4 else "neutral" if hours >= 1 else "weak"}  # noqa: PLR2004


def _say_overlap(facts: Facts) -> str:
    if not facts["hours"]:
        return _("Works while you sleep: no shared office hours")
    return _("Shares about %(hours)s hours of your working day") % {"hours": format_number(facts["hours"])}


def _find_promises(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if not candidate.promises_due:
        return None
    good = candidate.promises_kept >= 0.9 * candidate.promises_due
    return {"kept": candidate.promises_kept, "due": candidate.promises_due, "tone": "good" if good else "weak"}


def _say_promises(facts: Facts) -> str:
    return ngettext(
        "Kept %(kept)d of %(due)d promised update", "Kept %(kept)d of %(due)d promised updates", facts["due"]
    ) % {"kept": facts["kept"], "due": facts["due"]}


def _find_satisfaction(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if not candidate.ratings:
        return None
    stars = round(candidate.stars_sum / candidate.ratings, 1)
    return {"stars": stars, "n": candidate.ratings, "tone": "good" if stars >= 4 else "weak"}  # noqa: PLR2004


def _say_satisfaction(facts: Facts) -> str:
    return ngettext("Rated %(stars)s of 5 by %(n)d customer", "Rated %(stars)s of 5 by %(n)d customers", facts["n"]) % {
        "stars": format_number(facts["stars"]),
        "n": facts["n"],
    }


def _find_speed(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if not candidate.first_answers:
        return None
    minutes = candidate.first_answer_minutes_sum // candidate.first_answers
    return {"minutes": minutes, "n": candidate.first_answers, "tone": "good" if minutes <= 120 else "neutral"}  # noqa: PLR2004


def _say_speed(facts: Facts) -> str:
    return _("Answers first after %(duration)s on average (jobs: %(n)d)") % {
        "duration": format_duration(timedelta(minutes=facts["minutes"])),
        "n": facts["n"],
    }


def _find_newcomer(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    return {"n": candidate.jobs_done, "tone": "neutral"} if candidate.jobs_done < NEWCOMER_JOBS else None


def _say_newcomer(facts: Facts) -> str:
    if not facts["n"]:
        return _("New here: certified, first job to come")
    return ngettext("New here: %(n)d job done so far", "New here: %(n)d jobs done so far", facts["n"]) % facts


def _find_price(need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    ceiling = need.ceiling.minor if need.ceiling else None
    return {"minor": candidate.price.minor, "currency": candidate.price.currency, "ceiling": ceiling, "tone": "neutral"}


def _say_price(facts: Facts) -> str:
    price = format_money(Money(facts["minor"], facts["currency"]))
    if facts["ceiling"] is None or facts["ceiling"] == facts["minor"]:
        return _("Asks %(price)s, all included") % {"price": price}
    limit = format_money(Money(facts["ceiling"], facts["currency"]))
    return _("Asks %(price)s, within your limit of %(limit)s") % {"price": price, "limit": limit}


# In the order in which they are read: language comes first.
REASONS: Mapping[str, ReasonKind] = {
    "language": ReasonKind("languages", _find_language, _say_language),
    "certificate": ReasonKind("badge-check", _find_certificate, _say_certificate),
    "history": ReasonKind("history", _find_history, _say_history),
    "open": ReasonKind("clock", _find_open, _say_open),
    "overlap": ReasonKind("sun", _find_overlap, _say_overlap),
    "promises": ReasonKind("alarm-clock-check", _find_promises, _say_promises),
    "satisfaction": ReasonKind("star", _find_satisfaction, _say_satisfaction),
    "speed": ReasonKind("timer", _find_speed, _say_speed),
    "newcomer": ReasonKind("sprout", _find_newcomer, _say_newcomer),
    "price": ReasonKind("wallet", _find_price, _say_price),
}
