"""What went wrong, as a page or as problem+json (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from marketplace.kernel.database import DATABASE_ERRORS
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, TooMany
from marketplace.kernel.schema import flat
from marketplace.kernel.translate import LazyText, _, _l
from marketplace.kernel.visits import own_path
from marketplace.site import locale, security

HTTP_STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    InvalidInput: 422,
    TooMany: 429,
    DomainError: 400,
}

TITLES: dict[int, LazyText] = {
    400: _l("This could not be understood"),
    401: _l("Please sign in first"),
    403: _l("This is not open to you"),
    404: _l("There is nothing here"),
    405: _l("This can not be done here"),
    409: _l("Things have changed"),
    413: _l("This is too large"),
    415: _l("This format is not understood"),
    422: _l("Some answers need another look"),
    429: _l("A little slower, please"),
    500: _l("Something broke on our side"),
    501: _l("This does not exist yet"),
}
TEXTS: dict[int, LazyText] = {
    400: _l("The address or the form was incomplete. Go back, reload the page and try again."),
    401: _l("Call with a token: Authorization: Bearer …"),
    403: _l("Your account may not do this."),
    404: _l("There is nothing here, or it is not yours to see."),
    405: _l("The address is right, but not for this kind of call."),
    413: _l("Everything sent at once may have 64 MB at most. Send smaller or fewer files."),
    415: _l("Send JSON, with the header Content-Type: application/json."),
    422: _l("Some answers need another look."),
    500: _l("Nothing was lost. Try again in a minute; if it happens again, tell us what you did."),
}


def init_app(app: Flask) -> None:
    """Answer every error in the form that the caller can use."""
    app.register_error_handler(CSRFError, expired_form)
    app.register_error_handler(DomainError, broken_rule)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken_house)


def status_of(error: DomainError) -> int:
    """Find the HTTP status of an error by its kind, the nearest first."""
    return next(HTTP_STATUS[kind] for kind in type(error).__mro__ if kind in HTTP_STATUS)


def broken_rule(error: DomainError) -> ResponseReturnValue:
    """Answer an error of the field."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    response = _answer(status_of(error), error.text, kind=type(error).__name__, fields=fields)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of the web."""
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect that is raised
        return error.get_response()
    messages = getattr(error, "data", {}).get("messages", {})
    places = [place for place in messages.values() if isinstance(place, Mapping)]  # A body that is no JSON has none.
    fields = {name: texts for place in places for name, texts in flat(place).items()}
    text = str(TEXTS.get(status) or error.description or "")
    response = _answer(status, text, kind=f"http-{status}", fields=fields)
    response.headers.extend(
        [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After", "WWW-Authenticate"}]
    )
    return response


def broken_house(error: Exception) -> ResponseReturnValue:
    """Answer an error of ours: nothing of its inside is shown."""
    current_app.logger.error("unhandled error", exc_info=error)
    if current_app.testing:
        raise error
    if isinstance(error, DATABASE_ERRORS):  # The page must not ask the database who is looking at it.
        security.forget_caller()
        locale.choose_reader()
    return _answer(500, str(TEXTS[500]), kind="http-500", fields={})


def expired_form(error: CSRFError) -> ResponseReturnValue:
    """Offer a form again whose page was open for too long; what was typed is kept."""
    if request.origin and request.origin not in {request.host_url.rstrip("/"), current_app.config["BASE_URL"]}:
        return http_error(error)
    typed = [(name, value) for name in request.form if name != "csrf_token" for value in request.form.getlist(name)]
    return render_template("site/expired_form.html", typed=typed, target=own_path(request.full_path)), 400


def _answer(status: int, text: str, *, kind: str, fields: dict[str, Any]) -> Response:
    title = str(TITLES.get(status) or _("This did not work"))
    if request.path.startswith("/api/"):
        problem: dict[str, Any] = {"type": f"urn:handrail:{kind}", "title": title, "status": status, "detail": text}
        if fields:
            problem["errors"] = fields
        response = jsonify(problem)
        response.mimetype = "application/problem+json"
    else:
        response = current_app.make_response(render_template("site/error.html", title=title, text=text, status=status))
    response.status_code = status
    return response
