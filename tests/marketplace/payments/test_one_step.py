"""Paying in one step with a saved card: all is set aside, or the payer pays on the page, and never both."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, effects, queries
from marketplace.payments.effects import saved_cards
from marketplace.payments.effects.calls import read_call
from marketplace.payments.gateway import gateway
from marketplace.payments.models import Payer, SavedCard, StripeCall
from marketplace.payments.rules import AccountKind, CallKind, CardIsGone, CardRefusal, HoldStatus
from marketplace.payments.selfchecks import cards_that_nobody_tries
from tests.factories import DAY, HOUR, MINUTE
from tests.factories.accounts import make_person

PAYS, ASKS_EACH_TIME, DECLINED_LATER = "4242424242424242", "4000002760003184", "4000000000000341"


def intents(status="requires_capture"):
    """List the payments of a state, by Stripe's word."""
    found = gateway()._client.v1.payment_intents.list({"limit": 100}).data
    return [one.id for one in found if one.status == status]


def pages():
    """Count the payment pages that were made, beside those on which cards are saved."""
    return sum(one.mode == "payment" for one in gateway()._client.v1.checkout.sessions.list({"limit": 100}).data)


def pay_call(hold_id):
    """Give the call that pays a hold with a saved card."""
    reading().rollback()
    found = read_call(reading().scalars(sa.select(StripeCall).filter_by(kind=CallKind.PAY, about_id=hold_id)).one())
    reading().rollback()
    return found


def release(hold_id):
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())


def remove(till, card_id):
    with transaction() as session:
        commands.remove_card(session, card_id, person_id=till.payer_id, now=utcnow())


def end_well(till, hold_id):
    """Take what is held; whatever came before, it is one amount, once."""
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert intents() == [till.hold(hold_id).payment_intent_id]
    till.capture(hold_id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.CAPTURED
    assert intents() == []
    assert till.booked(AccountKind.CUSTOMER_HELD, till.hold(hold_id).subject_id) == 10000


def pay_on_page(till, hold_id):
    """Pay on the page that was made after all."""
    assert till.hold(hold_id).status is HoldStatus.AWAITING
    till.stand_in.pay(till.hold(hold_id).checkout_url)
    till.work()
    end_well(till, hold_id)


def test_a_saved_card_pays_without_a_page(till):
    hold_id = till.open(card_id=till.save_card().id)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.status, hold.checkout_url, hold.card_refusal) == (HoldStatus.HELD, None, None)
    assert pages() == 0
    end_well(till, hold_id)


def test_a_card_that_its_owner_keeps_for_payments_of_their_own_choice_pays_too(till):
    card_id = till.save_card().id
    with transaction() as session:
        commands.allow_renewals(session, card_id, person_id=till.payer_id, is_allowed=False, now=utcnow())
    hold_id = till.open(card_id=card_id)
    till.work()
    end_well(till, hold_id)


def test_what_a_card_has_set_aside_is_let_go(till):
    hold_id = till.open(card_id=till.save_card().id)
    till.work()
    release(hold_id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.RELEASED
    assert intents() == []
    assert pages() == 0


@pytest.mark.parametrize(
    ("card", "refusal"), [(ASKS_EACH_TIME, CardRefusal.WANTS_OWNER), (DECLINED_LATER, CardRefusal.DECLINED)]
)
def test_where_the_card_does_not_do_the_same_hold_is_paid_on_the_page(till, card, refusal):
    hold_id = till.open(card_id=till.save_card(card).id)
    till.work()
    hold = till.hold(hold_id)
    assert (hold.card_id, hold.card_refusal) == (None, refusal)
    assert intents("requires_action") == intents() == []
    assert pages() == 1
    pay_on_page(till, hold_id)


def test_nobody_pays_with_the_card_of_another(till):
    card_id = till.save_card().id
    with transaction() as session:
        till.payer_id = make_person(session, email="other@example.test").id
    with pytest.raises(CardIsGone):
        till.open(card_id=card_id)


@pytest.mark.parametrize("how", ["removed", "expired"])
def test_a_card_that_is_gone_is_not_paid_with(till, how):
    card = till.save_card()
    card_id, year = card.id, card.exp_year
    if how == "removed":
        remove(till, card_id)
    else:
        till.wait((year - utcnow().year + 1) * 366 * DAY)
    with pytest.raises(CardIsGone):
        till.open(card_id=card_id)
    reading().rollback()
    assert queries.cards_to_pay_with(reading(), till.payer_id, utcnow()) == []


@pytest.mark.parametrize("is_forgotten_first", [True, False])
def test_a_card_that_is_removed_meanwhile_is_not_tried(till, is_forgotten_first):
    card_id = till.save_card().id
    if is_forgotten_first:  # Stripe forgets it before the worker comes to the payment.
        remove(till, card_id)
        till.work()
        with transaction() as session:
            card = SavedCard(
                person_id=till.payer_id,
                stripe_id="pm_forgotten",
                brand="visa",
                last4="4242",
                exp_month=12,
                exp_year=2040,
                saved_at=utcnow(),
            )
            session.add(card)
            session.flush()
            card_id = card.id
    hold_id = till.open(card_id=card_id)
    if not is_forgotten_first:
        remove(till, card_id)
    till.work()
    expected = CardRefusal.DECLINED if is_forgotten_first else CardRefusal.GONE
    assert till.hold(hold_id).card_refusal is expected
    pay_on_page(till, hold_id)


def test_what_a_card_has_paid_stays_paid_though_it_is_removed_before_we_know(till):
    card_id = till.save_card().id
    till.stand_in.add_fault("hold_back")
    till.stand_in.add_fault("drop_after", place="POST /v1/payment_intents/*/confirm", times=3)
    hold_id = till.open(card_id=card_id)
    till.work()
    assert len(intents()) == 1
    assert till.hold(hold_id).status is HoldStatus.OPENING
    remove(till, card_id)
    till.wait(MINUTE)
    till.work()
    assert pages() == 0
    end_well(till, hold_id)


@pytest.mark.parametrize(
    "lost", ["POST /v1/payment_intents", "POST /v1/payment_intents/*/confirm", "GET /v1/payment_intents/*"]
)
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("card", ["4242424242424242", ASKS_EACH_TIME])
def test_a_hold_that_is_let_go_while_its_card_is_tried_leaves_nothing_set_aside(till, card, kind, lost):
    card_id = till.save_card(card).id
    till.stand_in.add_fault(kind, place=lost, times=3)
    hold_id = till.open(card_id=card_id)
    till.work()
    release(hold_id)
    till.wait(HOUR)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.RELEASED
    assert intents() == []
    assert pages() == 0
    assert till.booked(AccountKind.AUTHORISED, till.hold(hold_id).subject_id) == 0


def test_a_hold_that_is_let_go_before_its_card_is_tried_never_reaches_stripe(till):
    hold_id = till.open(card_id=till.save_card().id)
    release(hold_id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.RELEASED
    assert intents() == intents("requires_payment_method") == []


def test_stripes_word_may_come_before_its_answer(till):
    card_id = till.save_card().id
    till.stand_in.add_fault("drop_after", place="POST /v1/payment_intents/*/confirm", times=3)
    hold_id = till.open(card_id=card_id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.HELD  # The worker has not tried again yet.
    till.wait(HOUR)
    till.work()
    end_well(till, hold_id)


def test_a_look_at_a_hold_whose_card_was_refused_does_not_end_it(till):
    card_id = till.save_card(ASKS_EACH_TIME).id
    till.stand_in.add_fault("error_before", place="POST /v1/checkout/sessions", times=6)
    hold_id = till.open(card_id=card_id)
    till.work()  # What was tried is let go, and Stripe tells of it; there is no page yet.
    assert till.hold(hold_id).status is HoldStatus.OPENING
    till.wait(HOUR)
    till.work()
    pay_on_page(till, hold_id)


def test_two_workers_that_try_the_same_card_pay_once(till):
    hold_id = till.open(card_id=till.save_card().id)
    call = pay_call(hold_id)
    for _worker in range(2):  # Both have read that it is owed.
        saved_cards.pay(call, utcnow())
    till.work()
    end_well(till, hold_id)


def test_who_is_late_after_a_refusal_changes_nothing(till):
    hold_id = till.open(card_id=till.save_card(ASKS_EACH_TIME).id)
    call = pay_call(hold_id)
    for _worker in range(2):
        saved_cards.pay(call, utcnow())
    assert pages() == 1
    till.work()
    pay_on_page(till, hold_id)


def test_a_payer_whose_customer_was_deleted_pays_on_a_page_of_another(till):
    card_id = till.save_card().id
    gone = till.row(Payer, till.payer_id).stripe_customer_id
    hold_id = till.open(card_id=card_id)
    gateway()._client.v1.customers.delete(gone)
    till.work()
    till.wait(MINUTE)
    till.work()
    assert till.hold(hold_id).customer_id not in {None, gone}
    pay_on_page(till, hold_id)


def test_a_card_that_nobody_tries_is_found(till):
    hold_id = till.open(card_id=till.save_card().id)
    reading().rollback()
    assert cards_that_nobody_tries(reading()) == []
    call = reading().scalars(sa.select(StripeCall).filter_by(kind=CallKind.PAY)).one()
    assert till.with_changed(call, {"answered_at": utcnow()}, cards_that_nobody_tries) == [
        f"hold {hold_id} waits for a saved card that nobody tries"
    ]
    till.work()


def test_a_hold_paid_by_card_is_renewed_like_any_other(till):
    hold_id = till.open(card_id=till.save_card().id)
    till.work()
    till.wait(till.hold(hold_id).capture_before - DAY - utcnow())
    with transaction() as session:
        commands.renew(session, hold_id, now=utcnow())
    till.work()
    effects.check_holds(utcnow() + HOUR)
    till.work()
    end_well(till, hold_id)
