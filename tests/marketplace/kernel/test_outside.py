"""Reading addresses of strangers: only what is public is ever connected to, and nothing takes long."""

import socket
import ssl
import threading
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from marketplace.kernel import outside
from marketplace.kernel.clock import utcnow
from marketplace.kernel.outside import Fetched, Marks, NotRead, Trouble, check_address, fetch, is_public

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - not to bind to
    *("224.0.0.1", "255.255.255.255", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1"),
]


@pytest.mark.parametrize("place", PRIVATE)
def test_what_is_ours_is_not_public(place):
    assert not is_public(ip_address(place))


@pytest.mark.parametrize("place", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(place):
    assert is_public(ip_address(place))


@pytest.mark.parametrize(
    "address",
    [
        *("", "calendar", "http://example.test/a.ics", "ftp://example.test/a.ics", "file:///etc/passwd", "https://"),
        *("https://example.test:22/", "https://example.test:x/", "https://me:secret@example.test/", "https://[::1/"),
        *("https://example.test/a\r\nX: y", "javascript:alert(1)", "https://example.test:99999/"),
    ],
)
def test_only_web_addresses_with_a_lock_are_read(address):
    with pytest.raises(NotRead) as refused:
        check_address(address)
    assert refused.value.trouble is Trouble.ADDRESS


def test_addresses_of_calendar_programs_are_known():
    assert check_address(" webcal://example.test/a.ics ").hostname == "example.test"


@pytest.mark.parametrize("address", ["https://127.0.0.1/", "https://localhost:8443/", "https://0/"])
def test_nothing_of_ours_is_connected_to(address, monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("it must not be connected to")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(NotRead) as refused:
        fetch(address, Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.PRIVATE


def test_one_private_place_among_several_is_enough(monkeypatch):
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443)) for place in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_names, **_kind: places)
    monkeypatch.setattr(socket, "create_connection", lambda *_place: pytest.fail("it must not be connected to"))
    with pytest.raises(NotRead) as refused:
        fetch("https://two-faced.test/", Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.PRIVATE


# A server with a lock, on this machine


class Answers(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    def do_GET(self):
        status, headers, content = {
            "/calendar": (200, {"ETag": '"7"', "Last-Modified": "x" * 999}, b"BEGIN"),
            "/large": (200, {}, b"x" * 101),
            "/packed": (200, {"Content-Encoding": "gzip"}, b"x"),
            "/elsewhere": (302, {"Location": "/calendar"}, b""),
            "/unlocked": (302, {"Location": "http://localhost/"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/gone": (410, {}, b""),
        }[self.path]
        if self.headers["If-None-Match"] == '"7"':
            status, content = 304, b""
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments):
        """Be silent."""


@pytest.fixture(scope="module")
def lock(tmp_path_factory):
    """Give a certificate for localhost with its key, as a file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = utcnow()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    path = tmp_path_factory.mktemp("lock") / "lock.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def local(lock, monkeypatch):
    """Give the address of a server that counts as public."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lock)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(outside, "is_public", lambda _place: True)
    monkeypatch.setattr(outside, "PORTS", {server.server_port})
    trusting = ssl.create_default_context(cafile=str(lock))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_what_lies_there_is_read_with_what_tells_that_it_changed(local):
    assert fetch(f"{local}/calendar", Marks(), max_bytes=100) == Fetched(b"BEGIN", Marks('"7"'))
    assert fetch(f"{local}/elsewhere", Marks(), max_bytes=100).content == b"BEGIN"


def test_what_has_not_changed_is_not_sent_again(local):
    assert fetch(f"{local}/calendar", Marks('"7"'), max_bytes=100) == Fetched(None, Marks('"7"'))


@pytest.mark.parametrize(
    ("path", "trouble", "status"),
    [
        ("/large", Trouble.TOO_LARGE, None),
        ("/packed", Trouble.STATUS, 200),
        ("/gone", Trouble.STATUS, 410),
        ("/unlocked", Trouble.ADDRESS, None),
        ("/round", Trouble.REDIRECTS, None),
    ],
)
def test_what_is_not_good_is_named(local, path, trouble, status):
    with pytest.raises(NotRead) as refused:
        fetch(f"{local}{path}", Marks(), max_bytes=100)
    assert (refused.value.trouble, refused.value.status) == (trouble, status)


def test_a_redirect_to_a_private_place_is_not_followed(local, monkeypatch):
    public = {"127.0.0.1"}
    monkeypatch.setattr(outside, "is_public", lambda place: str(place) in public and not public.clear())
    with pytest.raises(NotRead) as refused:
        fetch(f"{local}/elsewhere", Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.PRIVATE


def test_a_stranger_with_another_lock_is_not_believed(local, monkeypatch):
    monkeypatch.setattr(ssl, "create_default_context", ssl._create_default_https_context)
    with pytest.raises(NotRead) as refused:
        fetch(f"{local}/calendar", Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.INSECURE


# One deadline for everything


@pytest.fixture
def ours(monkeypatch):
    """Let machines of ours count as public, be patient at each step, and have little time for the whole."""
    monkeypatch.setattr(outside, "is_public", lambda _place: True)
    monkeypatch.setattr(outside, "STEP_S", 60)
    monkeypatch.setattr(outside, "WHOLE_S", 0.2)


def test_a_name_that_takes_forever_is_left_behind(monkeypatch):
    given_up = threading.Event()

    def wait(*_name, **_kind):
        assert given_up.wait(60), "it waited for the name"
        return []

    monkeypatch.setattr(outside, "WHOLE_S", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", wait)
    with pytest.raises(NotRead) as refused:
        fetch("https://slow.test/", Marks(), max_bytes=100)
    given_up.set()
    assert refused.value.trouble is Trouble.UNREACHED


def test_a_name_that_nobody_knows_is_not_reached(monkeypatch):
    def refuse(*_name, **_kind):
        raise socket.gaierror(socket.EAI_NONAME, "nobody knows it")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(NotRead) as refused:
        fetch("https://nobody.test/", Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.UNREACHED


def test_redirects_have_no_time_of_their_own(local, monkeypatch):
    moments = iter(range(0, 9000, 3))  # Three seconds pass whenever somebody looks at the clock.
    monkeypatch.setattr(outside, "monotonic", lambda: next(moments))
    with pytest.raises(NotRead) as refused:
        fetch(f"{local}/round", Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.UNREACHED


def test_machines_that_do_not_answer_share_the_time(monkeypatch):
    now, tried = [0.0], []

    def hang(place, within):
        tried.append((place[0], within))
        now[0] += within
        raise TimeoutError

    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"8.8.8.{number}", 443)) for number in range(200)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_names, **_kind: places)
    monkeypatch.setattr(socket, "create_connection", hang)
    monkeypatch.setattr(outside, "monotonic", lambda: now[0])
    with pytest.raises(NotRead) as refused:
        fetch("https://many.test/", Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.UNREACHED
    assert [within for _place, within in tried] == [5, 5]


@pytest.fixture
def speaking(ours, lock, monkeypatch):
    """Give a function that gives the address of a server which says something, and waits if it is told to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lock)
    trusting = ssl.create_default_context(cafile=str(lock))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    servers = []

    def say(server, words, is_patient):
        with context.wrap_socket(server.accept()[0], server_side=True) as line, suppress(OSError):
            line.recv(1000)
            line.sendall(words)
            if is_patient:  # Until the other side has had enough.
                line.recv(1000)

    def saying(words, *, is_patient):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        monkeypatch.setattr(outside, "PORTS", {server.getsockname()[1]})
        threading.Thread(target=say, args=(server, words, is_patient), daemon=True).start()
        return f"https://localhost:{server.getsockname()[1]}/"

    yield saying
    for server in servers:
        server.close()


UNTOLD, TOLD = b"HTTP/1.0 200 OK\r\n\r\nBEGIN", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nBEGIN"


@pytest.mark.parametrize("words", [UNTOLD, TOLD])
def test_who_speaks_without_end_is_cut_off(speaking, words):
    """What was said until then is not taken for the whole."""
    with pytest.raises(NotRead) as refused:
        fetch(speaking(words, is_patient=True), Marks(), max_bytes=100)
    assert refused.value.trouble in {Trouble.UNREACHED, Trouble.INSECURE}


def test_what_ends_early_is_not_whole(speaking, monkeypatch):
    monkeypatch.setattr(outside, "WHOLE_S", 60)
    assert fetch(speaking(UNTOLD, is_patient=False), Marks(), max_bytes=100).content == b"BEGIN"
    with pytest.raises(NotRead) as refused:
        fetch(speaking(TOLD, is_patient=False), Marks(), max_bytes=100)
    assert refused.value.trouble is Trouble.UNREACHED


def test_whoever_accepts_and_never_speaks_is_cut_off(ours, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setattr(outside, "PORTS", {port})
        with pytest.raises(NotRead) as refused:
            fetch(f"https://localhost:{port}/", Marks(), max_bytes=100)
    assert refused.value.trouble in {Trouble.UNREACHED, Trouble.INSECURE}
