"""Agreeing to a price and paying it with a saved card: one step on every page, and by calls; a page only if need be."""

from html import unescape

import pytest

from marketplace.conversation.rules import Side
from marketplace.jobs import queries, stages
from marketplace.jobs.rules import ExtraStatus
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.payments.models import Hold
from marketplace.payments.rules import CardRefusal, HoldStatus
from marketplace.sandbox.stripe import by_hand, visitor
from marketplace.support_requests.rules import Status
from tests.factories.accounts import make_person
from tests.factories.jobs import FOR_QUOTES, GOOD_CARD, Life, choose, taken
from tests.factories.payments import make_card

ASKS_EACH_TIME = "4000002760003184"
QUESTION = "How do you want to pay?"
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # What pages say does not hang on its kind.


def save_card(life, card=GOOD_CARD):
    """Let the customer save a card; gives its id."""
    customer_id = life.market.customer_id
    with transaction() as session:
        payments.ask_card(session, customer_id, now=life.now)
    life.work()
    visitor.pay_checkout(money.payer(reading(), customer_id).setup_url, card)
    with transaction() as session:
        payments.look_at_cards(session, customer_id, now=life.now)
    life.work()
    reading().rollback()
    return money.cards_of(reading(), customer_id)[0].id


def follow(browse, answer):
    """Go where the payment leads; gives the page at the end of it."""
    assert answer.status_code == 303, answer.text
    while answer.status_code in {302, 303} and not answer.location.startswith("http"):
        answer = browse.get(answer.location)
    return answer


def work(life):
    """Let the worker perform what pages and calls have caused."""
    life.now = utcnow()
    life.work()


def pages():
    """Count the payment pages that were made."""
    return sum(one.mode == "payment" for one in gateway()._client.v1.checkout.sessions.list({"limit": 100}).data)


def asked_for_quotes(market, add_partner):
    life = Life(market, now=utcnow())
    partner_id = add_partner()
    life.submit(FOR_QUOTES)
    return life, life.quote(partner_id)


def test_a_request_is_asked_and_paid_in_one_step(market, add_partner, browse):
    add_partner(slug="bo")
    life = Life(market, now=utcnow())
    card_id = save_card(life)
    shown = browse.get(f"/requests/{life.reference}/check?mode=chosen&provider=bo").text
    assert QUESTION in shown
    assert f'value="{card_id}"' in shown
    sent = {"mode": "chosen", "provider": "bo", "card": str(card_id)}
    page = follow(browse, browse.post(f"/requests/{life.reference}/submit", data=sent))
    assert page.request.path == f"/requests/{life.reference}"
    assert life.request.status is Status.MATCHING
    again = browse.post(f"/requests/{life.reference}/submit", data=sent)
    assert (again.status_code, again.location) == (303, f"/requests/{life.reference}")
    assert pages() == 0


@on_sqlite
def test_without_a_saved_card_nothing_is_asked(market, add_partner, browse):
    add_partner(slug="bo")
    life = Life(market, now=utcnow())
    assert QUESTION not in browse.get(f"/requests/{life.reference}/check?mode=best_fit&ceiling=60").text


@on_sqlite
def test_another_card_is_paid_with_on_the_page(market, add_partner, browse):
    add_partner(slug="bo")
    life = Life(market, now=utcnow())
    save_card(life)
    sent = {"mode": "best_fit", "ceiling": "60", "card": ""}
    answer = follow(browse, browse.post(f"/requests/{life.reference}/submit", data=sent))
    assert answer.location == life.hold.checkout_url


def test_a_bank_that_asks_leads_to_the_page_of_the_same_hold_and_says_why(market, add_partner, browse):
    add_partner(slug="bo")
    life = Life(market, now=utcnow())
    card_id = save_card(life, ASKS_EACH_TIME)
    sent = {"mode": "chosen", "provider": "bo", "card": str(card_id)}
    page = follow(browse, browse.post(f"/requests/{life.reference}/submit", data=sent))
    assert str(CardRefusal.WANTS_OWNER.label) in unescape(page.text)
    assert f'href="{life.hold.checkout_url}"' in unescape(page.text)
    assert str(CardRefusal.WANTS_OWNER.label) in unescape(browse.get(f"/requests/{life.reference}").text)
    again = follow(browse, browse.post(f"/requests/{life.reference}/submit", data=sent))
    assert f'href="{life.hold.checkout_url}"' in unescape(again.text)
    assert pages() == 1
    life.pay(ASKS_EACH_TIME)
    assert life.request.status is Status.MATCHING


@on_sqlite
def test_a_card_that_was_removed_in_another_tab_is_told_where_it_was_chosen(market, add_partner, browse):
    add_partner(slug="bo")
    life = Life(market, now=utcnow())
    card_id = save_card(life)
    browse.post(f"/account/cards/{card_id}/remove")
    sent = {"mode": "chosen", "provider": "bo", "card": str(card_id)}
    answer = browse.post(f"/requests/{life.reference}/submit", data=sent)
    assert answer.status_code == 409
    assert "This card is not saved any more" in answer.text
    assert QUESTION not in answer.text
    assert life.request.status is Status.DRAFT


@on_sqlite
def test_while_the_bank_is_asked_the_pages_say_so(market, add_partner, browse):
    life = Life(market, now=utcnow())
    life.submit(choose(add_partner(price_minor=4900)))
    with transaction() as session:
        hold = session.get_one(Hold, life.hold.id)
        session.query(Hold).filter_by(id=hold.id).update(
            {"status": HoldStatus.OPENING, "card_id": "pm_1", "checkout_url": None, "checkout_session_id": None}
        )
    answer = browse.get(f"/payments/{life.hold.id}/pay")
    assert (answer.status_code, answer.headers["Refresh"]) == (202, "2")
    assert "Your bank is being asked" in answer.text
    assert "Your bank is being asked" in browse.get(f"/requests/{life.reference}").text
    with transaction() as session:
        session.query(Hold).filter_by(id=life.hold.id).update({"card_id": None})
    life.work()


def test_a_quote_is_chosen_and_paid_in_one_step(market, add_partner, browse):
    life, quote_id = asked_for_quotes(market, add_partner)
    card_id = save_card(life)
    assert QUESTION in browse.get(f"/requests/{life.reference}").text
    sent = {"quote": str(quote_id), "card": str(card_id)}
    follow(browse, browse.post(f"/requests/{life.reference}/choose", data=sent))
    assert life.request.status is Status.IN_PROGRESS
    again = browse.post(f"/requests/{life.reference}/choose", data=sent)
    assert (again.status_code, again.location) == (303, f"/requests/{life.reference}")
    work(life)
    assert life.hold.status is HoldStatus.CAPTURED
    assert pages() == 0


@on_sqlite
def test_a_quote_stays_to_be_chosen_when_the_card_is_gone(market, add_partner, browse):
    life, quote_id = asked_for_quotes(market, add_partner)
    sent = {"quote": str(quote_id), "card": "999"}
    answer = browse.post(f"/requests/{life.reference}/choose", data=sent)
    assert answer.status_code == 409
    assert "This card is not saved any more" in answer.text
    assert life.request.status is Status.MATCHING


def test_extra_work_is_approved_and_paid_in_one_step(market, add_partner, browse):
    life = taken(market, add_partner(price_minor=4900), now=utcnow())
    part = life.propose()
    card_id = save_card(life)
    assert QUESTION in browse.get(f"/requests/{life.reference}").text
    path = f"/requests/{life.reference}/extras/{part}/approve"
    follow(browse, browse.post(path, data={"card": str(card_id)}))
    assert life.extra_work(part).status is ExtraStatus.PAID
    again = browse.post(path, data={"card": str(card_id)})
    assert (again.status_code, again.location) == (303, f"/requests/{life.reference}")
    work(life)
    assert life.hold_of(part).status is HoldStatus.CAPTURED


@on_sqlite
def test_extra_work_waits_when_the_card_is_gone(market, add_partner, browse):
    life = taken(market, add_partner(price_minor=4900), now=utcnow())
    part = life.propose()
    answer = browse.post(f"/requests/{life.reference}/extras/{part}/approve", data={"card": "999"})
    assert answer.status_code == 409
    assert "This card is not saved any more" in answer.text
    assert life.extra_work(part).status is ExtraStatus.PROPOSED


@on_sqlite
def test_what_was_not_paid_in_one_step_is_said_of_extra_work_too(market, add_partner, browse):
    life = taken(market, add_partner(price_minor=4900), now=utcnow())
    part = life.propose()
    sent = {"card": str(save_card(life, ASKS_EACH_TIME))}
    follow(browse, browse.post(f"/requests/{life.reference}/extras/{part}/approve", data=sent))
    reading().rollback()
    view = queries.view_request(reading(), life.reference, person_id=market.customer_id, is_staff=False)
    assert view.side is Side.CUSTOMER
    assert stages.stage_of(view, utcnow()).text == str(CardRefusal.WANTS_OWNER.label)


def refused(market, add_partner, sandbox):
    """Have a partner accept, and the bank refuse what was set aside; gives the request and a saved card."""
    life = Life(market, now=utcnow())
    life.submit(choose(add_partner(price_minor=4900)))
    life.pay()
    card_id = save_card(life)
    by_hand.set_fault(sandbox.url, "capture_refused")
    life.accept()
    assert life.request.status is Status.AWAITING_PAYMENT
    return life, card_id


def test_what_was_refused_is_paid_again_in_one_step(market, add_partner, browse, sandbox):
    life, card_id = refused(market, add_partner, sandbox)
    before = pages()
    assert QUESTION in browse.get(f"/requests/{life.reference}").text
    path, sent = f"/requests/{life.reference}/pay", {"card": str(card_id)}
    follow(browse, browse.post(path, data=sent))
    assert life.request.status is Status.IN_PROGRESS
    again = follow(browse, browse.post(path, data=sent))
    assert again.request.path == f"/requests/{life.reference}"
    work(life)
    assert (life.hold.status, life.hold.captured_minor, pages()) == (HoldStatus.CAPTURED, 4900, before)


@on_sqlite
def test_what_was_refused_waits_when_the_card_is_gone(market, add_partner, browse, sandbox):
    life, _card_id = refused(market, add_partner, sandbox)
    answer = browse.post(f"/requests/{life.reference}/pay", data={"card": "999"})
    assert answer.status_code == 409
    assert "This card is not saved any more" in answer.text
    assert life.request.status is Status.AWAITING_PAYMENT


@on_sqlite
def test_calls_pay_again_in_one_step(market, add_partner, call, sandbox):
    life, card_id = refused(market, add_partner, sandbox)
    answer = call(f"/requests/{life.reference}/pay", {"card": card_id})
    assert (answer.status_code, answer.json["status"], answer.json["checkout_url"]) == (200, "in_progress", None)
    work(life)


def test_calls_pay_in_one_step(market, add_partner, call):
    life = Life(market, now=utcnow())
    add_partner(slug="bo")
    save_card(life)
    [card] = call("/cards").json["items"]
    assert (card["brand"], card["last4"], card["expired"]) == ("visa", "4242", False)
    body = {"provider": "bo", "card": card["id"]}
    answers = [call(f"/requests/{life.reference}/submit", body, key="a key") for _time in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert answers[0].json == {
        "id": life.reference,
        "status": "matching",
        "checkout_url": None,
        "card_refusal": None,
    }
    assert pages() == 0


def test_calls_are_told_of_the_page_where_the_card_is_not_enough(market, add_partner, call):
    life, quote_id = asked_for_quotes(market, add_partner)
    card_id = save_card(life, ASKS_EACH_TIME)
    answer = call(f"/requests/{life.reference}/choose", {"quote": quote_id, "card": card_id}).json
    assert (answer["status"], answer["card_refusal"]) == ("awaiting_payment", "wants_owner")
    assert answer["checkout_url"] == life.hold.checkout_url
    life.pay()
    assert life.request.status is Status.IN_PROGRESS


def test_calls_approve_extra_work_in_one_step(market, add_partner, call):
    life = taken(market, add_partner(price_minor=4900), now=utcnow())
    part = life.propose()
    answer = call(f"/requests/{life.reference}/extras/{part}/approve", {"card": save_card(life)})
    assert (answer.status_code, answer.json["checkout_url"]) == (200, None)
    assert life.extra_work(part).status is ExtraStatus.PAID
    work(life)


@on_sqlite
def test_the_card_of_another_is_none_of_ours(market, add_partner, call):
    life = Life(market, now=utcnow())
    add_partner(slug="bo")
    with transaction() as session:
        theirs = make_card(session, person_id=make_person(session, email="other@example.test").id).id
    answer = call(f"/requests/{life.reference}/submit", {"provider": "bo", "card": theirs})
    assert (answer.status_code, answer.json["type"]) == (409, "urn:handrail:CardIsGone")
    assert life.request.status is Status.DRAFT


@on_sqlite
def test_calls_remove_a_card_and_say_what_it_is_for(market, call):
    life = Life(market, now=utcnow())
    card_id = save_card(life)
    assert call(f"/cards/{card_id}/renewals", {"allowed": False}).json["allowed"] is False
    assert call("/cards").json["items"][0]["allowed"] is False
    assert call(f"/cards/{card_id}/renewals", {"allowed": True}).json["allowed"] is True
    assert call(f"/cards/{card_id}/remove", {}).status_code == 204
    assert call("/cards").json == {"items": [], "next": None, "total": 0}
    assert call(f"/cards/{card_id}/remove", {}).status_code == 404
    payer = money.payer(reading(), market.customer_id).stripe_customer_id
    assert gateway().cards(payer) == []
