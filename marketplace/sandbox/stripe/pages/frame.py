"""What all pages share: the reader's language, the signed token of each form, and headers that allow nothing else."""

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.kernel.money import Money
from marketplace.kernel.negotiation import negotiate
from marketplace.kernel.translate import format_money, text_direction, use_locale
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import World
from marketplace.sandbox.stripe.pages.tokens import is_valid, make_token

TOKEN_FIELD = "form_token"  # noqa: S105 -- The name of a field.

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def language(wanted: str | None = None) -> str:
    """Choose the language of a page: the one it was made for, else the reader's."""
    is_open = wanted in {None, "auto"}
    return negotiate(request.headers.get("Accept-Language", "") if is_open else str(wanted))


def page(
    template: str,
    *,
    world: World,
    subject: str,
    locale: str | None = None,
    status: int = 200,
    leads_to: Iterable[str | None] = (),
    **values: Any,
) -> Response:
    """Render a page.

    Args:
        template: which page.
        world: what it tells about, and when.
        subject: what its forms are about.
        locale: the language that the page was made for; the reader's own if none.
        status: of the answer.
        leads_to: addresses elsewhere to which its forms may lead in the end.
        values: for the template.
    """
    code = language(locale)
    with use_locale(code):
        text = render_template(
            template,
            language=code,
            direction=text_direction(code),
            token=make_token(simulator().page_secret, subject, world.wall_timestamp),
            **values,
        )
    response = make_response(text, status)
    response.headers["Content-Security-Policy"] = " ".join([CONTENT_SECURITY_POLICY, *_origins(leads_to)])
    response.headers["Vary"] = "Accept-Language"
    return response


def has_token(world: World, subject: str) -> bool:
    """Tell whether the form that was sent is one of these pages, about `subject`."""
    token = request.form.get(TOKEN_FIELD, "")
    return is_valid(simulator().page_secret, subject, token, world.wall_timestamp)


def money(amount: int, currency: str) -> str:
    """Write an amount of the API as the reader's language does."""
    return format_money(Money(amount, currency.upper()), exact=True)


def nothing_here(world: World) -> Response:
    """Show that an address leads nowhere."""
    return page("sandbox/nothing_here.html", world=world, subject="", status=404)


def not_found(_error: Exception) -> ResponseReturnValue:
    """Show that an address leads nowhere."""
    with simulator().world() as world:
        return nothing_here(world)


def refuse_strangers() -> ResponseReturnValue | None:
    """Answer only to names of this machine, so that no page from elsewhere can reach in under a name of its own."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return None
    try:
        is_this_machine = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_this_machine = False
    if is_this_machine:
        return None
    return make_response("The stand-in for Stripe answers on this machine only.\n", 403, {"Content-Type": "text/plain"})


def add_headers(response: Response) -> Response:
    """Add what every answer carries."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _origins(addresses: Iterable[str | None]) -> list[str]:
    # Browsers hold the address to which a form leads by redirect to the policy, too.
    found = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, filter(None, addresses))}
    return sorted(found)
