"""Two at once about renewals, cards and bank accounts: once. Each race has a twin whose guard is off."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands
from marketplace.payments.commands import cards
from marketplace.payments.gateway import Card
from marketplace.payments.models import BankDetails, Payer, Renewal
from marketplace.payments.rules import RENEW_AHEAD, BankAccount, RenewalStatus
from tests.factories.accounts import make_person
from tests.plugins.racing import crashed, done, in_transaction, on_postgresql, race


def count(model, **facts):
    """Count rows."""
    reading().rollback()
    return reading().scalar(sa.select(sa.func.count()).select_from(model).filter_by(**facts))


class Race:
    """Two things that are done at once."""

    def __init__(self, till):
        self.till = till
        self.prepare()


class TwoRenewals(Race):
    """Two workers see that a bank is about to let go."""

    def prepare(self):
        self.hold_id = self.till.held()
        self.now = self.till.hold(self.hold_id).capture_before - RENEW_AHEAD

    def unguard(self, guards):
        guards.locks_off("hold")
        guards.meet_at("renewal")

    def one(self, session):
        commands.renew(session, self.hold_id, now=self.now)

    two = one

    def broken(self):
        """Tell whether there is anything but one renewal."""
        return count(Renewal) != 1


class RenewAndCapture(TwoRenewals):
    """A partner accepts in the moment in which the amount is to be set aside once more."""

    def two(self, session):
        commands.capture(session, self.hold_id, amount=Money(10000, "EUR"), now=self.now)

    def broken(self):
        """Tell of a renewal that nobody ends, though the payment is taken."""
        return count(Renewal, status=RenewalStatus.OPENING)


class TwoFirstPayments(Race):
    """Somebody pays for the first time, in two tabs."""

    def prepare(self):
        with transaction() as session:
            self.person_id = make_person(session).id

    def unguard(self, guards):
        guards.meet_at("payer")
        guards.key_decides_nothing(cards)

    def broken(self):
        return count(Payer) != 1

    def one(self, session):
        commands.become_payer(session, self.person_id, now=utcnow())

    two = one


class TwoPagesForCards(TwoFirstPayments):
    """A double click on "save a card"."""

    def prepare(self):
        super().prepare()
        with transaction() as session:
            commands.become_payer(session, self.person_id, now=utcnow())

    def unguard(self, guards):
        guards.locks_off("payer")
        guards.meet_at("stripe_call")

    def one(self, session):
        commands.ask_card(session, self.person_id, now=utcnow())

    two = one


class TwoLooks(TwoPagesForCards):
    """Two workers have asked which cards there are; one has asked before a card was saved."""

    def unguard(self, guards):
        guards.locks_off("payer")

    def one(self, session, *stripe_ids):
        cards = [Card(one, "visa", "4242", 12, 2040) for one in stripe_ids]
        commands.list_cards(session, self.person_id, cards, looks=0, now=utcnow())

    def two(self, session):
        self.one(session, "pm_1")

    def broken(self):
        """Tell whether both were believed; one of them asks again."""
        return count(OutboxMessage, kind=commands.CARDS) != 1


class TwoBankAccounts(Race):
    """A double click on the first bank account."""

    def prepare(self):
        self.payee_id = self.till.payee(with_account=False)
        with transaction() as session:
            session.execute(sa.delete(BankDetails))

    def unguard(self, guards):
        guards.locks_off("provider")
        guards.meet_at("bank_details")

    def broken(self):
        return count(BankDetails) != 1

    def one(self, session):
        bank = BankAccount("Bo Helps", "DE89 3704 0044 0532 0130 00")
        commands.set_bank_account(session, self.payee_id, bank, by=self.till.finance_id, now=utcnow())

    two = one


RACES = pytest.mark.parametrize(
    "kind", [TwoRenewals, RenewAndCapture, TwoFirstPayments, TwoPagesForCards, TwoLooks, TwoBankAccounts]
)


@RACES
def test_it_is_done_once(busy_till, together, kind):
    running = kind(busy_till)
    assert done(together(running.one, running.two))
    assert not running.broken()


@on_postgresql
@RACES
def test_without_its_guard_the_same_race_breaks(app, busy_till, guards, kind):
    running = kind(busy_till)
    running.unguard(guards)
    outcomes = race(app, in_transaction(running.one), in_transaction(running.two))
    assert crashed(outcomes) or running.broken(), outcomes
