"""Files that people send: checked by their bytes, kept in a folder or in S3, never served without a check.

A file's bytes are stored under a random name before the row that names them is committed: a row always has its bytes,
and bytes without a row are harmless.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from urllib.parse import parse_qsl, urlsplit

import filetype
import obstore
from flask import Flask, Response, current_app
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import FileStorage

from marketplace.kernel.database import Model
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.translate import LazyText, _, _l

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_NAME_LENGTH = 120
LAID_BY_FOR = timedelta(days=1)
_KEY = "handrail_store"
_ASIDE = "aside"
_TICKET = re.compile("[0-9a-f]{48}")

# What a browser may do with a file that somebody sent: nothing, but style the page that it makes up around a picture.
_SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_DRAWN = "style-src 'unsafe-inline'"

# What a file's bytes may be, and the endings that such a file may bear.
ENDINGS: Mapping[str, frozenset[str]] = {
    "image/png": frozenset({".png"}),
    "image/jpeg": frozenset({".jpg", ".jpeg"}),
    "image/gif": frozenset({".gif"}),
    "image/webp": frozenset({".webp"}),
    "application/pdf": frozenset({".pdf"}),
    "text/plain": frozenset({".txt", ".log", ".json", ".csv", ".conf", ".md"}),
}
ACCEPTED = ",".join(sorted(ending for endings in ENDINGS.values() for ending in endings))


class StoredFile(Model):
    """A file that somebody sent."""

    __table_args__ = (CheckConstraint(f"size_bytes > 0 AND size_bytes <= {MAX_FILE_BYTES}", "size_in_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH))
    content_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    @property
    def is_image(self) -> bool:
        """Tell whether a page may show it in place."""
        return self.content_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has passed the checks."""

    name: str
    content_type: str
    content: bytes


def open_store(url: str) -> ObjectStore:
    """Open the place where files are kept: `file:///folder`, `memory://` or `s3://bucket/folder?region=...&endpoint=...`.

    The key to a bucket comes from the usual variables (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`) or the machine.
    """
    if url.startswith("file://"):
        folder = Path(url.removeprefix("file://"))
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    if url.startswith("s3://"):
        parts = urlsplit(url)
        where = dict(parse_qsl(parts.query))
        is_plain = where.get("endpoint", "").startswith("http://")
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=where,  # type: ignore[arg-type] # The settings have checked the names.
            client_options={"allow_http": is_plain},
        )
    return MemoryStore()


def check_upload(sent: FileStorage, *, field: str) -> Upload:
    """Look at the bytes of a file, not at what it says of itself.

    Raises:
        InvalidInput: empty, too large, of a kind that is not taken, or not what its name says; names `field`.
    """
    content = sent.stream.read(MAX_FILE_BYTES + 1)
    name = clean_name(sent.filename or "")
    content_type = sniff(content)
    problem = _problem(name, content, content_type)
    if problem is not None:
        raise InvalidInput({field: [str(problem)]})
    assert content_type is not None
    return Upload(name, content_type, content)


def _problem(name: str, content: bytes, content_type: str | None) -> LazyText | None:
    ending = PurePath(name).suffix.lower()
    if not content:
        return _l("This file is empty. Choose it again, or another one.")
    if len(content) > MAX_FILE_BYTES:
        return _l("This file is larger than 10 MB. Send a smaller part or a smaller picture.")
    if content_type is None:
        return _l("Files of this kind are not taken. Send a picture, a PDF or a plain text.")
    if ending not in ENDINGS[content_type]:
        return _l("The content of this file is not what its name says. Save it again in the right format.")
    return None


def sniff(content: bytes) -> str | None:
    """Tell what bytes are: a key of `ENDINGS`, or None if it is nothing that we take."""
    guessed = filetype.guess_mime(content)
    if guessed is not None:
        return guessed if guessed in ENDINGS else None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else "text/plain"


def clean_name(name: str) -> str:
    """Keep what is readable of a file's name: no folders, no control characters, not too long."""
    last = PurePath(name.replace("\\", "/")).name
    readable = "".join(char for char in last if char.isprintable()).strip()
    stem, ending = PurePath(readable).stem, PurePath(readable).suffix
    return f"{stem[: MAX_NAME_LENGTH - len(ending)]}{ending}" or _("file")


def save(session: Session, upload: Upload, *, owner_id: int, now: datetime) -> StoredFile:
    """Keep a checked file; the caller says to what it belongs."""
    key = secrets.token_hex(24)
    obstore.put(_store(), key, upload.content)
    stored = StoredFile(
        key=key,
        name=upload.name,
        content_type=upload.content_type,
        size_bytes=len(upload.content),
        owner_id=owner_id,
        at=now,
    )
    session.add(stored)
    session.flush()  # The caller needs its id.
    return stored


def drop(session: Session, file_id: int) -> str:
    """Forget a file to which nothing belongs any more; gives the key of its bytes, for `erase` after the commit."""
    stored = session.get_one(StoredFile, file_id)
    session.delete(stored)
    session.flush()
    return stored.key


def erase(key: str) -> None:
    """Throw away the bytes of a file whose row is gone."""
    obstore.delete(_store(), key)


def read(stored: StoredFile) -> bytes:
    """Give the bytes; whoever calls has checked that the reader may see them."""
    return bytes(obstore.get(_store(), stored.key).bytes())


def lay_by(content: bytes, *, now: datetime) -> str:
    """Keep some bytes for a day, and give the ticket for them, which nobody can guess; older ones are thrown away.

    No row names them: they are for somebody who looks at what a file would do before it is done.
    """
    for batch in obstore.list(_store(), prefix=_ASIDE):
        for one in batch:
            if one["last_modified"] < now - LAID_BY_FOR:
                obstore.delete(_store(), one["path"])
    ticket = secrets.token_hex(24)
    obstore.put(_store(), f"{_ASIDE}/{ticket}", content)
    return ticket


def laid_by(ticket: str) -> bytes:
    """Give what was laid by.

    Raises:
        NotFound: it was thrown away, or nothing ever was under this ticket.
    """
    if not _TICKET.fullmatch(ticket):
        raise NotFound(ticket=ticket)
    try:
        return bytes(obstore.get(_store(), f"{_ASIDE}/{ticket}").bytes())
    except FileNotFoundError:
        raise NotFound(ticket=ticket) from None


def throw_away(ticket: str) -> None:
    """Forget what was laid by."""
    assert _TICKET.fullmatch(ticket), "it was read before"
    obstore.delete(_store(), f"{_ASIDE}/{ticket}")


def answer(stored: StoredFile, *, shown: bool) -> Response:
    """Hand a file out; whoever calls has checked that the reader may see it.

    A browser never runs it: the answer stands in a sandbox, and is saved to a file, unless it is a picture and is to be
    `shown` in place.
    """
    is_drawn = shown and stored.is_image
    response = Response(read(stored), mimetype=stored.content_type)
    response.headers.set("Content-Disposition", "inline" if is_drawn else "attachment", filename=stored.name)
    response.headers["Content-Security-Policy"] = f"{_SANDBOX}; {_DRAWN}" if is_drawn else _SANDBOX
    return response


def picture(content: bytes, content_type: str) -> Response:
    """Show a picture that no row keeps, as `answer` shows one."""
    response = Response(content, mimetype=content_type)
    response.headers["Content-Security-Policy"] = f"{_SANDBOX}; {_DRAWN}"
    return response


def connect(app: Flask, store: ObjectStore) -> None:
    """Give the application its store."""
    app.extensions[_KEY] = store


def _store() -> ObjectStore:
    store: ObjectStore = current_app.extensions[_KEY]
    return store
