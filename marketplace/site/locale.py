"""Language and time zone of this visitor: their own choice, else their account's, else what the browser asks for."""

from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, request
from flask_login import current_user

from marketplace.kernel.negotiation import negotiate
from marketplace.kernel.translate import SOURCE_LANGUAGE, is_zone, languages, reader, set_reader
from marketplace.kernel.visits import API, LANGUAGE_COOKIE, LANGUAGE_PARAMETER, SIGNED, ZONE_COOKIE


def init_app(app: Flask) -> None:
    """Choose the reader before each request, and say so in the answer."""
    app.before_request(choose_reader)
    app.after_request(_declare_language)


def choose_reader() -> None:
    """Set language and zone for whoever reads the answer; of a signed call nobody does."""
    if request.path.startswith(SIGNED):
        set_reader(SOURCE_LANGUAGE, ZoneInfo(_default_zone()))
    else:
        set_reader(_language(), ZoneInfo(_zone()))


def _language() -> str:
    in_api = request.path.startswith(API)
    asked = request.args.get(LANGUAGE_PARAMETER) or (None if in_api else request.cookies.get(LANGUAGE_COOKIE))
    if asked in languages():
        return str(asked)
    if request.headers.get("Accept-Language") and in_api:
        return negotiate(request.headers["Accept-Language"])
    if current_user.is_authenticated:
        return str(current_user.language)
    return negotiate(request.headers.get("Accept-Language", ""))


def _zone() -> str:
    if current_user.is_authenticated:
        return str(current_user.zone)
    asked = request.cookies.get(ZONE_COOKIE, "")
    return asked if is_zone(asked) else _default_zone()


def _default_zone() -> str:
    return str(current_app.extensions["handrail_settings"].default_zone)


def _declare_language(response: Response) -> Response:
    if not request.path.startswith(SIGNED):
        response.headers.setdefault("Content-Language", reader().language)
        response.vary.update(["Accept-Language", "Cookie"])
    return response
