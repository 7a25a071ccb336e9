"""What a visitor keeps from page to page: choices in cookies, and the way back."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app
from werkzeug.wrappers import Response

LANGUAGE_PARAMETER = "lang"  # Of an address that is read in one language, whatever the reader else prefers.
LANGUAGE_COOKIE = "language"
ZONE_COOKIE = "zone"  # Set by the script from the browser's own zone; a person's account comes first.
THEME_COOKIE = "theme"

# Where programs call, with a token or with a signature; cookies mean nothing there.
API, SIGNED = "/api/", "/webhooks/"

A_YEAR_S = 365 * 24 * 60 * 60


def remember(response: Response, cookie: str, value: str) -> None:
    """Keep a choice in the visitor's browser."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(cookie, value, max_age=A_YEAR_S, samesite="Lax", secure=secure, httponly=True)


def own_path(target: str) -> str:
    """Give a path on this site; whatever leads elsewhere becomes the home page.

    Browsers take a backslash for a slash and overlook line breaks and tabs, so none of these is taken.
    """
    is_ours = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if is_ours else "/"


def without(path: str, parameter: str) -> str:
    """Leave a parameter out of a path on this site."""
    parts = urlsplit(path)
    kept = [one for one in parse_qsl(parts.query, keep_blank_values=True) if one[0] != parameter]
    return parts._replace(query=urlencode(kept)).geturl()
