"""Quotes: several partners name their price, the customer chooses one and pays exactly that; nothing is held before."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands, rules
from marketplace.jobs import effects as jobs_effects
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job
from marketplace.jobs.selfchecks import (
    chosen_quotes_that_disagree_with_their_holds,
    offers_of_requests_that_look_for_nobody,
    quotes_that_disagree_with_their_offers,
)
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, InvalidInput, NotFound
from marketplace.kernel.money import Money
from marketplace.matching import queries as matching
from marketplace.matching.rules import (
    ENOUGH_QUOTES,
    WAVE,
    OfferStatus,
    QuoteChanged,
    QuoteIsChosen,
    QuoteLapsed,
    QuoteOver,
    Unfit,
)
from marketplace.payments.models import Hold
from marketplace.payments.rules import AccountKind, HoldStatus
from marketplace.sandbox.stripe import visitor
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode, Status
from providers.profiles import commands as profiles
from providers.profiles.models import Member, Provider
from providers.profiles.rules import Cefr
from providers.services.rules import Terms
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.availability import make_absence
from tests.factories.credentials import make_credential
from tests.factories.jobs import FOR_QUOTES, Life, booked, choose, quotation, taken
from tests.factories.matching import make_offer, make_quote
from tests.factories.payments import make_hold
from tests.factories.profiles import make_member
from tests.factories.support_requests import make_request


@pytest.fixture
def partners(add_partner):
    """Three partners, who keep a fifth less of what they ask than the customer pays."""
    return [add_partner(commission_percent=20) for _number in range(3)]


@pytest.fixture
def life(market, partners):
    """A request for which three partners are asked for quotes."""
    life = Life(market)
    life.submit(FOR_QUOTES)
    return life


def job_of(life):
    reading().rollback()
    return jobs.job_of(reading(), life.id)


def take_back(life):
    with transaction() as session:
        commands.take_back(session, life.reference, customer_id=life.market.customer_id, now=life.now)


def ask_more(life):
    with transaction() as session:
        return commands.ask_more(session, life.reference, customer_id=life.market.customer_id, now=life.now)


def cancel(life):
    with transaction() as session:
        commands.cancel(session, life.reference, customer_id=life.market.customer_id, reason="No need.", now=life.now)
    life.work()


def suspend(provider_id):
    with transaction() as session:
        profiles.suspend(session, provider_id, reason="Complaints.", by=1, now=NOON)


def pass_time(life, by):
    """Let time pass, and the worker look at the clocks."""
    life.now += by
    jobs_effects.expire_offers(life.now)


# From the question to the money


def test_nothing_is_paid_before_a_quote_is_chosen_and_then_exactly_its_price(life, partners):
    assert life.request.status is Status.MATCHING
    assert [one.status for one in life.asked()] == [OfferStatus.ASKED] * 3
    assert life.hold is None
    life.quote(partners[0], 5500)
    second = life.quote(partners[1], 4500, first_answer_in=2 * HOUR)
    life.choose(second)
    assert (life.request.status, life.hold.amount_minor) == (Status.AWAITING_PAYMENT, 4500)
    life.pay()
    assert (life.request.status, life.hold.status) == (Status.IN_PROGRESS, HoldStatus.CAPTURED)
    job = job_of(life)
    assert (job.provider_id, job.price_minor, job.commission_percent) == (partners[1], 4500, 20)
    assert [life.offer_to(one).status for one in partners] == [
        OfferStatus.NOT_CHOSEN,
        OfferStatus.ACCEPTED,
        OfferStatus.NOT_CHOSEN,
    ]
    life.resolve()
    life.confirm()
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0
    assert booked(AccountKind.COMMISSION) == 900
    assert booked(AccountKind.PARTNER_PAYABLE, partners[1]) == 3600


def test_the_first_answer_is_due_as_the_quote_said(life, partners):
    life.choose(life.quote(partners[0], first_answer_in=3 * HOUR))
    life.pay()
    view = jobs.view_request(reading(), life.reference, person_id=life.market.customer_id, is_staff=False)
    assert view.promise.due_at == NOON + 3 * HOUR
    assert view.promise.member_id == job_of(life).member_id


def test_a_quote_by_the_hour_takes_its_cap_and_gives_back_what_was_not_worked(life, partners):
    life.choose(life.quote(partners[0], hourly=6000))
    life.pay()
    job = job_of(life)
    assert (job.kind, job.cap_minutes, job.price_minor) == (ServiceKind.HOURLY, 180, 18000)
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 18000
    with transaction() as session:
        member = life.member(session)
        commands.write_time(session, life.reference, member=member, minutes=60, note="Looked.", now=NOON)
    life.resolve()
    life.confirm()
    assert life.hold.kept == Money(6000, "EUR")
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0


def test_a_bank_that_refuses_to_hand_it_over_is_paid_around_at_the_same_price(life, partners, sandbox):
    life.choose(life.quote(partners[0], 4500))
    visitor.pay_checkout(life.hold.checkout_url)
    life.look()
    sandbox.advance(8 * 24 * 60 * 60)
    sandbox.sweep()
    life.work()
    assert (life.request.status, life.hold.status) == (Status.AWAITING_PAYMENT, HoldStatus.FAILED)
    with transaction() as session:
        commands.pay_again(session, life.reference, customer_id=life.market.customer_id, now=life.now)
    life.work()
    assert life.hold.amount_minor == 4500
    life.pay()
    assert life.request.status is Status.IN_PROGRESS


# Who is asked, and when the next ones are


def test_the_best_few_are_asked_at_once_and_the_next_when_too_few_answer(market, add_partner):
    everybody = [add_partner() for _number in range(WAVE + 2)]
    life = Life(market)
    life.submit(FOR_QUOTES)
    first = [one.provider_id for one in life.asked()]
    assert len(first) == WAVE
    life.quote(first[0])
    pass_time(life, 7 * HOUR)
    assert len(life.asked()) == WAVE, "they have time until the clock runs out"
    pass_time(life, HOUR)
    assert [one.provider_id for one in life.asked(OfferStatus.ASKED)] == sorted(set(everybody) - set(first))
    assert life.request.status is Status.MATCHING


def test_nobody_else_is_asked_when_there_is_enough_to_choose_from(market, add_partner):
    for _number in range(WAVE + 2):
        add_partner()
    life = Life(market)
    life.submit(FOR_QUOTES)
    for offer in life.asked()[:ENOUGH_QUOTES]:
        life.quote(offer.provider_id)
    pass_time(life, 8 * HOUR)
    assert len(life.asked()) == WAVE
    assert len(life.asked(OfferStatus.EXPIRED)) == WAVE - ENOUGH_QUOTES


def test_the_customer_may_ask_more_partners_before_the_time_is_up(market, add_partner):
    for _number in range(2 * WAVE + 1):
        add_partner()
    life = Life(market)
    life.submit(FOR_QUOTES)
    assert ask_more(life) == WAVE
    with pytest.raises(rules.EnoughAsked):
        ask_more(life)


def test_there_is_a_word_when_everybody_was_asked(life):
    with pytest.raises(rules.NobodyElse):
        ask_more(life)


def test_nobody_who_fits_is_said_before_anybody_is_asked(market):
    life = Life(market)
    with pytest.raises(rules.NobodyFits):
        life.submit(FOR_QUOTES)
    assert life.request.status is Status.DRAFT


def test_a_budget_is_no_limit_for_quotes(market, add_partner):
    partner = add_partner(price_minor=9000)
    life = Life(market)
    with transaction() as session:
        session.get_one(type(life.request), life.id).ceiling_minor = 2000
    life.submit(FOR_QUOTES)
    assert [one.provider_id for one in life.asked()] == [partner]
    assert life.request.ceiling is None


def test_when_all_say_no_or_nothing_the_gap_is_seen_and_the_search_can_go_on(life, partners, add_partner):
    life.decline(partners[0])
    life.quote(partners[1], valid_for=HOUR)
    pass_time(life, 9 * HOUR)
    assert life.request.status is Status.UNMATCHED
    assert [one.status for one in life.asked()] == [OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.EXPIRED]
    assert matching.gap(reading(), life.request, life.now) == [Unfit.ASKED]
    newcomer = add_partner()
    life.now = NOON + DAY
    assert ask_more(life) == 1
    assert (life.request.status, life.offer_to(newcomer).status) == (Status.MATCHING, OfferStatus.ASKED)


def test_the_worker_looks_again_for_who_got_no_quote(life, partners, add_partner):
    for one in partners:
        life.decline(one)
    assert life.request.status is Status.UNMATCHED
    newcomer = add_partner()
    jobs_effects.search_again(life.now)
    assert life.offer_to(newcomer).status is OfferStatus.ASKED


def test_quotes_that_stand_keep_the_search_open_when_the_others_say_no(life, partners):
    life.quote(partners[0])
    life.decline(partners[1])
    life.decline(partners[2])
    assert life.request.status is Status.MATCHING


# Partners


def test_a_revised_quote_takes_the_place_of_the_one_before(life, partners):
    first = life.quote(partners[0], 5000)
    second = life.quote(partners[0], 4000)
    with pytest.raises(QuoteChanged):
        life.choose(first)
    assert (life.request.status, life.hold) == (Status.MATCHING, None)
    life.choose(second)
    assert life.hold.amount_minor == 4000


def test_a_quote_that_is_being_paid_is_neither_revised_nor_withdrawn(life, partners):
    life.choose(life.quote(partners[0]))
    with pytest.raises(QuoteIsChosen):
        life.quote(partners[0], 9000)
    with pytest.raises(QuoteIsChosen):
        life.withdraw_quote(partners[0])
    with pytest.raises(IllegalMove):
        life.decline(partners[0])


def test_a_partner_can_not_accept_in_place_of_the_customer(life, partners):
    life.quote(partners[0])
    with pytest.raises(IllegalMove):
        accept_it(life, partners[0])
    life.choose(life.offer_to(partners[0]).quote.id)
    with pytest.raises(IllegalMove):
        accept_it(life, partners[0])


def accept_it(life, provider_id):
    """Try to take a request at the price of one's own quote."""
    offer_id = life.offer_to(provider_id).id
    with transaction() as session:
        member = session.get_one(Provider, provider_id).members[0]
        commands.accept(session, offer_id, member=member, now=NOON)


def test_others_may_quote_while_one_is_being_paid(life, partners):
    life.choose(life.quote(partners[0]))
    life.quote(partners[1])
    assert life.offer_to(partners[1]).status is OfferStatus.QUOTED


def test_a_withdrawn_quote_is_gone(life, partners):
    quote_id = life.quote(partners[0])
    life.withdraw_quote(partners[0])
    with pytest.raises(QuoteOver):
        life.choose(quote_id)
    with pytest.raises(IllegalMove):
        life.quote(partners[0])


def test_who_answers_too_late_is_told_so(life, partners):
    life.now = NOON + 8 * HOUR
    with pytest.raises(QuoteLapsed):
        life.quote(partners[0])


def test_nobody_quotes_who_was_not_asked(life, add_partner):
    stranger_id, offer_id = add_partner(), life.asked()[0].id
    with pytest.raises(NotFound), transaction() as session:
        commands.give_quote(
            session,
            offer_id,
            member=session.get_one(Provider, stranger_id).members[0],
            quotation=quotation(),
            now=NOON,
        )


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("price", Terms(ServiceKind.INCIDENT, Money(0, "EUR"))),
        ("price", Terms(ServiceKind.INCIDENT, Money(-100, "EUR"))),
        ("price", Terms(ServiceKind.INCIDENT, Money(5000, "USD"))),
        ("price", Terms(ServiceKind.INCIDENT, Money(10**9, "EUR"))),
        ("cap_minutes", Terms(ServiceKind.HOURLY, Money(9_000_000, "EUR"), 2400)),
        ("kind", Terms(ServiceKind.SESSION, Money(5000, "EUR"), None, 60)),
    ],
    ids=str,
)
def test_what_can_not_be_paid_or_agreed_is_named(life, partners, field, terms):
    with pytest.raises(InvalidInput) as refusal:
        life.quote(partners[0], terms=terms)
    assert list(refusal.value.fields) == [field]
    assert life.offer_to(partners[0]).status is OfferStatus.ASKED


# Choosing, and second thoughts


def test_an_unpaid_page_leaves_the_quote_to_be_chosen_again(life, partners, sandbox):
    quote_id = life.quote(partners[0], valid_for=2 * DAY)
    life.choose(quote_id)
    sandbox.advance(25 * 60 * 60)
    sandbox.sweep()
    life.now = NOON + 25 * HOUR
    life.come_back()
    assert (life.request.status, life.hold.status) == (Status.MATCHING, HoldStatus.LAPSED)
    assert life.offer_to(partners[0]).status is OfferStatus.QUOTED
    life.choose(quote_id)
    assert life.hold.status is HoldStatus.AWAITING


def test_a_quote_that_runs_out_while_it_is_paid_is_honoured(life, partners):
    life.choose(life.quote(partners[0], valid_for=HOUR))
    pass_time(life, 2 * HOUR)
    assert life.offer_to(partners[0]).status is OfferStatus.CHOSEN
    life.pay()
    assert life.request.status is Status.IN_PROGRESS


def test_a_quote_that_ran_out_while_it_was_not_paid_ends_with_the_page(life, partners):
    life.choose(life.quote(partners[0], valid_for=HOUR))
    life.now += 2 * HOUR
    life.let_go()
    pass_time(life, MINUTE)
    assert life.offer_to(partners[0]).status is OfferStatus.EXPIRED


def test_another_can_be_chosen_only_after_the_first_is_let_go(life, partners):
    first, second = life.quote(partners[0]), life.quote(partners[1], 4500)
    life.choose(first)
    url = life.hold.checkout_url
    with pytest.raises(rules.ChosenAlready):
        life.choose(second)
    life.let_go()
    assert life.hold.status is HoldStatus.RELEASED
    with pytest.raises(visitor.PageClosed):
        visitor.pay_checkout(url)
    life.choose(second)
    assert life.hold.amount_minor == 4500


def test_nothing_is_chosen_while_the_page_of_before_is_being_closed(life, partners):
    first, second = life.quote(partners[0]), life.quote(partners[1])
    life.choose(first)
    with transaction() as session:
        commands.let_go_of_choice(session, life.reference, customer_id=life.market.customer_id, now=NOON)
    with pytest.raises(rules.PageStillOpen):
        life.choose(second)
    life.work()
    life.choose(second)


def test_paying_in_one_tab_while_letting_go_in_another_takes_nothing(life, partners):
    life.choose(life.quote(partners[0]))
    url = life.hold.checkout_url
    with transaction() as session:
        commands.let_go_of_choice(session, life.reference, customer_id=life.market.customer_id, now=NOON)
    visitor.pay_checkout(url)
    life.work()
    life.come_back()
    assert (life.hold.status, life.request.status) == (HoldStatus.RELEASED, Status.MATCHING)
    assert booked(AccountKind.CUSTOMER_HELD, life.id) == 0


def test_there_is_nothing_to_let_go_of_once_it_is_paid(life, partners):
    with pytest.raises(IllegalMove):
        life.let_go()
    life.choose(life.quote(partners[0]))
    life.pay()
    with pytest.raises(IllegalMove):
        life.let_go()


def test_a_quote_that_has_run_out_can_not_be_chosen(life, partners):
    quote_id = life.quote(partners[0], valid_for=HOUR)
    life.now += HOUR
    with pytest.raises(QuoteOver):
        life.choose(quote_id)


def test_a_quote_for_another_request_is_not_found(life, partners, market):
    other = Life(market)
    other.submit(FOR_QUOTES)
    quote_id = other.quote(partners[0])
    with pytest.raises(NotFound):
        life.choose(quote_id)


def test_somebody_elses_quotes_are_not_found(life, partners):
    quote_id = life.quote(partners[0])
    with pytest.raises(NotFound), transaction() as session:
        commands.choose_quote(session, life.reference, quote_id, customer_id=life.market.customer_id + 1, now=NOON)


# Partners who can't take it any more


def test_who_has_no_room_left_can_not_be_chosen(life, partners, market):
    quote_id = life.quote(partners[0])
    fill(market, partners[0])
    with pytest.raises(rules.QuoteNotFree):
        life.choose(quote_id)
    assert life.offer_to(partners[0]).status is OfferStatus.QUOTED


def test_who_has_no_room_left_by_the_time_it_is_paid_is_not_paid(life, partners, market):
    life.choose(life.quote(partners[0]))
    second = life.quote(partners[1])
    fill(market, partners[0])
    life.pay()
    assert (life.request.status, life.hold.status) == (Status.MATCHING, HoldStatus.RELEASED)
    assert life.offer_to(partners[0]).status is OfferStatus.WITHDRAWN
    life.choose(second)
    life.pay()
    assert life.request.status is Status.IN_PROGRESS


def fill(market, provider_id):
    """Give a partner as much to do as there is room for."""
    with transaction() as session:
        session.get_one(Provider, provider_id).capacity = 1
    taken(market, provider_id)


def test_a_suspension_takes_away_the_quote_and_lets_go_of_the_page(life, partners):
    life.choose(life.quote(partners[0]))
    url = life.hold.checkout_url
    suspend(partners[0])
    life.work()
    assert (life.request.status, life.hold.status) == (Status.MATCHING, HoldStatus.RELEASED)
    assert life.offer_to(partners[0]).status is OfferStatus.WITHDRAWN
    with pytest.raises(visitor.PageClosed):
        visitor.pay_checkout(url)


def test_a_suspension_takes_away_the_question_too(life, partners):
    for one in partners:
        suspend(one)
    assert [one.status for one in life.asked()] == [OfferStatus.WITHDRAWN] * 3
    assert life.request.status is Status.UNMATCHED


# Other ways


def test_asking_in_another_way_reaches_who_was_not_chosen_too(life, partners):
    life.quote(partners[0])
    life.decline(partners[1])
    take_back(life)
    assert life.request.status is Status.DRAFT
    assert [one.status for one in life.asked()] == [
        OfferStatus.NOT_CHOSEN,
        OfferStatus.DECLINED,
        OfferStatus.NOT_CHOSEN,
    ]
    fit = {one.provider_id for one in matching.matches(reading(), life.request, NOON)}
    assert fit == {partners[0], partners[2]}
    life.submit(choose(partners[0]))
    life.pay()
    assert life.offer.provider_id == partners[0]


def test_a_request_that_is_asked_anew_for_quotes_asks_the_same_ones_again(life, partners):
    life.quote(partners[0])
    take_back(life)
    life.submit(FOR_QUOTES)
    assert [one.provider_id for one in life.asked(OfferStatus.ASKED)] == partners


def test_a_chosen_quote_is_let_go_before_asking_in_another_way(life, partners):
    life.choose(life.quote(partners[0]))
    with pytest.raises(IllegalMove):
        take_back(life)


def test_asking_in_another_way_waits_until_the_page_of_before_is_closed(life, partners):
    life.choose(life.quote(partners[0]))
    with transaction() as session:
        commands.let_go_of_choice(session, life.reference, customer_id=life.market.customer_id, now=NOON)
    take_back(life)
    with pytest.raises(rules.PageStillOpen):
        life.submit(choose(partners[1]))
    assert life.request.status is Status.DRAFT


def test_only_a_search_for_quotes_is_taken_back(market, partners):
    life = Life(market)
    life.submit(choose(partners[0]))
    life.pay()
    with pytest.raises(IllegalMove):
        take_back(life)
    with pytest.raises(IllegalMove):
        ask_more(life)


@pytest.mark.parametrize("is_chosen", [False, True])
def test_cancelling_ends_all_quotes_and_releases_what_is_being_paid(life, partners, is_chosen):
    quote_id = life.quote(partners[0])
    if is_chosen:
        life.choose(quote_id)
    cancel(life)
    assert life.request.status is Status.CANCELLED
    assert {one.status for one in life.asked()} == {OfferStatus.NOT_CHOSEN}
    assert life.hold is None or life.hold.status is HoldStatus.RELEASED


# What the database and the self-checks say


def test_the_database_refuses_a_second_chosen_quote(session):
    one = make_request(session, mode=Mode.QUOTES)
    facts = {"support_request": one, "answered_at": NOON}
    make_offer(session, **facts, status=OfferStatus.CHOSEN)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_offer(session, **facts, status=OfferStatus.CHOSEN)


def test_the_database_refuses_to_ask_somebody_twice_at_once(session):
    first = make_offer(session, status=OfferStatus.ASKED)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_offer(session, support_request=first.support_request, provider=first.provider, status=OfferStatus.ASKED)


def test_a_chosen_quote_without_its_page_is_found(session):
    one = make_request(session, mode=Mode.QUOTES, status="awaiting_payment")
    offer = make_offer(session, support_request=one, status=OfferStatus.CHOSEN, answered_at=NOON)
    quote = make_quote(session, offer=offer)
    assert len(chosen_quotes_that_disagree_with_their_holds(session)) == 1
    hold = make_hold(session, support_request=one, amount_minor=quote.price_minor, status=HoldStatus.AWAITING)
    assert chosen_quotes_that_disagree_with_their_holds(session) == []
    session.execute(update(Hold).filter_by(id=hold.id).values(amount_minor=quote.price_minor + 1))
    assert len(chosen_quotes_that_disagree_with_their_holds(session)) == 1
    offer.status = OfferStatus.QUOTED
    session.flush()
    assert len(chosen_quotes_that_disagree_with_their_holds(session)) == 1, "it waits for the payment of nothing"


def test_a_job_for_another_price_than_was_quoted_is_found(life, partners):
    life.choose(life.quote(partners[0], 4500))
    life.pay()
    assert quotes_that_disagree_with_their_offers(reading()) == []
    with transaction() as session:
        session.execute(update(Job).values(price_minor=4400))
        assert len(quotes_that_disagree_with_their_offers(session)) == 1
        session.execute(update(Job).values(price_minor=4500))


def test_an_offer_that_outlives_its_request_is_found(session):
    one = make_request(session, mode=Mode.QUOTES, status="unmatched")
    make_offer(session, support_request=one, status=OfferStatus.ASKED)
    assert len(offers_of_requests_that_look_for_nobody(session)) == 1


def test_the_member_who_quoted_does_the_work(life, partners):
    life.choose(life.quote(partners[0]))
    life.pay()
    reading().rollback()
    assert reading().get_one(Member, job_of(life).member_id).provider_id == partners[0]


@pytest.mark.parametrize(
    ("is_certified", "level", "does_it"),
    [(True, Cefr.NATIVE, True), (False, Cefr.NATIVE, False), (True, Cefr.A1, False)],
)
def test_who_stands_in_begins_if_they_can(life, partners, is_certified, level, does_it):
    life.choose(life.quote(partners[0]))
    with transaction() as session:
        provider = session.get_one(Provider, partners[0])
        quoted = provider.members[0]
        stand_in = make_member(session, provider, languages={life.request.language: level})
        if is_certified:
            niche = session.get_one(SupportRequest, life.id).category.niche
            make_credential(session, person=stand_in.person, niche=niche)
        make_absence(session, quoted, NOON.date(), stand_in=stand_in)
        wanted = stand_in.id if does_it else quoted.id
    life.pay()
    assert job_of(life).member_id == wanted
