"""In which order things are locked, and what is read in several steps: without it both would wait, or go wrong."""

import pytest
from sqlalchemy import func, select

from marketplace.conversation import commands as conversation
from marketplace.conversation import effects as conversation_effects
from marketplace.conversation import queries as conversation_queries
from marketplace.conversation.models import Promise
from marketplace.insurance import queries as policies
from marketplace.jobs import commands
from marketplace.jobs.covering import CoverChoice
from marketplace.jobs.disputes import Complaint, DisputeReason
from marketplace.kernel.database import DATABASE_ERRORS, reading, transaction
from marketplace.kernel.money import Money
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import Bearer
from marketplace.sandbox.stripe import visitor
from marketplace.support_requests import queries as requests
from marketplace.support_requests.rules import Status
from providers.profiles import commands as profiles
from providers.profiles import queries as profile_queries
from providers.profiles.models import Member, Provider
from providers.profiles.rules import ProviderStatus
from tests.factories import DAY, NOON
from tests.factories.accounts import make_staff
from tests.factories.insurance import eur, insure
from tests.factories.jobs import FOR_QUOTES, Life, choose, make_market, make_partner, taken
from tests.plugins.racing import SECONDS, elsewhere, in_transaction, on_postgresql


@pytest.fixture
def life(market, add_partner):
    """A job for 49 EUR, on which a partner is at work."""
    return taken(market, add_partner(price_minor=4900))


@pytest.fixture
def word_meets_step(app, sandbox):
    """Give a function that locks a request, lets word of its payment come, and then goes on to the hold."""
    with transaction() as session:
        market = make_market(session)
        partner_id = make_partner(session, market).id
    life = Life(market)
    life.submit(choose(partner_id))
    hold_id, session_id = life.hold.id, life.hold.checkout_session_id
    visitor.pay_checkout(life.hold.checkout_url)
    intent = gateway().intent(gateway().checkout(session_id).payment_intent_id)
    reading().rollback()

    def hear(session):
        payments.apply_intent(session, hold_id, intent, now=NOON)

    def run():
        with elsewhere(app) as begin, transaction() as session:
            requests.lock_own_request(session, life.reference, market.customer_id)
            word = begin(in_transaction(hear))
            money.lock_hold(session, hold_id)
        word.result(SECONDS)

    return run


@on_postgresql
def test_word_of_a_payment_waits_for_a_step_on_its_request(word_meets_step):
    word_meets_step()


@on_postgresql
def test_without_the_order_of_locks_both_would_wait_for_each_other(app, word_meets_step, monkeypatch):
    subscribers = dict(app.extensions["handrail_subscribers"])
    del subscribers[payments.OutcomeKnown]
    subscribers[payments.HoldPlaced] = [
        lambda session, event: requests.lock_request(session, event.subject_id),
    ]
    monkeypatch.setitem(app.extensions, "handrail_subscribers", subscribers)
    with pytest.raises(DATABASE_ERRORS, match="deadlock"):
        word_meets_step()


@pytest.fixture
def dispute_meets_goodwill(app, life):
    """Give a function that disputes two parts that are shared already, while somebody gives back of the second."""
    life.propose()
    life.approve()
    life.pay(part=2)
    life.resolve()
    life.confirm()
    customer_id, payee_id, part_id = life.market.customer_id, life.request.provider_id, life.hold_of(2).id
    complaint = Complaint(DisputeReason.NOT_SOLVED, "It broke again.", Money(2000, "EUR"))
    with transaction() as session:
        commands.reopen(session, life.reference, customer_id=customer_id, reason="Again.", now=NOON)

    def dispute(session):
        commands.dispute(session, life.reference, customer_id=customer_id, complaint=complaint, now=NOON)

    def run():
        with elsewhere(app) as begin, transaction() as session:
            money.lock_hold(session, part_id)
            disputed = begin(in_transaction(dispute))
            money.lock_payee(session, payee_id)
        disputed.result(SECONDS)

    return run


@on_postgresql
def test_who_needs_several_parts_locks_them_before_their_payee(dispute_meets_goodwill):
    dispute_meets_goodwill()


@on_postgresql
def test_part_after_part_with_the_payee_between_them_both_would_wait(dispute_meets_goodwill, monkeypatch, guards):
    def one_by_one(session, purpose, subject_id):
        return (money.lock_hold(session, one.id) for one in money.latest_holds(session, purpose, subject_id))

    monkeypatch.setattr(money, "lock_holds", one_by_one)
    with pytest.raises(DATABASE_ERRORS, match="deadlock"):
        dispute_meets_goodwill()


@pytest.fixture
def suspension_meets_acceptance(app, market, add_partner):
    """Give a function that suspends a partner in the moment in which it accepts."""
    life = Life(market)
    partner_id = add_partner()
    life.submit(choose(partner_id))
    life.pay()
    offer_id = life.offer.id
    with transaction() as session:
        staff_id = make_staff(session, "admin").id

    def suspend(session):
        profiles.suspend(session, partner_id, reason="Complaints.", by=staff_id, now=NOON)

    def run():
        with elsewhere(app) as begin, transaction() as session:
            requests.lock_request(session, life.id)
            suspended = begin(in_transaction(suspend))
            member = session.scalars(select(Member).filter_by(provider_id=partner_id)).one()
            commands.accept(session, offer_id, member=member, now=NOON)
        suspended.result(SECONDS)
        return life

    return run


@on_postgresql
def test_who_is_suspended_while_accepting_keeps_the_job(suspension_meets_acceptance):
    life = suspension_meets_acceptance()
    assert life.request.status is Status.IN_PROGRESS
    assert life.request.provider.status is ProviderStatus.SUSPENDED


@on_postgresql
def test_a_lock_that_lets_nobody_refer_to_the_partner_would_stop_both(suspension_meets_acceptance, monkeypatch, guards):
    def lock(session, provider_id):
        return session.get_one(Provider, provider_id, with_for_update=True)

    monkeypatch.setattr(profile_queries, "lock_provider", lock)
    with pytest.raises(DATABASE_ERRORS, match="deadlock"):
        suspension_meets_acceptance()


@pytest.fixture
def clock_meets_answer(app, market, add_partner):
    """Give a function that notes two promises of a partner as missed, while the partner writes about the second."""
    partner_id = add_partner()
    _first, second = taken(market, partner_id), taken(market, partner_id)

    def run(miss):
        with elsewhere(app) as begin, transaction() as session:
            requests.lock_request(session, second.id)
            missed = begin(miss)
            profiles.count_promise(session, partner_id, kept=True)
        missed.result(SECONDS)

    return run


@on_postgresql
def test_the_clock_holds_one_request_at_a_time(clock_meets_answer):
    clock_meets_answer(lambda: conversation_effects.miss_promises(NOON + DAY))
    assert reading().scalar(select(func.count()).select_from(Promise).where(Promise.missed_at.is_not(None))) == 2


@on_postgresql
def test_all_requests_in_one_transaction_would_wait_for_the_partner(clock_meets_answer, guards):
    def miss(session):
        for request_id in conversation_queries.requests_with_overdue_promises(session, NOON + DAY):
            conversation.miss_overdue(session, request_id, now=NOON + DAY)

    with pytest.raises(DATABASE_ERRORS, match="deadlock"):
        clock_meets_answer(in_transaction(miss))


@pytest.fixture
def covered_choice_meets_payee(app, market, add_partner):
    """Give a function that chooses a quote that is covered in full, while somebody pays its partner out of cover."""
    policy, partner_id, life = insure(market.customer_id, deductible=eur(0)), add_partner(), Life(market)
    life.submit(FOR_QUOTES)
    quote_id, lock_payee = life.quote(partner_id), money.lock_payee
    year_id = policies.year_at(reading(), policies.policy_by_reference(reading(), policy).id, NOON).id
    reading().rollback()

    def choose_it(session):
        customer_id, cover = market.customer_id, CoverChoice(policy)
        commands.choose_quote(session, life.reference, quote_id, customer_id=customer_id, cover=cover, now=NOON)

    def run():
        with elsewhere(app) as begin, transaction() as session:
            lock_payee(session, partner_id)
            chosen = begin(in_transaction(choose_it))
            policies.lock_year(session, year_id)
        chosen.result(SECONDS)
        return life

    return run


@on_postgresql
def test_the_year_of_a_policy_is_locked_after_the_payee(covered_choice_meets_payee):
    assert covered_choice_meets_payee().request.status is Status.IN_PROGRESS


@on_postgresql
def test_a_year_that_is_locked_before_the_payee_would_stop_both(covered_choice_meets_payee, monkeypatch, guards):
    locks = iter([lambda *_given: None])  # The first one is left out; the second comes when work begins.
    lock_payee = money.lock_payee

    def lock(session, payee_id):
        next(locks, lock_payee)(session, payee_id)

    monkeypatch.setattr(money, "lock_payee", lock)
    with pytest.raises(DATABASE_ERRORS, match="deadlock"):
        covered_choice_meets_payee()


# What is read in two steps


@pytest.fixture
def goodwill_meets_confirmation(app, market, add_partner, monkeypatch):
    """Give a function that confirms, while somebody gives back 20 EUR between two looks at the payment."""
    life = taken(market, add_partner(price_minor=4900))
    life.resolve()
    hold_id, look = life.hold.id, money.goodwill_of
    with transaction() as session:
        staff_id = make_staff(session, "finance").id
    given = {"amount": Money(2000, "EUR"), "bearer": Bearer.SHARED, "note": "They waited.", "seen": Money(4900, "EUR")}

    def give(session):
        payments.give_goodwill(session, hold_id, **given, by=staff_id, now=NOON)

    def run():
        with elsewhere(app) as begin:

            def look_after_a_while(session, hold):
                monkeypatch.setattr(money, "goodwill_of", look)
                begun.append(begin(in_transaction(give)))
                return look(session, hold)

            begun = []
            monkeypatch.setattr(money, "goodwill_of", look_after_a_while)
            with transaction() as session:
                commands.confirm(session, life.reference, customer_id=market.customer_id, now=NOON)
            begun[0].result(SECONDS)
        return life.hold.kept.minor

    return run


@on_postgresql
def test_goodwill_between_two_looks_waits(goodwill_meets_confirmation):
    assert goodwill_meets_confirmation() == 2900


@on_postgresql
def test_without_the_lock_it_would_be_given_twice(goodwill_meets_confirmation, monkeypatch, guards):
    monkeypatch.setattr(money, "lock_holds", money.latest_holds)
    assert goodwill_meets_confirmation() == 900
