"""How new what is kept in memory must be: as new as this process's own commits, and nearly so for those of others."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.kernel.database import WRITES

EXTENSION = "handrail_kept"
POLL_EVERY_S = 0.25

Value = TypeVar("Value")

_commits = count(1)
_last_commit = [0]


@event.listens_for(Session, "after_commit")
def _note_commit(session: Session) -> None:
    if is_writing(session):
        _last_commit[0] = next(_commits)


def last_commit() -> int:
    """Number the commits of this process; another number means that something may have changed."""
    return _last_commit[0]


def is_writing(session: Session) -> bool:
    """Tell whether a session may see what is not committed."""
    return bool(session.info.get(WRITES))


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    commit: int
    read_at: float  # By the monotonic clock.


def kept(session: Session, read: Callable[[Session], Value]) -> Value:
    """Give what a function reads, from memory if it was read lately; what is not committed is nobody else's."""
    if is_writing(session):
        return read(session)
    all_kept: dict[Callable[..., Any], _Kept] = current_app.extensions.setdefault(EXTENSION, {})
    found, commit, now = all_kept.get(read), last_commit(), monotonic()
    if found is None or found.commit != commit or now - found.read_at >= POLL_EVERY_S:
        found = all_kept[read] = _Kept(read(session), commit, now)
    value: Value = found.value
    return value
