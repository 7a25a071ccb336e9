"""A shop at the stand-in: what it sells, to whom, and the time that passes there."""

from datetime import UTC, datetime, timedelta

from werkzeug.test import Client

from marketplace.sandbox.stripe import visitor

SITE = "http://localhost:8000"


class Shop:
    """A stand-in and the SDK, with the things that every test of Billing needs."""

    def __init__(self, stand_in):
        self.stand_in = stand_in
        self.client = stand_in.client()
        self.v1 = self.client.v1
        self._product = None

    @property
    def now(self):
        return datetime.fromtimestamp(int(self.stand_in._simulator.clock.now().timestamp()), UTC)

    def go_to(self, moment):
        """Let the clock jump to a moment, and let happen what is due until then."""
        seconds = int(moment.timestamp() - self.stand_in._simulator.clock.now().timestamp())
        self.stand_in.advance(max(seconds, 1))
        self.stand_in.sweep()

    def wait(self, **span):
        self.stand_in.advance(int(timedelta(**span).total_seconds()))
        self.stand_in.sweep()

    @property
    def product(self):
        self._product = self._product or self.v1.products.create({"name": "Cover"})
        return self._product

    def price(self, amount=1000, interval="month", currency="eur", **more):
        rhythm = {"recurring": {"interval": interval}} if interval else {}
        return self.v1.prices.create(
            {"currency": currency, "product": self.product.id, "unit_amount": amount, **rhythm, **more}
        )

    def customer(self, card="pm_card_visa", **more):
        customer = self.v1.customers.create({"email": "ada@example.test", "name": "Ada", **more})
        if card is None:
            return customer
        method = self.v1.payment_methods.attach(card, {"customer": customer.id})
        return self.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})

    def subscribe(self, customer=None, price=None, quantity=1, **more):
        return self.v1.subscriptions.create(
            {
                "customer": (customer or self.customer()).id,
                "items": [{"price": (price or self.price()).id, "quantity": quantity}],
                **more,
            }
        )

    def again(self, subscription):
        return self.v1.subscriptions.retrieve(subscription.id)

    def invoices(self, subscription):
        """List the invoices of a subscription, the oldest first."""
        return self.v1.invoices.list({"subscription": subscription.id, "limit": 100}).data[::-1]

    def invoice(self, subscription):
        return self.v1.invoices.retrieve(self.again(subscription).latest_invoice)

    def told(self, *kinds):
        """List the types of events, the oldest first; only those that begin with one of `kinds`."""
        types = [event.type for event in reversed(self.v1.events.list({"limit": 100}).data)]
        return [one for one in types if one.startswith(kinds or "")]

    def pull(self, thing, lever, **given):
        answer = Client(self.stand_in.app).post(
            f"/sandbox/objects/{thing.id}/{lever}", json=given, base_url="http://localhost"
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def page(self, url, form="", **typed):
        """Open a page; with `typed`, fill in one of its forms and send it."""
        page = visitor._follow(url, "GET", None, self.stand_in._ask)
        return visitor._send(page, form, typed) if typed else page

    def page_after(self, page, form, **typed):
        """Send a form of a page that is open already."""
        return visitor._send(page, form, typed)


def period(subscription):
    item = subscription["items"].data[0]
    return day(item.current_period_start), day(item.current_period_end)


def day(timestamp):
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d")
