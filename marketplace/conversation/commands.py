"""What can be done in a thread: write, promise an update, and note what became of promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.conversation import queries
from marketplace.conversation.models import Message, MessageFile, Promise
from marketplace.conversation.rules import PromiseState, Side, may_promise, promise_state
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.events import announce
from marketplace.kernel.storage import StoredFile
from marketplace.kernel.translate import _
from marketplace.support_requests import queries as support_requests
from providers.profiles import commands as profiles
from providers.profiles.models import Member


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """There is something new to read in a thread."""

    message_id: int
    request_id: int
    side: Side
    at: datetime


@dataclass(frozen=True, slots=True)
class PromiseMissed:
    """A provider said that there would be news by now, and there are none."""

    promise_id: int
    request_id: int
    at: datetime


def write(  # noqa: PLR0913 - the facts of a message
    session: Session,
    request_id: int,
    *,
    author_id: int | None,
    side: Side,
    body: str,
    files: Sequence[StoredFile] = (),
    next_update_at: datetime | None = None,
    member_id: int | None = None,
    tells: bool = True,
    now: datetime,
) -> Message:
    """Say something in a thread. News from the provider keep the promise that runs, and may promise the next.

    Args:
        session: the transaction.
        request_id: whose thread it is; the request's `version` grows.
        author_id: who writes; None for the house.
        side: on whose behalf.
        body: the text; empty paragraphs separate its parts.
        files: saved already, and not part of another message.
        next_update_at: by when the provider promises to write again.
        member_id: through whom a provider speaks, or the vendor's own desk.
        tells: announce it; not if what the caller announces says the same.
        now: the present moment.

    Raises:
        InvalidInput: the promise is too soon or too late; names `next_update_minutes`.
    """
    assert (side is Side.HOUSE) == (author_id is None), "only the house has no author"
    assert side is not Side.PROVIDER or member_id is not None, "a provider speaks through a member"
    assert next_update_at is None or member_id is not None, "only members promise"
    support_requests.lock_request(session, request_id).version += 1
    if member_id is not None:
        bring_news(session, request_id, now=now)
    message = Message(request_id=request_id, author_id=author_id, side=side, body=body, at=now)
    session.add(message)
    session.flush()  # Its files and the event need its id.
    session.add_all(MessageFile(message_id=message.id, file_id=file.id) for file in files)
    if member_id is not None and next_update_at is not None:
        _promise(session, request_id, member_id, next_update_at, now, message_id=message.id)
    if tells:
        announce(session, MessageWritten(message.id, request_id, side, now))
    return message


def promise(session: Session, request_id: int, *, member_id: int, due_at: datetime, now: datetime) -> Promise:
    """Promise news by a moment, instead of an earlier promise; one that was missed stays missed.

    Raises:
        InvalidInput: the promise is too soon or too late; names `next_update_minutes`.
    """
    support_requests.lock_request(session, request_id).version += 1
    end_promises(session, request_id, now=now)
    return _promise(session, request_id, member_id, due_at, now, message_id=None)


def bring_news(session: Session, request_id: int, *, now: datetime) -> None:
    """Keep the promise that runs, by a message or by a solution; news that come too late end the wait, no more."""
    awaited = queries.running_promise(session, request_id)
    if awaited is None:
        return
    _note_if_overdue(session, awaited, now)
    if awaited.missed_at is not None:
        awaited.ended_at = now
    else:
        awaited.kept_at = now
        profiles.count_promise(session, _provider_id(session, awaited.member_id), kept=True)


def end_promises(session: Session, request_id: int, *, now: datetime) -> None:
    """End what is waited for; a promise that is not due yet is neither kept nor missed."""
    awaited = queries.running_promise(session, request_id)
    if awaited is not None:
        _note_if_overdue(session, awaited, now)
        awaited.ended_at = now


def miss_overdue(session: Session, request_id: int, *, now: datetime) -> None:
    """Note that what was promised about a request was not kept, count it, and tell; nothing if it was kept by now."""
    support_request = support_requests.lock_request(session, request_id)
    awaited = queries.running_promise(session, request_id)
    if awaited is not None and _note_if_overdue(session, awaited, now):
        support_request.version += 1
        announce(session, PromiseMissed(awaited.id, request_id, now))


def _note_if_overdue(session: Session, promise: Promise, now: datetime) -> bool:
    if promise_state(promise, now) is not PromiseState.MISSED or promise.missed_at is not None:
        return False
    promise.missed_at = now
    profiles.count_promise(session, _provider_id(session, promise.member_id), kept=False)
    return True


def _promise(
    session: Session, request_id: int, member_id: int, due_at: datetime, now: datetime, *, message_id: int | None
) -> Promise:
    if not may_promise(due_at, now):
        raise InvalidInput({"next_update_minutes": [_("Promise news between 5 minutes and 14 days from now.")]})
    session.flush()  # One promise at a time: the last one must be over in the database too.
    made = Promise(request_id=request_id, member_id=member_id, message_id=message_id, made_at=now, due_at=due_at)
    session.add(made)
    session.flush()  # The caller needs its id.
    return made


def _provider_id(session: Session, member_id: int) -> int:
    return session.get_one(Member, member_id).provider_id
