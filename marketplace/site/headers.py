"""The headers of every answer: what a browser may do with it, whatever stands in it."""

from wsgiref.headers import Headers

from flask import Flask, Response, request
from flask_login import current_user
from whitenoise import WhiteNoise

from marketplace.kernel.visits import SIGNED
from marketplace.site.settings import Settings

# Where a form of ours may lead besides our own pages: to Checkout, and to a partner's account for payouts.
STRIPE_PAGES = ("https://checkout.stripe.com", "https://connect.stripe.com")
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
HTTPS_ONLY = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Give every answer its headers; call it before whatever else looks at answers."""
    settings: Settings = app.extensions["handrail_settings"]
    for_all = {"Content-Security-Policy": page_policy(settings), **_common(settings)}
    for_one = {**for_all, "Cache-Control": "private, no-store"}

    @app.after_request
    def add_headers(response: Response) -> Response:
        """Give an answer its headers; a page that runs no foreign code has little to fear."""
        told = {name.lower() for name, _value in response.headers}  # Once, not for each: every answer passes here.
        wanted = for_one if _is_private() else for_all
        response.headers.extend([(name, value) for name, value in wanted.items() if name.lower() not in told])
        return response


def page_policy(settings: Settings) -> str:
    """Write the content security policy of a page."""
    elsewhere = (settings.stripe_api_base,) if settings.is_sandbox else STRIPE_PAGES
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action 'self' {' '.join(elsewhere)}; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )


def _common(settings: Settings) -> dict[str, str]:
    is_safe = settings.base_url.startswith("https://")
    return COMMON | ({"Strict-Transport-Security": HTTPS_ONLY} if is_safe else {})


def _is_private() -> bool:
    """Tell whether an answer is for one caller only; the link of a letter is as good as that person's key."""
    is_link = "token" in (request.view_args or {})
    return is_link or request.path.startswith(SIGNED) or current_user.is_authenticated


def serve_static(app: Flask, settings: Settings) -> None:
    """Serve the static files before the application is asked: they are for everybody, on our own pages."""

    def add(headers: Headers, _path: str, _url: str) -> None:
        for name, value in (_common(settings) | {"Content-Security-Policy": NOTHING}).items():
            headers[name] = value

    served = WhiteNoise(
        app.wsgi_app, root=app.static_folder, prefix="static/", allow_all_origins=False, add_headers_function=add
    )
    app.wsgi_app = served  # type: ignore[method-assign]
