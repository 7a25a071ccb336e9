"""Renewals: by the calendar, when they fail, and when the bank asks."""

from datetime import UTC, datetime, timedelta

import pytest
import stripe
from werkzeug.test import Client

from tests.marketplace.sandbox.stripe.billing.shop import day, period

RENEWAL = datetime(2027, 2, 28, 10, 0, 1, tzinfo=UTC)  # An hour after the end of the first period.


def settings(shop, **asked):
    answer = Client(shop.stand_in.app).post("/sandbox/billing", json=asked, base_url="http://localhost")
    assert answer.status_code == 200, answer.get_json()


def failing(shop, **more):
    """Subscribe with a good card that is then replaced by one that nobody can charge."""
    customer = shop.customer()
    subscription = shop.subscribe(customer, **more)
    bad = shop.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    return shop.v1.subscriptions.update(subscription.id, {"default_payment_method": bad.id})


def good_card(shop, subscription):
    method = shop.v1.payment_methods.attach("pm_card_visa", {"customer": subscription.customer})
    shop.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})


@pytest.mark.parametrize(
    ("begin", "interval", "ends"),
    [
        ((2028, 2, 29), "year", ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29", "2033-02-28"]),
        ((2027, 8, 31), "month", ["2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29"]),
        ((2027, 12, 30), "week", ["2028-01-06", "2028-01-13"]),
        ((2028, 2, 28), "day", ["2028-02-29", "2028-03-01"]),
    ],
)
def test_each_period_ends_on_the_day_of_the_anchor(shop, begin, interval, ends):
    shop.go_to(datetime(*begin, 12, 30, tzinfo=UTC))
    subscription = shop.subscribe(price=shop.price(interval=interval))
    found = []
    for _one in ends:
        found.append(period(shop.again(subscription))[1])
        shop.go_to(
            datetime.fromtimestamp(shop.again(subscription)["items"].data[0].current_period_end, UTC)
            + timedelta(seconds=1)
        )
    assert found == ends


def test_a_jump_over_many_periods_leaves_the_same_trail_as_a_slow_walk(shop):
    subscription = shop.subscribe()
    shop.go_to(datetime(2028, 3, 1, tzinfo=UTC))
    invoices = shop.invoices(subscription)
    assert [day(one.created) for one in invoices][:4] == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]
    assert (len(invoices), {one.status for one in invoices}) == (14, {"paid"})
    assert day(invoices[-1].created) == "2028-02-29"
    charges = shop.v1.charges.list({"limit": 100}).data[::-1]
    assert [one.created for one in charges] == sorted(one.created for one in charges)
    gaps = [charge.created - invoice.created for charge, invoice in zip(charges, invoices, strict=True)]
    assert gaps == [0] + [3600] * 13


def test_a_renewal_is_announced_made_and_charged_an_hour_later(shop):
    subscription = shop.subscribe()
    before = len(shop.told())
    shop.go_to(datetime(2027, 2, 22, tzinfo=UTC))
    assert shop.told()[before:] == ["invoice.upcoming"]
    shop.go_to(datetime(2027, 2, 28, 9, 30, tzinfo=UTC))
    invoice = shop.invoice(subscription)
    assert (invoice.status, invoice.billing_reason) == ("draft", "subscription_cycle")
    assert invoice.automatically_finalizes_at == invoice.created + 3600
    shop.go_to(RENEWAL)
    assert shop.invoice(subscription).status == "paid"
    assert shop.told("invoice", "customer.subscription")[-6:] == [
        "invoice.finalized",
        "invoice.updated",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]


def test_a_failed_renewal_is_tried_again_until_it_is_paid(shop):
    subscription = failing(shop)
    shop.go_to(RENEWAL)
    invoice = shop.invoice(subscription)
    assert (shop.again(subscription).status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert day(invoice.next_payment_attempt) == "2027-03-01"
    shop.wait(days=1)
    assert shop.invoice(subscription).attempt_count == 2
    good_card(shop, subscription)
    shop.wait(days=3)
    assert (shop.again(subscription).status, shop.invoice(subscription).status) == ("active", "paid")
    assert shop.told("invoice.payment_failed") == ["invoice.payment_failed"] * 2


@pytest.mark.parametrize(("ending", "status"), [("cancel", "canceled"), ("unpaid", "unpaid"), ("past_due", "past_due")])
def test_when_nothing_helps_it_ends_as_the_settings_say(shop, ending, status):
    settings(shop, after_days=[1, 2], ending=ending)
    subscription = failing(shop)
    shop.go_to(RENEWAL + timedelta(days=4))
    found = shop.again(subscription)
    invoice = shop.invoice(subscription)
    assert (found.status, invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == (
        status,
        "open",
        3,
        None,
    )
    if status == "canceled":
        assert found.cancellation_details.reason == "payment_failed"
        assert "customer.subscription.deleted" in shop.told("customer.subscription")
    else:
        shop.v1.invoices.pay(invoice.id, {"payment_method": "pm_card_visa"})
        assert shop.again(subscription).status == "active"


def test_who_has_not_paid_gets_drafts_only(shop):
    settings(shop, after_days=[], ending="unpaid")
    subscription = failing(shop)
    shop.go_to(datetime(2027, 4, 2, tzinfo=UTC))
    assert [one.status for one in shop.invoices(subscription)] == ["paid", "open", "draft"]


@pytest.mark.parametrize("wrong", [{"after_days": [0]}, {"ending": "never"}, {"after_days": "3"}, {"days": [1]}])
def test_settings_that_cannot_be_are_refused(shop, wrong):
    client = Client(shop.stand_in.app)
    assert client.post("/sandbox/billing", json=wrong, base_url="http://localhost").status_code == 400
    assert client.get("/sandbox/billing", base_url="http://localhost").get_json() == {
        "after_days": [1, 3, 5, 5],
        "ending": "cancel",
    }


def test_the_bank_may_ask_at_a_renewal_and_its_owner_answers_on_the_page(shop):
    subscription = shop.subscribe()
    shop.pull(subscription, "ask_next")
    shop.go_to(RENEWAL)
    assert shop.again(subscription).status == "past_due"
    assert shop.told("invoice.payment_action_required") == ["invoice.payment_action_required"]
    invoice = shop.v1.invoices.retrieve(
        shop.again(subscription).latest_invoice, {"expand": ["payments.data.payment.payment_intent"]}
    )
    intent = invoice.payments.data[0].payment.payment_intent
    assert intent.status == "requires_action"
    assert any("/c/confirm/" in link for link in [intent.next_action.redirect_to_url.url])
    shop.page(intent.next_action.redirect_to_url.url, "", answer="confirm")
    assert (shop.again(subscription).status, shop.invoice(subscription).status) == ("active", "paid")


def test_a_lever_lets_one_renewal_fail(shop):
    subscription = shop.subscribe()
    shop.pull(subscription, "fail_next")
    shop.go_to(RENEWAL)
    assert shop.again(subscription).status == "past_due"
    shop.pull(shop.invoice(subscription), "try_now")
    assert shop.again(subscription).status == "active"


def test_a_card_that_expires_is_declined(shop):
    customer = shop.customer()
    subscription = shop.subscribe(customer)
    method = shop.v1.payment_methods.retrieve(customer.invoice_settings.default_payment_method)
    shop.pull(method, "expire")
    shop.go_to(RENEWAL)
    intent = shop.v1.payment_intents.list({"limit": 1}).data[0]
    assert (intent.last_payment_error.code, shop.again(subscription).status) == ("expired_card", "past_due")


def test_a_payment_link_of_an_old_invoice_still_works_after_the_end(shop):
    settings(shop, after_days=[1], ending="cancel")
    subscription = failing(shop)
    shop.go_to(RENEWAL + timedelta(days=2))
    assert shop.again(subscription).status == "canceled"
    url = shop.invoice(subscription).hosted_invoice_url
    shop.page(url, "pay", pay_with="new", card_number="4242424242424242", expiry="12/40", cvc="123", name="Ada")
    assert (shop.again(subscription).status, shop.invoice(subscription).status) == ("canceled", "paid")


def test_a_subscription_whose_first_payment_never_comes_expires(shop):
    subscription = shop.subscribe(shop.customer("pm_card_chargeCustomerFail"))
    assert (subscription.status, shop.invoice(subscription).status) == ("incomplete", "open")
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    shop.wait(hours=23)
    assert (shop.again(subscription).status, shop.invoice(subscription).status) == ("incomplete_expired", "void")


def test_or_it_is_paid_in_time(shop):
    subscription = shop.subscribe(
        shop.customer(card=None),
        payment_behavior="default_incomplete",
        payment_settings={"save_default_payment_method": "on_subscription"},
        expand=["latest_invoice.confirmation_secret", "latest_invoice.payments"],
    )
    intent = subscription.latest_invoice.payments.data[0].payment.payment_intent
    assert subscription.latest_invoice.confirmation_secret.client_secret.startswith(intent)
    shop.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa", "return_url": "http://localhost:8000/"})
    found = shop.again(subscription)
    assert found.status == "active"
    assert shop.v1.payment_methods.retrieve(found.default_payment_method).customer == subscription.customer


def test_a_first_payment_may_be_wanted_at_once_or_not_at_all(shop):
    customer = shop.customer("pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError):
        shop.subscribe(customer, payment_behavior="error_if_incomplete")
    assert shop.v1.subscriptions.list({"status": "all"}).data == []
    assert shop.v1.invoices.list().data == []


def test_a_trial_is_announced_and_then_billed(shop):
    subscription = shop.subscribe(trial_period_days=10)
    assert (subscription.status, period(subscription)) == ("trialing", ("2027-01-31", "2027-02-10"))
    assert shop.invoice(subscription).amount_due == 0
    shop.wait(days=7, seconds=1)
    assert shop.told("customer.subscription.trial")[-1:] == ["customer.subscription.trial_will_end"]
    shop.wait(days=3, hours=1)
    found = shop.again(subscription)
    assert (found.status, shop.invoice(subscription).amount_paid) == ("active", 1000)
    assert period(found) == ("2027-02-10", "2027-03-10")


@pytest.mark.parametrize(
    ("wanted", "status"), [("pause", "paused"), ("cancel", "canceled"), ("create_invoice", "past_due")]
)
def test_a_trial_without_a_card_ends_as_was_asked_for(shop, wanted, status):
    customer = shop.customer(card=None)
    settings_ = {"end_behavior": {"missing_payment_method": wanted}}
    subscription = shop.subscribe(customer, trial_period_days=10, trial_settings=settings_)
    shop.wait(days=10, hours=2)
    assert shop.again(subscription).status == status
    if status != "paused":
        return
    assert shop.told("customer.subscription.paused") == ["customer.subscription.paused"]
    method = shop.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    shop.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})
    resumed = shop.v1.subscriptions.resume(subscription.id)
    assert (resumed.status, shop.invoice(subscription).amount_paid) == ("active", 1000)
    assert "customer.subscription.resumed" in shop.told("customer.subscription")


def test_collection_may_be_paused_for_a_while(shop):
    subscription = shop.subscribe()
    resumes_at = int(datetime(2027, 3, 20, tzinfo=UTC).timestamp())
    pause = {"behavior": "void", "resumes_at": resumes_at}
    shop.v1.subscriptions.update(subscription.id, {"pause_collection": pause})
    shop.go_to(datetime(2027, 4, 1, tzinfo=UTC))
    assert [one.status for one in shop.invoices(subscription)] == ["paid", "void", "paid"]
    assert shop.again(subscription).pause_collection is None


def test_in_the_first_months_before_the_anchor_only_a_part_is_billed(shop):
    anchor = int(datetime(2027, 2, 14, 9, tzinfo=UTC).timestamp())
    subscription = shop.subscribe(billing_cycle_anchor=anchor)
    assert period(subscription) == ("2027-01-31", "2027-02-14")
    assert shop.invoice(subscription).amount_paid == round(1000 * 14 / 31)
    free = shop.subscribe(billing_cycle_anchor=anchor, proration_behavior="none")
    assert shop.invoice(free).amount_due == 0
    shop.go_to(datetime(2027, 2, 15, tzinfo=UTC))
    assert [shop.invoice(one).amount_paid for one in (subscription, free)] == [1000, 1000]


def test_what_lives_in_the_time_of_a_clock_renews_there_only(shop):
    begin = datetime(2030, 1, 31, 9, tzinfo=UTC)
    clock = shop.v1.test_helpers.test_clocks.create({"frozen_time": int(begin.timestamp())})
    subscription = shop.subscribe(shop.customer(test_clock=clock.id))
    assert (subscription.test_clock, period(subscription)) == (clock.id, ("2030-01-31", "2030-02-28"))
    shop.wait(days=20)
    assert len(shop.invoices(subscription)) == 1
    with pytest.raises(stripe.InvalidRequestError, match="two intervals"):
        move_clock(shop, clock, datetime(2030, 4, 15, tzinfo=UTC))
    move_clock(shop, clock, datetime(2030, 3, 31, 9, tzinfo=UTC))
    invoices = shop.invoices(subscription)
    assert [day(one.created) for one in invoices] == ["2030-01-31", "2030-02-28", "2030-03-31"]
    assert [one.status for one in invoices] == ["paid", "paid", "draft"]
    assert shop.v1.subscriptions.list().data == []
    assert len(shop.v1.subscriptions.list({"test_clock": clock.id}).data) == 1
    shop.v1.test_helpers.test_clocks.delete(clock.id)
    assert shop.again(subscription).status == "canceled"


def move_clock(shop, clock, moment):
    shop.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": int(moment.timestamp())})
    shop.stand_in.sweep()
