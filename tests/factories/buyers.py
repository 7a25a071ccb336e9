"""Somebody who buys a policy, with a subscription behind it that is real."""

from datetime import timedelta

from marketplace.insurance import commands, queries
from marketplace.insurance.effects import begin_next_years, suspend_overdue
from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import queries as money
from marketplace.payments.effects import earn
from tests.factories.insurance import Insured, make_version


class Buyer(Insured):
    """Somebody who buys a policy on the stand-in's page."""

    def __init__(self, till, **changes):
        """Look at a plan."""
        self.till = till
        self._subjects = 0
        with transaction() as session:
            version = make_version(session, **changes)
            self.version_id, self.plan_id = version.id, version.plan_id
        self.policy_id = None

    def buy(self, version_id=None, licence=""):
        """Ask for the policy, up to the page."""
        with transaction() as session:
            policy, _message = commands.buy(
                session,
                person_id=self.till.payer_id,
                country="DE",
                version_id=version_id or self.version_id,
                licence=licence,
                now=utcnow(),
            )
            self.policy_id, self.reference = policy.id, policy.reference
        return self

    def begun(self, **how):
        """Buy it and pay."""
        self.buy(**how)
        self.till.work()
        self.till.stand_in.pay(self.subscription.checkout_url)
        self.till.work()
        return self

    @property
    def policy(self):
        """The policy as it stands now."""
        reading().rollback()
        return queries.policy(reading(), self.policy_id)

    @property
    def subscription(self):
        """What is paid for it, as it stands now."""
        reading().rollback()
        return money.subscriptions_of(reading(), PURPOSE, self.policy_id)[-1]

    def wait(self, span):
        """Let time pass, and everybody do what is due then."""
        self.till.wait(span)
        self.till.work()
        earn(utcnow())
        begin_next_years(utcnow())
        suspend_overdue(utcnow())

    def fail_next(self):
        """Let the bank refuse the next try of a renewal."""
        self.till.pull(self.subscription.stripe_subscription_id, "fail_next")

    def go_to_renewal(self):
        """Let time pass until the next period is charged."""
        self.wait(self.subscription.period_end - utcnow() + timedelta(hours=1, seconds=1))

    def do(self, command, **how):
        """Decide something about the policy, and let it be done."""
        with transaction() as session:
            command(session, self.reference, person_id=self.till.payer_id, now=utcnow(), **how)
        self.till.work()
