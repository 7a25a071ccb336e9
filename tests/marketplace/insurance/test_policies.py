"""The life of a policy: bought, paid, not paid, changed, ended; the subscription behind it is real."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.insurance import commands, queries, selfchecks
from marketplace.insurance.effects import begin_next_years
from marketplace.insurance.models import PlanVersion
from marketplace.insurance.rules import (
    PURPOSE,
    ClaimStatus,
    CoverHasChanged,
    DifferenceHasChanged,
    NotOnSale,
    OneForEachLicence,
    PolicyStatus,
    RefundHasChanged,
)
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, InvalidInput
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import AccountKind, EndReason, Interval, PeriodReason
from tests.factories.buyers import Buyer
from tests.factories.insurance import eur, make_policy, make_version
from tests.factories.payments import make_chargeback
from tests.factories.subscribing import make_period_payment, make_running_subscription

DAY = timedelta(days=1)


@pytest.fixture
def buyer(till):
    """Somebody who looks at a plan of a year."""
    return Buyer(till)


def test_it_covers_once_it_is_paid_and_the_waiting_is_over(buyer):
    buyer.buy()
    assert buyer.policy.status is PolicyStatus.OPENING
    buyer.till.work()
    buyer.till.stand_in.pay(buyer.subscription.checkout_url)
    buyer.till.work()
    policy = buyer.policy
    assert policy.status is PolicyStatus.ACTIVE
    assert policy.waits_until == policy.begins_at + 14 * DAY
    assert buyer.amounts() == (100_000, 0, 0)
    with pytest.raises(CoverHasChanged):
        buyer.ask()
    buyer.wait(14 * DAY)
    buyer.ask()
    assert buyer.amounts() == (92_500, 7500, 0)


def test_a_renewal_brings_the_next_limit(buyer):
    buyer.begun()
    buyer.wait(15 * DAY)
    buyer.taken()
    buyer.go_to_renewal()
    assert buyer.policy.status is PolicyStatus.ACTIVE
    assert buyer.amounts() == (100_000, 0, 0)
    reading().rollback()
    assert [year.used_minor for year in queries.years_of(reading(), [buyer.policy_id])] == [7500, 0]


HALF_AN_HOUR = timedelta(minutes=30)  # Stripe charges an hour after a period has ended.


def test_it_covers_on_before_stripe_has_charged_the_next_period(buyer):
    buyer.begun()
    buyer.wait(buyer.subscription.period_end - utcnow() + HALF_AN_HOUR)
    assert buyer.subscription.period_end < utcnow()
    buyer.ask()
    assert buyer.amounts() == (92_500, 7500, 0)
    buyer.wait(2 * HALF_AN_HOUR)
    assert buyer.subscription.period_end > utcnow()
    assert buyer.amounts() == (92_500, 7500, 0)
    assert len(queries.years_of(reading(), [buyer.policy_id])) == 2


def test_no_year_begins_for_what_has_been_silent_for_long(buyer):
    buyer.begun()
    ends_at = buyer.subscription.period_end
    buyer.till.wait(ends_at - utcnow() + DAY)
    begin_next_years(utcnow())  # Nobody has heard anything for a day.
    assert len(queries.years_of(reading(), [buyer.policy_id])) == 1
    buyer.wait(HALF_AN_HOUR)
    assert len(queries.years_of(reading(), [buyer.policy_id])) == 2


def test_no_year_begins_for_what_runs_out(buyer):
    buyer.begun()
    buyer.do(commands.cancel_at_end)
    buyer.till.wait(buyer.subscription.period_end - utcnow() + HALF_AN_HOUR)
    begin_next_years(utcnow())  # Before the word of its end has come.
    assert buyer.policy.status is PolicyStatus.ACTIVE
    assert len(queries.years_of(reading(), [buyer.policy_id])) == 1


def test_what_is_covered_over_the_turn_of_the_year_stays_in_its_year(buyer):
    buyer.begun()
    buyer.wait(buyer.subscription.period_end - utcnow() - 2 * DAY)
    hold_id = buyer.held()
    buyer.go_to_renewal()
    buyer.till.capture(hold_id)
    buyer.till.work()
    reading().rollback()
    years = queries.years_of(reading(), [buyer.policy_id])
    assert [(year.reserved_minor, year.used_minor) for year in years] == [(0, 7500), (0, 0)]


def test_months_of_one_year_share_its_limit(till):
    buyer = Buyer(till, interval=Interval.MONTH, price=eur(1190)).begun()
    buyer.wait(15 * DAY)
    buyer.taken()
    for _month in range(3):
        buyer.go_to_renewal()
    assert buyer.amounts() == (92_500, 0, 7500)


def test_a_replayed_renewal_begins_nothing_twice(buyer):
    buyer.begun()
    [payment] = _payments(buyer)
    event = payments.PeriodPaid(
        PURPOSE,
        buyer.policy_id,
        buyer.subscription.id,
        payment.id,
        payment.period_start,
        payment.period_end,
        PeriodReason.RENEWAL,
        utcnow(),
    )
    with transaction() as session:
        commands.period_paid(session, event)
    assert buyer.amounts() == (100_000, 0, 0)
    assert buyer.till.booked(AccountKind.COVER_LEFT, buyer.year.id) == 100_000


def _payments(buyer):
    reading().rollback()
    return money.period_payments(reading(), buyer.subscription.id)


def test_who_does_not_pay_is_covered_in_the_days_of_grace_then_suspended(buyer):
    buyer.begun()
    buyer.fail_next()
    buyer.go_to_renewal()
    assert buyer.policy.status is PolicyStatus.GRACE
    for days in (2, 3):  # Stripe tries again after one day, and after three more.
        buyer.fail_next()
        buyer.wait(days * DAY)
    assert buyer.policy.status is PolicyStatus.GRACE
    buyer.wait(3 * DAY)
    assert buyer.policy.status is PolicyStatus.SUSPENDED
    with pytest.raises(CoverHasChanged):
        buyer.ask()
    buyer.wait(2 * DAY)  # The next try is not refused.
    assert buyer.policy.status is PolicyStatus.ACTIVE
    assert buyer.policy.unpaid_since is None
    assert buyer.amounts() == (100_000, 0, 0)


def disputed(buyer, number=-1):
    """Let the bank of the owner take a payment back; gives Stripe's id of that."""
    charge_id = money.period_payments(reading(), buyer.subscription.id)[number].charge_id
    dispute_id = buyer.till.pull(charge_id, "dispute", reason="general")["id"]
    buyer.till.work()
    return dispute_id


def test_nothing_new_is_covered_while_a_bank_decides_about_what_was_paid(buyer):
    buyer.begun().wait(15 * DAY)
    kept = buyer.held()
    dispute_id = disputed(buyer)
    policy = buyer.policy
    assert (policy.status, policy.unpaid_since is not None) == (PolicyStatus.SUSPENDED, True)
    assert queries.is_at_bank(reading(), policy.id)
    with pytest.raises(CoverHasChanged):
        buyer.ask(seen=7500)
    buyer.till.decide(dispute_id, "win")
    assert (buyer.policy.status, buyer.policy.unpaid_since) == (PolicyStatus.ACTIVE, None)
    assert buyer.claim_of(kept).status == "reserved"
    buyer.ask(seen=7500)


def test_what_a_bank_keeps_ends_the_policy_and_what_was_promised_stays(buyer):
    buyer.begun().wait(15 * DAY)
    kept = buyer.held()
    buyer.till.decide(disputed(buyer), "lose")
    assert buyer.policy.status is PolicyStatus.ENDED
    assert buyer.subscription.end_reason is EndReason.DISPUTED
    assert buyer.claim_of(kept).status == "reserved"
    buyer.wait(400 * DAY)
    assert len(money.period_payments(reading(), buyer.subscription.id)) == 1


def lost_after_renewal(buyer, minor=None):
    """Let a bank take back a part of the first premium, keep it after the second is paid, and end the policy."""
    buyer.wait(buyer.subscription.period_end - utcnow() - DAY)
    charge_id = _payments(buyer)[0].charge_id
    given = {"reason": "general"} | ({"amount": minor} if minor else {})
    dispute_id = buyer.till.pull(charge_id, "dispute", **given)["id"]
    buyer.till.work()
    buyer.go_to_renewal()
    buyer.wait(2 * DAY)
    buyer.till.decide(dispute_id, "lose")
    assert buyer.policy.status is PolicyStatus.ENDED
    return buyer.till.chargeback(dispute_id), _payments(buyer)


def test_a_renewal_for_cover_that_is_never_given_goes_back_less_what_the_vendor_lost(buyer):
    chargeback, (first, second) = lost_after_renewal(buyer.begun(), 2000)
    assert first.refunded_minor == chargeback.from_kept_minor
    assert 0 < chargeback.loss_minor < 2000
    assert second.refunded_minor == 11900 - chargeback.loss_minor
    assert second.earned_minor == chargeback.loss_minor, "no tax is in it"
    assert buyer.till.booked(AccountKind.DEFERRED, buyer.subscription.id) == 0


def test_what_cover_has_paid_in_the_year_is_set_off_against_that_too(till):
    buyer = Buyer(till, interval=Interval.MONTH, waiting_days=0).begun()
    buyer.taken(5000)
    chargeback, (_first, second) = lost_after_renewal(buyer, 2000)
    assert second.refunded_minor == 11900 - chargeback.loss_minor - 2500


def test_who_has_all_of_a_used_year_taken_back_is_given_no_more_than_is_left(buyer):
    chargeback, (_first, second) = lost_after_renewal(buyer.begun())
    assert chargeback.loss_minor > 11_000
    assert second.refunded_minor == 11900 - chargeback.loss_minor


def test_a_payment_that_stays_brings_nothing_back_while_another_one_is_at_the_bank(buyer):
    buyer.begun().go_to_renewal()
    first, second = disputed(buyer, 0), disputed(buyer, 1)
    buyer.till.decide(first, "win")
    assert buyer.policy.status is PolicyStatus.SUSPENDED
    buyer.till.decide(second, "win")
    assert buyer.policy.status is PolicyStatus.ACTIVE


def test_a_renewal_that_is_paid_while_a_bank_decides_covers_only_when_it_has(buyer):
    buyer.begun()
    buyer.wait(buyer.subscription.period_end - utcnow() - DAY)
    dispute_id = disputed(buyer)
    buyer.go_to_renewal()
    assert len(_payments(buyer)) == 2
    assert (buyer.policy.status, buyer.policy.unpaid_since is not None) == (PolicyStatus.SUSPENDED, True)
    with pytest.raises(CoverHasChanged):
        buyer.ask(seen=7500)
    buyer.till.decide(dispute_id, "win")
    assert (buyer.policy.status, buyer.policy.unpaid_since) == (PolicyStatus.ACTIVE, None)
    assert buyer.amounts() == (100_000, 0, 0), "the year of the renewal has its limit"
    buyer.ask(seen=7500)


def test_a_policy_that_covers_while_a_bank_decides_is_named(app):
    with transaction() as session:
        policy = make_policy(session)
        subscription = make_running_subscription(session, purpose=PURPOSE, subject_id=policy.id)
        make_chargeback(session, payment=make_period_payment(session, subscription))
    [line] = selfchecks.policies_that_cover_while_a_bank_decides(reading())
    assert line == f"policy {policy.reference} is active, but a bank has taken back what was paid for it"


def test_who_ends_a_policy_while_a_bank_decides_is_given_nothing_twice(buyer):
    buyer.begun().wait(15 * DAY)
    disputed(buyer)
    assert queries.cancellation(reading(), buyer.policy, utcnow()).refund == eur(0)
    buyer.do(commands.cancel_now, seen=eur(0))
    assert buyer.policy.status is PolicyStatus.ENDED


def test_what_was_promised_before_is_kept_when_the_policy_ends(buyer):
    buyer.begun()
    buyer.wait(15 * DAY)
    hold_id = buyer.held()
    buyer.do(commands.cancel_now, seen=_refund(buyer))
    assert buyer.policy.status is PolicyStatus.ENDED
    buyer.till.capture(hold_id)
    buyer.till.work()
    assert buyer.till.hold(hold_id).covered_minor == 7500


def _refund(buyer):
    reading().rollback()
    return queries.cancellation(reading(), buyer.policy, utcnow()).refund


def test_who_ends_it_at_once_gets_back_what_is_not_earned(buyer):
    buyer.begun()
    buyer.wait(30 * DAY)
    back = _refund(buyer)
    assert 0 < back.minor < 11900
    with pytest.raises(RefundHasChanged):
        buyer.do(commands.cancel_now, seen=back + eur(1))
    buyer.do(commands.cancel_now, seen=back)
    assert buyer.policy.status is PolicyStatus.ENDED
    [payment] = _payments(buyer)
    assert payment.refunded_minor == back.minor
    assert buyer.till.booked(AccountKind.DEFERRED, buyer.subscription.id) == 0


def test_what_cover_has_paid_is_set_off_against_what_goes_back(till):
    buyer = Buyer(till, waiting_days=0).begun()
    before = _refund(buyer)
    buyer.taken(5000)
    assert _refund(buyer) == before - eur(2500)
    buyer.taken(50_000)
    assert _refund(buyer) == eur(0)
    buyer.do(commands.cancel_now, seen=eur(0))


def test_who_lets_it_run_out_is_covered_to_the_end(buyer):
    buyer.begun()
    buyer.do(commands.cancel_at_end)
    buyer.wait(20 * DAY)
    assert buyer.policy.status is PolicyStatus.ACTIVE
    buyer.do(commands.go_on)
    buyer.do(commands.cancel_at_end)
    buyer.go_to_renewal()
    assert buyer.policy.status is PolicyStatus.ENDED


def test_what_nobody_pays_is_let_go(buyer):
    buyer.buy()
    buyer.do(commands.take_back)
    assert buyer.policy.status is PolicyStatus.LAPSED
    with pytest.raises(IllegalMove):
        buyer.do(commands.take_back)
    buyer.begun()
    assert buyer.policy.status is PolicyStatus.ACTIVE


def test_a_dearer_plan_holds_at_once(buyer):
    buyer.begun()
    with transaction() as session:
        dearer = make_version(session, price=eur(23800), limit=eur(300_000)).id
    buyer.do(commands.change_plan, version_id=dearer, prorated_at=utcnow())
    assert buyer.policy.version_id == dearer
    assert buyer.amounts() == (300_000, 0, 0)


def test_a_cheaper_plan_waits_for_its_period_and_takes_nothing_back(till):
    buyer = Buyer(till, interval=Interval.MONTH, waiting_days=0, deductible=eur(0)).begun()
    buyer.taken(80_000)
    with transaction() as session:
        cheaper = make_version(session, price=eur(5000), limit=eur(50_000), interval=Interval.MONTH).id
    buyer.do(commands.change_plan, version_id=cheaper, prorated_at=utcnow())
    assert buyer.policy.version_id == buyer.version_id
    assert buyer.amounts() == (20_000, 0, 80_000)
    buyer.go_to_renewal()
    assert buyer.policy.version_id == cheaper
    assert buyer.amounts() == (0, 0, 80_000), "the limit of the year is what was used of it"


@pytest.mark.parametrize("seen_ago", [timedelta(minutes=31), -timedelta(minutes=1), -200 * DAY])
def test_the_difference_is_that_of_a_moment_ago(buyer, seen_ago):
    buyer.begun()
    with transaction() as session:
        dearer = make_version(session, price=eur(23800)).id
    with pytest.raises(DifferenceHasChanged):
        buyer.do(commands.change_plan, version_id=dearer, prorated_at=utcnow() - seen_ago)
    assert buyer.policy.next_version_id is None


def test_nothing_is_changed_of_what_has_ended(buyer):
    buyer.begun()
    buyer.do(commands.cancel_now, seen=_refund(buyer))
    with transaction() as session:
        dearer = make_version(session, price=eur(23800)).id
    for command, how in (
        (commands.go_on, {}),
        (commands.cancel_at_end, {}),
        (commands.change_plan, {"version_id": dearer, "prorated_at": utcnow()}),
    ):
        with pytest.raises(IllegalMove):
            buyer.do(command, **how)


def test_a_renewal_that_fails_leaves_an_open_claim_as_it_is(till):
    buyer = Buyer(till, waiting_days=0, grace_days=0).begun()
    buyer.wait(360 * DAY)
    hold_id = buyer.held()
    buyer.fail_next()
    buyer.go_to_renewal()
    assert buyer.policy.status is PolicyStatus.SUSPENDED
    assert buyer.claim_of(hold_id).status is ClaimStatus.RESERVED
    with pytest.raises(CoverHasChanged):
        buyer.ask()
    till.capture(hold_id)
    till.work()
    assert buyer.claim_of(hold_id).status is ClaimStatus.PAID


def test_a_plan_that_is_withdrawn_is_sold_to_nobody_but_goes_on(buyer):
    buyer.begun()
    with transaction() as session:
        commands.put_on_sale(session, buyer.plan_id, is_on_sale=False, by=buyer.till.finance_id, now=utcnow())
    buyer.go_to_renewal()
    assert buyer.policy.status is PolicyStatus.ACTIVE
    with pytest.raises(NotOnSale):
        buyer.buy()


def test_another_version_changes_no_policy(buyer):
    buyer.begun()
    with transaction() as session:
        make_version(session, buyer.plan_id, limit=eur(10_000))
    buyer.go_to_renewal()
    assert buyer.amounts() == (100_000, 0, 0)
    with pytest.raises(NotOnSale):
        buyer.buy(buyer.version_id)


def test_one_live_policy_for_each_licence(till):
    buyer = Buyer(till, needs_licence=True)
    with pytest.raises(InvalidInput):
        buyer.buy()
    buyer.begun(licence="L-1")
    with pytest.raises(OneForEachLicence):
        buyer.buy(licence=" L-1 ")
    buyer.buy(licence="L-2")
    buyer.do(commands.take_back)


def test_a_version_of_a_plan_is_never_changed(buyer):
    with pytest.raises(sa.exc.DatabaseError), transaction() as session:
        session.execute(sa.update(PlanVersion).values(price_minor=1))
    with pytest.raises(sa.exc.DatabaseError), transaction() as session:
        session.execute(sa.delete(PlanVersion))
