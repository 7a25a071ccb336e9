"""Two at once about what is paid by the period: each race has a twin whose guard is off; see `tests.plugins.racing`."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, queries
from marketplace.payments.commands import subscriptions
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import ChangeMoment, Interval, PeriodReason, Subject, SubscriptionStatus
from marketplace.payments.selfchecks import CHECKS
from tests.factories.subscribing import DAY, HOUR, Subscriber
from tests.plugins.racing import SECONDS, crashed, done, in_transaction, on_postgresql, race

PRICE, MORE, LESS = 11900, 23800, 5950


def change_now(session, subscription_id):
    """Decide to pay more, from now on."""
    how = {"price": Money(MORE, "EUR"), "description": "More cover", "at": ChangeMoment.NOW}
    return commands.change_subscription(session, subscription_id, **how, now=utcnow())


def end_now(session, subscription_id):
    """Decide to end it, with all back that is not earned."""
    row = queries.lock_subscription(session, subscription_id)
    back = queries.refundable_at(session, row, utcnow())
    commands.cancel_subscription(session, subscription_id, at_end=False, refund=back or None, now=utcnow())


def lock_off(guards):
    """Read subscriptions without locking them."""
    guards.locks_off("subscription")


def payments_unseen(guards):
    """Let the one look for payments just before the other notes one."""
    guards.patch.setattr(queries, "invoices_known", lambda _session, _subscription_id: set())


class Race:
    """Two things that are done at once with a subscription that is paid for a month."""

    guards = (lock_off,)  # What a twin switches off.
    refused_most = 0  # So many of the two may find that it can't be done any more.

    def __init__(self, till):
        self.till, self.payer = till, Subscriber(till)
        self.subscription_id = self.payer.begun(PRICE)
        self.prepare()
        reading().rollback()

    def prepare(self):
        """Come to the moment of the race."""

    def unguard(self, guards):
        """Switch off what keeps the two apart."""
        for switch_off in self.guards:
            switch_off(guards)

    def renewed_unheard(self):
        """Let the next period be paid, with nobody at work; gives what a look finds then."""
        row = self.payer.row(self.subscription_id)
        self.till.wait(row.period_end - utcnow() + HOUR + timedelta(seconds=1))
        return self.look()

    def look(self):
        """Ask Stripe how it stands; gives what is to be written down, by whoever comes first."""
        row = self.payer.row(self.subscription_id)
        stripe_id, looks = row.stripe_subscription_id, row.looks
        known = queries.invoices_known(reading(), self.subscription_id)
        reading().rollback()
        state, invoices = gateway().subscription(stripe_id), gateway().invoices(stripe_id, known=known)

        def note(session):
            commands.describe_subscription(session, self.subscription_id, state, invoices, looks=looks, now=utcnow())

        return note

    def broken(self):
        """Tell what is wrong when all has come to rest; nothing if all is well."""
        self.till.work()
        reading().rollback()
        found = {check.__name__: lines for check in CHECKS if (lines := check(reading()))}
        reading().rollback()
        return found


class TwoRenewals(Race):
    """Two events tell of the same payment."""

    guards = (lock_off, payments_unseen)  # Who writes first holds the other up as well.

    def prepare(self):
        self.one = self.two = self.renewed_unheard()

    def broken(self):
        paid = [one.amount_minor for one in self.payer.payments(self.subscription_id)]
        return super().broken() or (paid != [PRICE, PRICE] and paid)


class CancelAndRenewal(Race):
    """The payer ends it with everything back, while the next period is being noted."""

    def prepare(self):
        self.two = self.renewed_unheard()

    def one(self, session):
        end_now(session, self.subscription_id)

    def broken(self):
        found = super().broken()
        row = self.payer.row(self.subscription_id)
        renewed = self.payer.payments(self.subscription_id)[1:]
        is_back = [one.refunded_minor == one.amount_minor for one in renewed]
        return found or row.status is not SubscriptionStatus.ENDED or is_back != [True]


class ChangeAndRenewal(Race):
    """A higher price is paid at once, while the renewal before it is still being noted."""

    guards = (lock_off, payments_unseen)  # Who writes first holds the other up as well.

    def prepare(self):
        self.payer.change(self.subscription_id, LESS, ChangeMoment.PERIOD_END)
        self.till.work()
        self.one = self.renewed_unheard()
        self.till.stand_in.add_fault("drop_after", place="POST /v1/subscriptions/*", times=3)
        with transaction() as session:
            _change, message_id = change_now(session, self.subscription_id)
        outbox.deliver_now(message_id)  # Stripe has done it, and nobody here knows yet.
        self.till.stand_in.faults.clear()
        self.two = self.look()

    def broken(self):
        """Tell also if the price is not what was decided last, or something was not noted once."""
        found = super().broken()
        reasons = [one.reason for one in self.payer.payments(self.subscription_id)]
        row = self.payer.row(self.subscription_id)
        is_right = (row.price_minor, row.next_price_minor) == (MORE, None) and reasons == list(PeriodReason)
        return found or (not is_right and (row.price_minor, row.next_price_minor, reasons))


class TwoChanges(Race):
    """The payer decides in two tabs."""

    refused_most = 1

    def one(self, session):
        change_now(session, self.subscription_id)

    two = one


class TwoEnds(Race):
    """The payer ends it in two tabs, each with everything back."""

    refused_most = 1

    def prepare(self):
        self.till.wait(10 * DAY)

    def one(self, session):
        end_now(session, self.subscription_id)

    two = one


class EndAndEarning(TwoEnds):
    """The payer ends it, while the worker books what is earned by today."""

    refused_most = 0

    def prepare(self):
        super().prepare()
        self.payment_id = self.payer.payments(self.subscription_id)[0].id
        self.may_earn, self.has_earned = threading.Event(), threading.Event()
        self.may_earn.set()

    def unguard(self, guards):
        """Let it end by what was earned as it was read, once the worker has earned more."""
        guards.locks_off("subscription", meets=False)
        self.may_earn.clear()
        earn_until = subscriptions.earn_until

        def earn_late(*arguments):
            self.may_earn.set()
            assert self.has_earned.wait(SECONDS)
            earn_until(*arguments)

        guards.patch.setattr(subscriptions, "earn_until", earn_late)

    def two(self, session):
        assert self.may_earn.wait(SECONDS)
        event.listen(session, "after_commit", lambda _session: self.has_earned.set(), once=True)
        commands.earn(session, self.payment_id, now=utcnow())


RACES = pytest.mark.parametrize(
    "kind", [TwoRenewals, CancelAndRenewal, ChangeAndRenewal, TwoChanges, TwoEnds, EndAndEarning]
)


@RACES
def test_two_at_once_end_as_if_one_had_come_first(busy_till, together, kind):
    running = kind(busy_till)
    assert len(done(together(running.one, running.two))) >= 2 - kind.refused_most
    assert not running.broken()


@on_postgresql
@RACES
def test_without_its_guard_the_same_race_breaks(app, busy_till, guards, kind):
    running = kind(busy_till)
    running.unguard(guards)
    outcomes = race(app, in_transaction(running.one), in_transaction(running.two))
    assert crashed(outcomes) or running.broken(), outcomes


def open_in(payer_id, subject_id, currency):
    """Give a function that asks for a subscription in a currency."""

    def ask(session):
        subject, price = Subject("test", subject_id, "Cover", "/requests"), Money(PRICE, currency)
        how = {"payer_id": payer_id, "price": price, "tax_rate": 0, "interval": Interval.MONTH}
        commands.open_subscription(session, subject, **how, now=utcnow())

    return ask


def currencies_open(till):
    """List in which currencies the payer may pay by now."""
    reading().rollback()
    return queries.currencies_open(reading(), till.payer_id)


def two_tabs(till):
    """Somebody who has paid before asks for something in euros, and in another tab for something in dollars."""
    till.taken()
    return open_in(till.payer_id, 101, "EUR"), open_in(till.payer_id, 102, "USD")


def test_two_tabs_open_pages_in_one_currency(busy_till, together):
    outcomes = together(*two_tabs(busy_till))
    assert len(done(outcomes)) == 1
    assert len(currencies_open(busy_till)) == 1


@on_postgresql
def test_without_the_lock_on_the_payer_two_tabs_open_pages_in_two(app, busy_till, guards):
    one, two = two_tabs(busy_till)
    guards.locks_off("payer", meets=False)
    guards.meet_at(r"subscription\s+WHERE subscription.payer_id")
    race(app, in_transaction(one), in_transaction(two))
    assert len(currencies_open(busy_till)) == 2
