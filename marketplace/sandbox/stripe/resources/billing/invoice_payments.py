"""Invoice payments: how an invoice is paid, or was."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.more_shapes import OnlyBuilt, not_built
from marketplace.sandbox.stripe.engine.shapes import RETRIEVE, Choice, Fields, Given, Text, lists_by
from marketplace.sandbox.stripe.engine.store import objects
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources.billing.invoice_body import PAYMENT

URL = "/v1/invoice_payments"


def retrieve(world: World, _given: Given, payment: str) -> Json:
    """Show how an invoice is paid."""
    return world.get(PAYMENT, payment).body


def list_all(world: World, given: Given) -> Json:
    """List how invoices are paid: of one invoice, or by one payment intent."""
    where = []
    if "payment_intent" in given.get("payment", {}):
        intent = objects.c.body["payment"]["payment_intent"]
        where.append(intent.as_string() == given["payment"]["payment_intent"])
    return page(world, PAYMENT, URL, given, by=["invoice", "status"], where=where)


PAYMENT_FILTER = Fields(
    required={"type": OnlyBuilt("payment_intent", but_not="payment_record")},
    optional={"payment_intent": Text(), **not_built("payment_record")},
)

RESOURCE = Resource(
    PAYMENT,
    endpoints=(
        Endpoint(
            "GET",
            URL,
            lists_by(invoice=Text(), payment=PAYMENT_FILTER, status=Choice("canceled", "open", "paid")),
            list_all,
        ),
        Endpoint("GET", f"{URL}/<payment>", RETRIEVE, retrieve),
    ),
    links=frozenset({"invoice", "payment.payment_intent"}),
)
