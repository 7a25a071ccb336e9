"""Cover is bought, waited for, renewed, not paid and then paid after all, and cancelled: on the pages, by the clock."""

from datetime import timedelta
from threading import Lock

import pytest
import time_machine
from playwright.sync_api import expect

from marketplace.insurance import commands, queries
from marketplace.insurance.rules import PURPOSE
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import format_money
from marketplace.payments import queries as money
from marketplace.payments.rules import Interval
from marketplace.sandbox.stripe.by_hand import pull
from marketplace.site import worker
from tests.factories.insurance import eur, make_version
from tests.journeys.cast import NURIA
from tests.journeys.steps import button, follow_letter, heading, link, look_at, pay, sign_in

DAY = timedelta(days=1)


class Clock:
    """A clock that goes on by itself, and is put forward only between two rounds of the worker."""

    def __init__(self, traveller, between_rounds):
        """Keep what puts it forward."""
        self._traveller, self._between_rounds = traveller, between_rounds

    def shift(self, time):
        """Let so much time pass at once."""
        with self._between_rounds:
            self._traveller.shift(time)


@pytest.fixture
def clock(monkeypatch):
    """Give a clock, with no round of the worker that begins before a jump and ends after it."""
    lock, work_once = Lock(), worker.work_once

    def one_round(*given):
        with lock:
            return work_once(*given)

    monkeypatch.setattr(worker, "work_once", one_round)
    with time_machine.travel(utcnow(), tick=True) as traveller:
        yield Clock(traveller, lock)


def sell():
    """Put a plan on sale that is paid by the month, and another one that nobody will be able to buy."""
    with transaction() as session:
        make_version(session, interval=Interval.MONTH, price=eur(1190))
        return make_version(session, name="Old").plan_id


def withdraw(plan_id):
    """Sell a plan no more."""
    with transaction() as session:
        version = queries.last_versions(session)[0]
        commands.put_on_sale(session, plan_id, is_on_sale=False, by=version.made_by, now=utcnow())


def subscription_of(person_id):
    """What is paid for the one policy, as it stands now."""
    policy = queries.policies_of(reading(), person_id)[0]
    return money.subscriptions_of(reading(), PURPOSE, policy.id)[-1]


def come_back(page, address):
    """Look at the policy again, after so long that one has to sign in."""
    page.context.clear_cookies()
    sign_in(page, NURIA)
    page.goto(address)


class Owner:
    """Somebody who has a policy, seen through a window of the browser."""

    def __init__(self, installation, page, clock):
        """Look at nothing yet."""
        self.installation, self.page, self.clock = installation, page, clock
        self.id, self.address = installation.person_id(NURIA.email), ""

    def subscription(self, name):
        """Tell something of what is paid for the policy, as it stands now."""
        return self.installation.ask(lambda: getattr(subscription_of(self.id), name))

    def wait_until(self, is_so, what):
        """Give the worker time."""
        self.installation.wait_until(lambda: is_so(subscription_of(self.id)), what)

    def reaches_renewal(self):
        """Let time pass until the next period is charged; gives when the last one ended."""
        ended = self.subscription("period_end")
        self.clock.shift(ended - utcnow() + timedelta(hours=1, minutes=1))
        return ended

    def comes_back(self):
        """Look at the policy again, after so long that one has to sign in."""
        self.page.context.clear_cookies()
        sign_in(self.page, NURIA)
        self.page.goto(self.address)

    def reads(self, title):
        """Read what comes first on the page."""
        expect(self.page.get_by_role("region", name=title)).to_be_visible()


def test_cover_from_the_first_payment_to_the_last(clock, installation, open_window):
    old_id = installation.ask(sell)
    page = open_window(NURIA)
    owner = Owner(installation, page, clock)
    a_plan_is_withdrawn_while_it_is_looked_at(installation, page, old_id)
    another_is_bought(owner)
    clock.shift(15 * DAY)
    owner.comes_back()
    owner.reads("You are covered")
    first = owner.reaches_renewal()
    owner.wait_until(lambda paid: paid.period_end > first, "it is renewed")
    a_renewal_fails_and_is_paid_after_all(owner)
    all_of_the_period_goes_back(owner)
    follow_letter(page, NURIA, "Support cover: Careful has begun")
    expect(page).to_have_url(owner.address)
    installation.check()


def a_plan_is_withdrawn_while_it_is_looked_at(installation, page, plan_id):
    """Choose what is not sold any more a moment later."""
    page.goto("/")
    link(page, "Support cover").click()
    expect(heading(page)).to_have_text("Support cover")
    look_at(page, "cover")
    page.get_by_role("region", name="Old").get_by_role("link", name="Choose this plan").click()
    installation.ask(lambda: withdraw(plan_id))
    button(page, "Go to the payment").click()
    expect(heading(page)).to_have_text("There is nothing here")


def another_is_bought(owner):
    """Choose a plan and pay it."""
    page = owner.page
    page.goto("/cover")
    link(page, "Choose this plan").click()
    look_at(page, "cover-plan")
    button(page, "Go to the payment").click()
    pay(page)
    owner.reads("The waiting period is running")
    owner.address = page.url
    look_at(page, "cover-waiting")


def a_renewal_fails_and_is_paid_after_all(owner):
    """Miss a renewal, hear of it, and pay on the page to which it leads."""
    page = owner.page
    pull(owner.installation.sandbox.url, owner.subscription("stripe_subscription_id"), "fail_next")
    second = owner.reaches_renewal()
    owner.wait_until(lambda missing: missing.action_url is not None, "the renewal has failed")
    owner.comes_back()
    expect(page.get_by_text("Payment overdue, still covered")).to_be_visible()
    look_at(page, "cover-overdue")
    link(page, "Pay now").click()
    pay(page)
    owner.wait_until(lambda paid: paid.period_end > second, "it is paid after all")
    page.goto(owner.address)
    owner.reads("You are covered")


def all_of_the_period_goes_back(owner):
    """Cancel at once, on the first day of a period."""
    page = owner.page
    link(page, "Cancel").click()
    look_at(page, "cover-cancel")
    back = format_money(eur(1190), exact=True)
    expect(page.get_by_role("region", name="At once").get_by_text(back).last).to_be_visible()
    button(page, "Cancel at once").click()
    owner.reads("This policy has ended")
