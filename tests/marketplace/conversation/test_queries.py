"""Reading threads, promises and files."""

import pytest
from sqlalchemy import event

from marketplace.conversation import commands, queries
from marketplace.conversation.effects import miss_promises
from marketplace.conversation.models import MessageFile
from marketplace.conversation.rules import Side
from marketplace.kernel import storage
from marketplace.kernel.database import db, reading, transaction
from marketplace.kernel.errors import NotFound
from marketplace.kernel.storage import Upload
from tests.factories import HOUR, MINUTE, NOON
from tests.factories.conversation import make_message, make_promise
from tests.factories.support_requests import make_request

pytestmark = pytest.mark.usefixtures("announced")


def send_file(session, message):
    stored = storage.save(session, Upload("log.txt", "text/plain", b"one line"), owner_id=message.author_id, now=NOON)
    session.add(MessageFile(message_id=message.id, file_id=stored.id))
    session.flush()
    return stored


def count_statements(work):
    executed = []
    listener = lambda *arguments: executed.append(arguments[2])  # noqa: E731 - it must be removed again
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    return len(executed)


def test_a_thread_is_told_from_its_beginning(session):
    job = make_request(session, status="in_progress")
    said = [make_message(session, support_request=job, body=f"Message {number}", at=NOON) for number in range(3)]
    make_message(session)
    assert queries.thread(session, job.id) == said


def test_a_message_shows_its_promise_and_its_files(session):
    job = make_request(session, status="in_progress")
    message = make_message(session, support_request=job)
    promise = make_promise(session, support_request=job, message_id=message.id)
    stored = send_file(session, message)
    shown = queries.thread(session, job.id)[0]
    assert (shown.promise, shown.files, shown.author) == (promise, [stored], job.customer)


def test_a_long_thread_costs_no_more_statements_than_a_short_one(session):
    short, long = make_request(session), make_request(session)
    for job, length in ((short, 1), (long, 12)):
        for _number in range(length):
            send_file(session, make_message(session, support_request=job))

    def read(job_id):
        session.expire_all()
        for message in queries.thread(session, job_id):
            assert message.files
            assert message.author.name
            assert message.promise is None

    short_id, long_id = short.id, long.id
    assert count_statements(lambda: read(short_id)) == count_statements(lambda: read(long_id))


def test_promises_are_found_for_many_requests_at_once(session):
    promises = [make_promise(session) for _number in range(3)]
    ids = [promise.request_id for promise in promises]
    without = make_request(session).id
    assert queries.promises_of(session, [*ids, without]) == dict(zip(ids, promises, strict=True))


def test_those_who_wait_longest_come_first_among_missed_promises(session):
    late = make_promise(session, due_at=NOON + 2 * HOUR)
    later = make_promise(session, due_at=NOON + HOUR)
    make_promise(session, due_at=NOON + 9 * HOUR)
    overdue = queries.requests_with_overdue_promises(session, NOON + 3 * HOUR)
    assert overdue == [later.request_id, late.request_id]
    for request_id in overdue:
        commands.miss_overdue(session, request_id, now=NOON + 3 * HOUR)
    assert queries.missed_promises(session) == [later, late]


def test_a_file_is_found_in_its_own_thread_only(session):
    message = make_message(session)
    stored = send_file(session, message)
    assert queries.file_of(session, message.request_id, stored.id) == stored
    with pytest.raises(NotFound):
        queries.file_of(session, make_request(session).id, stored.id)


def test_a_file_sent_with_a_message_belongs_to_it(session):
    job = make_request(session, status="in_progress")
    upload = Upload("log.txt", "text/plain", b"one line")
    stored = storage.save(session, upload, owner_id=job.customer_id, now=NOON)
    message = commands.write(
        session, job.id, author_id=job.customer_id, side=Side.CUSTOMER, body="The log", files=[stored], now=NOON
    )
    assert queries.thread(session, job.id) == [message]
    assert message.files == [stored]


def test_the_schedule_may_call_at_any_moment(app):
    with transaction() as session:
        promise_id = make_promise(session).id
    miss_promises(NOON + MINUTE)
    assert queries.promise(reading(), promise_id).missed_at is None
    for _time in range(2):
        miss_promises(NOON + 2 * HOUR)
    assert queries.promise(reading(), promise_id).missed_at == NOON + 2 * HOUR
