"""The guard at the door: who is signed in, who may call what, and CSRF."""

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask import Request as FlaskRequest
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Request

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.accounts.rules import SESSION_ID
from marketplace.kernel import access
from marketplace.kernel.access import Role, declared_roles
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotAllowed
from marketplace.kernel.visits import API, SIGNED
from providers.profiles import queries as profiles

csrf = CSRFProtect()
login_manager = LoginManager()


class BrowserSessions(SecureCookieSessionInterface):
    """Sessions are for browsers: where programs call, no cookie is read and none is left."""

    def open_session(self, app: Flask, request: FlaskRequest) -> SecureCookieSession | None:
        """Begin with what the cookie holds, or with nothing."""
        return self.session_class() if _is_call(request) else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave the cookie."""
        if not _is_call(request):
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Put the guard in front of every route."""
    app.session_interface = BrowserSessions()
    app.before_request(know_nobody)
    login_manager.init_app(app)
    csrf.init_app(app)
    access.connect(app, roles)
    app.before_request(check_caller)
    app.before_request(check_csrf)


@login_manager.user_loader
def load_from_session(key: str) -> Person | None:
    """Find the person whom the session's cookie names; the API never looks at the cookie."""
    if request.path.startswith(API):
        return None
    return accounts.person_by_session_key(reading(), key, session.get(SESSION_ID, ""))


@login_manager.request_loader
def load_from_token(incoming: Request) -> Person | None:
    """Find the person whose token came with a call of the API."""
    scheme, _space, token = incoming.headers.get("Authorization", "").partition(" ")
    if not request.path.startswith(API) or scheme.lower() != "bearer":
        return None
    return accounts.person_by_token(reading(), token.strip())


def _is_call(incoming: Request) -> bool:
    return incoming.path.startswith((API, SIGNED))


def know_nobody() -> None:
    """Look for nobody where a signature says who calls."""
    if request.path.startswith(SIGNED):
        forget_caller()


def forget_caller() -> None:
    """Go on as if nobody were signed in, because nobody is to be looked up, or can be any more."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login remembers whom it has found


def roles() -> set[Role]:
    """Tell what the caller may be."""
    if not current_user.is_authenticated:
        return {Role.ANYONE}
    member = profiles.membership(reading(), current_user.id)
    at_work = () if member is None else (Role.PARTNER, Role.MEMBER) if member.takes_jobs else (Role.PARTNER,)
    return accounts.roles_of(current_user, at_work=at_work)


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
    if request.path.startswith(API):
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    target = request.full_path.rstrip("?") if request.method == "GET" else request.referrer and "/"
    return redirect(url_for("accounts.sign_in", next=target))


def check_csrf() -> None:
    """Refuse a form that did not come from our own page."""
    if current_app.config["WTF_CSRF_ENABLED"] and not _is_call(request):
        csrf.protect()
