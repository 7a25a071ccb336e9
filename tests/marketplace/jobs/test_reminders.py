"""Reminders, each once and in time; and the end of a search for quotes in which nobody is left."""

from datetime import timedelta

import pytest

from marketplace.jobs import commands, effects, queries, stages
from marketplace.jobs.rules import QUOTES_SEARCH, quotes_search_ends_at, remind_of_quote_at
from marketplace.kernel import mail
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.outbox import OutboxMessage
from marketplace.kernel.translate import use_reader
from marketplace.matching.rules import OfferStatus
from marketplace.support_requests.rules import Status
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.accounts import make_staff
from tests.factories.jobs import FOR_QUOTES, Life, make_partner, taken


@pytest.fixture
def partner_id(market):
    with transaction() as session:
        return make_partner(session, market, name="Bo Helps").id


@pytest.fixture
def life(market, partner_id):
    """A request for quotes that one partner was asked for."""
    life = Life(market)
    life.submit(FOR_QUOTES)
    return life


@pytest.fixture
def letters():
    """Give a function that tells the subjects of the letters owed since it was asked last."""
    seen = set()

    def told():
        reading().rollback()
        owed = reading().query(OutboxMessage).filter_by(kind=mail.KIND).order_by(OutboxMessage.id)
        new = [one for one in owed if one.id not in seen]
        seen.update(one.id for one in new)
        return [(one.payload["to"], one.payload["subject"]) for one in new]

    return told


def subjects(told):
    return [subject for _to, subject in told]


@pytest.mark.parametrize(
    ("valid_for", "ahead"), [(14 * DAY, DAY), (4 * DAY, DAY), (2 * DAY, 12 * HOUR), (HOUR, 15 * MINUTE)]
)
def test_a_customer_is_reminded_a_day_ahead_or_when_a_quarter_of_the_time_is_left(valid_for, ahead):
    assert remind_of_quote_at(NOON, NOON + valid_for) == NOON + valid_for - ahead


def test_a_quote_that_runs_out_is_told_of_once(life, partner_id, letters):
    life.quote(partner_id, valid_for=2 * DAY)
    letters()
    effects.remind(NOON + 36 * HOUR - MINUTE)
    assert letters() == []
    for _round in range(2):
        effects.remind(NOON + 36 * HOUR)
    [letter] = letters()
    assert letter[1] == "Choose soon: Uploads stop at 99 %"
    assert queries.quotes_to_remind_of(reading(), NOON + 36 * HOUR) == []


def test_a_quote_that_is_revised_is_told_of_again(life, partner_id, letters):
    life.quote(partner_id, valid_for=2 * DAY)
    effects.remind(NOON + 40 * HOUR)
    life.now = NOON + 41 * HOUR
    life.quote(partner_id, 4000, valid_for=2 * DAY)
    letters()
    effects.remind(NOON + 41 * HOUR + 40 * HOUR)
    assert subjects(letters()) == ["Choose soon: Uploads stop at 99 %"]


@pytest.mark.parametrize("after", [2 * DAY, 3 * DAY])
def test_of_what_has_run_out_nobody_is_reminded(life, partner_id, letters, after):
    life.quote(partner_id, valid_for=2 * DAY)
    letters()
    effects.remind(NOON + after)
    assert letters() == []


def test_who_is_about_to_pay_is_not_told_to_choose(life, partner_id, letters):
    life.choose(life.quote(partner_id, valid_for=2 * DAY))
    letters()
    effects.remind(NOON + 40 * HOUR)
    with transaction() as session:
        commands.remind_of_quotes(session, life.id, now=NOON + 40 * HOUR)
    assert letters() == []


# Disputes


@pytest.fixture
def disputed(market, partner_id, sandbox):
    """A request whose customer wants money back; somebody of the staff decides."""
    with transaction() as session:
        make_staff(session, "support", email="staff@example.test")
    life = taken(market, partner_id)
    with transaction() as session:
        person = life.member(session).person
        person.email, person.password_hash = "bo@example.test", "known"
    life.dispute()
    return life


def test_the_partner_is_reminded_a_day_ahead_and_all_are_told_when_time_is_over(disputed, letters):
    letters()
    effects.remind(NOON + 2 * DAY - MINUTE)
    assert letters() == []
    for _round in range(2):
        effects.remind(NOON + 2 * DAY)
    assert letters() == [("bo@example.test", "Please answer by tomorrow: Uploads stop at 99 %")]
    for _round in range(2):
        effects.remind(NOON + 3 * DAY)
    assert letters() == [
        ("bo@example.test", "Your time to answer is over: Uploads stop at 99 %"),
        ("staff@example.test", "Please decide: Uploads stop at 99 %"),
    ]


def test_who_has_answered_or_made_peace_is_not_reminded(disputed, letters):
    disputed.answer_dispute()
    letters()
    effects.remind(NOON + 3 * DAY)
    with transaction() as session:
        commands.remind_of_answer(session, disputed.id, now=NOON + 3 * DAY)
    disputed.withdraw_dispute()
    letters()
    with transaction() as session:
        commands.remind_of_answer(session, disputed.id, now=NOON + 3 * DAY)
    assert letters() == []


def test_nobody_is_reminded_too_early(disputed, letters):
    letters()
    with transaction() as session:
        commands.remind_of_answer(session, disputed.id, now=NOON + DAY)
    assert letters() == []


# The end of a search for quotes


def expire(life, now):
    """Let the partner's time to answer pass: nobody is left to ask."""
    life.now = now
    with transaction() as session:
        commands.expire_offer(session, life.id, now=now)
    assert life.request.status is Status.UNMATCHED


def end_searches(now):
    effects.end_overdue_searches(now)


def test_a_search_for_quotes_ends_a_week_after_its_last_news(life, letters):
    expire(life, NOON + 8 * HOUR)
    letters()
    end_searches(NOON + 8 * HOUR + QUOTES_SEARCH - MINUTE)
    assert life.request.status is Status.UNMATCHED
    end_searches(NOON + 8 * HOUR + QUOTES_SEARCH)
    assert (life.request.status, life.request.cancel_reason) == (Status.CANCELLED, "nobody_in_time")
    assert subjects(letters()) == ["Ended: Uploads stop at 99 %"]


def test_a_search_in_which_quotes_stand_or_are_awaited_goes_on(life, partner_id):
    end_searches(NOON + 2 * QUOTES_SEARCH)
    assert life.request.status is Status.MATCHING
    life.quote(partner_id, valid_for=14 * DAY)
    end_searches(NOON + 2 * QUOTES_SEARCH)
    assert life.asked(OfferStatus.QUOTED)
    assert life.request.status is Status.MATCHING


def test_whoever_asks_more_at_that_moment_goes_on(market, life):
    expire(life, NOON + 8 * HOUR)
    later = NOON + 2 * QUOTES_SEARCH
    with transaction() as session:
        make_partner(session, market, name="Eva Helps")
    assert life.id in queries.overdue_searches(reading(), later)
    with transaction() as session:
        commands.ask_more(session, life.reference, customer_id=market.customer_id, now=later)
    with transaction() as session:
        commands.end_search(session, life.id, now=later)
    assert life.request.status is Status.MATCHING


def test_the_customer_reads_until_when_the_search_goes_on(market, life):
    expire(life, NOON + 8 * HOUR)
    reading().rollback()
    view = queries.view_request(reading(), life.reference, person_id=market.customer_id, is_staff=False)
    with use_reader("en", "UTC"):
        stage = stages.stage_of(view, NOON + DAY)
    assert "We keep looking until" in stage.text
    assert "17" in stage.text, "the 10th of March and a week"


def test_news_of_any_kind_begin_the_week_anew():
    assert quotes_search_ends_at(NOON, []) == NOON + QUOTES_SEARCH
    assert quotes_search_ends_at(NOON, [None, NOON + HOUR]) == NOON + HOUR + QUOTES_SEARCH
    assert timedelta(days=7) == QUOTES_SEARCH
