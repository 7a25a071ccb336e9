"""Fills the demo's empty database with a vendor's marketplace: the same each time, but for when it begins."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import passwords
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.kernel import audit
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.site.demo import (
    applying,
    bank,
    candidates,
    covering,
    exams,
    figures,
    history,
    mishaps,
    plans,
    playing,
    rows,
    tariffs,
)
from marketplace.site.demo.casting import Casting, Player
from marketplace.site.demo.content.cast import CUSTOMERS, REVIEWERS, SIGN_INS
from marketplace.site.demo.content.plans_of_cover import BOUGHT, TAKEN_BACK, TAKEN_BACK_BY
from marketplace.site.demo.content.script import DAY, Story
from marketplace.site.demo.content.stories_ar import ARABIC
from marketplace.site.demo.content.stories_by_time import BY_TIME
from marketplace.site.demo.content.stories_covered import COVERED
from marketplace.site.demo.content.stories_elena import ELENA
from marketplace.site.demo.content.stories_en import ENGLISH
from marketplace.site.demo.content.stories_es import SPANISH
from marketplace.site.demo.content.stories_more import OTHERS
from marketplace.site.demo.figures import Figures
from marketplace.site.demo.plans import PartnerPlan
from marketplace.site.demo.rows import Vendor
from marketplace.site.filling import FILLED
from marketplace.site.schedule import SCHEDULE
from marketplace.site.settings import WrongSetting
from providers.profiles.models import Provider

STORIES: tuple[Story, ...] = (*ELENA, *ENGLISH, *SPANISH, *ARABIC, *OTHERS, *BY_TIME)
IN_THE_STORIES = 60  # Partners; more of them are a crowd that comes afterwards, or each step would be slower.
TARIFFS_SINCE = 1800 * DAY  # Before the first partner came.
CUSTOMERS_SINCE = 430 * DAY
CONNECTED_SINCE = 320 * DAY


def fill(
    providers: int, password: str, now: datetime | None = None, *, when_settled: Callable[[], None] = lambda: None
) -> None:
    """Fill an empty database, and the stand-in for Stripe with it.

    Args:
        providers: how many partners there are.
        password: of everybody who can sign in.
        now: when the demo begins, the present moment if not given; all else has happened before.
        when_settled: called as soon as everybody is there and can be looked at; what they have done takes longer.

    Raises:
        WrongSetting: the database is not empty.
    """
    now = now or utcnow()
    planned = plans.partners(providers)
    near, crowd = planned[:IN_THE_STORIES], planned[IN_THE_STORIES:]
    everyday = history.everyday(near)
    settlers = _Settlers(passwords.hashed(password), now)
    with transaction() as session:
        _check_empty(session)
        settlers.found(session)
        settlers.settle(session, near, Counter(story.partner for story in everyday))
    casting = settlers.casting()
    when_settled()
    _examine(casting)
    _connect(near, casting)
    playing.play([*everyday, *_told_among(near)], casting)
    with transaction() as session:
        mishaps.happen(session, settlers.provider_ids, settlers.vendor, by=casting.people["staff"].id, now=now)
        settlers.settle(session, crowd, Counter())
        known = {key: player.id for key, player in casting.people.items()}
        applying.apply_all(session, settlers.vendor, known, by=known["staff"], now=now)
    _insure(casting)
    mishaps.befall_accounts([casting.providers[plan.slug] for plan in near if plan.is_connected], now)
    _catch_up(now)
    with transaction() as session:
        audit.record(session, session.scalars(select(Product)).one(), FILLED, by=None, at=now, providers=providers)


def _check_empty(session: Session) -> None:
    if session.scalar(select(Product.id)) is not None:
        raise WrongSetting("the demo's database was filled halfway and then left: begin again with --fresh")


class _Settlers:
    """Writes down people and partners, and remembers who they are."""

    vendor: Vendor

    def __init__(self, password_hash: str, now: datetime) -> None:
        self._password_hash = password_hash
        self._now = now
        self._people: dict[str, Person] = {}
        self._slugs: list[str] = []
        self.provider_ids: list[int] = []

    def found(self, session: Session) -> None:
        """Write down the vendor, its customers and its desk."""
        self.vendor = rows.add_vendor(session, self._now.date())
        everybody = [*SIGN_INS, *CUSTOMERS, *(row for group in REVIEWERS.values() for row in group)]
        since = self._now - CUSTOMERS_SINCE
        self._people = rows.add_people(session, everybody, password_hash=self._password_hash, since=since)
        tariffs.decide(session, by=self._people["staff"].id, now=self._now - TARIFFS_SINCE)
        covering.put_on_sale(session, by=self._people["staff"].id, now=self._now - TARIFFS_SINCE)
        exams.publish(session, by=self._people["staff"].id, now=self._now - exams.SINCE)
        self._add(session, plans.desk(), figures.NOTHING_YET).is_vendor_desk = True

    def settle(self, session: Session, planned: Sequence[PartnerPlan], reviews: Counter[str]) -> None:
        """Write down partners, each with as much earlier work as goes with its reviews."""
        for plan in planned:
            provider = self._add(session, plan, figures.earlier_work(plan, reviews[plan.slug]))
            self._slugs.append(plan.slug)
            self.provider_ids.append(provider.id)

    def _add(self, session: Session, plan: PartnerPlan, earlier: Figures) -> Provider:
        return rows.add_partner(
            session, plan, self.vendor, earlier, password_hash=self._password_hash, people=self._people, now=self._now
        )

    def casting(self) -> Casting:
        """Tell who can play in stories; from here on people are known by what is told of them."""
        players = {key: Player(one.id, one.name, one.zone, one.currency) for key, one in self._people.items()}
        self._people = {}  # Each transaction would look at all of them again.
        reading().rollback()
        return Casting(self._now, players, dict(zip(self._slugs, self.provider_ids, strict=True)))


def _told_among(planned: Sequence[PartnerPlan]) -> list[Story]:
    """List the stories in the languages that somebody speaks."""
    spoken = {language for plan in planned for member in plan.members for language in member.speech}
    return [story for story in STORIES if story.language in spoken]


def _examine(casting: Casting) -> None:
    """Let people who are no partners, and those who will never be one, try the first exam."""
    with transaction() as session:
        for key, ago in exams.STILL_TRYING:
            exams.fail(session, casting.people[key].id, ago=ago, now=casting.now)
        candidates.let_try(session, f"{exams.NICHE}-{min(exams.EXAMS)}", now=casting.now)


def _connect(planned: Sequence[PartnerPlan], casting: Casting) -> None:
    """Open accounts at Stripe for those who want one, before anybody has earned anything."""
    for plan in planned:
        if plan.is_connected:
            owner = plan.members[0].person
            bank.connect(
                casting.providers[plan.slug],
                country=plan.country,
                email=owner.email,
                name=owner.name,
                moment=casting.now - CONNECTED_SINCE,
            )


def _insure(casting: Casting) -> None:
    """Let somebody have a policy that runs, and use it; and let a bank take back what somebody else has paid."""
    country = next(row.country for row in SIGN_INS if row.key == COVERED[0].by)
    covering.use(COVERED, casting, country, BOUGHT)
    covering.take_back(next(row for row in CUSTOMERS if row.key == TAKEN_BACK_BY), casting, TAKEN_BACK)


def _catch_up(now: datetime) -> None:
    """Let the clock do at once what it would do first after the start, and see that everything is done."""
    bank.know_all_events()
    for task in SCHEDULE:
        task.perform(now)
    bank.perform(now, now=now)
    bank.check_all_done()
