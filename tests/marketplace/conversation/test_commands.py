"""Writing in a thread, and what becomes of promises."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.conversation import commands, queries
from marketplace.conversation.commands import MessageWritten, PromiseMissed
from marketplace.conversation.models import Promise
from marketplace.conversation.rules import MAX_PROMISE, Side
from marketplace.kernel.errors import InvalidInput, NotFound
from tests.factories import DAY, HOUR, MINUTE, NOON
from tests.factories.conversation import make_message, make_promise
from tests.factories.profiles import make_provider
from tests.factories.support_requests import make_request

pytestmark = pytest.mark.usefixtures("announced")


@pytest.fixture
def provider(session):
    return make_provider(session)


@pytest.fixture
def job(session, provider):
    return make_request(session, provider=provider)


def answer(session, job, *, now=NOON, **overrides):
    member = job.provider.members[0]
    facts = {
        "author_id": member.person_id,
        "member_id": member.id,
        "side": Side.PROVIDER,
        "body": "Found it.",
        **overrides,
    }
    return commands.write(session, job.id, now=now, **facts)


def ask(session, job, *, now=NOON):
    return commands.write(session, job.id, author_id=job.customer_id, side=Side.CUSTOMER, body="Any news?", now=now)


def figures(provider):
    return (provider.promises_kept, provider.promises_due)


def test_a_message_is_announced_and_makes_the_page_new(session, job, announced):
    before = job.version
    message = ask(session, job)
    assert announced == [MessageWritten(message.id, job.id, Side.CUSTOMER, NOON)]
    assert job.version == before + 1


def test_the_house_notes_without_an_author(session, job):
    noted = commands.write(session, job.id, author_id=None, side=Side.HOUSE, body="The request was reopened.", now=NOON)
    assert noted.author_id is None


def test_a_message_about_nothing_is_not_found(session, job):
    with pytest.raises(NotFound):
        commands.write(session, 10**6, author_id=job.customer_id, side=Side.CUSTOMER, body="Hello", now=NOON)


def test_an_answer_promises_the_next(session, job):
    message = answer(session, job, next_update_at=NOON + HOUR)
    promise = queries.running_promise(session, job.id)
    assert (promise.due_at, promise.made_at, promise.message_id) == (NOON + HOUR, NOON, message.id)


def test_an_answer_keeps_the_promise_that_runs(session, job, provider):
    promise = make_promise(session, support_request=job)
    answer(session, job, now=NOON + 59 * MINUTE)
    assert promise.kept_at == NOON + 59 * MINUTE
    assert queries.running_promise(session, job.id) is None
    assert figures(provider) == (1, 1)


def test_an_answer_that_comes_too_late_keeps_nothing(session, job, provider, announced):
    """The clock has not looked yet; the answer finds out by itself, and there is no reminder for what has come."""
    promise = make_promise(session, support_request=job)
    answer(session, job, now=NOON + HOUR)
    assert (promise.kept_at, promise.missed_at, promise.ended_at) == (None, NOON + HOUR, NOON + HOUR)
    assert figures(provider) == (0, 1)
    assert [type(event) for event in announced] == [MessageWritten]


def test_a_customers_message_keeps_no_promise(session, job, provider):
    make_promise(session, support_request=job)
    ask(session, job, now=NOON + MINUTE)
    assert queries.running_promise(session, job.id).kept_at is None
    assert figures(provider) == (0, 0)


def test_each_answer_counts_its_own_promise(session, job, provider):
    answer(session, job, now=NOON, next_update_at=NOON + HOUR)
    answer(session, job, now=NOON + 30 * MINUTE, next_update_at=NOON + 2 * HOUR)
    answer(session, job, now=NOON + 3 * HOUR)
    assert figures(provider) == (1, 2)


@pytest.mark.parametrize("ahead", [MINUTE, MAX_PROMISE + MINUTE])
def test_a_promise_out_of_range_names_its_field(session, job, ahead):
    with pytest.raises(InvalidInput) as refused:
        answer(session, job, next_update_at=NOON + ahead)
    assert list(refused.value.fields) == ["next_update_minutes"]


def test_another_time_takes_the_place_of_a_promise(session, job, provider):
    """It is neither kept nor missed: the customer was told before it was due."""
    first = make_promise(session, support_request=job)
    member_id = provider.members[0].id
    second = commands.promise(session, job.id, member_id=member_id, due_at=NOON + DAY, now=NOON + MINUTE)
    assert first.ended_at == NOON + MINUTE
    assert queries.running_promise(session, job.id) == second
    assert figures(provider) == (0, 0)


def test_another_time_does_not_undo_a_miss(session, job, provider):
    first = make_promise(session, support_request=job)
    member_id = provider.members[0].id
    commands.promise(session, job.id, member_id=member_id, due_at=NOON + DAY, now=NOON + 2 * HOUR)
    assert first.missed_at == NOON + 2 * HOUR
    assert figures(provider) == (0, 1)


def test_when_a_request_ends_so_does_its_promise(session, job, provider):
    promise = make_promise(session, support_request=job)
    commands.end_promises(session, job.id, now=NOON + MINUTE)
    assert (promise.ended_at, promise.kept_at, promise.missed_at) == (NOON + MINUTE, None, None)
    assert figures(provider) == (0, 0)


def test_a_solution_is_news_as_well(session, job, provider):
    promise = make_promise(session, support_request=job)
    commands.bring_news(session, job.id, now=NOON + MINUTE)
    assert promise.kept_at == NOON + MINUTE
    assert figures(provider) == (1, 1)


def test_without_a_promise_nothing_ends_and_nothing_is_kept(session, job, provider):
    commands.end_promises(session, job.id, now=NOON)
    commands.bring_news(session, job.id, now=NOON)
    assert figures(provider) == (0, 0)


def test_the_clock_notes_what_was_missed_once(session, job, provider, announced):
    promise = make_promise(session, support_request=job)
    before = job.version
    commands.miss_overdue(session, job.id, now=NOON + HOUR)
    commands.miss_overdue(session, job.id, now=NOON + 2 * HOUR)
    assert promise.missed_at == NOON + HOUR
    assert announced == [PromiseMissed(promise.id, job.id, NOON + HOUR)]
    assert figures(provider) == (0, 1)
    assert job.version == before + 1


def test_the_clock_leaves_alone_what_is_not_due(session, job, announced):
    make_promise(session, support_request=job)
    commands.miss_overdue(session, job.id, now=NOON + 59 * MINUTE)
    assert announced == []


def test_the_clock_looks_again_once_it_holds_the_request(session, job, provider, announced):
    """Somebody may have written between the first look and the lock."""
    promise = make_promise(session, support_request=job)
    answer(session, job, now=NOON + 59 * MINUTE)
    commands.miss_overdue(session, job.id, now=NOON + HOUR)
    assert (promise.kept_at, promise.missed_at) == (NOON + 59 * MINUTE, None)
    assert [type(event) for event in announced] == [MessageWritten]
    assert figures(provider) == (1, 1)


def test_a_missed_promise_is_waited_for_until_there_is_news(session, job):
    missed = make_promise(session, support_request=job)
    commands.miss_overdue(session, job.id, now=NOON + HOUR)
    assert queries.running_promise(session, job.id) == missed
    answer(session, job, now=NOON + 2 * HOUR)
    assert queries.running_promise(session, job.id) is None


def test_a_request_has_one_promise_at_a_time(session, job):
    make_promise(session, support_request=job)
    with pytest.raises(IntegrityError), session.begin_nested():
        make_promise(session, support_request=job)


def test_a_promise_is_not_both_kept_and_missed(session, job):
    with pytest.raises(IntegrityError), session.begin_nested():
        make_promise(session, support_request=job, kept_at=NOON, missed_at=NOON)


def test_only_the_house_has_no_author(session, job):
    with pytest.raises(IntegrityError), session.begin_nested():
        make_message(session, support_request=job, author_id=None)


def test_the_vendors_desk_promises_as_partners_do(session, provider, job):
    answer(session, job, side=Side.VENDOR, next_update_at=NOON + HOUR)
    assert session.scalars(select(Promise.member_id)).all() == [provider.members[0].id]
