"""How often one caller may ask for what programs read: calls, the directory, pictures, calendars, sitemaps; all told.

The headers are `RateLimit` and `RateLimit-Policy` of the IETF's draft (draft-ietf-httpapi-ratelimit-headers-10).
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from flask import Flask, Response, current_app, g, request
from flask_login import current_user

from marketplace.accounts.rules import place_of
from marketplace.kernel.clock import utcnow
from marketplace.kernel.errors import TooMany
from marketplace.kernel.pace import Meter, Pace
from marketplace.site.settings import Settings

WINDOW = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
# Who calls from this machine is a program of the vendor's, or everybody: a proxy that the settings do not name.
CALLERS_FROM_HERE = 20
# Pages that cost something each time, and under which name they are counted.
QUOTAS = {
    "directory.index": "directory",
    "directory.show": "directory",
    "directory.compare": "directory",
    "directory.card": "pictures",
    "availability.calendar": "calendars",
    "search_engines.providers": "sitemaps",
}
_KEY = "handrail_meter"


def init_app(app: Flask) -> None:
    """Count the calls, unless the settings set no limit."""
    settings: Settings = app.extensions["handrail_settings"]
    if settings.calls_per_minute:
        init_meter(app)
        app.before_request(count_call)
        app.after_request(tell_standing)


def init_meter(app: Flask) -> None:
    """Begin to count, with nobody known."""
    app.extensions[_KEY] = Meter()


def count_call() -> None:
    """Count a call.

    Raises:
        TooMany: the caller has to wait.
    """
    name = _quota_name()
    if name is None:
        return
    who = f"person {current_user.id}" if current_user.is_authenticated else place_of(request.remote_addr)
    pace = _pace(request.remote_addr or "")
    standing = current_app.extensions[_KEY].take(f"{name} {who}", pace, utcnow())
    g.pace_headers = {
        "RateLimit-Policy": f'"{name}";q={pace.quota};w={ceil(pace.window / SECOND)}',
        "RateLimit": f'"{name}";r={standing.remaining};t={ceil(standing.full_in / SECOND)}',
    }
    if not standing.is_allowed:
        raise TooMany(retry_after_s=max(1, ceil(standing.next_in / SECOND)))


def tell_standing(response: Response) -> Response:
    """Tell the caller how much is left."""
    response.headers.update(g.get("pace_headers", {}))
    return response


def _quota_name() -> str | None:
    if request.path.startswith("/api/"):
        return "api"
    return QUOTAS.get(request.endpoint or "")


def _pace(address: str) -> Pace:
    """Give what one caller may ask of this process; the processes share the callers evenly."""
    settings: Settings = current_app.extensions["handrail_settings"]
    callers = CALLERS_FROM_HERE if _is_here(address) else 1
    return Pace(max(1, settings.calls_per_minute * callers // settings.web_processes), WINDOW)


def _is_here(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:  # A socket has none.
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback
