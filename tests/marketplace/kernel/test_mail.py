"""Letters reach a real mail server and the demo's folder, in the recipient's language and direction."""

import email
import email.policy
import socket
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from marketplace.kernel import mail, outbox
from marketplace.kernel.database import transaction
from marketplace.kernel.mail import FolderTransport, Letter, SmtpTransport
from tests.factories import NOON

LETTER = Letter("Ana está en ello", ["Te escribe antes de las 14:00.", "Un saludo"], ("Ver", "https://x.test/r"))


class Box:
    """Stands for a mail server's store."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the name that aiosmtpd calls
        """Take a message."""
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@contextmanager
def mail_server(**options):
    """Run a mail server on a free port of this machine; gives its box and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def send(app, transport, *, language="es"):
    """Send the letter through a transport, as the worker does."""
    mail.connect(app, transport)
    with transaction() as session:
        mail.send(session, LETTER, to="ana@example.test", name="Ana Núñez", language=language, now=NOON)
    return outbox.deliver_due(NOON)


def test_a_letter_reaches_a_mail_server_whole(app):
    with mail_server() as (box, port):
        send(app, SmtpTransport(f"smtp://127.0.0.1:{port}"))
    [letter] = box.received
    assert letter["Subject"] == "Ana está en ello"
    assert letter["To"] == "Ana Núñez <ana@example.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "es"
    plain = letter.get_body(("plain",)).get_content()
    assert "14:00" in plain
    assert "https://x.test/r" in plain
    assert 'href="https://x.test/r"' in letter.get_body(("html",)).get_content()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # A server on this machine, for one letter.
def test_a_mail_server_may_ask_who_sends(app):
    def check(_server, _session, _envelope, _mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"support", b"p@ss/word"))

    options = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    with mail_server(**options) as (box, port):
        send(app, SmtpTransport(f"smtp://support:p%40ss%2Fword@127.0.0.1:{port}"))
    assert len(box.received) == 1


def test_a_letter_for_a_server_that_is_away_is_sent_later(app):
    with mail_server() as (_box, port):
        pass
    transport = SmtpTransport(f"smtp://127.0.0.1:{port}")
    send(app, transport)
    with mail_server() as (box, new_port):
        mail.connect(app, SmtpTransport(f"smtp://127.0.0.1:{new_port}"))
        outbox.deliver_due(NOON + outbox.FIRST_WAIT)
    assert len(box.received) == 1


def test_a_letter_in_the_folder_is_written_once_however_often_it_is_sent(app, tmp_path):
    transport = FolderTransport(tmp_path)
    payload = {
        "to": "ana@example.test",
        "name": "Ana",
        "language": "ar",
        "subject": "مرحبا",
        "paragraphs": ["نص"],
        "action": None,
    }
    for _ in range(2):
        transport.send(mail.compose(payload, number=7, now=NOON), number=7)
    [path] = tmp_path.iterdir()
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert letter["Subject"] == "مرحبا"
    assert 'dir="rtl"' in letter.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "subject",
    [
        "نبحث عن مساعدة: ألبومات المدرسة تظهر من اليسار إلى اليمين",
        "هل يمكنك المساعدة؟ Let members sign in with the club's account",
        "Todavía sin resolver: las fotografías añadidas después de la actualización están vacías",
    ],
)
def test_a_long_subject_keeps_every_space(app, tmp_path, subject):
    payload = {"to": "ana@example.test", "name": "Ana", "language": "ar", "paragraphs": ["x"], "action": None}
    FolderTransport(tmp_path).send(mail.compose(payload | {"subject": subject}, number=7, now=NOON), number=7)
    [path] = tmp_path.iterdir()
    assert max(len(line) for line in path.read_bytes().partition(b"From:")[0].splitlines()) <= 76
    assert email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["Subject"] == subject


def test_what_a_person_typed_can_not_add_headers(app, tmp_path):
    payload = {
        "to": "ana@example.test",
        "name": "Ana",
        "language": "en",
        "subject": "Hello\r\nBcc: all@example.test",
        "paragraphs": ["x"],
        "action": None,
    }
    message = mail.compose(payload, number=1, now=NOON)
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
