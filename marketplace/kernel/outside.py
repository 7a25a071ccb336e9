"""Reading what lies at an address that somebody has typed: over HTTPS, from public machines only, and never for long.

A name may lead to a machine of our own network, at once or a moment after it was looked at. So the very address that is
connected to is checked, for each step of a redirect again. One deadline holds for all steps together: for looking names
up, for connecting, and for whatever a server says, however slowly.
"""

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from time import monotonic
from typing import Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from flask import current_app

KEY = "handrail_outside"
STEP_S = 5  # Between two signs of life.
WHOLE_S = 10
MAX_REDIRECTS = 3
MAX_MARK = 200  # Characters of what tells whether something has changed.
CHUNK_BYTES = 64 * 1024
PORTS = frozenset({443, 8443})
EMBEDDING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Trouble(StrEnum):
    """Why nothing could be read."""

    ADDRESS = "address"
    PRIVATE = "private"
    UNREACHED = "unreached"
    INSECURE = "insecure"
    STATUS = "status"
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"


class NotRead(Exception):
    """Nothing could be read; with the status that was answered, if one was."""

    def __init__(self, trouble: Trouble, status: int | None = None) -> None:
        """Keep what went wrong."""
        super().__init__(trouble, status)
        self.trouble = trouble
        self.status = status


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a server tells whether something has changed since it was read."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lies at an address; without content if it has not changed."""

    content: bytes | None
    marks: Marks


class Fetch(Protocol):
    """Reads an address."""

    def __call__(self, address: str, marks: Marks, *, max_bytes: int) -> Fetched:
        """Raise `NotRead` if nothing can be read."""


def fetcher() -> Fetch:
    """Give what reads addresses in this application: tests and the demo put their own in its place."""
    found: Fetch = current_app.extensions.get(KEY, fetch)
    return found


def check_address(address: str) -> SplitResult:
    """Look at an address without going there; calendar programs write `webcal` and mean `https`.

    Raises:
        NotRead: it is none that is read.
    """
    try:
        parts = urlsplit(address.strip())
        is_good = parts.scheme in {"https", "webcal"} and bool(parts.hostname) and (parts.port or 443) in PORTS
    except ValueError:
        raise NotRead(Trouble.ADDRESS) from None
    if not is_good or parts.username is not None or not address.strip().isprintable():
        raise NotRead(Trouble.ADDRESS)
    return parts


def fetch(address: str, marks: Marks, *, max_bytes: int) -> Fetched:
    """Read an address, unless it has not changed.

    Raises:
        NotRead: it can't be read, is not public, or is too much.
    """
    deadline = _Deadline(WHOLE_S)
    for _step in range(MAX_REDIRECTS + 1):
        parts = check_address(address)
        with _answer(parts, marks, deadline) as answer:
            if answer.status in REDIRECTS:
                address = urljoin(f"https://{parts.netloc}{parts.path}", answer.getheader("Location", ""))
                continue
            found = _taken(answer, marks, max_bytes)
            deadline.left()  # What was cut off looks whole where no length was promised.
            return found
    raise NotRead(Trouble.REDIRECTS)


class _Deadline:
    """By when all must be done."""

    def __init__(self, seconds: float) -> None:
        self._at = monotonic() + seconds

    def left(self) -> float:
        """Tell how many seconds are left, or raise `TimeoutError`."""
        left = self._at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _taken(answer: HTTPResponse, marks: Marks, max_bytes: int) -> Fetched:
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return Fetched(None, marks)
    if answer.status != HTTPStatus.OK or answer.getheader("Content-Encoding", "identity") != "identity":
        raise NotRead(Trouble.STATUS, answer.status)
    content = b""
    while chunk := answer.read(CHUNK_BYTES):
        content += chunk
        if len(content) > max_bytes:
            raise NotRead(Trouble.TOO_LARGE)
    if answer.length:  # More was promised.
        raise NotRead(Trouble.UNREACHED)
    return Fetched(content, Marks(_mark(answer.getheader("ETag")), _mark(answer.getheader("Last-Modified"))))


def _mark(text: str | None) -> str | None:
    is_good = text is not None and len(text) <= MAX_MARK and text.isascii() and text.isprintable()
    return text if is_good else None


@contextmanager
def _answer(parts: SplitResult, marks: Marks, deadline: _Deadline) -> Iterator[HTTPResponse]:
    """Ask, and end the connection when the time is up, however slowly the other side speaks."""
    assert parts.hostname, "it was checked"
    connection = _PublicConnection(parts.hostname, parts.port, deadline)
    try:
        watch = Timer(deadline.left(), connection.cut)
    except TimeoutError:
        raise NotRead(Trouble.UNREACHED) from None
    watch.start()
    try:
        target = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe="/%?&=:;,+~@!$'()*")
        connection.request("GET", target, headers=_headers(marks))
        with connection.getresponse() as answer:
            yield answer
    except ssl.SSLError:
        raise NotRead(Trouble.INSECURE) from None
    except (OSError, HTTPException, UnicodeError):
        raise NotRead(Trouble.UNREACHED) from None
    finally:
        watch.cancel()
        connection.close()


def _headers(marks: Marks) -> dict[str, str]:
    known = {"If-None-Match": marks.etag, "If-Modified-Since": marks.last_modified}
    fixed = {"User-Agent": "Handrail", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
    return fixed | {name: text for name, text in known.items() if text}


class _PublicConnection(HTTPSConnection):
    """Connects to public machines only."""

    def __init__(self, host: str, port: int | None, deadline: _Deadline) -> None:
        self._secure = ssl.create_default_context()
        super().__init__(host, port, timeout=STEP_S, context=self._secure)
        self._deadline = deadline
        self._line: socket.socket | None = None  # Kept by itself: `sock` is let go of as soon as an answer begins.

    def connect(self) -> None:
        """Look the name up once, and go to what was found."""
        places = _look_up(self.host, self.port, self._deadline)
        if not all(is_public(ipaddress.ip_address(place)) for place in places):
            raise NotRead(Trouble.PRIVATE)
        bare = self._first_of(places)
        self._line = self.sock = self._secure.wrap_socket(
            bare, server_hostname=self.host, do_handshake_on_connect=False
        )
        self._deadline.left()  # Whoever came to cut it before has found nothing to cut.
        self.sock.do_handshake()

    def _first_of(self, places: Sequence[str]) -> socket.socket:
        """Connect to the first machine that answers: not every network can reach both kinds of addresses."""
        *others, last = places
        for place in others:
            with suppress(OSError):
                return self._connected_to(place)
        return self._connected_to(last)

    def _connected_to(self, place: str) -> socket.socket:
        return socket.create_connection((place, self.port), min(STEP_S, self._deadline.left()))

    def cut(self) -> None:
        """End it from another thread; whoever waits for an answer gets none."""
        if self._line is not None:
            with suppress(OSError):  # Not by the lock's own way, which pulls it away from whoever reads.
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)


def _look_up(host: str, port: int, deadline: _Deadline) -> list[str]:
    """Ask for the addresses of a name, in a thread of its own: the question can't be cut off, only left behind."""
    told: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            told.put([str(place[0]) for *_kind, place in found])
        except (OSError, UnicodeError) as error:
            told.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        answer = told.get(timeout=deadline.left())
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def is_public(place: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the open internet, also by what is written within it."""
    if isinstance(place, IPv6Address):
        if place.ipv4_mapped is not None:
            return is_public(place.ipv4_mapped)
        if any(place in network for network in EMBEDDING):
            return False
    return place.is_global and not place.is_multicast and not place.is_reserved
