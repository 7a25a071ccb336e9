"""Search: payments, charges and customers by a query, as somebody needs it who has lost an answer."""

import pytest
import stripe

from tests.marketplace.sandbox.stripe.actions import charged, held


def make_intent(client, **parameters):
    return client.v1.payment_intents.create({"amount": 4900, "currency": "eur", **parameters})


def found(client, query, **more):
    return [one.id for one in client.v1.payment_intents.search({"query": query, **more})]


def test_a_payment_is_found_by_what_we_wrote_on_it(client):
    mine = make_intent(client, metadata={"hold_id": "7", "purpose": "request's end"})
    make_intent(client, metadata={"hold_id": "8"})
    assert found(client, "metadata['hold_id']:'7'") == [mine.id]
    assert found(client, 'metadata["purpose"]:"request\'s end"') == [mine.id]
    assert found(client, "metadata['hold_id']:'9'") == []


def test_clauses_are_joined(client):
    small, large = make_intent(client, amount=100), make_intent(client, amount=9000)
    assert found(client, "amount>100 AND currency:'eur'") == [large.id]
    assert found(client, "amount>=100 amount<=100") == [small.id]
    assert found(client, "amount:9000") == [large.id]
    assert found(client, "-amount:9000 AND status:'requires_payment_method'") == [small.id]
    assert found(client, f"created<{small.created}") == []


def test_what_has_no_value_is_found_too(client):
    mine = make_intent(client, metadata={"hold_id": "7"})
    other = make_intent(client)
    assert found(client, "metadata['hold_id']:null") == [other.id]
    assert found(client, "-metadata['hold_id']:null") == [mine.id]
    assert found(client, "-metadata['hold_id']:'7'") == [other.id]


def test_a_search_has_pages(client):
    made = [make_intent(client, metadata={"a": "1"}).id for _number in range(3)][::-1]
    first = client.v1.payment_intents.search({"query": "metadata['a']:'1'", "limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (made[:2], True)
    second = client.v1.payment_intents.search({"query": "metadata['a']:'1'", "limit": 2, "page": first.next_page})
    assert ([one.id for one in second.data], second.has_more, second.next_page) == (made[2:], False, None)


def test_charges_and_customers_are_found(client):
    customer = client.v1.customers.create({"email": "ada@example.test", "metadata": {"person_id": "7"}})
    charge = charged(client, customer=customer.id).latest_charge
    held(client)
    assert [one.id for one in client.v1.charges.search({"query": f"customer:'{customer.id}'"})] == [charge.id]
    assert [one.id for one in client.v1.customers.search({"query": "email:'ada@example.test'"})] == [customer.id]
    assert [one.id for one in client.v1.customers.search({"query": "metadata['person_id']:'7'"})] == [customer.id]


@pytest.mark.parametrize(
    "query",
    [
        "colour:'green'",
        "amount:'many'",
        "currency>'eur'",
        "currency:5",
        "metadata['a']",
        "currency:'eur' OR currency:'usd'",
        "currency:'eur'status:'canceled'",
        " AND ".join(["currency:'eur'"] * 11),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(client, query):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        found(client, query)
    assert refused.value.param == "query"


def test_a_page_that_is_none_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        found(client, "currency:'eur'", page="two")
    assert refused.value.param == "page"
