"""A small marketplace in which the main job can be done, and its steps."""

from dataclasses import dataclass

import stripe

from marketplace.catalogue.models import Niche
from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands
from marketplace.jobs import queries as jobs
from marketplace.jobs.disputes import Complaint, DisputeReason
from marketplace.jobs.rules import Choice, Draft, Solution
from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.matching import queries as matching
from marketplace.matching.rules import DeclineReason, Quotation
from marketplace.payments import commands as payments
from marketplace.payments import effects
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.sandbox.stripe import visitor
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from providers.profiles import queries as profiles
from providers.profiles.models import Member
from providers.profiles.rules import Cefr
from providers.services.rules import Terms
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_person
from tests.factories.availability import make_hours
from tests.factories.catalogue import make_category, make_niche, make_rates
from tests.factories.credentials import make_credential
from tests.factories.profiles import make_provider
from tests.factories.services import make_service
from tests.plugins.app import STRIPE_KEY

ALL_WEEK = range(7)
GOOD_CARD = "4242424242424242"
DISPUTED_CARD = "4000000000000259"  # Pays; then its owner calls the payment fraudulent.
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


FOR_QUOTES = Choice(Mode.QUOTES)


def quotation(minor=5000, *, currency="EUR", hourly=None, **overrides):
    """Ask a fixed price, or one by the hour with at most three, for an answer within an hour, to be chosen in a day."""
    price = Money(minor if hourly is None else hourly, currency)
    terms = Terms(ServiceKind.INCIDENT, price) if hourly is None else Terms(ServiceKind.HOURLY, price, 180)
    facts = {
        "terms": terms,
        "includes": "A backup, the repair and a test.",
        "remark": None,
        "first_answer_in": HOUR,
        "valid_for": DAY,
        **overrides,
    }
    return Quotation(**facts)


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

    def submit(self, choice, cover=None):
        """Ask, up to the Checkout page; what cover pays in full goes on by itself."""
        with transaction() as session:
            commands.submit(
                session,
                self.reference,
                customer_id=self.market.customer_id,
                choice=choice,
                cover=cover,
                now=self.now,
            )
        self.work()

    def pay(self, card=GOOD_CARD, *, part=1):
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

    def asked(self, *statuses):
        """List the offers for quotes, in these states or in all."""
        reading().rollback()
        made = matching.offers_for(reading(), self.id)
        return [one for one in made if not statuses or one.status in statuses]

    def offer_to(self, provider_id):
        """Give the latest offer to a partner."""
        return [one for one in self.asked() if one.provider_id == provider_id][-1]

    def quote(self, provider_id, minor=5000, **facts):
        """Let a partner quote; tells the id of the quote."""
        offer_id, member_id = self.offer_to(provider_id).id, self._member_of(provider_id)
        with transaction() as session:
            return commands.give_quote(
                session,
                offer_id,
                member=_member(session, member_id),
                quotation=quotation(minor, **facts),
                now=self.now,
            ).id

    def withdraw_quote(self, provider_id):
        """Let a partner take a quote back."""
        offer_id, member_id = self.offer_to(provider_id).id, self._member_of(provider_id)
        with transaction() as session:
            commands.withdraw_quote(session, offer_id, member=_member(session, member_id), now=self.now)

    def decline(self, provider_id):
        """Let a partner say no."""
        offer_id, member_id = self.offer_to(provider_id).id, self._member_of(provider_id)
        with transaction() as session:
            commands.decline(
                session,
                offer_id,
                member=_member(session, member_id),
                reason=DeclineReason.NO_TIME,
                now=self.now,
            )

    def choose(self, quote_id, cover=None):
        """Let the customer choose a quote, up to the Checkout page."""
        with transaction() as session:
            commands.choose_quote(
                session, self.reference, quote_id, customer_id=self.market.customer_id, cover=cover, now=self.now
            )
        self.work()

    def let_go(self):
        """Let the customer leave the quote that was chosen."""
        with transaction() as session:
            commands.let_go_of_choice(session, self.reference, customer_id=self.market.customer_id, now=self.now)
        self.work()

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

    def approve(self, part=2, cover=None):
        """Let the customer approve extra work, up to the Checkout page."""
        with transaction() as session:
            commands.approve_extra(
                session, self.reference, part, customer_id=self.market.customer_id, cover=cover, now=self.now
            )
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

    def dispute(self, minor=2000, *, reason=DisputeReason.NOT_SOLVED, currency=None):
        """Let the customer ask for money back."""
        asked = Money(minor, currency or self.request.currency)
        complaint = Complaint(reason, "It broke again the next day.", asked)
        with transaction() as session:
            commands.dispute(
                session, self.reference, customer_id=self.market.customer_id, complaint=complaint, now=self.now
            )
        self.work()

    def answer_dispute(self):
        """Let the partner say how it was."""
        with transaction() as session:
            commands.answer_dispute(
                session, self.reference, member=self.member(session), answer="It was another disk.", now=self.now
            )

    def withdraw_dispute(self):
        """Let the customer take it back."""
        with transaction() as session:
            commands.withdraw_dispute(session, self.reference, customer_id=self.market.customer_id, now=self.now)
        self.work()

    def concede_dispute(self, *, everything=False):
        """Let the partner give way."""
        with transaction() as session:
            commands.concede_dispute(
                session, self.reference, member=self.member(session), everything=everything, now=self.now
            )
        self.work()

    def decide_dispute(self, minor, *, by, currency=None, seen=None):
        """Let somebody of the staff split it."""
        back = Money(minor, currency or self.request.currency)
        with transaction() as session:
            commands.decide_dispute(
                session, self.reference, back=back, verdict="Both are a little right.", seen=seen, by=by, now=self.now
            )
        self.work()

    @property
    def disputes(self):
        """The disputes about it as they stand now."""
        reading().rollback()
        return jobs.disputes_of(reading(), jobs.job_of(reading(), self.id))

    def hear_of_chargeback(self, sandbox):
        """Let the bank's word on the payment arrive, as it is now."""
        sandbox.sweep()
        [dispute] = _stripe(sandbox).v1.disputes.list().data
        state = gateway().dispute(dispute.id)
        with transaction() as session:
            payments.apply_dispute(session, self.hold.id, state, now=self.now)
        self.work()

    def win_chargeback(self, sandbox):
        """Let the bank decide against its customer."""
        client = _stripe(sandbox)
        [dispute] = client.v1.disputes.list().data
        client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True})
        self.hear_of_chargeback(sandbox)

    def lose_chargeback(self, sandbox):
        """Let the bank decide for its customer."""
        client = _stripe(sandbox)
        [dispute] = client.v1.disputes.list().data
        client.v1.disputes.close(dispute.id)
        self.hear_of_chargeback(sandbox)

    def member(self, session):
        """The member of the partner who took it."""
        return _member(session, self._member_of(self.request.provider_id))

    def _member_of(self, provider_id):
        return profiles.providers_by_id(reading(), [provider_id])[provider_id].members[0].id


def _stripe(sandbox):
    return stripe.StripeClient(STRIPE_KEY, base_addresses={"api": sandbox.url})


def _member(session, member_id):
    return session.get_one(Member, member_id)


def taken(market, partner_id, *, card=GOOD_CARD, **draft):
    """Give a request on which a partner is at work, all paid."""
    life = Life(market, **draft)
    life.submit(choose(partner_id))
    life.pay(card)
    life.accept()
    return life


def booked(kind, owner_id=None, currency="EUR"):
    """Tell what stands on an account."""
    reading().rollback()
    return money.balance(reading(), kind, currency, owner_id).minor
