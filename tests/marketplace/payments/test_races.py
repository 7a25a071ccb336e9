"""Two at once: one of them comes first, and the other finds it done. Each race has a twin whose guard is off."""

import threading

import pytest
import sqlalchemy as sa

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.money import Money
from marketplace.payments import commands, queries
from marketplace.payments.commands import ledger, outcomes
from marketplace.payments.gateway import gateway
from marketplace.payments.models import Refund, StripeCall
from marketplace.payments.rules import Bearer, CallKind, RefundCause
from marketplace.payments.selfchecks import CHECKS, balance_that_disagrees_with_stripe
from tests.factories.till import TERMS
from tests.plugins.racing import Meeting, crashed, done, in_transaction, on_postgresql, race

OURS = [check for check in CHECKS if check is not balance_that_disagrees_with_stripe]


def hold_off(guards):
    """Read holds without locking them."""
    guards.locks_off("hold")


def payee_off(guards):
    """Read payouts and debts without locking them or their payee."""
    guards.locks_off("provider", "clawback", "payout")


def shares_unseen(guards):
    """Let the one look for shares just before the other shares what is held."""
    guards.locks_off("hold", meets=False)
    seen, look = Meeting(), queries.settlement

    def read(session, hold_id):
        found = look(session, hold_id)
        seen.meet()
        return found

    guards.patch.setattr(queries, "settlement", read)
    guards.patch.setattr(queries, "lock_payee", lambda _session, _payee_id: seen.meet())


def ledger_off(guards):
    """Let the same fact be booked by everybody who reports it."""

    def book(session, about, fact, key, movements, **facts):
        return ledger.book(session, about, fact, f"{key}:{threading.get_ident()}", movements, **facts)

    guards.patch.setattr(outcomes, "book", book)


class Race:
    """Two things that are done at once."""

    guards = (hold_off,)  # What a twin switches off.

    def __init__(self, till):
        self.till = till
        self.prepare()

    def broken(self):
        """Tell what our own book says of itself; nothing if all is well."""
        reading().rollback()
        return {check.__name__: lines for check in OURS if (lines := check(reading()))}

    def _take(self, session, hold_id, minor, cause=RefundCause.UNUSED):
        commands.refund(session, hold_id, amount=Money(minor, "EUR"), cause=cause, now=utcnow())


class TwoRefunds(Race):
    def prepare(self):
        self.hold_id = self.till.taken()

    def one(self, session):
        self._take(session, self.hold_id, 6000)

    two = one


class RefundAndSettle(Race):
    guards = (shares_unseen,)

    def prepare(self):
        self.payee_id, self.hold_id = self.till.payee(with_account=False), self.till.taken()

    def one(self, session):
        self._take(session, self.hold_id, 4000)

    def two(self, session):
        commands.settle(session, self.hold_id, payee_id=self.payee_id, terms=TERMS, now=utcnow())


class RefundAndPayout(Race):
    guards = (payee_off,)

    def prepare(self):
        self.hold_id = self.till.settled(self.till.payee(with_account=False))
        self.payout_id = self.till.payouts(self.hold_id).share.id

    def one(self, session):
        self._take(session, self.hold_id, 5000)

    def two(self, session):
        commands.mark_paid_by_hand(session, self.payout_id, reference="HR 3", by=self.till.finance_id, now=utcnow())


class ChargebackAndPayout(RefundAndPayout):
    def prepare(self):
        super().prepare()
        dispute_id = self.till.pull(self.till.hold(self.hold_id).charge_id, "dispute", reason="general")["id"]
        self.till.pull(dispute_id, "lose")
        self.dispute = gateway().dispute(dispute_id)

    def one(self, session):
        commands.apply_dispute(session, self.hold_id, self.dispute, now=utcnow())


class CaptureAndRelease(Race):
    def prepare(self):
        self.hold_id = self.till.held()

    def one(self, session):
        commands.capture(session, self.hold_id, amount=Money(10000, "EUR"), now=utcnow())

    def two(self, session):
        commands.release(session, self.hold_id, now=utcnow())

    def broken(self):
        """Tell the calls that are owed, if Stripe is to do both."""
        reading().rollback()
        kinds = StripeCall.kind.in_({CallKind.CAPTURE, CallKind.RELEASE})
        calls = reading().scalars(sa.select(StripeCall.kind).where(kinds)).all()
        return calls if len(calls) > 1 else []


class TwoDeliveries(Race):
    guards = (hold_off, ledger_off)  # Either of them is enough.

    def prepare(self):
        self.hold_id = self.till.held()
        self.till.capture(self.hold_id)
        intent_id = self.till.hold(self.hold_id).payment_intent_id
        self.till.stand_in.client().v1.payment_intents.capture(intent_id)
        self.intent = gateway().intent(intent_id)

    def one(self, session):
        commands.apply_intent(session, self.hold_id, self.intent, now=utcnow())

    two = one


class TwoSetOffs(Race):
    guards = (payee_off,)

    def prepare(self):
        payee_id = self.till.payee(with_account=False)
        paid = self.till.settled(payee_id)
        self.till.pay_by_hand(self.till.payouts(paid).share.id)
        self.till.refund(paid, 5000, cause=RefundCause.UNUSED)
        self.till.work()
        self.payee_id, self.hold_ids = payee_id, [self.till.taken(), self.till.taken()]

    def one(self, session, which=0):
        commands.settle(session, self.hold_ids[which], payee_id=self.payee_id, terms=TERMS, now=utcnow())

    def two(self, session):
        self.one(session, 1)


class GoodwillAndRefund(Race):
    """One of the staff gives back a part, while another gives back all that is left."""

    def prepare(self):
        self.hold_id = self.till.taken()

    def one(self, session, minor=6000):
        commands.give_goodwill(
            session,
            self.hold_id,
            amount=Money(minor, "EUR"),
            bearer=Bearer.SHARED,
            note="They waited.",
            seen=Money(10000, "EUR"),
            by=self.till.finance_id,
            now=utcnow(),
        )

    def two(self, session):
        commands.refund(session, self.hold_id, now=utcnow())


class TwoGoodwills(GoodwillAndRefund):
    """What was seen is what is decided about: the second sees that something has changed."""

    def one(self, session):
        super().one(session, 3000)

    two = one

    def broken(self):
        """Tell whether both gave, though each knew of nothing."""
        reading().rollback()
        return len(reading().scalars(sa.select(Refund.id).filter_by(hold_id=self.hold_id)).all()) > 1


RACES = pytest.mark.parametrize(
    "kind",
    [
        TwoRefunds,
        RefundAndSettle,
        RefundAndPayout,
        ChargebackAndPayout,
        CaptureAndRelease,
        TwoDeliveries,
        TwoSetOffs,
        GoodwillAndRefund,
        TwoGoodwills,
    ],
)


@RACES
def test_two_at_once_end_as_if_one_had_come_first(busy_till, together, kind):
    running = kind(busy_till)
    assert done(together(running.one, running.two))
    assert not running.broken()


@on_postgresql
@RACES
def test_without_its_guard_the_same_race_breaks(app, busy_till, guards, kind):
    running = kind(busy_till)
    for switch_off in kind.guards:
        switch_off(guards)
    outcomes_ = race(app, in_transaction(running.one), in_transaction(running.two))
    assert crashed(outcomes_) or running.broken(), outcomes_
