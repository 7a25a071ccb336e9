"""What programs see and say of requests, beside what the pages show."""

from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.kernel.database import reading, transaction
from marketplace.payments.models import Hold
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Status
from tests.factories.support_requests import make_request
from tests.factories.world import BY_TIME, PNG, STATES

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # What is answered does not hang on its kind.
LIST = "/api/v1/requests"
SUBMIT = "/api/v1/requests/{draft}/submit"
PRICE = {"amount": 4900, "currency": "EUR"}


def listed(visits, caller, **query):
    """List the requests that somebody may see, all pages of them."""
    answer = visits.ask(caller, "GET", LIST, query_string=query).json
    following = listed(visits, caller, cursor=answer["next"]) if answer["next"] else []
    return [one["id"] for one in answer["items"]] + following


def written(*conditions):
    """Give the references of all requests of which this is true."""
    return set(reading().scalars(select(SupportRequest.reference).where(*conditions)))


def asked_for(visits):
    """Give the references of all that the customer has asked for."""
    return written(SupportRequest.customer_id == visits.world.people["customer"].id)


def submitted(visits, **choice):
    """Submit the draft."""
    return visits.ask("customer", "POST", SUBMIT, json=choice)


def test_everybody_lists_what_they_may_see(visits):
    everything = {visits.world.names[state] for state in (*STATES, *BY_TIME)}
    assert set(listed(visits, "customer")) == asked_for(visits) >= everything
    assert set(listed(visits, "partner")) == written(SupportRequest.provider.has(slug="partner"))
    assert set(listed(visits, "support")) == written(SupportRequest.status != Status.DRAFT)
    assert listed(visits, "stranger") == listed(visits, "rival") == []


def test_whatever_is_listed_can_be_opened_and_nothing_else(visits):
    for caller in ("customer", "partner", "support", "stranger", "rival"):
        seen = set(listed(visits, caller))
        for state in STATES:
            status = visits.ask(caller, "GET", f"{LIST}/{{{state}}}").status_code
            assert status == (200 if visits.world.names[state] in seen else 404), f"{caller}: {state}"


def test_a_long_list_has_pages(visits):
    with transaction() as session:
        one = session.query(SupportRequest).filter_by(customer_id=visits.world.people["customer"].id).first()
        for _more in range(100):
            make_request(session, customer=one.customer, category=one.category)
    first = visits.ask("customer", "GET", LIST).json
    assert (len(first["items"]), first["total"]) == (50, len(asked_for(visits)))
    everything = listed(visits, "customer")
    assert len(everything) == len(set(everything)) == len(asked_for(visits)) > 100


@on_sqlite
@pytest.mark.parametrize("cursor", ["nobody", "{draft}", "x" * 17])
def test_a_page_begins_behind_something_that_is_listed(visits, cursor):
    answer = visits.ask("partner", "GET", f"{LIST}?cursor={cursor}")
    assert answer.status_code == 422
    assert "cursor" in answer.json["errors"]


@on_sqlite
def test_only_the_customer_is_told_where_to_pay(visits):
    path = f"{LIST}/{{awaiting_payment}}"
    assert visits.ask("customer", "GET", path).json["checkout_url"] == "http://127.0.0.1:9/pay"
    assert visits.ask("support", "GET", path).json["checkout_url"] is None
    assert visits.ask("customer", "GET", f"{LIST}/{{matching}}").json["checkout_url"] is None


@on_sqlite
def test_an_offer_tells_all_that_a_partner_decides_by(visits):
    offers = visits.ask("partner", "GET", "/api/v1/offers").json["items"]
    [offer] = [one for one in offers if one["id"] == int(visits.world.names["offer"])]
    assert (offer["price"], offer["share"]) == (PRICE, {"amount": 4165, "currency": "EUR"})
    assert (offer["category"], offer["fields"]) == ("uploads-stop", {"method": "zip"})
    assert (offer["language"], offer["level"], offer["urgency_hours"]) == ("en", "B1", 24)
    [file] = offer["files"]
    assert visits.ask("partner", "GET", file["url"]).data == PNG


# Submitting


@on_sqlite
def test_whoever_names_a_partner_does_not_ask_for_the_best_fit(visits):
    answer = submitted(visits, mode="best_fit", provider="partner")
    assert answer.status_code == 422
    assert answer.json["errors"].keys() == {"provider"}


def test_a_chosen_partner_may_not_cost_more_than_the_limit(visits):
    answer = submitted(visits, provider="partner", ceiling={"amount": 4899, "currency": "EUR"})
    assert (answer.status_code, answer.json["type"]) == (409, "urn:handrail:PartnerCostsMore")
    assert "costs €49, which is more than your limit of €48.99" in answer.json["detail"]
    assert submitted(visits, provider="partner", ceiling=PRICE).status_code == 202
    assert reading().query(Hold).order_by(Hold.id.desc()).first().amount_minor == 4900


@on_sqlite
def test_without_a_word_the_budget_is_the_limit_or_else_the_median(visits):
    with transaction() as session:
        session.query(SupportRequest).filter_by(reference=visits.world.names["draft"]).update({"ceiling_minor": 5500})
    submitted(visits)
    assert visits.ask("customer", "GET", f"{LIST}/{{draft}}").json["ceiling"] == {"amount": 5500, "currency": "EUR"}
    visits.reset()
    submitted(visits)
    assert visits.ask("customer", "GET", f"{LIST}/{{draft}}").json["ceiling"] == PRICE


@on_sqlite
def test_a_payment_page_that_is_being_made_is_waited_for(visits):
    answer = submitted(visits)  # Nobody answers for Stripe.
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "2")
    nothing_yet = {"checkout_url": None, "card_refusal": None}
    assert answer.json == {"id": visits.world.names["draft"], "status": "awaiting_payment", **nothing_yet}


@on_sqlite
def test_what_the_bank_has_refused_is_paid_again_at_the_agreed_price(visits):
    path = f"{LIST}/{{refused}}/pay"
    answer = visits.ask("customer", "POST", path)
    assert (answer.status_code, answer.json["status"]) == (202, "awaiting_payment")
    assert reading().query(Hold).order_by(Hold.id.desc()).first().amount_minor == 4900
    assert visits.ask("customer", "POST", path).json["type"] == "urn:handrail:StalePage"
    assert visits.ask("customer", "POST", f"{LIST}/{{draft}}/pay").json["type"] == "urn:handrail:IllegalMove"


@on_sqlite
def test_what_the_vendor_mends_costs_nothing(visits):
    sent = {"category": "a-fault", "title": "It breaks", "description": "Always.", "language": "en"}
    draft = visits.ask("customer", "POST", LIST, json=sent).json
    assert (draft["responsible"], draft["matches"]) == ("vendor", [])
    answer = visits.ask("customer", "POST", f"{LIST}/{draft['id']}/submit")
    assert (answer.status_code, answer.json["status"], answer.json["checkout_url"]) == (200, "matching", None)


# What is refused


@on_sqlite
def test_a_file_comes_before_the_end(visits):
    for state, status in (("draft", 201), ("in_progress", 201), ("closed", 409), ("cancelled", 409)):
        sent = {"files": (BytesIO(PNG), "window.png")}
        assert visits.ask("customer", "POST", f"{LIST}/{{{state}}}/files", data=sent).status_code == status, state


@on_sqlite
@pytest.mark.parametrize("path", ["/api/v1/offers/{offer}/accept", "/api/v1/requests/{in_progress}/promise"])
def test_a_body_that_is_no_json_is_not_passed_over(visits, path):
    before = visits.dump()
    assert visits.ask("partner", "POST", path, data={"first_answer_minutes": "15"}).status_code == 415
    assert visits.dump() == before


@on_sqlite
def test_whoever_has_no_token_is_told_to_bring_one(visits):
    assert visits.ask("visitor", "GET", "/api/v1/me").headers["WWW-Authenticate"] == "Bearer"


@on_sqlite
def test_the_partner_who_declined_can_not_take_it_any_more(visits):
    visits.ask("partner", "POST", "/api/v1/offers/{offer}/decline", json={"reason": "no_time"})
    left = visits.ask("partner", "GET", "/api/v1/offers").json["items"]
    assert int(visits.world.names["offer"]) not in [one["id"] for one in left]
    assert visits.ask("partner", "POST", "/api/v1/offers/{offer}/accept").status_code == 409
