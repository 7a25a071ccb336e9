"""Files that are not what they should be: the form is shown again with what was typed, and nothing is kept."""

import tracemalloc
import zlib
from html import unescape
from io import BytesIO, RawIOBase

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.factories.forms import sent_to
from tests.factories.world import PNG

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

MB = 1024 * 1024
BOUNDARY = "part-of-a-form"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
ADDRESS_OF = {
    "new": ("customer", "/requests/new/{category}"),
    "edit": ("customer", "/requests/{draft}/edit"),
    "thread": ("customer", "/requests/{in_progress}/messages"),
    "partner's": ("partner", "/requests/{in_progress}/messages"),
}
API = "/api/v1/requests/{draft}/files"
EMPTY = "This file is empty"
TOO_LARGE = "larger than 10 MB"
NOT_TAKEN = "Files of this kind are not taken"
OTHERWISE_NAMED = "not what its name says"
SCRIPT = b"<script>alert(1)</script>"

BAD_FILES = [
    pytest.param("window.png", b"", EMPTY, id="nothing"),
    pytest.param("window.png", b"I am a text.", OTHERWISE_NAMED, id="text as picture"),
    pytest.param("log.txt", PNG, OTHERWISE_NAMED, id="picture as text"),
    pytest.param("window.jpg", PNG, OTHERWISE_NAMED, id="PNG as JPEG"),
    pytest.param("page.html", b"<!doctype html>" + SCRIPT, OTHERWISE_NAMED, id="page"),
    pytest.param("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT, OTHERWISE_NAMED, id="SVG"),
    pytest.param("window", PNG, OTHERWISE_NAMED, id="no ending"),
    pytest.param(".htaccess", b"Deny from all", OTHERWISE_NAMED, id="only an ending"),
    pytest.param("window.png.exe", PNG, OTHERWISE_NAMED, id="two endings"),
    pytest.param("photos.zip", b"PK\x03\x04" + bytes(40), NOT_TAKEN, id="archive"),
    pytest.param("log.txt", b"\x7fELF" + bytes(60), NOT_TAKEN, id="program"),
    pytest.param("log.txt", b"half \xff\xfe\x00 text", NOT_TAKEN, id="no text"),
    pytest.param("log.txt", b"NUL \x00", NOT_TAKEN, id="NUL"),
    pytest.param("log.gz", zlib.compress(bytes(1000)), NOT_TAKEN, id="compressed"),
    pytest.param("log.txt", b"x" * (10 * MB + 1), TOO_LARGE, id="a byte more than 10 MB"),
]


def written(fields, files):
    """Write a form with files, (name, content) each, as a browser sends it."""
    sent = [FileStorage(BytesIO(content), filename=name) for name, content in files]
    return encode_multipart({**fields, "files": sent}, BOUNDARY)[1]


class Sent(RawIOBase):
    """A form on its way, with a file of any size that is nowhere in memory."""

    def __init__(self, fields, size):
        """Write what comes before and after the bytes of the file, a PNG's first."""
        super().__init__()
        form = written(fields, [("window.png", PNG)])
        self._before, self._after = (part + end for part, end in zip(form.split(PNG), (PNG, b""), strict=True))
        self._zeros = size - len(PNG)
        self.length = len(form) + self._zeros

    def readable(self):
        """Tell that it can be read."""
        return True

    def readinto(self, buffer):
        """Give the next bytes."""
        if not self._before and self._zeros:
            self._before = bytes(min(len(buffer), self._zeros))
            self._zeros -= len(self._before)
        if not self._before:
            self._before, self._after = self._after, b""
        chunk, self._before = self._before[: len(buffer)], self._before[len(buffer) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def send(visits, caller, path, files):
    """Send a form with files."""
    body = written({} if path == API else sent_to(path), files)
    return visits.ask(caller, "POST", path, data=body, content_type=MULTIPART)


def stream(visits, caller, path, size):
    """Send a form with one file of a size."""
    sent = Sent({} if path == API else sent_to(path), size)
    wire = {"wsgi.input": sent, "CONTENT_LENGTH": str(sent.length), "CONTENT_TYPE": MULTIPART}
    return visits.ask(caller, "POST", path, environ_overrides=wire)


@on_sqlite
@pytest.mark.parametrize("place", ADDRESS_OF)
def test_good_files_are_kept_and_given_out(visits, place):
    before = len(visits.dump()["stored_file"])
    answer = send(visits, *ADDRESS_OF[place], [("window.png", PNG), ("log.txt", b"It stops.")])
    assert answer.status_code == 302
    assert len(visits.dump()["stored_file"]) == before + 2


@on_sqlite
@pytest.mark.parametrize("place", ADDRESS_OF)
@pytest.mark.parametrize(("name", "content", "told"), BAD_FILES)
def test_a_bad_file_is_named_and_what_was_typed_is_kept(visits, place, name, content, told):
    before = visits.dump()
    answer = send(visits, *ADDRESS_OF[place], [("good.png", PNG), (name, content)])
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert told in page
    assert 'href="#field-files"' in page
    typed = sent_to(ADDRESS_OF[place][1])
    assert typed.get("description", typed.get("body")) in page
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize(("name", "content", "told"), BAD_FILES)
def test_the_api_refuses_a_bad_file(visits, name, content, told):
    before = visits.dump()
    answer = send(visits, "customer", API, [(name, content)])
    assert answer.status_code == 422
    assert told in answer.json["errors"]["files"][0]
    assert visits.dump() == before


@on_sqlite
def test_too_many_files_are_refused(visits):
    before = visits.dump()
    answer = send(visits, *ADDRESS_OF["new"], [(f"{number}.png", PNG) for number in range(6)])
    assert answer.status_code == 422
    assert "at most 5 files" in answer.text
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize("data", [{}, {"files": "no file"}, {"other": (BytesIO(PNG), "window.png")}])
def test_a_call_without_files_is_refused(visits, data):
    answer = visits.ask("customer", "POST", API, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "files" in answer.json["errors"]


@on_sqlite
def test_a_file_of_50_mb_is_answered_by_the_form_and_never_held_in_memory(visits):
    before = visits.dump()
    tracemalloc.start()
    answer = stream(visits, *ADDRESS_OF["new"], 50 * MB)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 422
    assert TOO_LARGE in answer.text
    assert sent_to(ADDRESS_OF["new"][1])["description"] in answer.text
    assert most < 40 * MB
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize(("caller", "path"), [*ADDRESS_OF.values(), ("customer", API)])
def test_more_than_64_mb_is_not_even_read(visits, caller, path):
    before = visits.dump()
    answer = stream(visits, caller, path, 70 * MB)
    assert answer.status_code == 413
    assert "64 MB" in answer.text
    assert visits.dump() == before


@on_sqlite
def test_a_body_that_is_no_form_is_refused(visits):
    before = visits.dump()
    caller, path = ADDRESS_OF["thread"]
    for body, kind in (
        (b"--x", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"\xff", "text/plain"),
    ):
        answer = visits.ask(caller, "POST", path, data=body, content_type=kind)
        assert answer.status_code == 422, kind
    assert visits.dump() == before


@on_sqlite
@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "C:\\windows\\log.txt",
        "a; filename=x.png; b.txt",
        "журнал.txt",
        "a" * 500 + ".txt",
        "log.txt\u200b",
    ],
)
def test_a_name_is_told_without_harm(visits, name):
    before = {row[0] for row in visits.dump()["stored_file"]}
    answer = send(visits, "customer", API, [(name, b"It stops.")])
    assert answer.status_code == 201, answer.text
    [file] = [one for one in answer.json["files"] if not one["url"].endswith(tuple(f"/{number}" for number in before))]
    assert not set(file["name"]) & set("/\\\r\n")
    assert len(file["name"]) <= 120
    for address in (file["url"], file["url"].removeprefix("/api/v1")):
        given = visits.ask("customer", "GET", address)
        assert given.data == b"It stops."
        assert given.headers["Content-Disposition"].startswith("attachment; filename")
        assert given.headers["X-Content-Type-Options"] == "nosniff"
