"""A TCP proxy before PostgreSQL that cuts a connection around a COMMIT.

What the database did, the asking side cannot know: that is the moment in which money is lost or moved twice.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

CHUNK = 65_536
READY = b"Z\x00\x00\x00\x05"  # How the server ends an answer: it is ready for the next question.


class Cut(Enum):
    """Where a connection is cut."""

    BEFORE_COMMIT = "before COMMIT arrives"
    BEFORE_ANSWER = "after COMMIT is done, before it is answered"
    AFTER_ANSWER = "after COMMIT is answered"


class Proxy:
    """Passes everything on, but for one connection at one COMMIT."""

    def __init__(self, server: Path, listener: socket.socket) -> None:
        """Lead to the server whose socket stands in a folder."""
        self._server, self._listener = str(server / ".s.PGSQL.5432"), listener
        self._lock = threading.Lock()
        self._cut: Cut | None = None
        self._commits_left = 0

    @property
    def port(self) -> int:
        """Where it listens, on this machine."""
        return int(self._listener.getsockname()[1])

    def cut_at(self, cut: Cut, number: int = 1) -> None:
        """Cut the connection on which the `number`th COMMIT from now on comes, once."""
        with self._lock:
            self._cut, self._commits_left = cut, number

    @property
    def has_cut(self) -> bool:
        """Tell whether the COMMIT came at which it was to cut."""
        with self._lock:
            return self._cut is None

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                threading.Thread(target=_Wire(self, client, server).ask, daemon=True).start()

    def cut_for(self, asked: bytes) -> Cut | None:
        """Tell whether this is the question at which to cut."""
        if b"COMMIT" not in asked:
            return None
        with self._lock:
            self._commits_left -= 1
            if self._commits_left != 0:
                return None
            cut, self._cut = self._cut, None
            return cut


class _Wire:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._cut: Cut | None = None
        threading.Thread(target=self._answer, daemon=True).start()

    def ask(self) -> None:
        """Pass on what the client asks."""
        with suppress(OSError):
            while asked := self._client.recv(CHUNK):
                self._cut = self._proxy.cut_for(asked)
                if self._cut is Cut.BEFORE_COMMIT:
                    break
                self._server.sendall(asked)
        self._end()

    def _answer(self) -> None:
        with suppress(OSError):
            while answer := self._server.recv(CHUNK):
                is_answered = READY in answer
                if self._cut is not Cut.BEFORE_ANSWER:
                    self._client.sendall(answer)
                if self._cut is not None and is_answered:
                    break
        self._end()

    def _end(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def proxy_to(server: Path) -> Iterator[Proxy]:
    """Run a proxy before the server whose socket stands in a folder."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(server, listener)
        threading.Thread(target=proxy.serve, daemon=True).start()
        yield proxy
        listener.shutdown(socket.SHUT_RDWR)
