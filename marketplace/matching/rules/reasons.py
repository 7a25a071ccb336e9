"""Why a partner suits a request: each reason is computed from this pair's data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.money import Money
from marketplace.kernel.translate import (
    _,
    format_day,
    format_duration,
    format_minutes,
    format_moment,
    format_money,
    format_number,
    format_weekday_clock,
    language_name,
    localized,
    ngettext,
)
from marketplace.matching.rules.fit import Candidate, Need
from providers.profiles.rules import Cefr
from providers.services.rules import Terms

NEWCOMER_JOBS = 3  # Fewer finished jobs than this: no figures to go by yet.


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


def _find_certificate(need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    assert candidate.certified_until is not None
    found = {"niche": dict(candidate.niche), "until": candidate.certified_until.isoformat()}
    if need.release is None:
        return found
    if candidate.is_for_release:
        return {**found, "release": need.release}
    return {**found, "not_for": need.release, "tone": "neutral"}


def _say_certificate(facts: Facts) -> str:
    said = {"niche": localized(facts["niche"]), "day": format_day(date.fromisoformat(facts["until"]))}
    if "release" in facts:
        return _("Certified for %(niche)s with %(release)s until %(day)s") % {**said, "release": facts["release"]}
    if "not_for" in facts:
        names = {**said, "release": facts["not_for"]}
        return _("Certified for %(niche)s until %(day)s, for another version than %(release)s") % names
    return _("Certified for %(niche)s until %(day)s") % said


def _find_start(need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if need.starts_at is None:
        return None
    return {"at": need.starts_at.isoformat(), "minutes": candidate.terms.session_minutes}


def _say_start(facts: Facts) -> str:
    return _("Is free on %(moment)s your time, for %(duration)s") % {
        "moment": format_moment(datetime.fromisoformat(facts["at"])),
        "duration": format_minutes(facts["minutes"]),
    }


def _find_open(need: Need, candidate: Candidate, now: datetime) -> Facts | None:
    if need.starts_at is not None:
        return None
    assert candidate.next_open is not None
    is_open = candidate.next_open <= now
    return {"open": is_open, "at": candidate.next_open.isoformat(), "tone": "good" if is_open else "neutral"}


def _say_open(facts: Facts) -> str:
    if facts["open"]:
        return _("Is at work now")
    return _("Is back at work %(moment)s your time") % {
        "moment": format_weekday_clock(datetime.fromisoformat(facts["at"]))
    }


def _find_overlap(need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if need.starts_at is not None:
        return None
    hours = round(candidate.overlap_hours, 1)
    return {"hours": hours, "tone": "good" if hours >= 4 else "neutral" if hours >= 1 else "weak"}  # noqa: PLR2004


def _say_overlap(facts: Facts) -> str:
    if not facts["hours"]:
        return _("Works while you sleep: no shared office hours")
    return _("Shares about %(hours)s hours of your working day") % {"hours": format_number(facts["hours"])}


def _find_promises(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if not candidate.figures.promises_due:
        return None
    good = candidate.figures.promises_kept >= 0.9 * candidate.figures.promises_due
    return {
        "kept": candidate.figures.promises_kept,
        "due": candidate.figures.promises_due,
        "tone": "good" if good else "weak",
    }


def _say_promises(facts: Facts) -> str:
    return ngettext(
        "Kept %(kept)d of %(due)d promised update", "Kept %(kept)d of %(due)d promised updates", facts["due"]
    ) % {"kept": facts["kept"], "due": facts["due"]}


def _find_satisfaction(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if not candidate.figures.ratings:
        return None
    stars = round(candidate.figures.stars_sum / candidate.figures.ratings, 1)
    return {"stars": stars, "n": candidate.figures.ratings, "tone": "good" if stars >= 4 else "weak"}  # noqa: PLR2004


def _say_satisfaction(facts: Facts) -> str:
    return ngettext("Rated %(stars)s of 5 by %(n)d customer", "Rated %(stars)s of 5 by %(n)d customers", facts["n"]) % {
        "stars": format_number(facts["stars"]),
        "n": facts["n"],
    }


def _find_speed(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    if not candidate.figures.first_answers:
        return None
    minutes = candidate.figures.first_answer_minutes_sum // candidate.figures.first_answers
    return {"minutes": minutes, "n": candidate.figures.first_answers, "tone": "good" if minutes <= 120 else "neutral"}  # noqa: PLR2004


def _say_speed(facts: Facts) -> str:
    return _("Answers first after %(duration)s on average (jobs: %(n)d)") % {
        "duration": format_duration(timedelta(minutes=facts["minutes"])),
        "n": facts["n"],
    }


def _find_newcomer(_need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    return (
        {"n": candidate.figures.jobs_done, "tone": "neutral"} if candidate.figures.jobs_done < NEWCOMER_JOBS else None
    )


def _say_newcomer(facts: Facts) -> str:
    if not facts["n"]:
        return _("New here: certified, first job to come")
    return ngettext("New here: %(n)d job done so far", "New here: %(n)d jobs done so far", facts["n"]) % facts


def _find_price(need: Need, candidate: Candidate, _now: datetime) -> Facts | None:
    terms = candidate.terms
    return {
        "kind": terms.kind.value,
        "unit": terms.price.minor,
        "minor": terms.most.minor,
        "currency": terms.price.currency,
        "cap": terms.cap_minutes,
        "length": terms.session_minutes,
        "ceiling": need.ceiling.minor if need.ceiling else None,
        "tone": "neutral",
    }


def _say_price(facts: Facts) -> str:
    if facts.get("kind", ServiceKind.INCIDENT) != ServiceKind.INCIDENT:  # Older ones do not say how it was sold.
        unit = Money(facts["unit"], facts["currency"])
        terms = Terms(ServiceKind(facts["kind"]), unit, facts["cap"], facts["length"])
        return _("Asks %(terms)s") % {"terms": terms.text}
    price = format_money(Money(facts["minor"], facts["currency"]))
    if facts["ceiling"] is None or facts["ceiling"] == facts["minor"]:
        return _("Asks %(price)s, all included") % {"price": price}
    limit = format_money(Money(facts["ceiling"], facts["currency"]))
    return _("Asks %(price)s, within your limit of %(limit)s") % {"price": price, "limit": limit}


PASSING = frozenset({"open", "price"})  # True at the moment of asking; a quote says something else, and later.

# In the order in which they are read: language comes first.
REASONS: Mapping[str, ReasonKind] = {
    "language": ReasonKind("languages", _find_language, _say_language),
    "certificate": ReasonKind("badge-check", _find_certificate, _say_certificate),
    "history": ReasonKind("history", _find_history, _say_history),
    "start": ReasonKind("calendar-check", _find_start, _say_start),
    "open": ReasonKind("clock", _find_open, _say_open),
    "overlap": ReasonKind("sun", _find_overlap, _say_overlap),
    "promises": ReasonKind("alarm-clock-check", _find_promises, _say_promises),
    "satisfaction": ReasonKind("star", _find_satisfaction, _say_satisfaction),
    "speed": ReasonKind("timer", _find_speed, _say_speed),
    "newcomer": ReasonKind("sprout", _find_newcomer, _say_newcomer),
    "price": ReasonKind("wallet", _find_price, _say_price),
}
