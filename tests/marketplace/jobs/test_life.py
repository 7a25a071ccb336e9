"""The life of a request with its money, through the real commands, the worker's part and the Stripe stand-in."""

import pytest
from sqlalchemy import update

from certification.credentials.models import Credential
from marketplace.conversation import effects as conversation_effects
from marketplace.jobs import commands, effects, rules
from marketplace.kernel import outbox
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, NotFound
from marketplace.kernel.money import Money
from marketplace.matching.commands import OfferLapsed
from marketplace.matching.models import Offer
from marketplace.matching.rules import DeclineReason, OfferStatus
from marketplace.payments import commands as payments
from marketplace.payments import effects as payment_effects
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import LAST_CALL, AccountKind, HoldStatus, PayoutMethod, PayoutStatus
from marketplace.sandbox.stripe import by_hand, visitor
from marketplace.support_requests.rules import Status
from providers.profiles import commands as profiles
from providers.profiles.models import Provider
from providers.profiles.rules import ProviderStatus
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_category
from tests.factories.jobs import SOLUTION, Life, Market, best_fit, booked, choose
from tests.factories.profiles import make_provider


def connect(provider_id):
    """Give a partner an account at Stripe that can receive."""
    with transaction() as session:
        payments.ask_account(session, provider_id, country="ES", email="partner@example.test", now=NOON)
    while outbox.deliver_due(NOON):
        pass
    account_id = money.connected_account(reading(), provider_id).stripe_account_id
    reading().rollback()
    url = gateway().onboarding_url(account_id, refresh_url="http://localhost/", return_url="http://localhost/")
    visitor.complete_onboarding(url)
    payment_effects.refresh_account(provider_id, NOON)


def test_a_chosen_partner_is_held_captured_and_paid_by_transfer(market, add_partner):
    partner_id = add_partner(price_minor=4900, commission_percent=20)
    connect(partner_id)
    life = Life(market)
    life.submit(choose(partner_id))
    assert life.request.status is Status.AWAITING_PAYMENT
    life.pay()
    assert life.request.status is Status.MATCHING
    assert booked(AccountKind.AUTHORISED, life.id) == 4900
    life.accept()
    assert life.request.status is Status.IN_PROGRESS
    assert booked(AccountKind.AUTHORISED, life.id) == 0
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 4900
    life.resolve(SOLUTION)
    life.confirm()
    assert life.request.status is Status.CLOSED
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0
    assert booked(AccountKind.COMMISSION) == 980
    assert booked(AccountKind.PARTNER_PAYABLE, partner_id) == 0
    [payout] = money.payouts_of(reading(), partner_id)
    assert (payout.method, payout.status, payout.amount) == (
        PayoutMethod.TRANSFER,
        PayoutStatus.PAID,
        Money(3920, "EUR"),
    )
    assert gateway().balance()["EUR"].minor == 980 - booked(AccountKind.STRIPE_FEES)


def test_the_rest_of_a_ceiling_is_released(market, add_partner):
    add_partner(price_minor=3500)
    life = Life(market)
    life.submit(best_fit(8000))
    life.pay()
    life.accept()
    assert life.hold.captured == Money(3500, "EUR")
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 3500
    assert booked(AccountKind.AUTHORISED, life.id) == 0


def test_a_partner_whom_stripe_does_not_reach_is_paid_by_hand(market, add_partner):
    partner_id = add_partner(price_minor=4000, commission_percent=10)
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    life.accept()
    life.resolve(SOLUTION)
    life.confirm()
    [payout] = money.payouts_due(reading())
    payout_id, amount = payout.id, payout.amount
    assert (payout.method, amount) == (PayoutMethod.BY_HAND, Money(3600, "EUR"))
    assert booked(AccountKind.PARTNER_PAYABLE, partner_id) == 3600
    with transaction() as session:
        payments.mark_paid_by_hand(session, payout_id, reference="SEPA 17", by=make_staff(session).id, now=NOON)
    assert booked(AccountKind.PARTNER_PAYABLE, partner_id) == 0
    assert booked(AccountKind.BANK) == -3600


def test_only_partners_at_or_below_the_ceiling_are_asked(market, add_partner):
    add_partner(price_minor=9000)
    cheap_id = add_partner(price_minor=5000)
    life = Life(market)
    life.submit(best_fit(6000))
    life.pay()
    assert life.offer.provider_id == cheap_id


def test_a_declined_offer_goes_to_the_next_partner(market, add_partner):
    first_id, second_id = add_partner(price_minor=4000), add_partner(price_minor=4500)
    life = Life(market)
    life.submit(best_fit(6000))
    life.pay()
    asked = life.offer.provider_id
    decline(life)
    assert {asked, life.offer.provider_id} == {first_id, second_id}
    assert life.request.status is Status.MATCHING


def decline(life):
    """Let the asked partner decline."""
    offer_id, provider_id = life.offer.id, life.offer.provider_id
    with transaction() as session:
        member = session.get_one(Provider, provider_id).members[0]
        commands.decline(session, offer_id, member=member, reason=DeclineReason.NO_TIME, now=life.now)


def test_an_expired_offer_goes_to_the_next_partner(market, add_partner):
    first_id, second_id = add_partner(price_minor=4000), add_partner(price_minor=4500)
    life = Life(market)
    life.submit(best_fit(6000))
    life.pay()
    asked = life.offer.provider_id
    effects.expire_offers(life.offer.expires_at - MINUTE)
    assert life.offer.provider_id == asked
    effects.expire_offers(life.offer.expires_at)
    assert {asked, life.offer.provider_id} == {first_id, second_id}


def test_an_answer_after_the_deadline_is_too_late_even_before_anybody_noted_it(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    life.now = life.offer.expires_at
    with pytest.raises(OfferLapsed):
        life.say_yes()


def test_nobody_left_to_ask_costs_nothing(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner(), may_fall_back=False))
    life.pay()
    decline(life)
    assert life.request.status is Status.UNMATCHED
    with transaction() as session:
        commands.cancel(session, life.reference, customer_id=market.customer_id, reason="too late", now=NOON)
    life.work()
    assert life.request.status is Status.CANCELLED
    assert life.hold.status is HoldStatus.RELEASED
    assert booked(AccountKind.AUTHORISED, life.id) == 0
    assert gateway().balance().get("EUR", Money.zero("EUR")) == Money.zero("EUR")


def test_a_customer_who_wants_only_the_chosen_partner_gets_nobody_else(market, add_partner):
    chosen_id = add_partner(price_minor=4000)
    add_partner(price_minor=3000)
    life = Life(market)
    life.submit(choose(chosen_id, may_fall_back=False))
    life.pay()
    decline(life)
    assert life.request.status is Status.UNMATCHED


def test_a_request_that_nobody_took_is_offered_when_somebody_comes(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    decline(life)
    assert life.request.status is Status.UNMATCHED
    new_id = add_partner(price_minor=4000)
    effects.search_again(life.now)
    assert life.request.status is Status.MATCHING
    assert life.offer.provider_id == new_id


def test_a_search_ends_while_the_bank_still_holds_the_money(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    decline(life)
    last_moment = life.hold.capture_before - LAST_CALL
    effects.end_overdue_searches(last_moment - MINUTE)
    assert life.request.status is Status.UNMATCHED
    effects.end_overdue_searches(last_moment)
    life.work()
    assert life.request.status is Status.CANCELLED


def test_an_unpaid_checkout_makes_it_a_draft_again(market, add_partner, sandbox):
    life = Life(market)
    life.submit(choose(add_partner()))
    sandbox.advance(25 * 60 * 60)
    sandbox.sweep()
    life.come_back()
    assert life.request.status is Status.DRAFT
    assert life.hold.status is HoldStatus.LAPSED


def test_a_declined_card_may_be_followed_by_another(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    with pytest.raises(visitor.Declined):
        life.pay("4000000000000002")
    assert life.request.status is Status.AWAITING_PAYMENT
    life.pay()
    assert life.request.status is Status.MATCHING


def test_paying_in_one_tab_while_cancelling_in_another_takes_nothing(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    url = life.hold.checkout_url
    with transaction() as session:
        commands.cancel(session, life.reference, customer_id=market.customer_id, reason="no need", now=NOON)
    visitor.pay_checkout(url)
    life.work()
    life.come_back()
    assert life.hold.status is HoldStatus.RELEASED
    assert gateway().balance().get("EUR", Money.zero("EUR")) == Money.zero("EUR")


def test_a_silent_customer_confirms_after_72_hours(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    life.accept()
    life.resolve(SOLUTION)
    effects.confirm_overdue(NOON + 72 * HOUR - MINUTE)
    assert life.request.status is Status.RESOLVED
    effects.confirm_overdue(NOON + 72 * HOUR)
    life.work()
    assert life.request.status is Status.CLOSED


def test_a_reopened_request_is_settled_once(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=5000, commission_percent=10)))
    life.pay()
    life.accept()
    life.resolve(SOLUTION)
    life.confirm()
    with transaction() as session:
        commands.reopen(session, life.reference, customer_id=market.customer_id, reason="It is back.", now=NOON + DAY)
    life.resolve(SOLUTION)
    life.confirm()
    assert booked(AccountKind.COMMISSION) == 500


def test_fourteen_days_later_it_is_too_late_to_reopen(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    life.accept()
    life.resolve(SOLUTION)
    life.confirm()
    late = NOON + 14 * DAY + MINUTE
    with pytest.raises(rules.TooLateToReopen), transaction() as session:
        commands.reopen(session, life.reference, customer_id=market.customer_id, reason="It is back.", now=late)


def test_a_job_that_can_not_be_done_is_refunded_in_full(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=5000)))
    life.pay()
    life.accept()
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="Not my field.", now=NOON)
    life.work()
    assert life.request.status is Status.CANCELLED
    assert life.hold.status is HoldStatus.REFUNDED
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0


def test_the_customer_alone_can_not_end_work_that_has_begun(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    life.accept()
    with pytest.raises(rules.AskYourPartner), transaction() as session:
        commands.cancel(session, life.reference, customer_id=market.customer_id, reason="changed my mind", now=NOON)


def test_a_suspended_provider_loses_the_open_offer_at_once(market, add_partner):
    first_id = add_partner(price_minor=4000)
    life = Life(market)
    life.submit(best_fit(6000))
    life.pay()
    second_id = add_partner(price_minor=4500)
    with transaction() as session:
        profiles.suspend(session, first_id, reason="Complaints.", by=make_staff(session).id, now=NOON)
    assert life.offer.provider_id == second_id


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        (Provider, {"status": ProviderStatus.SUSPENDED, "suspended_reason": "Complaints."}),
        (Credential, {"revoked_at": NOON, "revoked_reason": "Complaints."}),
    ],
)
def test_whoever_was_barred_while_being_asked_can_not_accept(market, add_partner, table, changes):
    """The offer was made in the same moment, so that the suspension or the revocation has not found it."""
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    with transaction() as session:
        session.execute(update(table).values(**changes))
    with pytest.raises(rules.Barred):
        life.say_yes()
    assert life.request.status is Status.MATCHING


def test_nobody_answers_an_offer_of_somebody_else(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    offer_id, stranger_id = life.offer.id, add_partner()
    with transaction() as session:
        stranger = session.get_one(Provider, stranger_id).members[0]
        with pytest.raises(NotFound):
            commands.accept(session, offer_id, member=stranger, now=NOON)


def test_accepting_twice_is_an_illegal_move_with_one_capture(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    offer = life.offer
    offer_id = offer.id
    life.accept()
    with pytest.raises(IllegalMove), transaction() as session:
        commands.accept(session, offer_id, member=life.member(session), now=NOON)
    assert offer_status(offer_id) is OfferStatus.ACCEPTED
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == life.hold.captured_minor


def offer_status(offer_id):
    """Tell where an offer stands."""
    reading().rollback()
    return reading().get_one(Offer, offer_id).status


def test_a_bank_that_lets_go_after_acceptance_is_paid_again_without_a_new_search(market, add_partner, sandbox):
    partner_id = add_partner(price_minor=5000)
    life = Life(market)
    life.submit(best_fit(8000))
    life.pay()
    life.say_yes()
    let_go(sandbox)
    life.work()
    assert life.request.status is Status.AWAITING_PAYMENT
    assert life.hold.status is HoldStatus.FAILED
    with transaction() as session:
        commands.pay_again(session, life.reference, customer_id=market.customer_id, now=NOON)
    life.work()
    assert life.hold.amount == Money(5000, "EUR")
    life.pay()
    assert life.request.status is Status.IN_PROGRESS
    assert life.request.provider_id == partner_id
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 5000


def let_go(sandbox):
    """Let the bank's patience end."""
    sandbox.advance(8 * 24 * 60 * 60)
    sandbox.sweep()


def test_a_bank_that_lets_go_during_the_search_ends_it(market, add_partner, sandbox):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    let_go(sandbox)
    life.come_back()
    assert life.request.status is Status.CANCELLED
    assert life.offer is None


def test_every_booking_names_its_request_and_its_object_at_stripe(market, add_partner):
    partner_id = add_partner()
    connect(partner_id)
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    life.accept()
    life.resolve(SOLUTION)
    life.confirm()
    rows = money.ledger(reading())
    assert {row.subject_id for row in rows} == {life.id}
    assert {row.fact.value: (row.stripe_id or "")[:3] for row in rows} == {
        "authorised": "pi_",
        "unauthorised": "pi_",
        "captured": "ch_",
        "settled": "",
        "transferred": "tr_",
    }


def test_the_vendors_own_layer_goes_to_its_desk_free_of_charge(market):
    with transaction() as session:
        desk_id = make_desk(session).id
        category = make_category(session, is_defect=True)
        life_market = Market(market.customer_id, category.id, category.niche_id)
    life = Life(life_market)
    life.submit(choose(None))
    assert life.request.status is Status.MATCHING
    assert life.offer.provider_id == desk_id
    life.accept()
    life.resolve(SOLUTION)
    life.confirm()
    assert life.request.status is Status.CLOSED
    assert life.hold is None


def test_the_vendors_desk_is_reminded_because_nobody_else_can_step_in(market):
    with transaction() as session:
        desk_id = make_desk(session).id
        category = make_category(session, is_defect=True)
        desk_market = Market(market.customer_id, category.id, category.niche_id)
    life = Life(desk_market)
    life.submit(choose(None))
    before = life.offer.expires_at
    effects.expire_offers(before)
    assert life.offer.provider_id == desk_id
    assert life.offer.expires_at > before
    assert life.request.status is Status.MATCHING


def make_desk(session):
    """Make the vendor's own desk."""
    return make_provider(session, is_vendor_desk=True, commission_percent=0)


def test_nobody_is_late_while_the_bank_refuses_the_payment(market, add_partner, sandbox):
    partner_id = add_partner()
    life = Life(market)
    life.submit(choose(partner_id))
    life.pay()
    by_hand.set_fault(sandbox.url, "capture_refused")
    life.accept()
    assert life.request.status is Status.AWAITING_PAYMENT
    conversation_effects.miss_promises(NOON + 30 * DAY)
    assert reading().get_one(Provider, partner_id).promises_due == 0
