"""Payments by the core's own commands against the stand-in within this process: without a request, from any side.

What has happened in our book and in Stripe's is compared line by line, whenever a test asks and at its end.
"""

from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import sqlalchemy as sa
import time_machine
from werkzeug.test import Client

from marketplace.accounts.models import Person
from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, effects, gateway, queries
from marketplace.payments.models import (
    Chargeback,
    Clawback,
    ConnectedAccount,
    Hold,
    LedgerAccount,
    LedgerTransaction,
    Payout,
    Posting,
    Refund,
)
from marketplace.payments.rules import NO_RESERVE, AccountKind, RefundCause, Reserve, Subject, Terms
from marketplace.payments.selfchecks import CHECKS
from tests.factories import NOON
from tests.factories.accounts import make_person, make_staff
from tests.factories.profiles import make_provider
from tests.stripe_inprocess import SECRET_KEY, URL, StripeInProcess, to_app

PURPOSE = "test"  # What only these tests know of.
TERMS = Terms(commission_percent=20)
PLATFORM, CONNECT = "/webhooks/stripe", "/webhooks/stripe/connect"


@contextmanager
def open_till(app):
    """Give a till at noon, whose Stripe tells the site what happens."""
    before = gateway.gateway()
    with time_machine.travel(NOON, tick=False) as clock:
        stand_in = StripeInProcess(to_app(app))
        gateway.connect(app, gateway.Gateway(SECRET_KEY, URL, http_client=stand_in.http_client()))
        settings = app.extensions["handrail_settings"]
        stand_in.listen(PLATFORM, settings.stripe_webhook_secret)
        stand_in.listen(CONNECT, settings.stripe_connect_webhook_secret, connect=True)
        yield Till(stand_in, clock)
        gateway.connect(app, before)
        stand_in.close()


class Till:
    """What payers, payees, finance, banks and Stripe do."""

    def __init__(self, stand_in, clock):
        """Begin with a payer and somebody of finance."""
        self.stand_in, self._clock = stand_in, clock
        self._subjects = 0
        with transaction() as session:
            self.payer_id, self.finance_id = make_person(session).id, make_staff(session, "finance").id

    # Time, and what it brings

    def work(self):
        """Perform what is owed, and hear what Stripe tells, until nothing is left to do."""
        self.stand_in.deliver_pending()
        while outbox.deliver_due(utcnow()):
            self.stand_in.deliver_pending()

    def wait(self, time):
        """Let time pass, with nobody at work."""
        self._clock.shift(time)
        self.stand_in.sweep()

    def release_reserves(self):
        """Do what the worker does every five minutes."""
        effects.release_reserves(utcnow())
        self.work()

    def pull(self, object_id, lever, **given):
        """Do by hand what a bank or Stripe may do; gives what came of it. The site has not heard of it yet."""
        answer = Client(self.stand_in.app).post(f"/sandbox/objects/{object_id}/{lever}", json=given, base_url=URL)
        assert answer.status_code == 200, answer.text
        return answer.json

    # People

    def payee(self, *, with_account=True):
        """Let somebody work for the vendor; with an account at Stripe, if it is to be paid by transfers."""
        with transaction() as session:
            payee_id = make_provider(session).id
            if with_account:
                commands.ask_account(session, payee_id, country="DE", email="bo@example.test", now=utcnow())
        if with_account:
            self.work()
            account_id = self.row(ConnectedAccount, payee_id).stripe_account_id
            self.stand_in.onboard(gateway.gateway().onboarding_url(account_id, refresh_url=URL, return_url=URL))
            self.work()
            assert self.row(ConnectedAccount, payee_id).may_receive
        return payee_id

    def speak(self, language):
        """Let the payer read another language."""
        with transaction() as session:
            session.get_one(Person, self.payer_id).language = language

    def save_card(self, card="4242424242424242"):
        """Let the payer save a card on our own page, which says what it may be used for; gives the newest card."""
        with transaction() as session:
            commands.ask_card(session, self.payer_id, now=utcnow())
        self.work()
        reading().rollback()
        self.stand_in.pay(queries.payer(reading(), self.payer_id).setup_url, card)
        self.work()
        reading().rollback()
        return queries.cards_of(reading(), self.payer_id)[0]

    def payer(self):
        """The person who pays."""
        return self.row(Person, self.payer_id)

    # Payments

    def open(self, minor=10000, currency="EUR", cover=None, *, card_id=None):
        """Ask for an amount, up to the Checkout page, or to the saved card that is to pay it."""
        self._subjects += 1
        with transaction() as session:
            subject = Subject(PURPOSE, self._subjects, "Help", "/requests")
            how = {"amount": Money(minor, currency), "cover": cover, "card_id": card_id}
            hold, _message = commands.open_hold(session, subject, payer_id=self.payer_id, now=utcnow(), **how)
            return hold.id

    def held(self, minor=10000, currency="EUR", cover=None, **how):
        """Let a bank set an amount aside, or what of it is not covered."""
        hold_id = self.open(minor, currency, cover)
        self.work()
        if self.hold(hold_id).asked:
            self.stand_in.pay(self.hold(hold_id).checkout_url, **how)
        self.work()
        return hold_id

    def capture(self, hold_id, minor=None):
        """Decide to take what is set aside, or a part of it, with the worker still to come."""
        hold = self.hold(hold_id)
        with transaction() as session:
            amount = Money(minor or hold.amount_minor, hold.currency)
            commands.capture(session, hold_id, amount=amount, now=utcnow())

    def taken(self, minor=10000, currency="EUR", cover=None):
        """Take a payment."""
        hold_id = self.held(minor, currency, cover)
        self.capture(hold_id)
        self.work()
        return hold_id

    def settle(self, hold_id, payee_id, *, terms=TERMS, reserve=NO_RESERVE):
        """Share a payment, with the worker still to come."""
        with transaction() as session:
            commands.settle(session, hold_id, payee_id=payee_id, terms=terms, reserve=reserve, now=utcnow())

    def settled(self, payee_id, minor=10000, currency="EUR", *, reserve=NO_RESERVE, cover=None):
        """Take a payment, share it and pay what is due."""
        hold_id = self.taken(minor, currency, cover)
        self.settle(hold_id, payee_id, reserve=reserve)
        self.work()
        return hold_id

    def refund(self, hold_id, minor=None, **how):
        """Decide to give back all or a part, with the worker still to come; gives the id of the refund."""
        amount = None if minor is None else Money(minor, self.hold(hold_id).currency)
        with transaction() as session:
            made = commands.refund(
                session, hold_id, **{"amount": amount, "cause": RefundCause.ENDED, "now": utcnow(), **how}
            )
            return made.id if made else None

    def pay_back_by_hand(self, refund_id):
        """Pay a refund that came back from the vendor's bank."""
        with transaction() as session:
            commands.pay_back_by_hand(session, refund_id, reference="HR 1", by=self.finance_id, now=utcnow())

    def pay_by_hand(self, payout_id):
        """Pay a payee from the vendor's bank."""
        with transaction() as session:
            commands.mark_paid_by_hand(session, payout_id, reference="HR 2", by=self.finance_id, now=utcnow())

    # Banks

    def dispute(self, hold_id, minor=None, *, lever="dispute"):
        """Let the bank of a payer take a payment back, or a part of it; gives Stripe's id."""
        given = {"reason": "general"} | ({"amount": minor} if minor else {})
        dispute_id = self.pull(self.hold(hold_id).charge_id, lever, **given)["id"]
        self.work()
        return dispute_id

    def decide(self, dispute_id, lever):
        """Let a bank decide, drop its question, or go further."""
        self.pull(dispute_id, lever)
        self.work()

    def answer(self, dispute_id, words="They confirmed it."):
        """Answer a bank, with the worker still to come."""
        with transaction() as session:
            chargeback = queries.chargeback_by_stripe(session, dispute_id)
            commands.respond(session, chargeback.id, words, by=self.finance_id, now=utcnow())

    # Looking

    def row(self, model, key):
        """Give a row as it stands now."""
        reading().rollback()
        return reading().get_one(model, key)

    def hold(self, hold_id):
        """Give a hold as it stands now."""
        return self.row(Hold, hold_id)

    def refund_row(self, refund_id):
        """Give a refund as it stands now."""
        return self.row(Refund, refund_id)

    def chargeback(self, dispute_id):
        """Give a chargeback as it stands now."""
        reading().rollback()
        return reading().scalars(sa.select(Chargeback).filter_by(stripe_dispute_id=dispute_id)).one()

    def payouts(self, hold_id):
        """List the payouts of a hold, by kind."""
        reading().rollback()
        found = reading().scalars(sa.select(Payout).filter_by(hold_id=hold_id).order_by(Payout.id)).all()
        return SimpleNamespace(**{one.kind.value: one for one in found})

    def refunds(self, hold_id):
        """List what goes back of a hold."""
        reading().rollback()
        return queries.refunds_of(reading(), [hold_id])

    def clawbacks(self, hold_id):
        """List what payees give back of a hold."""
        reading().rollback()
        of_hold = sa.select(Clawback).join(Payout).where(Payout.hold_id == hold_id)
        return reading().scalars(of_hold.order_by(Clawback.id)).all()

    def booked(self, kind, owner_id=None, currency="EUR"):
        """Tell what stands on an account, in minor units."""
        reading().rollback()
        return queries.balance(reading(), kind, currency, owner_id).minor

    # Comparing

    def check(self):
        """Hold our book against Stripe's, line by line, and ask every self-check."""
        effects.reconcile(utcnow())
        reading().rollback()
        broken = {check.__name__: lines for check in CHECKS if (lines := check(reading()))}
        assert not broken
        assert self._ours() == self._stripes()

    def with_changed(self, row, changes, check):
        """Tell what a self-check says of a row that somebody has changed, and change it back."""
        reading().rollback()
        reading().execute(sa.update(type(row)).filter_by(id=row.id).values(**changes))
        told = check(reading())
        reading().rollback()
        return told

    def _ours(self):
        """Count our bookings that changed the balance at Stripe, by Stripe's id and by how much."""
        balance = sa.select(LedgerAccount.id).filter_by(kind=AccountKind.STRIPE_BALANCE).scalar_subquery
        came_in = Posting.debit_id.in_(balance())
        signed = sa.case((came_in, Posting.amount_minor), else_=-Posting.amount_minor)
        changed = (
            sa.select(LedgerTransaction.stripe_id, Posting.currency, sa.func.sum(signed))
            .join(Posting, Posting.transaction_id == LedgerTransaction.id)
            .where(came_in | Posting.credit_id.in_(balance()))
            .group_by(LedgerTransaction.id, LedgerTransaction.stripe_id, Posting.currency)
        )
        return Counter((stripe_id, currency, int(minor)) for stripe_id, currency, minor in reading().execute(changed))

    def _stripes(self):
        """Count Stripe's lines, named as we name them."""
        lines = list(gateway.gateway().balance_lines(since=None))
        ours = {stripe_id for stripe_id, _currency, _minor in self._ours()}
        return Counter((one.id if one.id in ours else one.source_id, one.net.currency, one.net.minor) for one in lines)


def reserve(percent=50, days=30):
    """Keep a part of a share back for a while."""
    return Reserve(percent, days)
