"""How well a language is spoken, who may work, and what figures say."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from marketplace.kernel.errors import Conflict, InvalidInput, NotAllowed
from marketplace.kernel.states import StateTable
from marketplace.kernel.translate import LazyText, _, _l

MAX_REASON_LENGTH = 500
MAX_LEGAL_NAME_LENGTH = 120
MAX_ADDRESS_LENGTH = 500
MAX_ABOUT_LENGTH = 2000
MAX_CAPACITY = 50
LONGEST_BREAK = timedelta(days=366)
MAX_LANGUAGES = 10
MAX_SLUG_LENGTH = 48
MIN_STARS = 1
MAX_STARS = 5

# What is assumed of a provider of whom nothing is known, with the weight of so many ratings or promises.
PRIOR_STARS = 4.2
PRIOR_RATINGS = 5
PRIOR_KEPT_SHARE = 0.9
PRIOR_PROMISES = 10


class Cefr(StrEnum):
    """How well a language is spoken, by the Common European Framework; ordered from weak to strong.

    The values order themselves: capital letters come before small ones, so `native` is the highest.
    """

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    NATIVE = "native"

    @property
    def label(self) -> LazyText:
        """The level as it stands beside the language."""
        return LEVEL_LABELS[self]

    @property
    def meaning(self) -> LazyText:
        """The level in words, for whoever does not know the framework."""
        return LEVEL_MEANINGS[self]


LEVEL_LABELS = {
    Cefr.A1: _l("A1"),
    Cefr.A2: _l("A2"),
    Cefr.B1: _l("B1"),
    Cefr.B2: _l("B2"),
    Cefr.C1: _l("C1"),
    Cefr.C2: _l("C2"),
    Cefr.NATIVE: _l("Native"),
}
LEVEL_MEANINGS = {
    Cefr.A1: _l("a few words and phrases"),
    Cefr.A2: _l("simple sentences"),
    Cefr.B1: _l("everyday conversation"),
    Cefr.B2: _l("fluent on most subjects"),
    Cefr.C1: _l("fluent on technical subjects, too"),
    Cefr.C2: _l("every nuance"),
    Cefr.NATIVE: _l("grew up with it"),
}


def or_better(level: Cefr) -> str:
    """Say that a level is the least that will do."""
    return str(level.label) if level is Cefr.NATIVE else _("%(level)s or better") % {"level": level.label}


class ProviderStatus(StrEnum):
    """Whether a provider may take work."""

    APPLYING = "applying"  # Never on the list so far: nobody finds it, nothing is offered to it.
    LISTED = "listed"
    SUSPENDED = "suspended"

    @property
    def label(self) -> LazyText:
        """The status in words."""
        return STATUS_LABELS[self]

    @property
    def tone(self) -> str:
        """How the status tag looks."""
        return STATUS_TONES[self]


class ProviderAction(StrEnum):
    """What staff can do to a provider."""

    ADMIT = "admit"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


STATUS = StateTable[ProviderStatus, ProviderAction]({
    (ProviderStatus.APPLYING, ProviderAction.ADMIT): ProviderStatus.LISTED,
    (ProviderStatus.LISTED, ProviderAction.SUSPEND): ProviderStatus.SUSPENDED,
    (ProviderStatus.SUSPENDED, ProviderAction.REINSTATE): ProviderStatus.LISTED,
})  # fmt: skip

STATUS_LABELS = {
    ProviderStatus.APPLYING: _l("Not listed yet"),
    ProviderStatus.LISTED: _l("Listed"),
    ProviderStatus.SUSPENDED: _l("Suspended"),
}
STATUS_TONES = {
    ProviderStatus.APPLYING: "neutral",
    ProviderStatus.LISTED: "good",
    ProviderStatus.SUSPENDED: "bad",
}


class MemberRole(StrEnum):
    """What a person may do in a provider's business."""

    OWNER = "owner"
    MEMBER = "member"
    FINANCE = "finance"

    @property
    def label(self) -> LazyText:
        """The role in words."""
        return ROLE_LABELS[self]

    @property
    def meaning(self) -> LazyText:
        """What goes with it."""
        return ROLE_MEANINGS[self]


ROLE_LABELS = {
    MemberRole.OWNER: _l("Owner"),
    MemberRole.MEMBER: _l("Member"),
    MemberRole.FINANCE: _l("Finance"),
}
ROLE_MEANINGS = {
    MemberRole.OWNER: _l("Takes jobs, and decides about the business. There is always one."),
    MemberRole.MEMBER: _l("Takes jobs."),
    MemberRole.FINANCE: _l("Sees payouts and papers, and no requests. Takes no jobs."),
}
WORKING = frozenset({MemberRole.OWNER, MemberRole.MEMBER})  # Who takes jobs.
GIVEN = (MemberRole.MEMBER, MemberRole.FINANCE)  # By the owner; the business itself is handed over.


class OnlyOwners(NotAllowed):
    """What binds the whole business is its owner's to say."""

    message = _l("Only an owner of your business can change this. Ask them to do it.")


def check_owner(role: MemberRole) -> None:
    """Leave what binds the business to its owners.

    Raises:
        OnlyOwners: the member is none.
    """
    if role is not MemberRole.OWNER:
        raise OnlyOwners


class OwnerStays(Conflict):
    """A business always belongs to somebody."""

    message = _l("Hand the business over to a colleague first. There is always one owner.")


class WorksElsewhere(Conflict):
    """One person works for one provider."""

    message = _l("You work for a partner already. One person can work for one partner only.")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider says of itself in the directory; `abouts` is by language."""

    name: str
    country: str
    abouts: dict[str, str]
    capacity: int
    daily_capacity: int | None = None
    accepts_cover: bool = True


def end_of_break(day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """Tell when a break is over that lasts until a day begins in a zone.

    Raises:
        InvalidInput: that is past, or further away than a break may last; names the field.
    """
    is_over_at = datetime.combine(day, time(), zone).astimezone(UTC)
    if not now < is_over_at:
        raise InvalidInput({"day": [_("Choose a day that is still to come.")]})
    if is_over_at > now + LONGEST_BREAK:
        raise InvalidInput({"day": [_("A break can last for a year at most.")]})
    return is_over_at


def slug_of(name: str) -> str:
    """Write a name in plain letters, for an address; empty if it has none."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(str.maketrans("łıøđ", "liod")))
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in plain if not _is_mark(char))
    return "-".join(kept.split())[:MAX_SLUG_LENGTH].strip("-")


def _is_mark(char: str) -> bool:
    return unicodedata.combining(char) > 0 or char == "'"


@dataclass(frozen=True, slots=True)
class Business:
    """What a provider tells of itself for its papers."""

    legal_name: str
    address: str
    country: str
    vat_number: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted of a provider's work. An average or a share always comes with its sample."""

    promises_due: int = 0
    promises_kept: int = 0
    jobs_done: int = 0
    ratings: int = 0
    stars_sum: int = 0
    first_answers: int = 0
    first_answer_minutes_sum: int = 0

    @property
    def stars(self) -> float | None:
        """The average rating, to one decimal; None without ratings."""
        return round(self.stars_sum / self.ratings, 1) if self.ratings else None

    @property
    def likely_stars(self) -> float:
        """The rating to order by: few ratings weigh little (Bayesian average)."""
        return (self.stars_sum + PRIOR_STARS * PRIOR_RATINGS) / (self.ratings + PRIOR_RATINGS)

    @property
    def kept_percent(self) -> int | None:
        """The share of promises kept, rounded down: only all of them are 100; None without promises."""
        return 100 * self.promises_kept // self.promises_due if self.promises_due else None

    @property
    def likely_kept_share(self) -> float:
        """The share of promises kept to order by, 0 to 1: few promises weigh little."""
        return (self.promises_kept + PRIOR_KEPT_SHARE * PRIOR_PROMISES) / (self.promises_due + PRIOR_PROMISES)

    @property
    def first_answer_after(self) -> timedelta | None:
        """How long customers wait for the first answer, on average; None before the first."""
        if not self.first_answers:
            return None
        return timedelta(minutes=self.first_answer_minutes_sum // self.first_answers)
