"""The guard at the door: who is signed in, who may call what, and CSRF."""

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Request

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.kernel import access
from marketplace.kernel.access import Role, declared_roles
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotAllowed
from providers.profiles import queries as profiles

csrf = CSRFProtect()
login_manager = LoginManager()

FREE_OF_CSRF = ("/api/", "/webhooks/")  # Called with a token or a signature, never with the session's cookie.


def init_app(app: Flask) -> None:
    """Put the guard in front of every route."""
    login_manager.init_app(app)
    csrf.init_app(app)
    access.connect(app, roles)
    app.before_request(check_caller)
    app.before_request(check_csrf)


@login_manager.user_loader
def load_from_session(key: str) -> Person | None:
    """Find the person whom the session's cookie names; the API never looks at the cookie."""
    if request.path.startswith("/api/"):
        return None
    return accounts.person_by_session_key(reading(), key)


@login_manager.request_loader
def load_from_token(incoming: Request) -> Person | None:
    """Find the person whose token came with a call of the API."""
    scheme, _space, token = incoming.headers.get("Authorization", "").partition(" ")
    if not request.path.startswith("/api/") or scheme.lower() != "bearer":
        return None
    return accounts.person_by_token(reading(), token.strip())


def forget_caller() -> None:
    """Go on as if nobody were signed in, because whoever is can't be looked up any more."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login remembers whom it has found


def roles() -> set[Role]:
    """Tell what the caller may be."""
    if not current_user.is_authenticated:
        return {Role.ANYONE}
    is_member = profiles.membership(reading(), current_user.id) is not None
    return accounts.roles_of(current_user, is_member=is_member)


def check_caller() -> ResponseReturnValue | None:
    """Refuse whoever a route is not open to; a visitor is asked to sign in first."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    wanted = declared_roles(current_app.view_functions[request.endpoint])
    if wanted is None:
        raise NotAllowed
    if Role.ANYONE in wanted or wanted & roles():
        return None
    if current_user.is_authenticated:
        raise NotAllowed
    if request.path.startswith("/api/"):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    target = request.full_path.rstrip("?") if request.method == "GET" else request.referrer and "/"
    return redirect(url_for("accounts.sign_in", next=target))


def check_csrf() -> None:
    """Refuse a form that did not come from our own page."""
    if current_app.config["WTF_CSRF_ENABLED"] and not request.path.startswith(FREE_OF_CSRF):
        csrf.protect()
