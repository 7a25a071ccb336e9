"""Somebody who owns a policy and asks for help, and the clock by which the policy runs."""

from datetime import timedelta

from playwright.sync_api import expect

from marketplace.insurance import queries
from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.money import Money
from marketplace.kernel.translate import format_money
from marketplace.payments import queries as money
from marketplace.sandbox.stripe.by_hand import pull
from tests.journeys.shots import shoot
from tests.journeys.steps import Problem, button, describe, heading, look_at, match, sign_in, words


class Clock:
    """A clock that goes on by itself, and is put forward only between two rounds of the worker."""

    def __init__(self, traveller, between_rounds):
        """Keep what puts it forward."""
        self._traveller, self._between_rounds = traveller, between_rounds

    def shift(self, time):
        """Let so much time pass at once."""
        with self._between_rounds:
            self._traveller.shift(time)


def subscription_of(person_id):
    """What is paid for the one policy, as it stands now."""
    policy = queries.policies_of(reading(), person_id)[0]
    return money.subscriptions_of(reading(), PURPOSE, policy.id)[-1]


class Owner:
    """Somebody who has a policy, and asks one partner for help, seen through a window of the browser."""

    def __init__(self, installation, page, somebody, partner, language):
        """Look at nothing yet."""
        self.installation, self.page, self.language = installation, page, language
        self.somebody, self.partner = somebody, partner
        self.price = Money(partner.prices["upgrades"], partner.currency)
        self.id, self.address = installation.person_id(somebody.email), ""

    def shoot(self, name):
        """Take a picture of a page, named for the language."""
        shoot(self.page, f"{name}-{self.language}")

    def look_at(self, name):
        """Hold a page to what it must be for everybody."""
        look_at(self.page, f"{name}-{self.language}")

    def subscription(self, name):
        """Tell something of what is paid for the policy, as it stands now."""
        return self.installation.ask(lambda: getattr(subscription_of(self.id), name))

    def wait_until(self, is_so, what):
        """Give the worker time."""
        self.installation.wait_until(lambda: is_so(subscription_of(self.id)), what)

    def reaches_renewal(self, clock, *, lever):
        """Let time pass until the next period is charged, hindered by a lever of the stand-in; gives its beginning."""
        pull(self.installation.sandbox.url, self.subscription("stripe_subscription_id"), lever)
        begins = self.subscription("period_end")
        clock.shift(begins - utcnow() + timedelta(hours=1, minutes=1))
        return begins

    def comes_back(self):
        """Look at the policy again, after so long that one has to sign in."""
        self.page.context.clear_cookies()
        sign_in(self.page, self.somebody)
        self.page.goto(self.address)

    def reads(self, title):
        """Read what comes first on the page of the policy."""
        expect(self.page.get_by_role("region", name=words(title))).to_be_visible()

    def reads_that_left(self, amount):
        """Read how much of the policy year is left."""
        meter = self.page.get_by_role("region", name=words("What is left in this policy year"))
        expect(meter).to_contain_text(format_money(amount))

    def checks(self, title):
        """Describe a problem and choose the partner, up to the last look."""
        describe(self.page, Problem(title, language=self.language))
        button(match(self.page, self.partner), "Ask %(name)s", name=self.partner.name).click()
        expect(heading(self.page)).to_have_text(words("Check before you send"))

    def has_asked(self):
        """Wait until the partner is asked."""
        asked = words("%(name)s is being asked", name=self.partner.name)
        expect(self.page.get_by_role("heading", name=asked)).to_be_visible()

    def payment_pages(self):
        """Count the pages of Stripe on which something else than the policy is paid."""
        made = self.installation.stripe.v1.checkout.sessions.list({"limit": 100}).data
        return sum(one.mode == "payment" for one in made)

    def last_paid(self):
        """Tell what was paid for the policy at last."""
        return self.installation.ask(lambda: money.period_payments(reading(), subscription_of(self.id).id)[-1].amount)
