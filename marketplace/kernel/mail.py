"""Letters to people: written in the recipient's language and time zone, sent from the outbox.

A letter is data (subject, paragraphs, one thing to do); its text and its HTML are made from the same words.
"""

import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, render_template
from sqlalchemy.orm import Session

from marketplace.kernel import outbox
from marketplace.kernel.translate import text_direction, use_locale

SMTP_TIMEOUT_S = 20
KIND = "mail"
MAX_FOLDED = 74  # Header counts up to two characters too few, and 76 may stand in a line.
_KEY = "handrail_mail"


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What calendar programs read of a letter: a file of RFC 5545, and its method by RFC 5546, such as REQUEST."""

    method: str
    content: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to one person.

    `paragraphs` are plain text; `action` is the label and the address of the one thing to do.
    """

    subject: str
    paragraphs: Sequence[str]
    action: tuple[str, str] | None = None
    calendar: CalendarPart | None = None


class _LetterPolicy(EmailPolicy):
    """Writes headers as usual, but folds a subject in any script without losing the spaces where it is folded.

    Python 3.11 by itself loses them, and words of a long Arabic subject run together.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write one header in its lines."""
        if name.lower() != "subject" or value.isascii():
            return super().fold_binary(name, value)
        encoded = Header(str(value), "utf-8", MAX_FOLDED, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}".encode("ascii")


_POLICY = _LetterPolicy()


class Transport(Protocol):
    """Takes a finished message to where it is read."""

    def send(self, message: EmailMessage, *, number: int) -> None:
        """Hand it over; `number` is the same when it is sent again."""


class SmtpTransport:
    """Sends by SMTP: `smtp://`, `smtp+starttls://` or `smtps://`, with `user:password@` if needed."""

    def __init__(self, url: str) -> None:
        """Keep the server's address."""
        self._url = urlsplit(url)

    def send(self, message: EmailMessage, *, number: int) -> None:
        """Hand it over to the server."""
        del number  # The Message-ID tells the server and the reader that it is the same letter.
        kind = smtplib.SMTP_SSL if self._url.scheme == "smtps" else smtplib.SMTP
        with kind(self._url.hostname or "localhost", self._url.port or 0, timeout=SMTP_TIMEOUT_S) as server:
            if self._url.scheme == "smtp+starttls":
                server.starttls()
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)


class FolderTransport:
    """Writes letters into a folder, for the demo and for development."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made when the first letter comes."""
        self.folder = folder

    def send(self, message: EmailMessage, *, number: int) -> None:
        """Write it; sending it again writes the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{number:08}.eml").write_bytes(message.as_bytes())


def send(session: Session, letter: Letter, *, to: str, name: str, language: str, now: datetime) -> None:
    """Owe somebody a letter, once this transaction has committed.

    Call it within `use_reader(...)` of the recipient, so that the letter is in their language.

    Args:
        session: the transaction that causes the letter.
        letter: what it says.
        to: the address.
        name: of the recipient.
        language: in which it is written, for its direction and its header.
        now: the present moment.
    """
    outbox.enqueue(
        session,
        KIND,
        at=now,
        to=to,
        name=name,
        language=language,
        subject=letter.subject,
        paragraphs=list(letter.paragraphs),
        action=list(letter.action) if letter.action else None,
        calendar=asdict(letter.calendar) if letter.calendar else None,
    )


def connect(app: Flask, transport: Transport) -> None:
    """Give the application its way to send."""
    app.extensions[_KEY] = transport


def deliver(due: outbox.Due) -> None:
    """Send a letter that is owed; the worker calls it."""
    transport: Transport = current_app.extensions[_KEY]
    transport.send(compose(due.payload, number=due.message_id, now=due.now), number=due.message_id)


def compose(payload: Mapping[str, Any], *, number: int, now: datetime) -> EmailMessage:
    """Make the message: the plain text and the HTML say the same."""
    sender = current_app.config["MAIL_SENDER"]
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = _one_line(payload["subject"])  # It may quote what somebody typed.
    message["From"] = Address(current_app.config["SITE_NAME"], addr_spec=sender)
    message["To"] = Address(_one_line(payload["name"]), addr_spec=payload["to"])
    message["Date"] = now
    message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    action = [f"{payload['action'][0]}:\n{payload['action'][1]}"] if payload["action"] else []
    message.set_content("\n\n".join([*payload["paragraphs"], *action]) + "\n")
    direction = text_direction(payload["language"])
    with use_locale(payload["language"]):
        html = render_template("site/mail.html", letter=payload, direction=direction)
    message.add_alternative(html, subtype="html")
    if payload.get("calendar"):
        _attach_calendar(message, **payload["calendar"])
    message["Content-Language"] = payload["language"]  # Last: what stands before goes into the first part.
    return message


def _attach_calendar(message: EmailMessage, method: str, content: str) -> None:
    """Put a file for calendars into a letter: as one more form of it, which most programs show, and to be saved."""
    message.add_alternative(content, subtype="calendar", params={"method": method})
    message.add_attachment(content.encode(), maintype="application", subtype="ics", filename="session.ics")


def _one_line(text: str) -> str:
    return " ".join(text.split())
