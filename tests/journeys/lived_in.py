"""An installation in which much has happened: requests in every state, so that each page has something to show."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.catalogue.models import Category
from marketplace.catalogue.rules import ServiceKind
from marketplace.conversation import commands as conversation
from marketplace.jobs import commands, queries
from marketplace.jobs.rules import Solution
from marketplace.kernel.database import reading, transaction
from marketplace.matching import queries as matching
from marketplace.matching.models import Offer
from marketplace.matching.rules import DeclineReason, OfferStatus
from providers.availability.rules import Interval
from providers.profiles import commands as profiles
from providers.profiles.models import Member, Provider
from tests.factories import DAY, HOUR
from tests.factories.catalogue import make_category
from tests.factories.jobs import FOR_QUOTES, Life, Market, choose
from tests.factories.services import make_service
from tests.journeys.cast import HADDAD, JOANA, NURIA, OTERO, VEGA, Partner

ANSWERS = {"from_version": "4.1.6", "method": "docker"}
SOLUTION = Solution("The new image runs as another user.", "The folder belongs to that user now.", None)
FINDING = "I have found the cause.\n\nIs there a copy of the site from before Monday?"


@dataclass(frozen=True)
class Traces:
    """Where to find what has happened: references of requests by their state, and the offers that wait."""

    requests: dict[str, str]
    offer_id: int
    offers: dict[str, int]  # To `VEGA`, who is asked for a quote, or has given one.


class Past:
    """Lets requests live through their states."""

    def __init__(self, customer_id: int, staff_id: int, now: datetime) -> None:
        """Begin with nothing."""
        category_id = reading().scalars(select(Category.id).filter_by(slug="upgrade")).one()
        self.market, self.staff_id, self.now = Market(customer_id, category_id, 0), staff_id, now

    def drafted(self) -> Life:
        """Write a draft."""
        return Life(self.market, now=self.now, title="Photos are gone since the upgrade", fields=ANSWERS)

    def wished(self, partner: Partner) -> Life:
        """Write a draft of a session whose time is still to be chosen."""
        sessions = Market(self.market.customer_id, sell_sessions(partner), 0)
        return Life(sessions, now=self.now, title="Show me the albums")

    def booked(self, wish: Life, partner: Partner) -> Life:
        """Let the partner accept a session at the first free time in two days, and then propose another time."""
        after = Interval(self.now + 2 * DAY, self.now + 9 * DAY)
        [starts_at, *_later] = matching.free_times(reading(), matching.wish_of(wish.request), after, self.now)
        life = Life(wish.market, now=self.now, title="Show me the sharing", starts_at=starts_at)
        life.submit(choose(_provider_id(partner)))
        life.pay()
        life.accept()
        with transaction() as session:
            job = queries.job_of(session, life.id)
            [*_, latest] = queries.times_to_move_to(session, job, after, self.now, asks=True)
            host_id = job.member.person_id
            commands.move_session(session, life.reference, person_id=host_id, starts_at=latest, now=self.now)
        return life

    def submitted(self, partner: Partner, *, may_fall_back: bool = True) -> Life:
        """Choose a partner, up to the payment page."""
        life = self.drafted()
        life.submit(choose(_provider_id(partner), may_fall_back=may_fall_back))
        return life

    def asked(self, partner: Partner, *, may_fall_back: bool = True) -> Life:
        """Pay, so that the partner is asked."""
        life = self.submitted(partner, may_fall_back=may_fall_back)
        life.pay()
        return life

    def taken(self, partner: Partner) -> Life:
        """Let the partner accept and write, with a promise, and the customer answer."""
        life = self.asked(partner)
        life.accept()
        member_id = life.member(reading()).id
        with transaction() as session:
            commands.write_as_provider(
                session,
                life.reference,
                member=session.get_one(Member, member_id),
                body=FINDING,
                uploads=[],
                next_update_in=4 * HOUR,
                now=self.now,
            )
        with transaction() as session:
            commands.write_as_customer(
                session,
                life.reference,
                customer_id=self.market.customer_id,
                body="Yes, from Sunday night.",
                uploads=[],
                now=self.now,
            )
        return life

    def extended(self, partner: Partner) -> Life:
        """Let the partner propose extra work, for the second time."""
        life = self.taken(partner)
        life.propose(1500)
        life.approve()
        life.pay(part=2)
        life.propose(3000)
        return life

    def overdue(self, partner: Partner) -> Life:
        """Let the partner accept and then say nothing."""
        life = self.asked(partner)
        life.now = self.now - DAY
        life.say_yes()
        life.now = self.now
        life.work()
        with transaction() as session:
            conversation.miss_overdue(session, life.id, now=self.now)
        return life

    def solved(self, partner: Partner) -> Life:
        """Let the partner state the solution."""
        life = self.taken(partner)
        life.resolve(SOLUTION)
        return life

    def disputed(self, partner: Partner) -> Life:
        """Let the customer ask for money back, and the partner answer."""
        life = self.solved(partner)
        life.dispute()
        life.answer_dispute()
        return life

    def complained(self, partner: Partner) -> Life:
        """Let the customer ask for money back before there is a solution; the partner is to answer."""
        life = self.taken(partner)
        life.dispute()
        return life

    def closed(self, partner: Partner) -> Life:
        """Let the customer confirm."""
        life = self.solved(partner)
        life.confirm()
        return life

    def unmatched(self, partner: Partner) -> Life:
        """Let the only partner whom the customer wants decline."""
        life = self.asked(partner, may_fall_back=False)
        offer_id = life.offer.id
        with transaction() as session:
            member = session.scalars(select(Member).filter_by(provider_id=_provider_id(partner))).first()
            commands.decline(session, offer_id, member=member, reason=DeclineReason.NO_TIME, now=self.now)
        return life

    def quoted(self, *partners: Partner) -> Life:
        """Ask for quotes, of which some come in, one of them revised."""
        life = self.drafted()
        life.submit(FOR_QUOTES)
        for number, partner in enumerate(partners):
            life.quote(_provider_id(partner), 5500 + 1000 * number)
        life.quote(_provider_id(partners[0]), hourly=4000, remark="I have seen this three times since 4.2.")
        return life

    def chosen(self, *partners: Partner) -> Life:
        """Let the customer choose the first quote, and not pay it."""
        life = self.quoted(*partners)
        life.choose(life.offer_to(_provider_id(partners[0])).quote.id)
        return life

    def cancelled(self, partner: Partner) -> Life:
        """Let the customer take it back."""
        life = self.asked(partner)
        with transaction() as session:
            customer_id = self.market.customer_id
            commands.cancel(session, life.reference, customer_id=customer_id, reason="It works again.", now=self.now)
        life.work()
        return life


def live_in(installation, now: datetime) -> Traces:
    """Let much happen; nothing of it waits for a worker."""
    customer_id, staff_id = installation.person_id(NURIA.email), installation.person_id(JOANA.email)
    return installation.ask(lambda: _live_in(Past(customer_id, staff_id, now)))


def sell_sessions(partner: Partner) -> int:
    """Let a partner sell guided sessions of an hour; gives the category that leads to them."""
    provider_id = _provider_id(partner)
    with transaction() as session:
        niche = session.scalars(select(Category).filter_by(slug="upgrade")).one().niche
        terms = {"kind": ServiceKind.SESSION, "session_minutes": 60}
        make_service(session, provider=session.get_one(Provider, provider_id), niche=niche, **terms)
        return make_category(session, slug="guided", niche=niche, service_kind=ServiceKind.SESSION).id


def _live_in(past: Past) -> Traces:
    wish = past.wished(VEGA)
    lives = {
        "wish": wish,
        "booked": past.booked(wish, VEGA),
        "draft": past.drafted(),
        "awaiting_payment": past.submitted(VEGA),
        "unmatched": past.unmatched(OTERO),
        "cancelled": past.cancelled(VEGA),
        "closed": past.closed(HADDAD),
        "resolved": past.solved(VEGA),
        "disputed": past.disputed(VEGA),
        "complained": past.complained(VEGA),
        "overdue": past.overdue(HADDAD),
        "extended": past.extended(VEGA),
        "in_progress": past.taken(VEGA),
        "asked": past.asked(VEGA),
        "quoting": past.quoted(HADDAD),
        "quoted": past.quoted(VEGA, HADDAD),
        "chosen": past.chosen(HADDAD),
    }
    with transaction() as session:
        profiles.suspend(session, _provider_id(OTERO), reason="Two complaints.", by=past.staff_id, now=past.now)
    waiting = select(Offer.id).filter_by(request_id=lives["asked"].id, status=OfferStatus.OPEN)
    offers = {f"{name}_offer": lives[name].offer_to(_provider_id(VEGA)).id for name in ("quoting", "quoted")}
    references = {name: life.reference for name, life in lives.items()}
    return Traces(references, reading().scalars(waiting).one(), offers)


def _provider_id(partner: Partner) -> int:
    reading().rollback()
    return reading().scalars(select(Provider.id).filter_by(slug=partner.slug)).one()
