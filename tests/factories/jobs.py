"""A small marketplace in which the main job can be done, and its steps."""

from dataclasses import dataclass

from marketplace.catalogue.models import Niche
from marketplace.jobs import commands
from marketplace.jobs import queries as jobs
from marketplace.jobs.rules import Choice, Draft, Solution
from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.matching import queries as matching
from marketplace.payments import effects
from marketplace.payments import queries as money
from marketplace.sandbox.stripe import visitor
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from providers.profiles import queries as profiles
from providers.profiles.models import Member
from providers.profiles.rules import Cefr
from tests.factories import NOON
from tests.factories.accounts import make_person
from tests.factories.availability import make_hours
from tests.factories.catalogue import make_category, make_niche, make_rates
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_provider
from tests.factories.services import make_service

ALL_WEEK = range(7)
SOLUTION = Solution("The disk was full.", "Old previews were removed.", None)


@dataclass
class Market:
    """Who and what there is; ids and names, because every step has a transaction of its own."""

    customer_id: int
    category_id: int
    niche_id: int


def make_market(session, **category):
    """Make a market with a customer, a category and rates, and nobody who helps."""
    make_rates(session)
    niche = make_niche(session)
    category = make_category(session, niche=niche, **category)
    return Market(make_person(session).id, category.id, niche.id)


def make_partner(session, market, *, price_minor=4900, sells=None, languages=None, certified=True, **overrides):
    """Make a partner who could do it: speaks English, certified, sells it, works every day from 8 to 20.

    `sells` are further facts of the service, such as its kind.
    """
    provider = make_provider(session, languages=languages or {"en": Cefr.C1}, **overrides)
    member = provider.members[0]
    make_hours(session, member, weekdays=ALL_WEEK, start_minute=8 * 60, end_minute=20 * 60)
    niche = session.get_one(Niche, market.niche_id)
    make_service(session, provider=provider, niche=niche, price_minor=price_minor, **(sells or {}))
    if certified:
        make_credential(session, person=member.person, niche=niche)
    return provider


def make_draft(market, **overrides):
    """Tell of a problem."""
    facts = {
        "category_id": market.category_id,
        "title": "Uploads stop at 99 %",
        "description": "Since the update no picture arrives.",
        "fields": {},
        "release_id": None,
        "language": "en",
        "level": Cefr.B1,
        "zone": "Europe/Madrid",
        "urgency_hours": 24,
        "currency": "EUR",
        **overrides,
    }
    return Draft(**facts)


def choose(provider_id, *, may_fall_back=True):
    """Choose a partner."""
    return Choice(Mode.CHOSEN, provider_id=provider_id, may_fall_back=may_fall_back)


def best_fit(minor, currency="EUR"):
    """Set a ceiling."""
    return Choice(Mode.BEST_FIT, ceiling=Money(minor, currency))


class Life:
    """The steps of one request, each in a transaction of its own, with the worker's part after it."""

    def __init__(self, market, *, now=NOON, **draft):
        """Write the draft."""
        self.market, self.now = market, now
        with transaction() as session:
            made = commands.draft(session, customer_id=market.customer_id, draft=make_draft(market, **draft), now=now)
            self.reference, self.id = made.reference, made.id

    @property
    def request(self):
        """The request as it stands now."""
        reading().rollback()
        return reading().get_one(SupportRequest, self.id)

    @property
    def hold(self):
        """Its latest hold."""
        reading().rollback()
        return money.latest_hold(reading(), "request", self.id)

    @property
    def offer(self):
        """The offer that waits for an answer."""
        reading().rollback()
        return matching.open_offer(reading(), self.id)

    def work(self):
        """Let the worker perform what is owed."""
        while outbox.deliver_due(self.now):
            pass

    def submit(self, choice):
        """Ask, up to the Checkout page."""
        with transaction() as session:
            commands.submit(session, self.reference, customer_id=self.market.customer_id, choice=choice, now=self.now)
        self.work()

    def pay(self, card="4242424242424242", *, part=1):
        """Pay on the Checkout page, and come back."""
        visitor.pay_checkout(self.hold_of(part).checkout_url, card)
        self.come_back(part=part)

    def come_back(self, *, part=1):
        """Have Stripe asked how it stands, as coming back does."""
        self.look(part=part)
        self.work()

    def look(self, *, part=1):
        """Have Stripe asked how it stands, with the worker still to come."""
        effects.refresh_hold(outbox.Due(0, {"hold_id": self.hold_of(part).id}, self.now))

    def accept(self):
        """Let the asked partner accept; the worker captures."""
        self.say_yes()
        self.work()

    def say_yes(self):
        """Let the asked partner accept, with the worker still to come."""
        offer = self.offer
        offer_id, member_id = offer.id, self._member_of(offer.provider_id)
        with transaction() as session:
            commands.accept(session, offer_id, member=_member(session, member_id), now=self.now)

    def propose(self, minor=3000, *, currency="EUR"):
        """Let the partner propose extra work; tells its part."""
        member_id = self._member_of(self.request.provider_id)
        with transaction() as session:
            return commands.propose_extra(
                session,
                self.reference,
                member=_member(session, member_id),
                description="The thumbnails are broken as well.",
                price=Money(minor, currency),
                now=self.now,
            ).part

    def approve(self, part=2):
        """Let the customer approve extra work, up to the Checkout page."""
        with transaction() as session:
            commands.approve_extra(session, self.reference, part, customer_id=self.market.customer_id, now=self.now)
        self.work()

    def extra_work(self, part=2):
        """Give extra work as it stands now."""
        reading().rollback()
        return jobs.extras_of(reading(), jobs.job_of(reading(), self.id))[part - 2]

    def hold_of(self, part):
        """Give the latest hold of a part."""
        reading().rollback()
        return money.latest_hold(reading(), "request", self.id, part)

    def resolve(self, solution=SOLUTION):
        """Let the partner state the solution."""
        member_id = self._member_of(self.request.provider_id)
        with transaction() as session:
            commands.resolve(
                session, self.reference, member=_member(session, member_id), solution=solution, now=self.now
            )

    def confirm(self):
        """Let the customer confirm; the worker transfers."""
        with transaction() as session:
            commands.confirm(session, self.reference, customer_id=self.market.customer_id, now=self.now)
        self.work()

    def member(self, session):
        """The member of the partner who took it."""
        return _member(session, self._member_of(self.request.provider_id))

    def _member_of(self, provider_id):
        return profiles.providers_by_id(reading(), [provider_id])[provider_id].members[0].id


def _member(session, member_id):
    return session.get_one(Member, member_id)


def taken(market, partner_id):
    """Give a request on which a partner is at work, all paid."""
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    life.accept()
    return life


def booked(kind, owner_id=None, currency="EUR"):
    """Tell what stands on an account."""
    reading().rollback()
    return money.balance(reading(), kind, currency, owner_id).minor
