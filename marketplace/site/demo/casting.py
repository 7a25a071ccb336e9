"""Who plays what in a story: its customer, the partner who is asked, the member who answers, and when it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from marketplace.jobs import queries as jobs
from marketplace.jobs.covering import CoverChoice
from marketplace.jobs.rules import Choice, NobodyFits
from marketplace.kernel.database import reading
from marketplace.kernel.money import Money, exponent
from marketplace.matching import queries as matching
from marketplace.site.demo.content.cast import PARTNERS
from marketplace.site.demo.content.script import DAY, HOUR, MINUTE, End, Story
from marketplace.site.demo.content.vendor import PRICE_STEPS
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from providers.availability import queries as availability
from providers.availability.rules import Hours, Interval, is_open, works_through
from providers.profiles import queries as profiles
from providers.profiles.models import Member
from providers.profiles.rules import Cefr

OVER = frozenset(
    {End.WITHDRAWN, End.GIVEN_BACK, End.CALLED_OFF, End.CLOSED, End.SILENT}
)  # May have begun at a better hour.
HALF_HOURS = 96  # So far back a better hour is looked for.
AWAKE = range(8, 22)
HOURS_AHEAD = 14 * 24  # So far ahead an hour for a session is looked for.
LIMIT_PERCENT = 120  # Of the middle price: what customers are ready to pay.


@dataclass(frozen=True, slots=True)
class Player:
    """A person, as far as stories need to know."""

    id: int
    name: str
    zone: str
    currency: str


@dataclass(frozen=True, slots=True)
class Casting:
    """Everybody who can play, by the names in the tables, and the moment at which the demo begins.

    Whoever has a policy uses it only in stories that are covered.
    """

    now: datetime
    people: Mapping[str, Player]
    providers: Mapping[str, int]
    is_covered: bool = False

    def begin(self, story: Story) -> datetime:
        """Choose when a story begins; what is over by now began while its people were up."""
        wanted = self.now - story.ago
        if story.ends not in OVER or story.ago <= DAY:
            return wanted
        zone = ZoneInfo(self.people[story.by].zone)
        hours = self._hours(story.partner, wanted)
        for half_hours in range(HALF_HOURS):
            moment = wanted - 30 * half_hours * MINUTE
            if moment.astimezone(zone).hour in AWAKE and any(is_open(one, moment) for one in hours):
                return moment
        return wanted

    def _hours(self, slug: str, moment: datetime) -> Sequence[Hours]:
        if slug not in self.providers:
            return ()
        provider_id = self.providers[slug]
        around = (moment - HALF_HOURS * 30 * MINUTE).date()
        return availability.hours_by_provider(reading(), [provider_id], around)[provider_id]

    def hour(self, story: Story, niche_id: int, wanted: datetime) -> datetime:
        """Choose when a session starts: at the first full hour at which a host works and the customer is up."""
        zone = ZoneInfo(self.people[story.by].zone)
        hours = hosts(reading(), self.providers[story.partner], niche_id, wanted).values()
        first = wanted.replace(minute=0, second=0, microsecond=0)
        for number in range(1, HOURS_AHEAD):
            moment = first + number * HOUR
            if moment.astimezone(zone).hour in AWAKE and any(works_through(one, an_hour(moment)) for one in hours):
                return moment
        raise AssertionError(f"nobody at {story.partner} works within {HOURS_AHEAD} hours")

    def wish(self, session: Session, support_request: SupportRequest, story: Story, moment: datetime) -> Choice:
        """Choose for the customer: the partner of the story, or whoever of those whom nobody plays fits best."""
        if story.ends is End.QUOTED:
            return Choice(Mode.QUOTES)
        if story.is_best_fit:
            return self.limit(session, support_request, moment)
        wanted = self.providers.get(story.partner) if story.partner else None
        if wanted is None:
            played = {self.providers.get(row.slug) for row in PARTNERS}
            able = matching.matches(session, support_request, moment, ceiling=None)
            wanted = next((one.provider_id for one in able if one.provider_id not in played), None)
        if wanted is None:
            return self.limit(session, support_request, moment)
        return Choice(Mode.CHOSEN, provider_id=wanted, may_fall_back=story.ends is not End.UNMATCHED)

    def cover(self, session: Session, support_request: SupportRequest, moment: datetime) -> CoverChoice | None:
        """Choose which cover pays: the customer's one, if any."""
        if not self.is_covered:
            return None
        [way, *_others] = jobs.ways_to_cover(session, support_request, moment)
        return CoverChoice(way.policy.reference)

    def limit(self, session: Session, support_request: SupportRequest, moment: datetime) -> Choice:
        """Set a limit somewhat above the middle price, in a round amount, and leave it to Handrail to find somebody."""
        matches = matching.matches(session, support_request, moment, ceiling=None)
        if not matches:
            raise NobodyFits
        currency = support_request.currency
        step = PRICE_STEPS[currency] * 10 ** exponent(currency)
        wanted = median_low(one.price.minor for one in matches) * LIMIT_PERCENT // 100
        return Choice(Mode.BEST_FIT, ceiling=Money(-(-wanted // step) * step, currency))


def an_hour(moment: datetime) -> Interval:
    """Tell from when to when a session lasts."""
    return Interval(moment, moment + HOUR)


def hosts(session: Session, provider_id: int, niche_id: int, around: datetime) -> dict[int, Hours]:
    """Give the hours of those members who are certified for a kind of work, and so may hold sessions."""
    members = profiles.providers_by_id(session, [provider_id])[provider_id].members
    held = credentials.valid_credentials(session, [one.person_id for one in members], around)
    hours = availability.hours_by_member(session, [provider_id], around.date())[provider_id]
    return {
        one.id: hours[one.id]
        for one in members
        if any(credential.track.niche_id == niche_id for credential in held.get(one.person_id, ()))
    }


def member_of(session: Session, provider_id: int, support_request: SupportRequest) -> Member:
    """Choose who of a provider answers: who can hold a session, and else whoever speaks the language best."""
    members = profiles.providers_by_id(session, [provider_id])[provider_id].members
    starts_at = support_request.starts_at
    if starts_at is not None:
        able = hosts(session, provider_id, support_request.category.niche_id, starts_at)
        return next(one for one in members if one.id in able and works_through(able[one.id], an_hour(starts_at)))

    def level(member: Member) -> Cefr:
        known = member.speech.get(support_request.language)
        return known.level if known else Cefr.A1

    return max(members, key=level)
