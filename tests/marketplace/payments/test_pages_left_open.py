"""Payment pages that are left open while things go on: one truth, and never an amount that nobody needs."""

from contextlib import suppress

import pytest

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import AccountKind, HoldStatus, Subject
from marketplace.sandbox.stripe import visitor
from marketplace.sandbox.stripe.visitor import PageClosed
from tests.factories import DAY, MINUTE
from tests.factories.till import PURPOSE

GOOD, ASKING = "4242424242424242", "4000002760003184"
EUR_100 = Money(10000, "EUR")


@pytest.fixture
def pays(till):
    """Give a function that pays on a page; `meanwhile` happens before the step `typed`, or `bank`, is sent."""

    def pay(url, card=GOOD, *, step="typed", meanwhile=lambda: None):
        def ask(address, method, body):
            is_bank = body is not None and "answer=" in body
            if method == "POST" and is_bank == (step == "bank"):
                meanwhile()
            return till.stand_in._ask(address, method, body)

        return visitor.pay_checkout(url, card, ask=ask)

    return pay


def set_aside():
    """Count what banks have set aside, by Stripe's word."""
    intents = gateway()._client.v1.payment_intents.list({"limit": 100}).data
    return sum(one.status == "requires_capture" for one in intents)


def awaiting(till):
    """Open a page to pay on; gives the hold."""
    hold_id = till.open()
    till.work()
    return till.hold(hold_id)


def release(hold_id):
    """Take it back, with the worker still to come."""
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())


def assert_nothing_came_of_it(till, hold_id, status=HoldStatus.RELEASED):
    till.work()
    assert till.hold(hold_id).status is status
    assert set_aside() == 0
    assert till.booked(AccountKind.AUTHORISED, till.hold(hold_id).subject_id) == 0
    assert till.booked(AccountKind.CUSTOMER_HELD) == 0


def again(till, hold_id):
    """Open another page for the same, after the first has ended; gives the hold."""
    with transaction() as session:
        subject = Subject(PURPOSE, till.hold(hold_id).subject_id, "Help", "/requests")
        hold, _message = commands.open_hold(session, subject, payer_id=till.payer_id, amount=EUR_100, now=utcnow())
        again_id = hold.id
    till.work()
    return till.hold(again_id)


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed already", "to be closed"])
@pytest.mark.parametrize(("card", "step"), [(GOOD, "typed"), (ASKING, "typed"), (ASKING, "bank")])
def test_what_is_cancelled_while_somebody_pays_takes_nothing(till, pays, card, step, is_closed):
    hold = awaiting(till)
    hold_id = hold.id

    def cancel():
        if till.hold(hold_id).status is HoldStatus.AWAITING:
            release(hold_id)
        if is_closed:
            till.work()

    try:
        pays(hold.checkout_url, card, step=step, meanwhile=cancel)
    except PageClosed:
        assert is_closed
    assert set_aside() == (0 if is_closed else 1)
    assert_nothing_came_of_it(till, hold_id)


@pytest.mark.parametrize(("card", "step"), [(GOOD, "typed"), (ASKING, "bank")])
def test_a_page_whose_day_is_over_while_somebody_types_takes_nothing(till, pays, card, step):
    hold = awaiting(till)
    hold_id = hold.id
    with suppress(PageClosed):
        pays(hold.checkout_url, card, step=step, meanwhile=lambda: till.wait(DAY + MINUTE))
    assert_nothing_came_of_it(till, hold_id, HoldStatus.LAPSED)


@pytest.mark.parametrize(("card", "step"), [(GOOD, "typed"), (ASKING, "typed"), (ASKING, "bank")])
def test_two_tabs_that_pay_at_once_pay_once(till, pays, card, step):
    hold = awaiting(till)
    hold_id, url = hold.id, hold.checkout_url
    done = []

    def in_the_other_tab():
        if not done:
            done.append(True)
            till.stand_in.pay(url)

    with suppress(PageClosed):
        pays(url, card, step=step, meanwhile=in_the_other_tab)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert set_aside() == 1
    assert till.booked(AccountKind.AUTHORISED, till.hold(hold_id).subject_id) == 10000


def test_the_page_of_an_old_attempt_pays_for_nothing(till):
    first = awaiting(till)
    first_id, old_url = first.id, first.checkout_url
    release(first_id)
    till.work()
    second = again(till, first_id)
    with pytest.raises(PageClosed):
        till.stand_in.pay(old_url)
    till.stand_in.pay(second.checkout_url)
    till.work()
    assert till.hold(second.id).status is HoldStatus.HELD
    assert till.hold(first_id).status is HoldStatus.RELEASED
    assert set_aside() == 1


def test_who_pays_after_a_refused_capture_pays_on_the_new_page_only(till):
    first_id = till.held()
    old_url = till.hold(first_id).checkout_url
    till.stand_in.add_fault("capture_refused", times=1)
    till.capture(first_id)
    till.work()
    assert till.hold(first_id).status is HoldStatus.FAILED
    second = again(till, first_id)
    with pytest.raises(PageClosed):
        till.stand_in.pay(old_url)
    till.stand_in.pay(second.checkout_url)
    till.work()
    assert set_aside() == 1
    till.capture(second.id)
    till.work()
    assert till.booked(AccountKind.CUSTOMER_HELD, second.subject_id) == 10000


def test_who_goes_back_to_the_page_after_paying_finds_it_paid(till, client):
    hold_id = till.held()
    status, text, _location = till.stand_in._ask(till.hold(hold_id).checkout_url, "GET", None)
    assert status == 200
    assert "This is paid already" in text
    client.sign_in(till.payer())
    assert client.get(f"/payments/{hold_id}/pay").location == "/requests"
    assert set_aside() == 1


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed already", "to be closed"])
def test_who_comes_back_from_a_payment_that_nobody_needs_any_more_is_told_so(till, client, is_closed):
    hold = awaiting(till)
    hold_id, url = hold.id, hold.checkout_url
    release(hold_id)
    till.stand_in.pay(url)
    if is_closed:
        till.work()
    client.sign_in(till.payer())
    assert client.get(f"/payments/{hold_id}/back").location == "/requests"
    assert "This payment is not needed any more" in client.get("/requests").text
    assert_nothing_came_of_it(till, hold_id)


def test_who_comes_back_from_a_payment_that_counts_is_not_told_otherwise(till, client):
    hold_id = till.held()
    client.sign_in(till.payer())
    client.get(f"/payments/{hold_id}/back")
    assert "This payment is not needed any more" not in client.get("/requests").text
