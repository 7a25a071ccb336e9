"""Reading threads and promises."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.conversation.models import Message, MessageFile, Promise
from marketplace.kernel.errors import NotFound
from marketplace.kernel.storage import StoredFile
from marketplace.support_requests.models import SupportRequest

_AWAITED = (Promise.kept_at.is_(None), Promise.ended_at.is_(None))


def thread(session: Session, request_id: int) -> list[Message]:
    """List what was said about a request, the oldest first, with authors, files and promises: two statements."""
    said = select(Message).filter_by(request_id=request_id).order_by(Message.id)
    related = (joinedload(Message.author), joinedload(Message.promise), selectinload(Message.files))
    return list(session.scalars(said.options(*related)))


def message(session: Session, message_id: int) -> Message:
    """Find a message with its author; the caller knows that it exists."""
    return session.scalars(select(Message).filter_by(id=message_id).options(joinedload(Message.author))).one()


def running_promise(session: Session, request_id: int) -> Promise | None:
    """Find the promise that the customer waits for: it is running, or it was missed and there is no news yet."""
    return promises_of(session, [request_id]).get(request_id)


def promises_of(session: Session, request_ids: Collection[int]) -> dict[int, Promise]:
    """Find the promises that are waited for, by request; most requests have none."""
    awaited = select(Promise).where(Promise.request_id.in_(request_ids), *_AWAITED)
    return {promise.request_id: promise for promise in session.scalars(awaited)}


def requests_with_overdue_promises(session: Session, now: datetime) -> list[int]:
    """List the requests about which news were promised by now, without anybody's having noted that there are none."""
    running = select(Promise.request_id).where(Promise.missed_at.is_(None), *_AWAITED)
    return list(session.scalars(running.where(Promise.due_at <= now).order_by(Promise.due_at, Promise.id)))


def missed_promises(session: Session) -> list[Promise]:
    """List the promises that were missed and whose customers still have no news, the longest wait first."""
    missed = select(Promise).where(Promise.missed_at.is_not(None), *_AWAITED).order_by(Promise.due_at)
    related = joinedload(Promise.support_request).joinedload(SupportRequest.provider)
    return list(session.scalars(missed.options(related)))


def file_of(session: Session, request_id: int, file_id: int) -> StoredFile:
    """Find a file that came with a message about this request, or raise `NotFound`."""
    sent = select(StoredFile).join(MessageFile).join(Message).where(Message.request_id == request_id)
    found = session.scalar(sent.where(StoredFile.id == file_id))
    if found is None:
        raise NotFound(file_id=file_id)
    return found


def promise(session: Session, promise_id: int) -> Promise:
    """Find a promise; the caller knows that it exists."""
    return session.get_one(Promise, promise_id)
