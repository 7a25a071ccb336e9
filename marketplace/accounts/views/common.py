"""What the pages of accounts share."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from marketplace.accounts import choices, commands
from marketplace.accounts.models import Person
from marketplace.accounts.rules import SESSION_ID, LinkOver
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction

Errors = dict[str, list[str]]
Values = Mapping[str, Any]  # What stands in a form: guessed, saved, or typed.

blueprint = Blueprint("accounts", __name__)


@blueprint.errorhandler(LinkOver)
def show_link_over(error: LinkOver) -> ResponseReturnValue:
    """Say that a link is over, and where to get a new one."""
    return render_template("accounts/link_over.html", text=error.text), 410


def keep_email(email: str) -> None:
    """Remember an address until its owner is signed in or the browser is closed, so that nobody types it twice."""
    cookie["email"] = email


def kept_email() -> str:
    """Give the address that was typed before, if any."""
    return str(cookie.get("email", ""))


def start_session(person: Person) -> None:
    """Begin a new session: nothing of the old one, which somebody else may have begun, is kept."""
    cookie.clear()
    cookie[SESSION_ID] = secrets.token_urlsafe(16)
    login_user(person)
    cookie.permanent = True


def end_session() -> None:
    """End the session in this browser, also for whoever has a copy of its cookie."""
    session_id = cookie.get(SESSION_ID)
    if current_user.is_authenticated and session_id:
        with transaction() as session:
            commands.end_session(session, session_id, now=utcnow())
    logout_user()
    cookie.clear()


def options(values: Values) -> dict[str, choices.Options]:
    """Give what the settings may be, named for the reader."""
    return {
        "language": choices.languages(),
        "zone": choices.zones(utcnow(), chosen=values.get("zone", "")),
        "country": choices.countries(),
        "currency": choices.currencies(reading()),
    }
