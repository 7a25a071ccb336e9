"""Two at once in the life of a request: one of them comes first. Each race has a twin whose guard is off."""

import threading

import pytest
from sqlalchemy import func, select

from marketplace.insurance.commands import cover
from marketplace.jobs import commands, queries
from marketplace.jobs.covering import CoverChoice
from marketplace.jobs.disputes import Complaint, DisputeReason
from marketplace.jobs.models import Job
from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction, writing
from marketplace.kernel.money import Money
from marketplace.matching.models import Offer
from marketplace.matching.rules import OfferStatus
from marketplace.payments import commands as payments
from marketplace.payments.commands import payouts
from marketplace.payments.gateway import Event
from marketplace.payments.models import Settlement, StripeCall
from marketplace.payments.rules import Bearer, CallKind
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status
from providers.profiles.models import Member
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_category
from tests.factories.insurance import eur, insure
from tests.factories.jobs import Life, Market, choose, taken
from tests.factories.profiles import make_member, make_provider
from tests.plugins.racing import (
    CROWD,
    SECONDS,
    broken_checks,
    crashed,
    done,
    in_transaction,
    on_postgresql,
    race,
    refused,
)


def count(table, **facts):
    """Count rows."""
    reading().rollback()
    return reading().scalar(select(func.count()).select_from(table).filter_by(**facts))


class Race:
    """Two things that are done at once, of which one must come first."""

    def __init__(self, market, add_partner):
        self.market, self.add_partner = market, add_partner
        self.prepare()

    def unguard(self, guards):
        """Let both read the request before either goes on."""
        guards.locks_off("support_request")

    def broken(self, outcomes):
        """Tell what went wrong: somebody crashed, or both had their way."""
        return crashed(outcomes) or len(done(outcomes)) != 1 or broken_checks()

    def staff(self):
        with transaction() as session:
            return make_staff(session, "admin").id

    def members(self, session):
        return session.scalars(select(Member).filter_by(provider_id=self.partner_id).order_by(Member.id)).all()


class TwoColleaguesAccept(Race):
    def prepare(self):
        self.partner_id = self.add_partner()
        with transaction() as session:
            make_member(session, self.members(session)[0].provider)
        life = Life(self.market)
        life.submit(choose(self.partner_id))
        life.pay()
        self.offer_id = life.offer.id

    def unguard(self, guards):
        """Either of these locks is enough."""
        guards.locks_off("support_request", "offer")

    def one(self, session, which=0):
        commands.accept(session, self.offer_id, member=self.members(session)[which], now=NOON)

    def two(self, session):
        self.one(session, 1)


class CancelAndAccept(Race):
    """Free of charge: of what is paid, the state of the payment is one guard more."""

    def prepare(self):
        with transaction() as session:
            self.partner_id = make_provider(session, slug="desk", is_vendor_desk=True).id
            category = make_category(session, is_defect=True)
            market = Market(self.market.customer_id, category.id, category.niche_id)
        self.life = Life(market)
        self.life.submit(choose(self.partner_id))
        self.offer_id = self.life.offer.id

    def unguard(self, guards):
        """Either of these locks is enough."""
        guards.locks_off("support_request", "offer")

    def one(self, session):
        commands.cancel(
            session, self.life.reference, customer_id=self.life.market.customer_id, reason="no need", now=NOON
        )

    def two(self, session):
        commands.accept(session, self.offer_id, member=self.members(session)[0], now=NOON)


class AcceptAndExpire(TwoColleaguesAccept):
    """The worker sees that time is up, and asks the next, in the moment in which a partner says yes."""

    def prepare(self):
        super().prepare()
        self.add_partner()

    def two(self, session):
        request_id = session.get_one(Offer, self.offer_id).request_id
        commands.expire_offer(session, request_id, now=NOON + DAY)

    def broken(self, outcomes):
        """The worker has its way by looking: what counts is that offers, job and request say the same."""
        reading().rollback()
        offer = reading().get_one(Offer, self.offer_id)
        status = reading().get_one(SupportRequest, offer.request_id).status
        said = {
            offer.status is OfferStatus.ACCEPTED,
            status is Status.IN_PROGRESS,
            count(Job) == 1,
            count(Offer, status=OfferStatus.OPEN) == 0,
            not refused(outcomes),
        }
        return crashed(outcomes) or len(said) > 1


class TwoSubmit(Race):
    def prepare(self):
        self.partner_id, self.life = self.add_partner(), Life(self.market)

    def unguard(self, guards):
        """A page that is open is looked for as well: either is enough."""
        super().unguard(guards)
        guards.patch.setattr(queries, "check_no_page_is_open", lambda *_given: None)

    def one(self, session):
        choice, customer_id = choose(self.partner_id), self.market.customer_id
        commands.submit(session, self.life.reference, customer_id=customer_id, choice=choice, now=NOON)

    two = one


class TwoSearches(Race):
    """Two workers look again for whom nobody took; two partners are free by now."""

    def prepare(self):
        self.partner_id, self.life = self.add_partner(), Life(self.market)
        self.life.submit(choose(self.partner_id))
        self.life.pay()
        self.life.decline(self.partner_id)
        assert self.life.request.status is Status.UNMATCHED
        self.add_partner()
        self.add_partner()

    def one(self, session):
        return commands.search_again(session, self.life.id, now=NOON)

    two = one

    def broken(self, outcomes):
        """One of them finds that somebody is asked already."""
        return crashed(outcomes) or sorted(outcomes) != [False, True]


class ConfirmAndDispute(Race):
    """Who confirms or disputes locks the holds as well, before anything is written."""

    def unguard(self, guards):
        """Let both read the request before either locks the holds."""
        guards.locks_off("support_request", meets=False)
        guards.meet_after(requests, "lock_own_request", "lock_request")

    def prepare(self):
        self.life = taken(self.market, self.add_partner(price_minor=4900))
        self.life.resolve()

    def one(self, session):
        commands.confirm(session, self.life.reference, customer_id=self.market.customer_id, now=NOON)

    def two(self, session):
        complaint = Complaint(DisputeReason.NOT_SOLVED, "It broke again.", Money(2000, "EUR"))
        commands.dispute(
            session, self.life.reference, customer_id=self.market.customer_id, complaint=complaint, now=NOON
        )


class TwoDecide(ConfirmAndDispute):
    """Two of the staff decide one dispute, each in another way."""

    def prepare(self):
        super().prepare()
        self.life.dispute()
        self.life.answer_dispute()
        self.staff_ids = [self.staff(), self.staff()]

    def one(self, session, which=0):
        back = Money(1000 * (which + 1), "EUR")
        by = self.staff_ids[which]
        commands.decide_dispute(session, self.life.reference, back=back, verdict="So.", by=by, now=NOON)

    def two(self, session):
        self.one(session, 1)


class DecideAndWithdraw(TwoDecide):
    def two(self, session):
        commands.withdraw_dispute(session, self.life.reference, customer_id=self.market.customer_id, now=NOON)


class ConfirmAndGoodwill(ConfirmAndDispute):
    """What the staff gives back lowers what is shared, or is given up again by those who have their shares."""

    def prepare(self):
        super().prepare()
        self.staff_id, self.hold_id = self.staff(), self.life.hold.id
        self.may_give, self.given = threading.Event(), threading.Event()
        self.may_give.set()

    def unguard(self, guards):
        """Let what is kept be shared as it was before the staff gave some of it back."""
        guards.locks_off("hold", meets=False)
        self.may_give.clear()
        guards.patch.setattr(payouts, "Settlement", self.settle_late)

    def settle_late(self, **shared):
        """Share what was read, once it is not so any more."""
        self.may_give.set()
        assert self.given.wait(SECONDS)
        return Settlement(**shared)

    def two(self, session):
        assert self.may_give.wait(SECONDS)
        payments.give_goodwill(
            session,
            self.hold_id,
            amount=Money(2000, "EUR"),
            bearer=Bearer.SHARED,
            note="They waited.",
            seen=Money(4900, "EUR"),
            by=self.staff_id,
            now=NOON,
        )
        session.flush()
        self.given.set()

    def broken(self, outcomes):
        """Both may have their way, in whatever order, but the books must balance and 29 EUR be left."""
        return crashed(outcomes) or refused(outcomes) or broken_checks() or self.life.hold.kept.minor != 2900


class TwoRate(ConfirmAndDispute):
    def prepare(self):
        super().prepare()
        self.life.confirm()

    def unguard(self, guards):
        """Let both look for a review before either writes one."""
        guards.locks_off("support_request", meets=False)
        guards.meet_at("review")

    def one(self, session, stars=5):
        customer_id = self.market.customer_id
        commands.rate(session, self.life.reference, customer_id=customer_id, stars=stars, comment=None, now=NOON)

    def two(self, session):
        self.one(session, 1)


class TwoForTheLastEuro(Race):
    """Two requests of one customer, of which cover is enough for one."""

    def prepare(self):
        self.partner_id = self.add_partner(price_minor=4900)
        self.policy = insure(self.market.customer_id, limit=eur(5000), deductible=eur(0))
        self.lives = [Life(self.market), Life(self.market)]

    def unguard(self, guards):
        """Let both take what is left without looking whether it still is."""
        guards.meet_at("policy_year")
        guards.patch.setattr(cover, "_take", take_blindly)

    def one(self, session, which=0):
        chosen = CoverChoice(self.policy, seen=eur(4900))
        commands.submit(
            session,
            self.lives[which].reference,
            customer_id=self.market.customer_id,
            choice=choose(self.partner_id),
            cover=chosen,
            now=NOON,
        )

    def two(self, session):
        self.one(session, 1)


def take_blindly(session, year, promised):
    """Write down what was read and what is promised, as naive code does."""
    year.reserved_minor = year.reserved_minor + promised.covered.minor
    return True


RACES = pytest.mark.parametrize(
    "kind",
    [
        TwoColleaguesAccept,
        CancelAndAccept,
        AcceptAndExpire,
        TwoSubmit,
        TwoSearches,
        ConfirmAndDispute,
        TwoDecide,
        DecideAndWithdraw,
        ConfirmAndGoodwill,
        TwoRate,
        TwoForTheLastEuro,
    ],
)


@RACES
def test_one_of_two_comes_first(market, add_partner, together, kind):
    running = kind(market, add_partner)
    outcomes = together(running.one, running.two)
    assert not running.broken(outcomes), outcomes


@on_postgresql
@RACES
def test_without_its_guard_the_same_race_breaks(app, market, add_partner, guards, kind):
    running = kind(market, add_partner)
    running.unguard(guards)
    outcomes = race(app, in_transaction(running.one), in_transaction(running.two))
    assert running.broken(outcomes), outcomes


# Many at once


def test_an_offer_is_accepted_once_by_many(market, add_partner, together):
    running = TwoColleaguesAccept(market, add_partner)
    assert len(done(together(*[running.one, running.two] * 4))) == 1
    assert count(Job) == 1
    assert count(StripeCall, kind=CallKind.CAPTURE) == 1


def test_an_event_is_stored_once(app, at_once):
    event = Event("evt_1", "payment_intent.succeeded", None, {"data": {"object": {}}})

    def receive():
        with writing() as connection:
            return payments.store_event(connection, event, now=NOON)

    assert sorted(at_once(*[receive] * CROWD)) == [False] * 7 + [True]
    assert count(outbox.OutboxMessage) == 1
