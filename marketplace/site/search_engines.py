"""What search engines find and what other sites show of a link: the public pages, their addresses, and lists of them.

Whatever is not named here is kept out of search engines, by a header of the answer. A public page tells its one address
without what others add to it, and that of each language; what nobody chose leads to the language of the reader.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.core import get_global
from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.database import MAX_ID, reading
from marketplace.kernel.previews import preview
from marketplace.kernel.translate import _, languages
from marketplace.kernel.visits import LANGUAGE_PARAMETER
from providers.directory import asking
from providers.profiles import queries as profiles

# The pages that may be found, and the parameters that make another page of each, in the order of its address.
PUBLIC: Mapping[str, Sequence[str]] = {
    "site.home": (),
    "directory.index": asking.PARAMETERS,
    "directory.show": (),
    "insurance.index": (),
    "exams.index": (),
    "credentials.ask_to_verify": (),
    "applications.start": (),
    "site.contact": (),
}
PICTURES = frozenset({"profiles.photo", "directory.card", "search_engines.card"})  # What stands on those pages.
NEXT_PAGE = "cursor"  # A page that goes on from another is not found: what stands on it moves every day.
PRIVATE = ("/account", "/favourites", "/requests", "/offers", "/work", "/vendor", "/mailbox")

IDS_PER_LIST = 5000  # A provider never moves to another list.
XML = "application/xml"
DATA = Path(str(files("marketplace.site") / "data"))

blueprint = Blueprint("search_engines", __name__)


@dataclass(frozen=True, slots=True)
class Findable:
    """A page that may be found: as it is asked for here, without a language, and in each language."""

    url: str
    default_url: str
    versions: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page in a list for search engines, and when it last became another one, where that is known."""

    page: Findable
    changed_at: datetime | None = None


def init_app(app: Flask) -> None:
    """Keep out of search engines what is not for them, and tell them what is."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters["territorial"] = territorial
    app.after_request(keep_out)


def keep_out(response: Response) -> Response:
    """Forbid to list an answer, unless it is a public page, or a picture on one."""
    if not (_is_for_all() and response.status_code < 400):  # noqa: PLR2004 - where mistakes begin
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _is_for_all() -> bool:
    return request.endpoint in PICTURES or (request.endpoint in PUBLIC and NEXT_PAGE not in request.args)


def this_page() -> Findable | None:
    """Tell the addresses of the page that is asked for; None for one that is not to be found."""
    endpoint = request.endpoint
    if endpoint is None or endpoint not in PUBLIC or not _is_for_all():
        return None
    told = {name: sorted({value for value in request.args.getlist(name) if value}) for name in PUBLIC[endpoint]}
    path = url_for(endpoint, **(request.view_args or {}))
    return findable(path, told, language=request.args.get(LANGUAGE_PARAMETER))


def findable(path: str, told: Mapping[str, Sequence[str]] | None = None, *, language: str | None = None) -> Findable:
    """Give the addresses of a page.

    Args:
        path: of the page.
        told: the parameters that make it this page, in the order of its address.
        language: in which it is asked for; one that is not spoken here counts as none.
    """
    query = urlencode(told or {}, doseq=True)
    base = f"{current_app.config['BASE_URL']}{path}"
    clean = f"{base}?{query}" if query else base
    versions = {code: f"{clean}{'&' if query else '?'}{LANGUAGE_PARAMETER}={code}" for code in languages()}
    return Findable(versions.get(language or "", clean), clean, list(versions.items()))


@cache
def territorial(language: str) -> str:
    """Write a language as the Open Graph protocol wants it, with the territory in which most speak it: `es_ES`."""
    tag = language.replace("-", "_")
    parts = str(get_global("likely_subtags").get(tag, tag)).split("_")
    return f"{parts[0]}_{parts[-1]}" if len(parts) > 1 else tag


@blueprint.get("/robots.txt")
@open_to(Role.ANYONE)
def robots() -> ResponseReturnValue:
    """Keep robots out of what is not public anyway, and tell them where to begin."""
    rules = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    told = [*rules, "", f"Sitemap: {_address('.sitemap')}"]
    return Response("\n".join(told) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@open_to(Role.ANYONE)
def sitemap() -> ResponseReturnValue:
    """List the lists of public pages."""
    numbers = profiles.ranges_of_listed(reading(), IDS_PER_LIST)
    lists = [_address(".pages"), *(_address(".providers", number=number) for number in numbers)]
    return _xml(render_template("site/sitemap_index.xml", lists=lists))


@blueprint.get("/sitemaps/pages.xml")
@open_to(Role.ANYONE)
def pages() -> ResponseReturnValue:
    """List the public pages of which there is one each."""
    alone = [endpoint for endpoint in PUBLIC if endpoint != "directory.show"]
    return _xml(render_template("site/sitemap.xml", listed=[Listed(findable(url_for(one))) for one in alone]))


@blueprint.get("/sitemaps/providers-<int:number>.xml")
@open_to(Role.ANYONE)
def providers(number: int) -> ResponseReturnValue:
    """List the pages of the providers of a range of ids; where nobody is listed there is no list."""
    first = (number - 1) * IDS_PER_LIST + 1
    if not 0 < first <= MAX_ID:
        abort(404)
    found = profiles.listed_between(reading(), first, min(first + IDS_PER_LIST - 1, MAX_ID))
    if not found:
        abort(404)
    return _xml(render_template("site/sitemap.xml", listed=_listed(found)))


def _listed(found: Sequence[profiles.ListedSlug]) -> Iterator[Listed]:
    for one in found:
        yield Listed(findable(url_for("directory.show", slug=one.slug)), one.changed_at)


@blueprint.get("/card.png")
@open_to(Role.ANYONE)
def card() -> ResponseReturnValue:
    """Draw the picture that other sites show beside a link to a page that has none of its own."""
    settings = current_app.extensions["handrail_settings"]
    sheet = {
        "site": settings.site_name,
        "title": _("Help you can hold on to"),
        "text": _("Certified people who speak your language and work in your hours."),
    }
    return preview(DATA / "card.typ", sheet)


def _address(endpoint: str, **values: Any) -> str:
    return f"{current_app.config['BASE_URL']}{url_for(endpoint, **values)}"


def _xml(written: str) -> Response:
    return Response(written, mimetype=XML)
