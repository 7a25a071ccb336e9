"""A search that takes longer than banks hold an amount: it goes on, or ends by a day that the customer was told."""

import pytest

from marketplace.accounts import commands as accounts
from marketplace.accounts.models import Person
from marketplace.jobs import commands, effects, queries
from marketplace.kernel import mail
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.payments.models import Hold, Renewal
from marketplace.payments.rules import LAST_CALL, RENEW_AHEAD, AccountKind, HoldStatus, RenewalStatus
from marketplace.sandbox.stripe import visitor
from marketplace.support_requests.rules import Status
from providers.profiles.models import Member
from tests.factories import DAY, MINUTE, NOON
from tests.factories.jobs import Life, booked, choose
from tests.plugins.racing import each_round, refused

LETS_GO = NOON + RENEW_AHEAD  # When the bank would let go.


@pytest.fixture
def life(market, add_partner):
    """A request whose partner has not answered yet, a day before the bank lets go."""
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)))
    life.pay()
    let_go_at(life, LETS_GO)
    return life


def let_go_at(life, moment):
    """Say when the bank lets go of what it has set aside."""
    with transaction() as session:
        session.get_one(Hold, money.latest_hold(session, "request", life.id).id).capture_before = moment


def renew(life):
    """Do what the worker does every minute."""
    effects.renew_holds(life.now)
    life.work()


def renewal_of(life):
    reading().rollback()
    return reading().query(Renewal).filter_by(hold_id=life.hold.id).one_or_none()


def save_card(life):
    """Let the customer save a card, and allow it to be used."""
    customer_id = life.market.customer_id
    with transaction() as session:
        payments.ask_card(session, customer_id, now=life.now)
    life.work()
    visitor.pay_checkout(money.payer(reading(), customer_id).setup_url)
    with transaction() as session:
        payments.look_at_cards(session, customer_id, now=life.now)
    life.work()


def set_aside():
    """Count what banks have set aside, by Stripe's word."""
    intents = gateway()._client.v1.payment_intents.list({"limit": 100}).data
    return sum(one.status == "requires_capture" for one in intents)


def subjects():
    """List the subjects of all letters."""
    reading().rollback()
    return [one.payload["subject"] for one in reading().query(OutboxMessage).filter_by(kind=mail.KIND)]


def page_of(life, client):
    client.sign_in(reading().get_one(Person, life.market.customer_id))
    return client.get(f"/requests/{life.reference}").text


def test_nothing_is_done_before_it_is_time(life):
    life.now = NOON - MINUTE
    renew(life)
    assert renewal_of(life) is None


def test_with_a_card_that_is_allowed_for_it_the_search_goes_on_by_itself(life, client):
    save_card(life)
    renew(life)
    assert renewal_of(life).status is RenewalStatus.DONE
    assert life.hold.capture_before > LETS_GO
    assert any("is set aside once more" in one for one in subjects())
    assert "Set it aside once more" not in page_of(life, client)
    effects.end_overdue_searches(LETS_GO)
    assert life.request.status is Status.MATCHING
    life.accept()
    assert life.hold.status is HoldStatus.CAPTURED
    assert set_aside() == 0
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 4900


def test_without_one_the_customer_is_asked_and_told_until_when(life, client):
    renew(life)
    renew(life)
    assert sum("aside once more?" in one for one in subjects()) == 1
    page = page_of(life, client)
    assert "Set €49 aside once more" in page
    assert f"/payments/{life.hold.id}/pay" in page
    visitor.pay_checkout(renewal_of(life).checkout_url)
    life.come_back()
    assert renewal_of(life).status is RenewalStatus.DONE
    assert not any("is set aside once more" in one for one in subjects()), "who did it knows"
    effects.end_overdue_searches(LETS_GO)
    assert life.request.status is Status.MATCHING
    assert set_aside() == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_calls_are_told_what_is_to_be_set_aside_once_more(life, client):
    with transaction() as session:
        token = accounts.issue_token(session, life.market.customer_id, name="A script", now=NOON)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/renewals", headers=headers).json["items"] == []
    renew(life)
    [told] = client.get("/api/v1/renewals", headers=headers).json["items"]
    assert told["page"] == f"/requests/{life.reference}"
    assert (told["amount"], told["checkout_url"]) == (
        {"amount": 4900, "currency": "EUR"},
        renewal_of(life).checkout_url,
    )
    of_request = client.get(f"/api/v1/requests/{life.reference}", headers=headers).json["renewal"]
    assert of_request == {"answer_by": told["answer_by"], "checkout_url": told["checkout_url"]}


def test_if_nobody_answers_the_search_ends_and_nothing_is_set_aside(life):
    renew(life)
    life.now = LETS_GO - LAST_CALL
    effects.end_overdue_searches(life.now - MINUTE)
    assert life.request.status is Status.MATCHING
    effects.end_overdue_searches(life.now)
    life.work()
    assert (life.request.status, life.request.cancel_reason) == (Status.CANCELLED, "not_renewed")
    assert renewal_of(life).status is RenewalStatus.ENDED
    assert set_aside() == 0
    with pytest.raises(visitor.PageClosed):
        visitor.pay_checkout(renewal_of(life).checkout_url)


def test_a_partner_who_says_yes_while_the_customer_is_asked_is_paid_from_the_first_amount(life):
    renew(life)
    life.accept()
    assert life.hold.status is HoldStatus.CAPTURED
    assert renewal_of(life).status is RenewalStatus.ENDED
    assert set_aside() == 0


def test_a_search_that_ends_before_the_bank_lets_go_needs_no_renewal(life):
    with transaction() as session:
        commands.cancel(session, life.reference, customer_id=life.market.customer_id, reason="no need", now=NOON)
    life.work()
    renew(life)
    assert renewal_of(life) is None


def test_a_session_that_starts_before_the_bank_lets_go_needs_no_renewal(life):
    with transaction() as session:
        session.get_one(type(life.request), life.id).starts_at = LETS_GO - MINUTE
    assert queries.holds_to_renew(reading(), NOON) == []
    with transaction() as session:
        session.get_one(type(life.request), life.id).starts_at = LETS_GO + DAY
    assert queries.holds_to_renew(reading(), NOON) == [life.id]


@pytest.fixture
def steps(life):
    """What may happen at the same moment, as functions of a session."""
    offer, customer_id = life.offer, life.market.customer_id
    offer_id, member_id = offer.id, life._member_of(offer.provider_id)

    class Steps:
        def renew(self, session):
            commands.renew_hold(session, life.id, now=NOON)

        def accept(self, session):
            commands.accept(session, offer_id, member=session.get_one(Member, member_id), now=NOON)

        def cancel(self, session):
            commands.cancel(session, life.reference, customer_id=customer_id, reason="no need", now=NOON)

        def end_search(self, session):
            commands.end_search(session, life.id, now=NOON)

    return Steps()


@each_round
@pytest.mark.parametrize("other", ["accept", "cancel", "end_search", "renew"])
def test_a_renewal_and_whatever_else_at_the_same_moment_end_in_one_amount(life, steps, together, other, nth):
    if nth % 2:
        save_card(life)
    outcomes = together(steps.renew, getattr(steps, other))
    assert refused(outcomes) == []
    life.work()
    expected = {"accept": 0, "cancel": 0, "end_search": 0, "renew": 1}
    assert set_aside() == expected[other]
    assert life.hold.status is {"accept": HoldStatus.CAPTURED, "renew": HoldStatus.HELD}.get(other, HoldStatus.RELEASED)
