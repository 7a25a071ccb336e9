"""Lists: newest first, one page at a time, by the time of creation."""

import pytest
import stripe


@pytest.fixture
def customers(client):
    """Make five customers; the newest first, as a list shows them."""
    return [client.v1.customers.create({"name": str(number)}).id for number in range(5)][::-1]


def ids(page):
    return [one.id for one in page.data]


def test_a_list_shows_the_newest_first(client, customers):
    page = client.v1.customers.list()
    assert (ids(page), page.has_more, page.url) == (customers, False, "/v1/customers")


def test_a_page_ends_after_the_limit(client, customers):
    page = client.v1.customers.list({"limit": 2})
    assert (ids(page), page.has_more) == (customers[:2], True)


def test_a_page_may_start_after_an_object(client, customers):
    page = client.v1.customers.list({"limit": 2, "starting_after": customers[1]})
    assert (ids(page), page.has_more) == (customers[2:4], True)
    assert client.v1.customers.list({"starting_after": customers[3]}).has_more is False


def test_a_page_may_end_before_an_object(client, customers):
    page = client.v1.customers.list({"limit": 2, "ending_before": customers[3]})
    assert (ids(page), page.has_more) == (customers[1:3], True)


def test_the_sdk_walks_through_all_pages(client, customers):
    assert [one.id for one in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == customers


def test_a_list_may_be_cut_by_the_time_of_creation(client, sandbox, customers):
    sandbox.advance(3600)
    late = client.v1.customers.create()
    assert ids(client.v1.customers.list({"created": {"gte": late.created}})) == [late.id]
    assert ids(client.v1.customers.list({"created": {"lt": late.created}})) == customers
    assert ids(client.v1.customers.list({"created": late.created})) == [late.id]


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred_objects(client, limit):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.list({"limit": limit})
    assert (refused.value.code, refused.value.param) == ("parameter_invalid_integer", "limit")


def test_a_page_cannot_begin_at_something_unknown(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.list({"starting_after": "cus_unknown"})
    assert (refused.value.code, refused.value.param) == ("resource_missing", "starting_after")


def test_a_page_has_one_end(client, customers):
    with pytest.raises(stripe.InvalidRequestError, match="only one of"):
        client.v1.customers.list({"starting_after": customers[0], "ending_before": customers[4]})
