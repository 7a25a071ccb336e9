"""Customers: kept, changed, found."""

import pytest
import stripe


def test_a_customer_is_kept_as_given(client):
    made = client.v1.customers.create(
        {
            "email": "ada@example.test",
            "name": "Ada",
            "address": {"city": "Berlin", "country": "DE"},
            "metadata": {"person_id": "7"},
            "preferred_locales": ["es", "en"],
        }
    )
    found = client.v1.customers.retrieve(made.id)
    assert found == made
    assert (found.address.city, found.address.line1, found.preferred_locales) == ("Berlin", None, ["es", "en"])


def test_metadata_are_merged(client):
    customer = client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})
    changed = client.v1.customers.update(customer.id, {"metadata": {"b": "", "c": "3"}})
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}
    assert client.v1.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_what_is_not_given_stays(client):
    customer = client.v1.customers.create({"email": "ada@example.test", "name": "Ada"})
    changed = client.v1.customers.update(customer.id, {"name": "Ada L."})
    assert (changed.email, changed.name) == ("ada@example.test", "Ada L.")


def test_an_empty_text_clears(client):
    customer = client.v1.customers.create({"email": "ada@example.test"})
    assert client.v1.customers.update(customer.id, {"email": ""}).email is None


def test_a_change_tells_what_was_there_before(client):
    customer = client.v1.customers.create({"name": "Ada", "metadata": {"a": "1", "b": "2"}})
    client.v1.customers.update(customer.id, {"name": "Ada L.", "metadata": {"b": "3"}})
    event = client.v1.events.list({"type": "customer.updated"}).data[0]
    assert event.data.previous_attributes.to_dict() == {"name": "Ada", "metadata": {"b": "2"}}


def test_a_change_that_changes_nothing_is_not_told(client):
    customer = client.v1.customers.create({"name": "Ada"})
    client.v1.customers.update(customer.id, {"name": "Ada"})
    assert client.v1.events.list({"type": "customer.updated"}).data == []


def test_customers_are_found_by_email(client):
    client.v1.customers.create({"email": "bob@example.test"})
    ada = client.v1.customers.create({"email": "ada@example.test"})
    assert [one.id for one in client.v1.customers.list({"email": "ada@example.test"})] == [ada.id]


def test_an_unknown_customer_is_missing(client):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.customers.retrieve("cus_unknown")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert missing.value.param == "id"


def test_an_address_is_replaced_as_a_whole(client):
    customer = client.v1.customers.create({"address": {"city": "Berlin", "country": "DE"}})
    changed = client.v1.customers.update(customer.id, {"address": {"country": "ES"}})
    assert (changed.address.city, changed.address.country) == (None, "ES")
