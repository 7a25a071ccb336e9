"""A hold that outlives what banks set aside: renewed with a saved card, or by the payer, and one amount in the end."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands, effects, queries
from marketplace.payments.gateway import gateway
from marketplace.payments.models import Renewal, StripeCall
from marketplace.payments.rules import (
    LAST_CALL,
    RENEW_AHEAD,
    AccountKind,
    HoldStatus,
    RenewalStatus,
    answer_by,
    is_time_to_renew,
)
from marketplace.sandbox.stripe.visitor import PageClosed
from tests.factories import DAY, HOUR, MINUTE, NOON

ASKS_EACH_TIME = "4000002760003184"
IN_A_WHILE = timedelta(minutes=5)


def near_its_end(till, **how):
    """Let a hold wait until a day before its bank lets go; gives its id."""
    hold_id = till.held(**how)
    till.wait(till.hold(hold_id).capture_before - RENEW_AHEAD - utcnow())
    return hold_id


def renew(till, hold_id):
    """Do what the worker does every minute, with what follows still to come."""
    with transaction() as session:
        commands.renew(session, hold_id, now=utcnow())


def renewals(hold_id):
    reading().rollback()
    return reading().scalars(sa.select(Renewal).filter_by(hold_id=hold_id).order_by(Renewal.id)).all()


def set_aside():
    """List what the payer's bank has set aside, by Stripe's word."""
    intents = gateway()._client.v1.payment_intents.list({"limit": 100}).data
    return [one.id for one in intents if one.status == "requires_capture"]


def end_well(till, hold_id):
    """Take what is held; whatever came before, it is one amount, once."""
    till.capture(hold_id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.CAPTURED
    assert set_aside() == []
    subject_id = till.hold(hold_id).subject_id
    assert till.booked(AccountKind.AUTHORISED, subject_id) == 0
    assert till.booked(AccountKind.CUSTOMER_HELD, subject_id) == 10000


@pytest.mark.parametrize(
    ("left", "is_time"),
    [(DAY + MINUTE, False), (DAY, True), (LAST_CALL + MINUTE, True), (LAST_CALL, False), (-MINUTE, False)],
)
def test_the_time_to_renew_begins_a_day_before_and_ends_with_the_last_call(left, is_time):
    assert is_time_to_renew(NOON + left, NOON) is is_time
    assert not is_time_to_renew(None, NOON)
    assert answer_by(NOON) == NOON - LAST_CALL


def test_a_saved_card_takes_over_and_then_the_first_amount_is_let_go(till):
    till.save_card()
    hold_id = near_its_end(till)
    before = till.hold(hold_id)
    first_id, first_end = before.payment_intent_id, before.capture_before
    renew(till, hold_id)
    till.work()
    after = till.hold(hold_id)
    assert after.status is HoldStatus.HELD
    assert after.payment_intent_id != first_id
    assert after.capture_before > first_end + 3 * DAY
    assert set_aside() == [after.payment_intent_id]
    assert till.booked(AccountKind.AUTHORISED, after.subject_id) == 10000
    [renewal] = renewals(hold_id)
    assert renewal.status is RenewalStatus.DONE
    end_well(till, hold_id)


def test_for_the_moment_of_a_renewal_the_book_knows_of_both_amounts(till):
    till.save_card()
    hold_id = near_its_end(till)
    till.stand_in.add_fault("error_before", place="POST /v1/payment_intents/*/cancel", times=3)
    renew(till, hold_id)
    till.work()
    subject_id = till.hold(hold_id).subject_id
    assert len(set_aside()) == 2
    assert till.booked(AccountKind.AUTHORISED, subject_id) == 20000
    till.check()
    till.wait(IN_A_WHILE)
    till.work()
    assert len(set_aside()) == 1
    assert till.booked(AccountKind.AUTHORISED, subject_id) == 10000


def test_without_a_saved_card_the_payer_is_asked_once(till):
    hold_id = near_its_end(till)
    for _ in range(3):
        renew(till, hold_id)
        till.work()
    [renewal] = renewals(hold_id)
    assert renewal.status is RenewalStatus.ASKED
    assert len(set_aside()) == 1
    till.stand_in.pay(renewal.checkout_url)
    till.work()
    assert renewals(hold_id)[0].status is RenewalStatus.DONE
    assert set_aside() == [till.hold(hold_id).payment_intent_id]
    end_well(till, hold_id)


@pytest.mark.parametrize("card", [ASKS_EACH_TIME, "4000000000000341"])
def test_a_bank_that_wants_its_customer_or_says_no_leaves_it_to_the_payer(till, card):
    till.save_card(card)
    hold_id = near_its_end(till)
    renew(till, hold_id)
    till.work()
    [renewal] = renewals(hold_id)
    assert (renewal.status, renewal.card_id) == (RenewalStatus.ASKED, None)
    assert set_aside() == [till.hold(hold_id).payment_intent_id]
    till.stand_in.pay(renewal.checkout_url)
    till.work()
    end_well(till, hold_id)


def test_a_card_is_used_once_while_its_owner_is_away_then_the_owner_is_asked(till):
    till.save_card()
    hold_id = near_its_end(till)
    renew(till, hold_id)
    till.work()
    till.wait(till.hold(hold_id).capture_before - RENEW_AHEAD - utcnow())
    renew(till, hold_id)
    till.work()
    assert [one.status for one in renewals(hold_id)] == [RenewalStatus.DONE, RenewalStatus.ASKED]


def test_a_card_that_its_owner_does_not_allow_is_not_used(till):
    hold_id = till.open()
    till.work()
    till.stand_in.pay(till.hold(hold_id).checkout_url, keeps=True)
    till.work()
    assert len(queries.cards_of(reading(), till.payer_id)) == 1
    till.wait(till.hold(hold_id).capture_before - RENEW_AHEAD - utcnow())
    renew(till, hold_id)
    till.work()
    assert renewals(hold_id)[0].status is RenewalStatus.ASKED


@pytest.mark.parametrize("what", ["capture", "release"])
@pytest.mark.parametrize("is_worked_off", [True, False])
@pytest.mark.parametrize("has_card", [True, False])
def test_what_is_taken_or_let_go_meanwhile_needs_no_renewal(till, what, is_worked_off, has_card):
    if has_card:
        till.save_card()
    hold_id = near_its_end(till)
    renew(till, hold_id)
    if is_worked_off:
        till.work()
    if what == "capture":
        end_well(till, hold_id)
    else:
        with transaction() as session:
            commands.release(session, hold_id, now=utcnow())
        till.work()
        assert till.hold(hold_id).status is HoldStatus.RELEASED
    assert set_aside() == []
    assert renewals(hold_id)[0].status in {RenewalStatus.DONE, RenewalStatus.ENDED}
    assert reading().scalars(sa.select(StripeCall.key).filter_by(answered_at=None)).all() == []


def test_a_page_that_is_paid_too_late_takes_nothing(till):
    hold_id = near_its_end(till)
    renew(till, hold_id)
    till.work()
    url = renewals(hold_id)[0].checkout_url
    with transaction() as session:
        commands.release(session, hold_id, now=utcnow())
    till.stand_in.pay(url)  # The worker has not closed the page yet.
    assert len(set_aside()) == 2
    till.work()
    assert set_aside() == []
    assert renewals(hold_id)[0].status is RenewalStatus.ENDED
    with pytest.raises(PageClosed):
        till.stand_in.pay(url)


def test_a_bank_that_lets_go_too_early_ends_the_renewal_as_well(till):
    hold_id = near_its_end(till)
    renew(till, hold_id)
    till.work()
    gateway()._client.v1.payment_intents.cancel(till.hold(hold_id).payment_intent_id)
    till.work()
    assert till.hold(hold_id).status is HoldStatus.LAPSED
    assert renewals(hold_id)[0].status is RenewalStatus.ENDED
    assert set_aside() == []


def test_a_look_from_before_the_renewal_changes_nothing(till):
    till.save_card()
    hold_id = near_its_end(till)
    before = gateway().intent(till.hold(hold_id).payment_intent_id)
    renew(till, hold_id)
    till.work()
    renewed_id = till.hold(hold_id).payment_intent_id
    ended = gateway().intent(before.id)
    assert ended.status == "canceled"
    for stale in (before, ended):
        with transaction() as session:
            commands.apply_intent(session, hold_id, stale, now=utcnow())
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert till.hold(hold_id).payment_intent_id == renewed_id


def test_what_stripe_tells_of_the_page_is_enough(till):
    """Nobody comes back from the page, and no message comes either: the hold is asked about all the same."""
    hold_id = near_its_end(till)
    renew(till, hold_id)
    till.work()
    till.stand_in.add_fault("hold_back")
    till.stand_in.pay(renewals(hold_id)[0].checkout_url)
    till.wait(11 * MINUTE)
    effects.check_holds(utcnow())
    till.work()
    assert renewals(hold_id)[0].status is RenewalStatus.DONE
    till.stand_in.faults.clear()


@pytest.mark.parametrize("fault", ["error_before", "error_after", "drop_before", "drop_after", "rate_limit"])
@pytest.mark.parametrize("step", ["payment_intents", "payment_intents/*/confirm", "payment_intents/*/cancel"])
def test_a_renewal_that_is_broken_off_anywhere_ends_in_one_hold(till, fault, step):
    till.save_card()
    hold_id = near_its_end(till)
    till.stand_in.add_fault(fault, place=f"POST /v1/{step}", times=4)
    renew(till, hold_id)
    till.work()
    till.stand_in.faults.clear()
    till.wait(IN_A_WHILE)
    till.work()
    assert set_aside() == [till.hold(hold_id).payment_intent_id]
    assert renewals(hold_id)[0].status is RenewalStatus.DONE
    end_well(till, hold_id)


@pytest.mark.parametrize("step", ["payment_intents", "payment_intents/*/confirm"])
def test_what_is_taken_while_nobody_knows_whether_it_was_renewed_is_taken_once(till, step):
    till.save_card()
    hold_id = near_its_end(till)
    till.stand_in.add_fault("drop_after", place=f"POST /v1/{step}", times=3)
    renew(till, hold_id)
    till.work()
    assert renewals(hold_id)[0].status is RenewalStatus.TRYING
    till.capture(hold_id)
    till.wait(IN_A_WHILE)
    till.work()
    end_of = {one.status for one in renewals(hold_id)}
    assert end_of == {RenewalStatus.ENDED}
    assert till.hold(hold_id).status is HoldStatus.CAPTURED
    assert set_aside() == []


def test_the_pages_of_the_hold_lead_to_the_renewal(till, client):
    hold_id = near_its_end(till)
    renew(till, hold_id)
    client.sign_in(till.payer())
    assert client.get(f"/payments/{hold_id}/pay").status_code == 202, "the page is being prepared"
    till.work()
    url = renewals(hold_id)[0].checkout_url
    assert client.get(f"/payments/{hold_id}/pay").location == url
    till.stand_in.pay(url)
    assert client.get(f"/payments/{hold_id}/back").location == "/requests"
    assert renewals(hold_id)[0].replaced_intent_id is not None, "coming back has Stripe asked"
    assert client.get(f"/payments/{hold_id}/pay").location == "/requests"
    till.work()


def test_a_deadline_passes_only_once(till):
    hold_id = near_its_end(till)
    renew(till, hold_id)
    till.work()
    till.wait(HOUR)
    with transaction() as session:
        commands.lapse_renewal(session, renewals(hold_id)[0].id, now=utcnow())
    renew(till, hold_id)
    till.work()
    assert [one.status for one in renewals(hold_id)] == [RenewalStatus.ENDED]
