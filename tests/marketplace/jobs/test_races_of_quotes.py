"""Two tabs, and a partner at the same moment: one quote is chosen, and paid for as it was seen.

Each race has a twin whose guard is off.
"""

import pytest
from sqlalchemy import select

from marketplace.jobs import commands
from marketplace.jobs.selfchecks import CHECKS
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.database import reading
from marketplace.kernel.errors import DomainError
from marketplace.matching import queries as offers
from marketplace.matching.rules import OfferAction, OfferStatus, QuoteChanged, QuoteIsChosen, QuoteOver
from marketplace.payments import queries as money
from marketplace.payments.rules import HoldStatus
from marketplace.sandbox.stripe import visitor
from marketplace.support_requests.rules import Status
from providers.profiles.models import Provider
from tests.factories import HOUR, NOON
from tests.factories.jobs import FOR_QUOTES, Life, quotation, taken
from tests.plugins.racing import crashed, done, each_round, in_transaction, on_postgresql, race


class Quoted(Life):
    """A request with two quotes of 55 and 45 EUR to choose from, each for an hour."""

    def __init__(self, market, add_partner):
        super().__init__(market)
        self.partners = [add_partner(), add_partner()]
        self.submit(FOR_QUOTES)
        self.first = self.quote(self.partners[0], 5500, valid_for=HOUR)
        self.second = self.quote(self.partners[1], 4500, valid_for=HOUR)
        self.offer_id = self.offer_to(self.partners[0]).id

    def chooses(self, session, quote_id=None):
        """The customer chooses the first quote, with the worker still to come."""
        customer_id = self.market.customer_id
        commands.choose_quote(session, self.reference, quote_id or self.first, customer_id=customer_id, now=NOON)
        return "chosen"

    def chooses_the_other(self, session):
        return self.chooses(session, self.second)

    def withdraws(self, session):
        """The first partner takes the quote back."""
        commands.withdraw_quote(session, self.offer_id, member=self._first_member(session), now=NOON)
        return "withdrawn"

    def revises(self, session):
        """The first partner asks more."""
        member = self._first_member(session)
        commands.give_quote(session, self.offer_id, member=member, quotation=quotation(9900), now=NOON)
        return "revised"

    def runs_out(self, session):
        """The worker sees that the hour is over."""
        commands.expire_offer(session, self.id, now=NOON + HOUR)
        return "looked"

    def _first_member(self, session):
        return session.get_one(Provider, self.partners[0]).members[0]

    def held(self):
        """Tell which amounts the customer is asked for."""
        reading().rollback()
        return [hold.amount_minor for hold in money.live_holds(reading(), "request", self.id)]

    def agrees(self):
        """Tell whether request, offers and holds say the same."""
        chosen = [one.quote.price_minor for one in self.asked(OfferStatus.CHOSEN)]
        is_to_pay = self.request.status is Status.AWAITING_PAYMENT
        broken = [line for check in CHECKS for line in check(reading())]
        both = {OfferAction.CHOOSE, OfferStatus.EXPIRED} <= self.recorded()
        return chosen == self.held() and len(chosen) == int(is_to_pay) and not broken and not both

    def recorded(self):
        """Tell what was done to the first offer."""
        about = select(AuditEntry.action).filter_by(subject_kind="offer", subject_id=self.offer_id)
        return set(reading().scalars(about))


def told(outcomes):
    """Name what came of each: the error, if it was one."""
    return tuple(type(one) if isinstance(one, DomainError) else one for one in outcomes)


# What two do at the same moment, and how it may end.
CROSSINGS = [
    ("chooses", "withdraws", {("chosen", QuoteIsChosen), (QuoteOver, "withdrawn")}),
    ("chooses", "revises", {("chosen", QuoteIsChosen), (QuoteChanged, "revised")}),
    ("chooses", "runs_out", {("chosen", "looked"), (QuoteOver, "looked")}),
]
crossing = pytest.mark.parametrize(("one", "two", "ends"), CROSSINGS)


@pytest.fixture
def life(market, add_partner):
    return Quoted(market, add_partner)


@each_round
def test_two_tabs_choose_two_quotes(life, together, nth):
    outcomes = together(*[life.chooses, life.chooses_the_other] * 3)
    assert len(done(outcomes)) == 1
    assert life.agrees()


@on_postgresql
def test_without_a_lock_both_would_choose_and_one_would_crash(app, life, guards):
    guards.locks_off("support_request")
    assert crashed(race(app, in_transaction(life.chooses), in_transaction(life.chooses_the_other)))


@each_round
@crossing
def test_one_chooses_what_is_about_to_change(life, together, one, two, ends, nth):
    outcomes = together(getattr(life, one), getattr(life, two))
    assert told(outcomes) in ends
    assert life.agrees()
    assert bool(life.held()) == (outcomes[0] == "chosen")


@on_postgresql
@crossing
def test_without_a_lock_one_chooses_what_is_gone(app, life, guards, one, two, ends):
    guards.locks_off("support_request", "offer")  # Either of them is enough.
    outcomes = race(app, in_transaction(getattr(life, one)), in_transaction(getattr(life, two)))
    assert crashed(outcomes) or told(outcomes) not in ends or not life.agrees(), outcomes


def test_a_double_click_gives_one_quote_after_the_other(life, together):
    before = life.request.version
    assert together(life.revises, life.revises) == ["revised", "revised"]
    assert [one.price_minor for one in life.offer_to(life.partners[0]).quotes] == [5500, 9900, 9900]
    assert life.request.version == before + 2


@on_postgresql
def test_without_a_lock_a_page_would_not_see_the_second(app, life, guards):
    guards.locks_off("support_request", "offer")
    before = life.request.version
    race(app, *[in_transaction(life.revises)] * 2)
    assert life.request.version == before + 1


@pytest.fixture
def paid(market, add_partner):
    """Two requests of which the same quote-giver has time for one; both are paid, and nobody has heard of it yet."""
    taken(market, add_partner())  # The accounts of the ledger are there.
    partner_id = add_partner(capacity=1)
    lives = [Life(market), Life(market)]
    for life in lives:
        life.submit(FOR_QUOTES)
        life.choose(life.quote(partner_id))
    for life in lives:
        visitor.pay_checkout(life.hold.checkout_url)
    return lives


def begun(lives):
    """List the requests on which the partner is at work, once all is done."""
    for life in lives:
        life.work()
    return [life for life in lives if life.request.status is Status.IN_PROGRESS]


@each_round
def test_two_who_pay_a_partner_with_time_for_one_do_not_both_get_it(paid, at_once, nth):
    at_once(*[life.look for life in paid])
    [first] = begun(paid)
    [second] = set(paid) - {first}
    assert (first.hold.status, second.hold.status) == (HoldStatus.CAPTURED, HoldStatus.RELEASED)


@on_postgresql
def test_without_the_lock_on_the_partner_both_would(app, paid, guards):
    guards.locks_off("provider", meets=False)
    guards.meet_after(offers, "still_fits")
    race(app, *[life.look for life in paid])
    assert begun(paid) == paid
