"""Subscriptions by the core's own commands against the stand-in within this process, from any side."""

from datetime import timedelta

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands, effects, gateway, queries
from marketplace.payments.models import PeriodPayment, PeriodRefund, Subscription
from marketplace.payments.rules import ChangeMoment, Interval, PeriodReason, Subject, SubscriptionStatus
from marketplace.sandbox.stripe import visitor
from tests.factories import NOON
from tests.factories.accounts import make_person

PURPOSE = "test"  # What only these tests know of.
VAT = 1900  # 19 %
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def make_subscription(session, **changes):
    """Somebody is on the page on which they subscribe."""
    usual = {
        "purpose": PURPOSE,
        "subject_id": 1,
        "currency": "EUR",
        "price_minor": 11900,
        "tax_rate": VAT,
        "interval": Interval.MONTH,
        "description": "Cover",
        "return_path": "/requests",
        "status": SubscriptionStatus.AWAITING,
        "checkout_url": "https://checkout.example.test/subscribe",
        "created_at": NOON,
        "checked_at": NOON,
    }
    if "payer_id" not in changes:
        changes["payer_id"] = make_person(session).id
    made = Subscription(**{**usual, **changes})
    session.add(made)
    session.flush()
    return made


def make_running_subscription(session, **changes):
    """Somebody has subscribed, and paid until a month from now."""
    moments = {"began_at": NOON, "period_start": NOON, "period_end": NOON + 31 * DAY}
    return make_subscription(session, **{"subject_id": 2, "status": SubscriptionStatus.ACTIVE, **moments, **changes})


def make_period_payment(session, subscription, **changes):
    """A month is paid."""
    usual = {
        "subscription_id": subscription.id,
        "currency": subscription.currency,
        "stripe_invoice_id": f"in_{subscription.id}",
        "charge_id": f"ch_{subscription.id}",
        "reason": PeriodReason.FIRST,
        "amount_minor": 11900,
        "tax_minor": 1900,
        "fee_minor": 375,
        "period_start": NOON,
        "period_end": NOON + 31 * DAY,
        "earned_on": NOON.date(),
        "paid_at": NOON,
    }
    made = PeriodPayment(**{**usual, **changes})
    session.add(made)
    session.flush()
    return made


def make_period_refund(session, subscription, **changes):
    """All of a month goes back, as Stripe is to be asked."""
    payment = make_period_payment(session, subscription, refunded_minor=11900, refunded_tax_minor=1900)
    usual = {"amount_minor": 11900, "tax_minor": 1900, "currency": payment.currency, "created_at": NOON}
    made = PeriodRefund(**{"payment_id": payment.id, **usual, **changes})
    session.add(made)
    session.flush()
    return made


class Subscriber:
    """A payer at a till who pays by the period."""

    def __init__(self, till):
        """Pay at this till."""
        self.till, self.stand_in = till, till.stand_in
        self._subjects = 0

    # What the payer does

    def open(self, minor=11900, currency="EUR", *, interval=Interval.MONTH, tax_rate=VAT):
        """Ask for a subscription, up to the Checkout page; gives its id."""
        self._subjects += 1
        with transaction() as session:
            subject = Subject(PURPOSE, self._subjects, "Cover", "/requests")
            made, _message = commands.open_subscription(
                session,
                subject,
                payer_id=self.till.payer_id,
                price=Money(minor, currency),
                tax_rate=tax_rate,
                interval=interval,
                now=utcnow(),
            )
            return made.id

    def begun(self, minor=11900, currency="EUR", *, card="4242424242424242", **how):
        """Subscribe and pay; gives the id."""
        subscription_id = self.open(minor, currency, **how)
        self.till.work()
        self.stand_in.pay(self.row(subscription_id).checkout_url, card)
        self.till.work()
        return subscription_id

    def change(self, subscription_id, minor, at=ChangeMoment.NOW, **how):
        """Decide about another price, with the worker still to come."""
        price = Money(minor, self.row(subscription_id).currency)
        with transaction() as session:
            made, _message = commands.change_subscription(
                session, subscription_id, price=price, description="More cover", at=at, now=utcnow(), **how
            )
            return made.id

    def preview(self, subscription_id, minor):
        """Ask what a higher price costs now."""
        price = Money(minor, self.row(subscription_id).currency)
        reading().rollback()
        return effects.preview_change(subscription_id, price)

    def cancel(self, subscription_id, *, at_end=True, refund=None):
        """Decide to end it, with the worker still to come; `refund` in minor units, or "all" that is left."""
        with transaction() as session:
            row = queries.lock_subscription(session, subscription_id)
            amount = (
                queries.refundable_at(session, row, utcnow())
                if refund == "all"
                else refund and Money(refund, row.currency)
            )
            commands.cancel_subscription(session, subscription_id, at_end=at_end, refund=amount, now=utcnow())

    def resume(self, subscription_id):
        """Decide to go on, with the worker still to come."""
        with transaction() as session:
            commands.resume_subscription(session, subscription_id, now=utcnow())

    def take_back(self, subscription_id):
        """Let go of what is not paid."""
        with transaction() as session:
            commands.take_back_subscription(session, subscription_id, now=utcnow())

    def look(self, subscription_id):
        """Have Stripe asked how it stands."""
        with transaction() as session:
            commands.look_at_subscription(session, subscription_id, now=utcnow())
        self.till.work()

    # Time, banks and Stripe

    def wait(self, span):
        """Let time pass, and everybody do what is due then."""
        self.till.wait(span)
        self.till.work()
        self.earn()

    def go_to_renewal(self, subscription_id):
        """Let time pass until the next period is charged, an hour after it has begun."""
        self.wait(self.row(subscription_id).period_end - utcnow() + HOUR + timedelta(seconds=1))

    def earn(self):
        """Do what the worker does every hour."""
        effects.earn(utcnow())

    def pull(self, subscription_id, lever):
        """Let a bank do something with the next renewal."""
        return self.till.pull(self.row(subscription_id).stripe_subscription_id, lever)

    def fail_for_good(self, subscription_id):
        """Let another card pay from now on, which its bank declines whenever it is charged."""
        v1 = self.stand_in.client().v1
        row = self.row(subscription_id)
        bad = v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": row.customer_id})
        v1.subscriptions.update(row.stripe_subscription_id, {"default_payment_method": bad.id})
        self.till.work()

    def answer_bank(self, subscription_id):
        """Let the owner of the card confirm what the bank asks about, on Stripe's page."""
        v1 = self.stand_in.client().v1
        subscription = v1.subscriptions.retrieve(self.row(subscription_id).stripe_subscription_id)
        expand = ["payments.data.payment.payment_intent"]
        invoice = v1.invoices.retrieve(subscription.latest_invoice, {"expand": expand})
        url = invoice.payments.data[0].payment.payment_intent.next_action.redirect_to_url.url
        page = visitor._follow(url, "GET", None, self.stand_in._ask)
        visitor._send(page, "", {"answer": "confirm"})
        self.till.work()

    # Looking

    def row(self, subscription_id) -> Subscription:
        """Give a subscription as it stands now."""
        return self.till.row(Subscription, subscription_id)

    def payments(self, subscription_id):
        """List what was paid."""
        reading().rollback()
        return queries.period_payments(reading(), subscription_id)

    def refunds(self, subscription_id):
        """List what goes back."""
        paid = [one.id for one in self.payments(subscription_id)]
        return queries.period_refunds(reading(), paid)

    def at_stripe(self, subscription_id):
        """Give what Stripe says of it."""
        return gateway.gateway().subscription(self.row(subscription_id).stripe_subscription_id)

    def unpaid_at_stripe(self, subscription_id):
        """List the invoices at Stripe that somebody could still pay."""
        return gateway.gateway().invoices(self.row(subscription_id).stripe_subscription_id, known=()).unpaid
