"""Saved cards: one customer for each payer, cards that are offered again, and only as long as their owner wants."""

from html import unescape

import pytest
from sqlalchemy import func, select, update

from marketplace.accounts.models import Person
from marketplace.kernel import outbox
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction, writing
from marketplace.kernel.errors import NotFound
from marketplace.kernel.money import Money
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands, queries
from marketplace.payments.gateway import Card, Event, gateway
from marketplace.payments.models import Payer, SavedCard, StripeCall
from marketplace.payments.rules import CardHasExpired, HoldStatus, Subject
from marketplace.sandbox.stripe import visitor
from marketplace.sandbox.stripe.faults.rules import Kind, make_plan
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.payments import make_card

VISA = Card("pm_1", "visa", "4242", 12, 2040)
MASTERCARD = Card("pm_2", "mastercard", "4444", 1, 2041)


@pytest.fixture
def payer(app):
    """Somebody who pays; gives the id."""
    with transaction() as session:
        return make_person(session, name="Nuria").id


@pytest.fixture
def pays(payer, work_off):
    """Give a function that opens a hold for a new subject; gives it as it stands after the worker."""

    def pay(subject_id):
        with transaction() as session:
            subject = Subject("test", subject_id, "Uploads stop", "/requests")
            hold, _message = commands.open_hold(session, subject, payer_id=payer, amount=Money(4900, "EUR"), now=NOON)
            hold_id = hold.id
        work_off()
        return queries.lock_hold(reading(), hold_id)

    return pay


def cards(payer_id):
    reading().rollback()
    return queries.cards_of(reading(), payer_id)


def look(payer_id):
    """Have Stripe asked, as coming back from a page does."""
    with transaction() as session:
        message_id = commands.look_at_cards(session, payer_id, now=utcnow())
    assert outbox.deliver_now(message_id)


def try_again():
    """Let the worker try what has failed, as it does after a while."""
    with transaction() as session:
        session.execute(update(OutboxMessage).values(run_at=NOON))
    while outbox.deliver_due(utcnow()):
        pass
    reading().rollback()


def fault(sandbox, kind, place, times):
    """Let something go wrong at the stand-in."""
    sandbox.faults.add(make_plan(Kind(kind), place=place, times=times))


def customers_at_stripe():
    return list(gateway()._client.v1.customers.list({"limit": 100}).data)


def test_whoever_pays_twice_is_one_customer(sandbox, payer, pays):
    first, second = pays(1), pays(2)
    assert first.customer_id == second.customer_id
    [customer] = customers_at_stripe()
    assert (customer.id, customer.name) == (first.customer_id, "Nuria")


def test_a_customer_that_was_made_without_our_hearing_of_it_is_the_same_the_next_time(sandbox, payer, pays):
    fault(sandbox, "drop_after", "POST /v1/customers", 3)
    hold = pays(1)
    assert hold.status is HoldStatus.OPENING
    try_again()
    assert queries.hold_of_payer(reading(), hold.id, payer).status is HoldStatus.AWAITING
    assert len(customers_at_stripe()) == 1


def test_a_customer_whose_key_stripe_has_forgotten_is_looked_up(sandbox, payer, pays):
    with transaction() as session:
        row = commands.become_payer(session, payer, now=NOON)
        key = row.key
    made = gateway().create_customer(key=key)
    sandbox.advance(2 * 24 * 60 * 60)
    with transaction() as session:
        queries.lock_payer(session, payer).keyed_at = utcnow() - 2 * DAY
    assert pays(1).customer_id == made
    assert len(customers_at_stripe()) == 1


def test_a_customer_that_was_deleted_at_stripe_is_made_anew(sandbox, payer, pays):
    gone = pays(1).customer_id
    gateway()._client.v1.customers.delete(gone)
    second = pays(2)
    try_again()
    again = queries.hold_of_payer(reading(), second.id, payer)
    assert again.status is HoldStatus.AWAITING
    assert again.customer_id not in {None, gone}


def test_a_card_is_saved_only_by_whoever_ticks_the_box(sandbox, payer, pays):
    visitor.pay_checkout(pays(1).checkout_url)
    look(payer)
    assert cards(payer) == []
    visitor.pay_checkout(pays(2).checkout_url, keeps=True)
    look(payer)
    [card] = cards(payer)
    assert (card.brand, card.last4, card.may_renew) == ("visa", "4242", None)


def test_a_saved_card_is_offered_the_next_time(sandbox, payer, pays):
    visitor.pay_checkout(pays(1).checkout_url, keeps=True)
    hold = pays(2)
    visitor.pay_checkout(hold.checkout_url, stored=True)
    assert gateway().checkout(hold.checkout_session_id).status == "complete"


def test_a_card_that_is_added_on_our_page_may_renew_holds_and_is_offered(sandbox, payer, pays, client, work_off):
    client.sign_in(reading().get_one(Person, payer))
    assert "You have saved no card" in client.get("/account/cards").text
    led_to = client.post("/account/cards").location
    assert led_to == client.post("/account/cards").location, "a second click finds the same page"
    visitor.pay_checkout(led_to)
    assert client.get("/account/cards/back").location == "/account/cards"
    page = unescape(client.get("/account/cards").text)
    assert "Visa that ends in 4242" in page
    assert "May be used to set an amount aside once more" in page
    [card] = cards(payer)
    assert card.may_renew is True
    assert client.post("/account/cards").location != led_to, "that page is used"
    visitor.pay_checkout(pays(1).checkout_url, stored=True)


def test_a_card_that_is_removed_is_gone_here_and_at_stripe(sandbox, payer, pays, client):
    visitor.pay_checkout(pays(1).checkout_url, keeps=True)
    look(payer)
    card_id = cards(payer)[0].id
    client.sign_in(reading().get_one(Person, payer))
    client.post(f"/account/cards/{card_id}/remove")
    assert "4242" not in client.get("/account/cards").text
    reading().rollback()
    assert gateway().cards(queries.payer(reading(), payer).stripe_customer_id) == []
    assert reading().scalar(select(func.count(SavedCard.id))) == 0
    assert client.post(f"/account/cards/{card_id}/remove").status_code == 404


def test_a_card_that_is_removed_while_stripe_is_away_stays_hidden_until_stripe_has_forgotten_it(
    sandbox, payer, pays, client
):
    visitor.pay_checkout(pays(1).checkout_url, keeps=True)
    look(payer)
    [card] = cards(payer)
    stripe_id = card.stripe_id
    client.sign_in(reading().get_one(Person, payer))
    fault(sandbox, "error_before", "POST /v1/payment_methods/*", 3)
    client.post(f"/account/cards/{card.id}/remove")
    look(payer)  # Stripe still lists it.
    assert cards(payer) == []
    assert "4242" not in client.get("/account/cards").text
    try_again()
    assert stripe_id not in {one.id for one in gateway().cards(queries.payer(reading(), payer).stripe_customer_id)}


def test_a_card_that_is_forgotten_late_takes_no_other_along(payer, work_off):
    with transaction() as session:
        commands.become_payer(session, payer, now=NOON)
        commands.list_cards(session, payer, [VISA], looks=0, now=NOON)
        [visa] = queries.cards_of(session, payer)
        commands.remove_card(session, visa.id, person_id=payer, now=NOON)
    with transaction() as session:  # Stripe has forgotten it, but nobody heard the answer.
        commands.list_cards(session, payer, [], looks=1, now=NOON)
        commands.list_cards(session, payer, [MASTERCARD], looks=2, now=NOON)
    work_off()  # Stripe is asked once more to forget the first.
    assert [one.last4 for one in cards(payer)] == ["4444"]
    assert reading().scalar(select(func.count(StripeCall.id)).filter_by(answered_at=None)) == 0


def test_nobody_touches_the_cards_of_somebody_else(payer, session):
    card = make_card(session, person_id=payer)
    other = make_person(session).id
    for command in (
        lambda: commands.remove_card(session, card.id, person_id=other, now=NOON),
        lambda: commands.allow_renewals(session, card.id, person_id=other, is_allowed=True, now=NOON),
    ):
        with pytest.raises(NotFound):
            command()


def test_the_list_ends_where_stripe_says_whatever_came_before(payer, session):
    commands.become_payer(session, payer, now=NOON)
    commands.list_cards(session, payer, [VISA], looks=0, now=NOON)
    commands.list_cards(session, payer, [MASTERCARD, VISA], looks=1, now=NOON)
    commands.list_cards(session, payer, [MASTERCARD], looks=2, now=NOON)
    commands.list_cards(session, payer, [MASTERCARD], looks=3, now=NOON)
    assert [one.last4 for one in queries.cards_of(session, payer)] == ["4444"]


def test_an_older_look_never_overwrites_a_newer_one(payer, session):
    commands.become_payer(session, payer, now=NOON)
    commands.list_cards(session, payer, [], looks=0, now=NOON)
    commands.list_cards(session, payer, [VISA], looks=0, now=NOON)
    assert queries.cards_of(session, payer) == []
    assert session.query(OutboxMessage).filter_by(kind=commands.CARDS).count() == 1, "there is another look"


def test_what_its_owner_said_of_a_card_is_kept_at_every_look(payer, session):
    commands.become_payer(session, payer, now=NOON)
    commands.list_cards(session, payer, [VISA], allowed={VISA.id}, looks=0, now=NOON)
    [card] = queries.cards_of(session, payer)
    commands.allow_renewals(session, card.id, person_id=payer, is_allowed=False, now=NOON)
    commands.list_cards(session, payer, [VISA], allowed={VISA.id}, looks=1, now=NOON)
    assert card.may_renew is False


def test_a_card_is_of_no_use_after_its_month(payer, session):
    card = make_card(session, person_id=payer, exp_month=2, exp_year=2026)
    assert card.is_over(NOON)
    with pytest.raises(CardHasExpired):
        commands.allow_renewals(session, card.id, person_id=payer, is_allowed=True, now=NOON)


@pytest.mark.parametrize("kind", ["updated", "automatically_updated", "detached"])
def test_what_stripe_tells_of_a_card_is_looked_at(sandbox, payer, pays, work_off, kind):
    visitor.pay_checkout(pays(1).checkout_url, keeps=True)
    look(payer)
    [card] = cards(payer)
    methods = gateway()._client.v1.payment_methods
    if kind == "detached":
        methods.detach(card.stripe_id)
    else:
        methods.update(card.stripe_id, {"card": {"exp_month": 7, "exp_year": 2044}})
    about = {"id": card.stripe_id, "object": "payment_method", "customer": None}  # It lies: only the id counts.
    with writing() as connection:
        event = Event("evt_1", f"payment_method.{kind}", None, {"data": {"object": about}})
        assert commands.store_event(connection, event, now=NOON)
    work_off()
    assert [(one.exp_month, one.exp_year) for one in cards(payer)] == ([] if kind == "detached" else [(7, 2044)])


def test_a_customer_that_is_deleted_takes_the_cards_along(sandbox, payer, pays, work_off):
    hold = pays(1)
    visitor.pay_checkout(hold.checkout_url, keeps=True)
    look(payer)
    gateway()._client.v1.customers.delete(hold.customer_id)
    about = {"id": hold.customer_id, "object": "customer"}
    with writing() as connection:
        event = Event("evt_1", "customer.deleted", None, {"data": {"object": about}})
        assert commands.store_event(connection, event, now=NOON)
    work_off()
    assert cards(payer) == []
    assert queries.payer(reading(), payer).stripe_customer_id is None


def test_two_tabs_make_one_payer(app, payer):
    with transaction() as session:
        first = commands.become_payer(session, payer, now=NOON).key
        assert commands.become_payer(session, payer, now=NOON).key == first
    assert reading().scalar(select(func.count()).select_from(Payer)) == 1


def test_without_stripe_the_page_of_cards_is_still_usable(app, payer, client):
    client.sign_in(reading().get_one(Person, payer))
    assert "Stripe did not answer" in client.post("/account/cards", follow_redirects=True).text
    assert "You have saved no card" in client.get("/account/cards").text


def test_who_clicks_again_before_stripe_has_answered_finds_the_one_page(sandbox, payer, client):
    client.sign_in(reading().get_one(Person, payer))
    fault(sandbox, "drop_after", "POST /v1/checkout/sessions", 3)
    assert client.post("/account/cards").location == "/account/cards", "nobody knows whether there is a page"
    sandbox.faults.clear()
    led_to = client.post("/account/cards").location
    try_again()
    [page] = gateway()._client.v1.checkout.sessions.list({"limit": 100}).data
    assert led_to == page.url
    assert [one.answered_at is not None for one in reading().scalars(select(StripeCall))] == [True]
