"""Disputes: said, answered, withdrawn, conceded or decided; the money is split to the last cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands, disputes, effects, queries, rules, selfchecks
from marketplace.jobs.disputes import ANSWER_WITHIN, DISPUTE, DisputeReason, DisputeStatus, Stake, at_stake, split
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import IllegalMove, InvalidInput, NotFound
from marketplace.kernel.money import Money, smallest_step, total
from marketplace.payments import commands as payments
from marketplace.payments import queries as money
from marketplace.payments.rules import (
    AccountKind,
    HoldStatus,
    PaymentUnderWay,
    PayoutMethod,
    PayoutStatus,
    RefundCause,
    Terms,
)
from marketplace.support_requests.rules import CONFIRM_AFTER, Status
from providers.profiles.models import Provider
from tests.factories import DAY, HOUR, NOON
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_category, make_rates
from tests.factories.jobs import DISPUTED_CARD, Life, Market, booked, choose, make_market, make_partner, taken
from tests.factories.matching import make_dispute, make_job
from tests.factories.profiles import make_provider
from tests.plugins.racing import CROWD


@pytest.fixture
def staff_id(market):
    """One who decides."""
    with transaction() as session:
        return make_staff(session, "support").id


@pytest.fixture
def life(market, add_partner):
    """A job for 49 EUR, on which a partner is at work; the vendor keeps 20 %."""
    return taken(market, add_partner(price_minor=4900, commission_percent=20))


@pytest.fixture
def solved(life):
    """The same, with a solution that waits to be confirmed."""
    life.resolve()
    return life


@pytest.fixture
def answered(solved):
    """The same, disputed and answered."""
    solved.dispute()
    solved.answer_dispute()
    return solved


def payable(life):
    return booked(AccountKind.PARTNER_PAYABLE, life.request.provider_id, life.request.currency)


# What is said


def test_what_is_disputed_is_not_confirmed_by_silence(solved):
    solved.dispute()
    assert solved.request.status is Status.DISPUTED
    effects.confirm_overdue(NOON + 30 * DAY)
    assert solved.request.status is Status.DISPUTED
    [said] = solved.disputes
    assert (said.status, said.reason, said.asked) == (
        DisputeStatus.OPEN,
        DisputeReason.NOT_SOLVED,
        Money(2000, "EUR"),
    )
    assert said.answer_by == NOON + ANSWER_WITHIN


def test_what_both_say_stands_in_the_thread(answered):
    thread = queries.view_request(
        reading(), answered.reference, person_id=answered.market.customer_id, is_staff=False
    ).thread
    assert [(one.side, one.body) for one in thread] == [
        ("customer", "It broke again the next day."),
        ("provider", "It was another disk."),
    ]


@pytest.mark.parametrize("status", sorted({*Status} - {Status.IN_PROGRESS, Status.RESOLVED}))
def test_only_what_is_worked_on_or_solved_is_disputed(life, status):
    with transaction() as session:
        queries.job_of(session, life.id).support_request.status = status
    with pytest.raises(IllegalMove):
        life.dispute()
    with transaction() as session:
        queries.job_of(session, life.id).support_request.status = Status.IN_PROGRESS


def test_while_it_is_disputed_nothing_else_moves_it(answered):
    customer_id = answered.market.customer_id
    moves = [
        answered.confirm,
        answered.resolve,
        answered.dispute,
        answered.propose,
        lambda: reopen(answered),
        lambda: cancel(answered, customer_id),
        lambda: give_back(answered),
    ]
    for perform in moves:
        with pytest.raises(IllegalMove):
            perform()
    assert answered.request.status is Status.DISPUTED


def reopen(life):
    with transaction() as session:
        commands.reopen(session, life.reference, customer_id=life.market.customer_id, reason="Again.", now=life.now)


def cancel(life, customer_id):
    with transaction() as session:
        commands.cancel(session, life.reference, customer_id=customer_id, reason="No.", now=life.now)


def give_back(life):
    with transaction() as session:
        commands.give_back(session, life.reference, member=life.member(session), reason="No.", now=life.now)


@pytest.mark.parametrize(
    ("minor", "currency"), [(0, "EUR"), (-100, "EUR"), (4901, "EUR"), (1000, "USD"), (10**12, "EUR")]
)
def test_what_is_asked_for_is_a_part_of_what_was_paid(solved, minor, currency):
    with pytest.raises(InvalidInput) as refusal:
        solved.dispute(minor, currency=currency)
    assert list(refusal.value.fields) == ["asked"]
    assert solved.request.status is Status.RESOLVED


def test_nobody_disputes_the_request_of_another(solved, staff_id):
    complaint = disputes.Complaint(DisputeReason.OTHER, "Mine.", Money(100, "EUR"))
    with pytest.raises(NotFound), transaction() as session:
        commands.dispute(session, solved.reference, customer_id=staff_id, complaint=complaint, now=NOON)


def test_what_is_being_taken_is_waited_for(market, add_partner):
    life = Life(market)
    life.submit(choose(add_partner()))
    life.pay()
    life.say_yes()
    with pytest.raises(PaymentUnderWay):
        life.dispute()
    life.work()
    life.dispute()


def test_what_costs_nothing_is_not_disputed(market):
    with transaction() as session:
        make_provider(session, is_vendor_desk=True, commission_percent=0)
        category = make_category(session, is_defect=True)
        desk_market = Market(market.customer_id, category.id, category.niche_id)
    life = Life(desk_market)
    life.submit(choose(None))
    life.accept()
    with pytest.raises(rules.FreeOfCharge):
        life.dispute()


def test_a_dispute_ends_proposals_that_wait(life):
    life.propose()
    life.approve()
    life.dispute()
    assert life.hold_of(2).status is HoldStatus.RELEASED


def test_the_partner_answers_once(answered):
    with pytest.raises(IllegalMove):
        answered.answer_dispute()


def test_only_the_partner_of_the_job_answers_and_concedes(solved, add_partner):
    solved.dispute()
    stranger_id = add_partner()
    member = reading().get_one(Provider, stranger_id).members[0]
    with pytest.raises(NotFound), transaction() as session:
        commands.answer_dispute(session, solved.reference, member=member, answer="Me.", now=NOON)
    with pytest.raises(NotFound), transaction() as session:
        commands.concede_dispute(session, solved.reference, member=member, everything=True, now=NOON)


# Taken back


def test_taking_it_back_lets_the_clock_go_on_where_it_stood(solved):
    solved.now = NOON + 10 * HOUR
    solved.dispute()
    solved.now = NOON + 5 * DAY
    solved.withdraw_dispute()
    assert solved.request.status is Status.RESOLVED
    stood_still = 5 * DAY - 10 * HOUR
    effects.confirm_overdue(NOON + CONFIRM_AFTER + stood_still - HOUR)
    assert solved.request.status is Status.RESOLVED
    effects.confirm_overdue(NOON + CONFIRM_AFTER + stood_still)
    assert solved.request.status is Status.CLOSED


def test_taking_it_back_before_the_solution_lets_work_go_on(life):
    life.dispute()
    life.withdraw_dispute()
    assert life.request.status is Status.IN_PROGRESS
    life.resolve()
    life.dispute()
    assert [one.status for one in life.disputes] == [DisputeStatus.WITHDRAWN, DisputeStatus.OPEN]


# Given way


@pytest.mark.parametrize(("everything", "back"), [(False, 2000), (True, 4900)])
def test_the_partner_may_give_way_without_anybody_of_the_staff(solved, everything, back):
    solved.dispute()
    solved.concede_dispute(everything=everything)
    assert solved.request.status is Status.CLOSED
    [ended] = solved.disputes
    assert (ended.status, ended.back.minor, ended.stake_minor) == (DisputeStatus.CONCEDED, back, 4900)
    assert solved.hold.kept.minor == 4900 - back
    assert booked(AccountKind.COMMISSION) == (4900 - back) // 5
    assert booked(AccountKind.CUSTOMER_HELD, solved.id) == 0


# Decided


@pytest.mark.parametrize("back", [0, 1, 2000, 4899, 4900])
def test_what_is_decided_is_what_was_shown(answered, staff_id, back):
    stakes = queries.stakes(reading(), queries.job_of(reading(), answered.id))
    shown = split(stakes, Money(back, "EUR"), Terms(20))
    answered.decide_dispute(back, by=staff_id)
    assert answered.request.status is Status.CLOSED
    assert payable(answered) == shown.shares.payee.minor
    assert booked(AccountKind.COMMISSION) == shown.shares.commission.minor
    assert booked(AccountKind.CUSTOMER_HELD, answered.id) == 0
    assert answered.hold.refunded_minor == back
    assert shown.customer + shown.shares.payee + shown.shares.commission == Money(4900, "EUR")


def test_what_the_partner_reads_is_what_it_has(answered, staff_id):
    def earned():
        job = queries.job_of(reading(), answered.id)
        return queries.earned(reading(), {answered.id: job})[answered.id].minor

    assert earned() == 3920
    answered.decide_dispute(2000, by=staff_id)
    assert earned() == payable(answered) == 2320


def test_all_parts_are_split_the_latest_first(life, staff_id):
    life.propose(3000)
    life.approve()
    life.pay(part=2)
    life.dispute(5000)
    life.answer_dispute()
    life.decide_dispute(4000, by=staff_id)
    assert [life.hold_of(part).kept.minor for part in (1, 2)] == [3900, 0]
    assert life.hold_of(2).status is HoldStatus.REFUNDED
    assert payable(life) == 3120


def test_a_fully_refunded_part_is_refunded_and_the_note_says_why(answered, staff_id):
    answered.decide_dispute(4900, by=staff_id)
    [refund] = money.refunds_of(reading(), [answered.hold.id])
    assert (refund.cause, refund.note) == (RefundCause.SETTLED, "Both are a little right.")
    assert answered.hold.status is HoldStatus.REFUNDED


def test_what_was_shared_before_a_reopening_is_split_too_and_not_paid_meanwhile(solved, staff_id):
    solved.confirm()
    reopen(solved)
    solved.dispute()
    [payout] = money.payouts_of(reading(), solved.request.provider_id)
    assert payout.status is PayoutStatus.FROZEN
    solved.answer_dispute()
    solved.decide_dispute(1000, by=staff_id)
    [payout] = money.payouts_of(reading(), solved.request.provider_id)
    assert (payout.status, payout.amount.minor, payout.method) == (PayoutStatus.DUE, 3120, PayoutMethod.BY_HAND)
    assert booked(AccountKind.COMMISSION) == 780


def test_nobody_decides_before_the_partner_was_heard_or_had_the_time(solved, staff_id):
    solved.dispute()
    solved.now = NOON + ANSWER_WITHIN - HOUR
    with pytest.raises(disputes.PartnerMayAnswer):
        solved.decide_dispute(1000, by=staff_id)
    solved.now = NOON + ANSWER_WITHIN
    solved.decide_dispute(1000, by=staff_id)
    assert solved.request.status is Status.CLOSED


@pytest.mark.parametrize(("minor", "currency"), [(-1, "EUR"), (4901, "EUR"), (100, "USD")])
def test_no_more_than_is_at_stake_goes_back(answered, staff_id, minor, currency):
    with pytest.raises(InvalidInput) as refusal:
        answered.decide_dispute(minor, by=staff_id, currency=currency)
    assert list(refusal.value.fields) == ["back"]
    assert answered.request.status is Status.DISPUTED


def test_nobody_decides_their_own_case(answered):
    with transaction() as session:
        member_id = answered.member(session).person_id
    for person_id in (answered.market.customer_id, member_id):
        with pytest.raises(disputes.OwnCase):
            answered.decide_dispute(1000, by=person_id)


def test_what_was_seen_is_what_is_decided_about(answered, staff_id):
    with pytest.raises(rules.StalePage):
        answered.decide_dispute(1000, by=staff_id, seen=Money(5000, "EUR"))
    answered.decide_dispute(1000, by=staff_id, seen=Money(4900, "EUR"))


def test_what_was_decided_is_closed_for_good(answered, staff_id):
    answered.decide_dispute(1000, by=staff_id)
    with pytest.raises(disputes.DecidedForGood):
        reopen(answered)
    with pytest.raises(IllegalMove):
        answered.decide_dispute(2000, by=staff_id)
    with pytest.raises(IllegalMove):
        answered.withdraw_dispute()
    assert answered.hold.kept.minor == 3900


def test_of_many_who_decide_at_once_one_does(answered, staff_id, at_once):
    def perform():
        with transaction() as session:
            commands.decide_dispute(
                session, answered.reference, back=Money(1000, "EUR"), verdict="So.", by=staff_id, now=NOON
            )
            return "decided"

    outcomes = at_once(*[perform] * CROWD)
    answered.work()
    assert outcomes.count("decided") == 1
    assert answered.hold.refunded_minor == 1000


def test_of_a_decision_and_a_withdrawal_at_once_one_counts(answered, staff_id, at_once):
    turns = iter(range(100))

    def perform():
        with transaction() as session:
            if next(turns) % 2:
                commands.withdraw_dispute(
                    session, answered.reference, customer_id=answered.market.customer_id, now=NOON
                )
            else:
                commands.decide_dispute(
                    session, answered.reference, back=Money(1000, "EUR"), verdict="So.", by=staff_id, now=NOON
                )
            return "done"

    assert at_once(*[perform] * CROWD).count("done") == 1
    answered.work()


# The customer's bank


def test_a_bank_decides_first(market, add_partner, staff_id, sandbox):
    life = taken(market, add_partner(price_minor=4900, commission_percent=20), card=DISPUTED_CARD)
    life.dispute()
    life.answer_dispute()
    life.hear_of_chargeback(sandbox)
    with pytest.raises(disputes.BankDecidesFirst):
        life.decide_dispute(1000, by=staff_id)
    with pytest.raises(disputes.BankDecidesFirst):
        life.concede_dispute()
    life.lose_chargeback(sandbox)
    assert not at_stake(queries.stakes(reading(), queries.job_of(reading(), life.id)), "EUR")
    with pytest.raises(InvalidInput):
        life.decide_dispute(1000, by=staff_id)
    life.decide_dispute(0, by=staff_id)
    assert life.request.status is Status.CLOSED
    assert payable(life) == 0


def test_what_a_bank_has_taken_back_is_not_disputed(market, add_partner, sandbox):
    life = taken(market, add_partner(), card=DISPUTED_CARD)
    life.hear_of_chargeback(sandbox)
    life.lose_chargeback(sandbox)
    with pytest.raises(disputes.NothingAtStake):
        life.dispute(100)


# Other currencies, and time


@pytest.mark.parametrize("currency", ["ISK", "KWD", "JPY"])
def test_every_currency_is_split_exactly(market, add_partner, staff_id, currency):
    with transaction() as session:
        make_rates(session, **{currency: 150_000_000})
    step = smallest_step(currency)
    sells = {"currency": currency}
    partner_id = add_partner(price_minor=4999 * step, sells=sells, currency=currency, commission_percent=15)
    life = taken(market, partner_id, currency=currency)
    life.dispute(1000 * step)
    life.answer_dispute()
    if step > 1:
        with pytest.raises(InvalidInput):
            life.decide_dispute(step + 1, by=staff_id)
    shown = split(queries.stakes(reading(), queries.job_of(reading(), life.id)), Money(777 * step, currency), Terms(15))
    life.decide_dispute(777 * step, by=staff_id)
    assert payable(life) == shown.shares.payee.minor
    assert payable(life) % step == 0
    assert booked(AccountKind.COMMISSION, currency=currency) == shown.shares.commission.minor


def test_of_time_only_what_was_worked_is_at_stake(app, sandbox):
    with transaction() as session:
        market = make_market(session, service_kind=ServiceKind.HOURLY)
        sells = {"kind": ServiceKind.HOURLY, "cap_minutes": 180}
        partner_id = make_partner(session, market, price_minor=6000, sells=sells, commission_percent=20).id
        staff_id = make_staff(session, "support").id
    life = taken(market, partner_id)
    write_time(life, 60)
    with pytest.raises(InvalidInput):
        life.dispute(6001)
    life.dispute(6000)
    for minutes in (30, -30):
        with pytest.raises(IllegalMove):
            write_time(life, minutes)
    life.answer_dispute()
    life.decide_dispute(1000, by=staff_id)
    assert life.hold.kept.minor == 5000
    assert payable(life) == 4000
    causes = {one.cause: one.amount.minor for one in money.refunds_of(reading(), [life.hold.id])}
    assert causes == {RefundCause.SETTLED: 1000, RefundCause.UNUSED: 12000}


def write_time(life, minutes):
    with transaction() as session:
        commands.write_time(
            session, life.reference, member=life.member(session), minutes=minutes, note="Read logs.", now=life.now
        )


def test_goodwill_before_lowers_what_is_at_stake(solved, staff_id):
    with transaction() as session:
        payments.refund(
            session, solved.hold.id, amount=Money(900, "EUR"), cause=RefundCause.GOODWILL, by=staff_id, now=NOON
        )
    solved.work()
    with pytest.raises(InvalidInput):
        solved.dispute(4001)
    solved.dispute(4000)
    solved.answer_dispute()
    solved.decide_dispute(1000, by=staff_id)
    assert solved.hold.kept.minor == 3000
    assert payable(solved) == 2400


# The rules


amounts = st.integers(0, 10_000)


@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=4), st.data(), st.integers(0, 100))
def test_a_split_adds_up_to_all_that_is_kept(parts, data, percent):
    stakes = [
        Stake(number, Money(due + unused, "EUR"), Money(due, "EUR"), Money(borne, "EUR"))
        for number, (due, unused, borne) in enumerate(parts)
    ]
    stake = at_stake(stakes, "EUR")
    back = Money(data.draw(st.integers(0, stake.minor)), "EUR")
    found = split(stakes, back, Terms(percent, 1900, 1900))
    kept = total((one.kept for one in stakes), "EUR")
    assert found.customer + found.shares.payee + found.shares.vendor + found.shares.all_tax == kept


def test_every_dispute_comes_to_an_end():
    ended = set(DisputeStatus) - disputes.OPEN_DISPUTES
    for state, _action, after in DISPUTE:
        assert state in disputes.OPEN_DISPUTES
        assert after in ended | {DisputeStatus.ANSWERED}


# What must always hold


def test_the_database_refuses_a_second_open_dispute(session):
    job = make_job(session)
    make_dispute(session, job=job, status=DisputeStatus.WITHDRAWN, ended_at=NOON)
    make_dispute(session, job=job, status=DisputeStatus.ANSWERED, answer="Yes.", answered_at=NOON)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_dispute(session, job=job)


@pytest.mark.parametrize(
    "facts",
    [
        {"asked_minor": 0},
        {"status": DisputeStatus.ANSWERED},
        {"ended_at": NOON},
        {"status": DisputeStatus.CONCEDED, "ended_at": NOON},
        {"status": DisputeStatus.CONCEDED, "ended_at": NOON, "back_minor": 2, "stake_minor": 1},
        {"status": DisputeStatus.DECIDED, "ended_at": NOON, "back_minor": 1, "stake_minor": 1},
    ],
)
def test_the_database_refuses_half_a_dispute(session, facts):
    job = make_job(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_dispute(session, job=job, **facts)


def test_the_self_checks_know_disputes(session):
    job = make_job(session)
    assert selfchecks.disputed_requests_without_one_dispute(session) == []
    made = make_dispute(session, job=job)
    assert len(selfchecks.disputed_requests_without_one_dispute(session)) == 1
    job.support_request.status = Status.DISPUTED
    assert selfchecks.disputed_requests_without_one_dispute(session) == []
    made.status, made.ended_at, made.back_minor, made.stake_minor = DisputeStatus.CONCEDED, NOON, 100, 4900
    session.flush()
    assert len(selfchecks.disputed_requests_without_one_dispute(session)) == 1
    assert len(selfchecks.disputes_that_do_not_add_up(session)) == 1
