"""Wherever a price is agreed, cover pays what was shown, the card the rest; and what goes back finds its way."""

import pytest

from marketplace.insurance import queries as policies
from marketplace.insurance.models import Policy
from marketplace.insurance.rules import CoverHasChanged, Obstacle, PolicyStatus
from marketplace.jobs import commands, queries
from marketplace.jobs.covering import CoverChoice, cover_price
from marketplace.jobs.rules import NobodyAtThisPrice
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.matching import queries as matching
from marketplace.matching.rules import OfferStatus, Unfit
from marketplace.payments.gateway import gateway
from marketplace.payments.rules import AccountKind, HoldStatus
from marketplace.sandbox.stripe import by_hand
from marketplace.support_requests.rules import Status
from providers.profiles.models import Provider
from tests.factories import DAY, NOON
from tests.factories.accounts import make_person
from tests.factories.insurance import eur, insure, left_of
from tests.factories.jobs import FOR_QUOTES, Life, best_fit, booked, choose, taken

FULL = {"deductible": eur(0)}


@pytest.fixture
def full(market):
    """A policy that pays all of what it covers."""
    return insure(market.customer_id, **FULL)


@pytest.fixture
def partial(market):
    """A policy of whose events 25 EUR are the customer's own part."""
    return insure(market.customer_id)


def coverage(life, minor, *, now=NOON):
    """How a price could be covered now."""
    reading().rollback()
    ways = queries.ways_to_cover(reading(), life.request, now)
    return cover_price(ways, queries.need_of(life.request, eur(minor)), now)


def use(reference, seen=None, **more):
    """Choose a policy, with what the page showed."""
    return CoverChoice(reference, seen=None if seen is None else eur(seen), **more)


def lapse(life):
    """Let the time for paying on the Checkout page pass."""
    gateway().expire_checkout(life.hold.checkout_session_id)
    life.come_back()


# The three ways to agree


def test_a_chosen_partner_is_asked_without_checkout_if_all_is_covered(market, add_partner, full):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)), use(full, 4900))
    assert (life.request.status, life.hold.status) == (Status.MATCHING, HoldStatus.HELD)
    assert life.hold.checkout_url is None
    assert left_of(full) == (95_100, 4900, 0)
    life.accept()
    assert (life.request.status, left_of(full)) == (Status.IN_PROGRESS, (95_100, 0, 4900))
    life.resolve()
    life.confirm()
    assert life.hold.status is HoldStatus.SETTLED


def test_the_card_is_asked_for_what_is_not_covered(market, add_partner, partial):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)), use(partial, 2400))
    assert (life.request.status, life.hold.asked.minor) == (Status.AWAITING_PAYMENT, 2500)
    life.pay()
    life.accept()
    assert (life.hold.charged.minor, left_of(partial)) == (2500, (97_600, 0, 2400))


def test_of_a_ceiling_less_is_covered_once_the_price_is_lower(market, add_partner, partial):
    add_partner(price_minor=4900)
    life = Life(market)
    life.submit(best_fit(10_000), use(partial, 7500))
    life.pay()
    assert left_of(partial) == (92_500, 7500, 0)
    life.accept()
    assert left_of(partial) == (97_600, 0, 2400)
    assert life.hold.charged.minor == 2500


def test_a_quote_that_is_covered_begins_when_it_is_chosen(market, add_partner, full):
    life, partner_id = Life(market), add_partner()
    life.submit(FOR_QUOTES)
    quote_id = life.quote(partner_id, 6000)
    life.choose(quote_id, use(full, 6000))
    assert life.request.status is Status.IN_PROGRESS
    assert life.asked(OfferStatus.ACCEPTED)
    assert left_of(full) == (94_000, 0, 6000)


def take_no_cover(partner_id):
    """Let a partner take no requests that cover pays for."""
    with transaction() as session:
        session.get_one(Provider, partner_id).accepts_cover = False


def test_a_chosen_partner_who_takes_no_cover_is_paid_by_card_and_it_is_said_why(market, add_partner, full):
    life, partner_id = Life(market), add_partner(price_minor=4900)
    take_no_cover(partner_id)
    need = queries.need_of_choice(reading(), life.request, choose(partner_id), eur(4900), NOON)
    told = cover_price(queries.ways_to_cover(reading(), life.request, NOON), need, NOON)
    assert [one.obstacle for one in told.refusals] == [Obstacle.NOT_ACCEPTED]
    with pytest.raises(CoverHasChanged):
        life.submit(choose(partner_id), use(full, 4900))
    with pytest.raises(InvalidInput) as refused:
        life.submit(choose(partner_id), use(full))
    assert refused.value.fields == {"policy": [str(Obstacle.NOT_ACCEPTED.label)]}
    life.submit(choose(partner_id))
    life.pay()
    assert life.hold.status is HoldStatus.HELD
    assert left_of(full) == (100_000, 0, 0)


def test_who_pays_with_cover_is_sent_to_nobody_who_does_not_take_it(market, add_partner, full):
    best, other = add_partner(price_minor=3000), add_partner(price_minor=4900)
    take_no_cover(best)
    life = Life(market)
    with pytest.raises(NobodyAtThisPrice):
        life.submit(best_fit(4000), use(full, 4000))
    life.submit(best_fit(6000), use(full, 6000))
    assert [one.provider_id for one in life.asked()] == [other]
    life.decline(other)
    assert life.request.status is Status.UNMATCHED
    assert matching.gap(reading(), life.request, life.now) == [Unfit.ASKED]


def test_who_pays_by_card_is_sent_to_whoever_fits_best(market, add_partner, full):
    best, _other = add_partner(price_minor=3000), add_partner(price_minor=4900)
    take_no_cover(best)
    life = Life(market)
    life.submit(best_fit(6000))
    life.pay()
    assert [one.provider_id for one in life.asked()] == [best]


def test_after_a_chosen_partner_only_those_are_asked_who_take_cover(market, add_partner, full):
    chosen, cheap = add_partner(price_minor=4900), add_partner(price_minor=3000)
    take_no_cover(cheap)
    life = Life(market)
    life.submit(choose(chosen), use(full, 4900))
    life.decline(chosen)
    assert [one.provider_id for one in life.asked()] == [chosen]


def test_a_draft_whose_payment_lapsed_looks_at_everybody_again(market, add_partner, partial):
    life, partner_id = Life(market), add_partner(price_minor=4900)
    life.submit(choose(partner_id), use(partial, 2400))
    take_no_cover(partner_id)
    lapse(life)
    assert life.request.status is Status.DRAFT
    assert [one.provider_id for one in matching.matches(reading(), life.request, life.now)] == [partner_id]


def test_a_quote_of_who_takes_no_cover_is_paid_by_card(market, add_partner, full):
    life, partner_id = Life(market), add_partner()
    take_no_cover(partner_id)
    life.submit(FOR_QUOTES)
    quote_id = life.quote(partner_id, 6000)
    with pytest.raises(CoverHasChanged):
        life.choose(quote_id, use(full, 6000))
    life.choose(quote_id)
    assert life.request.status is Status.AWAITING_PAYMENT


def test_extra_work_of_who_takes_no_cover_any_more_is_paid_by_card(market, add_partner, full):
    life, partner_id = Life(market), add_partner(price_minor=4900)
    life.submit(choose(partner_id), use(full, 4900))
    life.accept()
    take_no_cover(partner_id)
    part = life.propose(3000)
    with pytest.raises(CoverHasChanged):
        life.approve(part, use(full, 3000))
    life.approve(part)
    assert left_of(full) == (95_100, 0, 4900)


def test_extra_work_belongs_to_the_event_of_its_request(market, add_partner, partial):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)), use(partial, 2400))
    life.pay()
    life.accept()
    part = life.propose(3000)
    assert coverage(life, 3000).best.own.minor == 0
    life.approve(part, use(partial, 3000))
    assert life.hold_of(part).status is HoldStatus.CAPTURED
    assert left_of(partial) == (94_600, 0, 5400)


def test_who_chooses_a_policy_for_a_licence_says_what_all_of_the_request_is_about(market, add_partner, partial):
    first, second = (insure(market.customer_id, licence=one, needs_licence=True, **FULL) for one in ("L-1", "L-2"))
    life = Life(market)
    assert [one.way.policy.reference for one in coverage(life, 4900).prices] == [first, second, partial]
    life.submit(choose(add_partner(price_minor=4900)), use(first, 4900))
    life.accept()
    part = life.propose(3000)
    told = coverage(life, 3000)
    assert [one.way.policy.reference for one in told.prices] == [first, partial]
    assert [(one.policy.reference, one.obstacle) for one in told.refusals] == [(second, Obstacle.OTHER_LICENCE)]
    with pytest.raises(CoverHasChanged):
        life.approve(part, use(second, 3000))
    assert left_of(second) == (100_000, 0, 0)


def test_what_lapsed_does_not_say_which_licence_it_was_about(market, add_partner, sandbox):
    first, second = (insure(market.customer_id, licence=one, needs_licence=True) for one in ("L-1", "L-2"))
    life, partner_id = Life(market), add_partner(price_minor=4900)
    life.submit(choose(partner_id), use(first, 2400))
    lapse(life)
    life.submit(choose(partner_id), use(second, 2400))
    assert left_of(second) == (97_600, 2400, 0)


def test_after_a_refusal_it_is_covered_anew(market, add_partner, partial, sandbox):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)), use(partial, 2400))
    life.pay()
    by_hand.set_fault(sandbox.url, "capture_refused")
    life.accept()
    assert (life.request.status, left_of(partial)) == (Status.AWAITING_PAYMENT, (100_000, 0, 0))
    with transaction() as session:
        commands.pay_again(
            session, life.reference, customer_id=market.customer_id, cover=use(partial, 2400), now=life.now
        )
    life.work()
    life.pay()
    assert (life.request.status, left_of(partial)) == (Status.IN_PROGRESS, (97_600, 0, 2400))


# Whoever does not pay, or gets back


def test_the_cover_of_a_lapsed_payment_is_free_again_and_can_be_used_anew(market, add_partner, partial):
    life, partner_id = Life(market), add_partner(price_minor=4900)
    life.submit(choose(partner_id), use(partial, 2400))
    lapse(life)
    assert (life.request.status, left_of(partial)) == (Status.DRAFT, (100_000, 0, 0))
    life.submit(choose(partner_id), use(partial, 2400))
    assert left_of(partial) == (97_600, 2400, 0)


def test_what_is_cancelled_is_free_again(market, add_partner, full):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)), use(full, 4900))
    with transaction() as session:
        commands.cancel(session, life.reference, customer_id=market.customer_id, reason="No need.", now=NOON)
    life.work()
    assert (life.request.status, left_of(full)) == (Status.CANCELLED, (100_000, 0, 0))


def test_the_partner_gets_the_same_with_and_without_cover(market, add_partner, partial):
    owed = []
    for cover in (None, use(partial)):
        partner_id, life = add_partner(price_minor=4900), Life(market)
        life.submit(choose(partner_id), cover)
        life.pay()
        life.accept()
        life.resolve()
        life.confirm()
        owed.append(booked(AccountKind.PARTNER_PAYABLE, partner_id) + booked(AccountKind.PARTNER_RESERVE, partner_id))
    assert owed[0] == owed[1]
    assert owed[0]


# Bad input


def test_what_is_reserved_stays_though_the_policy_ends_before_somebody_accepts(market, add_partner, partial):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)), use(partial, 2400))
    life.pay()
    with transaction() as session:
        policy = policies.lock_policy(session, policies.policy_by_reference(session, partial).id)
        policy.status, policy.ended_at = PolicyStatus.ENDED, NOON
    life.accept()
    assert (life.request.status, life.hold.charged.minor) == (Status.IN_PROGRESS, 2500)


def test_another_currency_is_not_covered_and_says_so(market, add_partner, partial):
    life = Life(market, currency="USD")
    partner_id = add_partner(price_minor=4900)
    [refusal] = cover_price(
        queries.ways_to_cover(reading(), life.request, NOON),
        queries.need_of(life.request, queries.match_of_choice(reading(), life.request, partner_id, NOON).price),
        NOON,
    ).refusals
    assert refusal.obstacle is Obstacle.OTHER_CURRENCY
    with pytest.raises(InvalidInput) as refused:
        life.submit(choose(partner_id), use(partial))
    assert refused.value.fields == {"policy": [str(Obstacle.OTHER_CURRENCY.label)]}
    assert life.request.status is Status.DRAFT


def test_what_has_changed_since_it_was_seen_takes_nothing(market, add_partner, partial):
    partner_id = add_partner(price_minor=4900)
    first, second = Life(market), Life(market)
    for seen in (2399, 2401, 4900):
        with pytest.raises(CoverHasChanged):
            first.submit(choose(partner_id), use(partial, seen))
    with transaction() as session:
        session.query(Policy).update({"status": PolicyStatus.SUSPENDED, "unpaid_since": NOON - 8 * DAY})
    with pytest.raises(CoverHasChanged):
        second.submit(choose(partner_id), use(partial, 2400))
    assert (first.hold, second.hold, left_of(partial)) == (None, None, (100_000, 0, 0))


def test_the_policy_of_somebody_else_is_none_of_ones_own(market, add_partner):
    with transaction() as session:
        other_id = make_person(session).id
    theirs, life = insure(other_id), Life(market)
    with pytest.raises(InvalidInput) as refused:
        life.submit(choose(add_partner(price_minor=4900)), use(theirs))
    assert set(refused.value.fields) == {"policy"}


# What can be chosen


def test_what_covers_most_comes_first(market, partial):
    full = insure(market.customer_id, licence="L-1", **FULL)
    told = coverage(Life(market), 4900)
    assert [(one.way.policy.reference, one.covered.minor) for one in told.prices] == [(full, 4900), (partial, 2400)]


def test_a_policy_that_waits_says_so(market):
    fresh = insure(market.customer_id, begins_at=NOON - DAY)
    told = coverage(Life(market), 4900)
    assert [(one.policy.reference, one.obstacle) for one in told.refusals] == [(fresh, Obstacle.WAITING)]
    assert not told.prices


def test_one_event_has_one_own_part_for_thirty_days(market, add_partner, partial):
    life = Life(market)
    life.submit(choose(add_partner(price_minor=4900)), use(partial, 2400))
    life.pay()
    again = Life(market)
    told = coverage(again, 4900)
    alone, joined = told.prices
    assert (alone.way.event, alone.own.minor, alone.left.minor) == (None, 2500, 2500)
    assert (joined.own.minor, joined.left.minor) == (0, 0)
    assert told.best is alone, "nobody says for the customer that it is the same"
    assert len(coverage(again, 4900, now=NOON + 31 * DAY).prices) == 1
    event_id = joined.way.event_id
    again.submit(choose(add_partner(price_minor=4900)), use(partial, 4900, same_cause_as=event_id))
    assert again.request.status is Status.MATCHING
    claims = policies.claims_of(reading(), [joined.way.policy.id])
    assert {one.event_id for one in claims} == {None, event_id}


def test_an_event_that_is_too_long_ago_or_unknown_is_refused(market, add_partner, partial):
    life, partner_id = Life(market), add_partner(price_minor=4900)
    life.submit(choose(partner_id), use(partial, 2400))
    [claim] = policies.claims_of(reading(), [policies.policy_by_reference(reading(), partial).id])
    late = Life(market, now=NOON + 31 * DAY)
    for event_id in (claim.id, claim.id + 1):
        with pytest.raises(InvalidInput) as refused:
            late.submit(choose(partner_id), use(partial, same_cause_as=event_id))
        assert set(refused.value.fields) == {"same_cause_as"}


def test_what_lapsed_joins_an_event_when_it_is_sent_again(market, add_partner, partial):
    partner_id = add_partner(price_minor=4900)
    first, again = taken(market, partner_id), Life(market)
    first.propose(4900)
    first.approve(2, use(partial, 2400))
    first.pay(part=2)
    again.submit(choose(partner_id), use(partial, 2400))
    lapse(again)
    joined = coverage(again, 4900).prices[1]
    again.submit(choose(partner_id), use(partial, 4900, same_cause_as=joined.way.event_id))
    claim = policies.claim_of(reading(), joined.way.policy.id, "request", again.id)
    assert claim.event_id == joined.way.event_id
