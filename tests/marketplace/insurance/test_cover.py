"""Cover is promised with a hold, trimmed to what is agreed, used when it is taken, and back when it is not."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from marketplace.insurance import commands, queries
from marketplace.insurance.commands import cover
from marketplace.insurance.models import PolicyYear
from marketplace.insurance.rules import ClaimStatus, CoverHasChanged
from marketplace.insurance.selfchecks import (
    claims_that_disagree_with_their_payments,
    years_that_disagree_with_the_ledger,
    years_that_disagree_with_their_claims,
)
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.payments import commands as payments
from marketplace.payments.rules import HoldStatus, Subject
from tests.factories.insurance import PURPOSE, Insured, eur, need

THREADS, CLAIMS = 16, 20


def test_it_is_reserved_then_used(till, insured):
    hold_id = insured.held(10_000)
    assert insured.amounts() == (92_500, 7500, 0)
    assert insured.claim_of(hold_id).status is ClaimStatus.RESERVED
    till.capture(hold_id)
    till.work()
    assert insured.amounts() == (92_500, 0, 7500)
    assert insured.claim_of(hold_id).status is ClaimStatus.PAID


def test_it_is_trimmed_to_the_price_that_was_agreed(till, insured):
    hold_id = insured.held(10_000)
    till.capture(hold_id, 6000)
    till.work()
    assert insured.amounts() == (96_500, 0, 3500)


def test_what_is_covered_in_full_needs_no_card(till):
    insured = Insured(till, deductible=eur(0))
    hold_id = insured.ask(10_000)
    assert till.hold(hold_id).status is HoldStatus.HELD
    assert insured.amounts() == (90_000, 10_000, 0)


def test_it_is_free_again_when_nobody_pays_the_rest(till, insured):
    hold_id = insured.ask(10_000)
    till.work()
    with transaction() as session:
        payments.release(session, hold_id, now=utcnow())
    assert insured.amounts() == (100_000, 0, 0)
    assert insured.claim_of(hold_id).status is ClaimStatus.RETURNED
    till.work()


def test_it_is_free_again_when_the_bank_refuses_its_part(till, insured):
    hold_id = insured.held(10_000)
    till.stand_in.add_fault("capture_refused", times=1)
    till.capture(hold_id)
    till.work()
    assert insured.amounts() == (100_000, 0, 0)


def test_what_goes_back_is_free_again(till, insured):
    hold_id = insured.taken(10_000)
    till.refund(hold_id, 4000)
    till.work()
    assert insured.amounts() == (96_500, 0, 3500)
    till.refund(hold_id)
    till.work()
    assert insured.amounts() == (100_000, 0, 0)


def test_one_event_has_one_deductible(till, insured):
    first = insured.taken(10_000)
    extra = insured.held(6000, subject_id=till.hold(first).subject_id, part=2)
    assert till.hold(extra).asked_minor == 0
    till.capture(extra)
    same = insured.held(6000, same_cause_as=insured.claim_of(first).id)
    assert till.hold(same).asked_minor == 0
    assert insured.claim_of(same).event_id == insured.claim_of(first).id
    other = insured.held(6000)
    assert till.hold(other).asked_minor == 2500


def test_all_claims_of_an_event_share_its_limit_whichever_of_them_is_named(till):
    insured = Insured(till, claim_limit=eur(10_000))
    first = insured.taken(6000)
    second = insured.held(6000, same_cause_as=insured.claim_of(first).id)
    third = insured.held(6000, same_cause_as=insured.claim_of(second).id)
    assert [till.hold(one).covered_minor for one in (first, second, third)] == [3500, 6000, 500]
    with pytest.raises(CoverHasChanged):
        insured.ask(6000, same_cause_as=insured.claim_of(third).id)


def test_what_was_let_go_has_borne_no_deductible(till, insured):
    first = insured.ask(10_000)
    till.work()
    with transaction() as session:
        payments.release(session, first, now=utcnow())
    till.work()
    again = insured.ask(10_000, subject_id=till.hold(first).subject_id)
    assert till.hold(again).asked_minor == 2500


def test_nothing_else_is_promised_than_was_seen(till, insured):
    with pytest.raises(CoverHasChanged):
        insured.ask(10_000, seen=7501)
    assert insured.amounts() == (100_000, 0, 0)
    insured.ask(10_000, seen=7500)


def test_the_limit_of_time_is_kept_too(till):
    insured = Insured(till, deductible=eur(0), limit_minutes=90)
    insured.taken(6000, minutes=60)
    hold_id = insured.held(6000, minutes=60)
    assert till.hold(hold_id).covered_minor == 3000
    assert insured.year.left_minutes == 0
    with pytest.raises(CoverHasChanged):
        insured.ask(6000, minutes=60)
    till.capture(hold_id)
    till.work()
    till.refund(hold_id)
    till.work()
    assert insured.year.left_minutes == 30


def test_the_last_euro_is_promised_once(till):
    insured = Insured(till, limit=eur(6000), deductible=eur(0))
    insured.ask(5000, seen=5000)
    with pytest.raises(CoverHasChanged):
        insured.ask(5000, seen=5000)
    assert insured.amounts() == (1000, 5000, 0)


def claim_at_once(app, policy_id, price=1000):
    """Let many people claim at the same moment; gives how much was promised."""
    start = threading.Barrier(THREADS)

    def claim(thread):
        promised = 0
        start.wait()
        for number in range(CLAIMS):
            subject = Subject(PURPOSE, thread * CLAIMS + number + 1, "Help", "/requests")
            with app.app_context():
                try:
                    with transaction() as session:
                        terms = commands.reserve(session, policy_id, subject, need(price), now=utcnow())
                except CoverHasChanged:
                    continue
                promised += terms.of(eur(price)).minor
        return promised

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(claim, range(THREADS)))


@pytest.fixture
def nearly_used_up(till):
    """A policy that is enough for some of those who claim."""
    return Insured(till, limit=eur(50_000), deductible=eur(0))


def test_no_race_overdraws_a_policy(app, nearly_used_up, monkeypatch):
    monkeypatch.setattr(cover, "_book", lambda *_args, **_more: None)  # The memo is not what is raced for.
    promised = claim_at_once(app, nearly_used_up.policy_id)
    left, reserved, _used = nearly_used_up.amounts()
    assert (left, reserved) == (0, 50_000)
    assert promised == 50_000
    _forget(nearly_used_up.policy_id)


def test_without_the_guard_it_would_be_overdrawn(till, monkeypatch):
    """The twin: two read what is left before either writes, as naive code lets them."""
    insured = Insured(till, limit=eur(50_000), deductible=eur(0))
    year = insured.year
    with transaction() as session:
        before = queries.standing(session, insured.policy_id, utcnow())

    def unguarded(session, _year, promised):
        written = sa.update(PolicyYear).filter_by(id=year.id).values(reserved_minor=promised.covered.minor)
        return session.execute(written).rowcount == 1

    monkeypatch.setattr(cover, "_take", unguarded)
    monkeypatch.setattr(cover, "_book", lambda *_args, **_more: None)
    monkeypatch.setattr(cover.queries, "standing", lambda *_args, **_more: before)
    for number in (1, 2):
        with transaction() as session:
            subject = Subject(PURPOSE, number, "Help", "/requests")
            commands.reserve(session, insured.policy_id, subject, need(40_000), now=utcnow())
    reading().rollback()
    promised = [one.parts[0].promised_minor for one in queries.claims_of(reading(), [insured.policy_id])]
    assert sum(promised) == 80_000, "each was promised what there was for one"
    _forget(insured.policy_id)


def _forget(policy_id):
    """Take the claims away that have no payment, so that the books agree."""
    with transaction() as session:
        for claim in queries.claims_of(session, [policy_id]):
            for part in claim.parts:
                session.delete(part)
            session.flush()
            session.delete(claim)
        session.execute(sa.update(PolicyYear).filter_by(policy_id=policy_id).values(reserved_minor=0))


def test_what_disagrees_is_told(till, insured):
    hold = till.hold(insured.taken(10_000))
    year = insured.year
    changed = {"used_minor": 7499}
    for check in (years_that_disagree_with_the_ledger, years_that_disagree_with_their_claims):
        assert check(reading()) == []
        assert till.with_changed(year, changed, check)
    told = till.with_changed(hold, {"covered_minor": 7499}, claims_that_disagree_with_their_payments)
    assert told == [f"hold {hold.id} is captured and covered with 7499, its claim has 0 reserved and 7500 used"]


def test_the_database_refuses_what_would_overdraw_a_year(insured):
    year = insured.year
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.execute(sa.update(PolicyYear).filter_by(id=year.id).values(reserved_minor=year.limit_minor + 1))
