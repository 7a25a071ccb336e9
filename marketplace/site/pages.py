"""The site's own pages: home, help, language and theme, health, and the demo's mailbox."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import text

from marketplace.accounts import commands as accounts
from marketplace.insights import queries as insights
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import languages
from marketplace.kernel.visits import (
    LANGUAGE_COOKIE,
    LANGUAGE_PARAMETER,
    THEME_COOKIE,
    own_path,
    remember,
    without,
)
from marketplace.site.context import THEMES

MAILBOX_LENGTH = 200

blueprint = Blueprint("site", __name__)


def init_app(app: Flask) -> None:
    """Add the site's own pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
@open_to(Role.ANYONE)
def home() -> ResponseReturnValue:
    """Show what this is, with figures from this installation."""
    return render_template("site/home.html", figures=insights.public_figures(reading(), utcnow()))


@blueprint.get("/contact")
@open_to(Role.ANYONE)
def contact() -> ResponseReturnValue:
    """Show where to get help, with what; every page leads here from the same place."""
    settings = current_app.extensions["handrail_settings"]
    return render_template("site/contact.html", email=settings.contact_email)


@blueprint.post("/language")
@open_to(Role.ANYONE)
def set_language() -> ResponseReturnValue:
    """Keep the language that the visitor chose; a person's account follows."""
    language = request.form.get("language", "")
    if language not in languages():
        abort(422)
    if current_user.is_authenticated:
        with transaction() as session:
            accounts.set_language(session, caller_id(), language)
    target = without(_target(), LANGUAGE_PARAMETER)  # Which would outdo the choice.
    return _remember(LANGUAGE_COOKIE, language, target)


@blueprint.post("/theme")
@open_to(Role.ANYONE)
def set_theme() -> ResponseReturnValue:
    """Keep light, dark, or whatever the device says."""
    theme = request.form.get("theme", "")
    if theme not in THEMES:
        abort(422)
    return _remember(THEME_COOKIE, theme, _target())


def _target() -> str:
    return own_path(request.form.get("next", "/"))


def _remember(cookie: str, value: str, target: str) -> ResponseReturnValue:
    response = redirect(target)
    remember(response, cookie, value)
    return response


@blueprint.get("/healthz")
@open_to(Role.ANYONE)
def alive() -> ResponseReturnValue:
    """Tell that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@open_to(Role.ANYONE)
def ready() -> ResponseReturnValue:
    """Tell that the database answers too."""
    reading().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A letter as the demo's mailbox shows it."""

    number: int
    to: str
    subject: str
    at: datetime
    text: str


@blueprint.get("/mailbox")
@open_to(Role.ANYONE)
def mailbox() -> ResponseReturnValue:
    """Show every letter that the demo has sent, the newest first."""
    settings = current_app.extensions["handrail_settings"]
    if not settings.demo:
        abort(404)
    wanted = request.args.get("to", "").strip()
    paths = sorted((settings.data / "mail").glob("*.eml"), reverse=True)
    letters = [letter for letter in map(_read_mail, paths) if not wanted or wanted in letter.to][:MAILBOX_LENGTH]
    return render_template("site/mailbox.html", letters=letters, wanted=wanted)


def _read_mail(path: Path) -> ShownMail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    content = body.get_content() if body is not None else ""
    return ShownMail(
        number=int(path.stem),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=message["Date"].datetime or datetime.fromtimestamp(0, UTC),
        text=content,
    )
