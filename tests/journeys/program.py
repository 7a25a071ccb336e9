"""A program that uses the API as those write one who have nothing but its document: by HTTP, with a token.

Every answer is held to the document that the installation itself serves.
"""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import dev
from tests.api_contract import JSON, Answer, ApiContract
from tests.journeys.cast import Somebody
from tests.journeys.installation import PAUSE_S, WAIT_S, Installation

PREFIX = "/api/v1"
AT_ONCE = 2
# What may have gone on between two answers that tell of the same: the worker's part, and the hours of partners.
MOVING = {"payment", "checkout_url", "matches", "cancels_at"}

_keys = (f"call-{number}" for number in itertools.count(1))


class Programs:
    """All programs of a journey, and which calls they have made."""

    def __init__(self, installation: Installation) -> None:
        """Read the document."""
        self.installation = installation
        self.contract = ApiContract(_send(installation, "GET", "/api/openapi.json", None, {}).json)
        self.called: set[tuple[str, str]] = set()
        self.repeated: set[tuple[str, str]] = set()

    def of(self, *people: Somebody) -> "list[Program]":
        """Give each of these people a program, with a token from the command line."""
        with ThreadPoolExecutor() as threads:
            tokens = threads.map(self._token_of, people)
            return [Program(self, {"Authorization": f"Bearer {token}"}) for token in tokens]

    def of_nobody(self) -> "Program":
        """Give a program that has no token."""
        return Program(self, {})

    def _token_of(self, somebody: Somebody) -> str:
        command = [sys.executable, "-m", "marketplace", "token", somebody.email]
        made = subprocess.run(
            command, cwd=dev.ROOT, env=self.installation.environment, stdout=subprocess.PIPE, check=True
        )
        return made.stdout.decode().strip()

    def with_key(self) -> set[tuple[str, str]]:
        """List the calls that take an `Idempotency-Key`."""
        return {
            (method, path)
            for method, path in self.contract.operations()
            if any(one["name"] == "Idempotency-Key" for one in self.contract.operation(method, path)["parameters"])
        }


class Program:
    """The program of one person."""

    def __init__(self, programs: Programs, token: Mapping[str, str]) -> None:
        """Keep the header that says for whom it acts."""
        self._programs, self._token = programs, token

    def get(self, path: str, *, seen: Answer | None = None) -> Answer:
        """Ask for something; with the answer `seen` before, only for what is new since."""
        tag = seen.headers["ETag"] if seen else None  # Not everything that can be asked for has one.
        return self._call("GET", path, None, {"If-None-Match": tag} if tag else {})

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> Answer:
        """Do something, with a body of JSON or none."""
        return self._call("POST", path, body, {"Idempotency-Key": key} if key else {})

    def put(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Save something under its address."""
        return self._call("PUT", path, body, {})

    def once(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Do something with a key, though the call is sent at the same time twice and later again; give what it says.

        A Checkout page that is being made is waited for as the answer says.
        """
        key = next(_keys)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(lambda _time: self.post(path, body, key=key), range(AT_ONCE)))
        last = self.post(path, body, key=key)
        while last.status == 202:
            time.sleep(int(last.headers["Retry-After"]))
            last = self.post(path, body, key=key)
        for one in answers:
            assert one.status in {last.status, 202}, one.body
            moving = MOVING | {"status"} if one.status == 202 else MOVING  # A card that pays moves the request on.
            assert _settled(one.json, moving) == _settled(last.json, moving), f"{one.body!r}\n{last.body!r}"
        self._programs.repeated.add(self._named("POST", path))
        return last.json

    def send_file(self, path: str, content: bytes, *, name: str, kind: str) -> Answer:
        """Send a file as a form would."""
        boundary, body = encode_multipart({"files": FileStorage(BytesIO(content), name, content_type=kind)})
        return self._call("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def follow(self, path: str, is_so: Callable[[Any], object], what: str) -> Any:
        """Ask again and again, and only for what is new, until something has come true."""
        give_up_at = time.monotonic() + WAIT_S
        answer = self.get(path)
        while not is_so(answer.json):
            assert time.monotonic() < give_up_at, f"in {WAIT_S} seconds it did not come true that {what}: {answer.body}"
            time.sleep(PAUSE_S)
            newer = self.get(path, seen=answer)
            answer = newer if newer.status == 200 else answer
        return answer.json

    def _call(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
        url = path if path.startswith(PREFIX) else PREFIX + path
        answer = _send(self._programs.installation, method, url, body, {**self._token, **headers})
        self._programs.contract.hold(method, url, answer, body=None if isinstance(body, bytes) else body)
        self._programs.called.add(self._named(method, url))
        return answer

    def _named(self, method: str, path: str) -> tuple[str, str]:
        url = urlsplit(path if path.startswith(PREFIX) else PREFIX + path)
        return method, self._programs.contract.template_of(method, url.path) or url.path


def _settled(told: Any, moving: AbstractSet[str]) -> Any:
    return {name: value for name, value in told.items() if name not in moving}


def _send(installation: Installation, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Answer:
    connection = HTTPConnection(urlsplit(installation.url).netloc, timeout=WAIT_S)
    try:
        if body is not None and not isinstance(body, bytes):
            body, headers = json.dumps(body).encode(), {"Content-Type": JSON, **headers}
        connection.request(method, url, body, dict(headers))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()
