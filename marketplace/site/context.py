"""What every template may use: the site, the reader, the person, the words, dates and amounts."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from marketplace.kernel import translate
from marketplace.kernel.access import Role
from marketplace.kernel.clock import utcnow
from marketplace.kernel.translate import LazyText, _l, languages, own_name, reader, text_direction
from marketplace.kernel.visits import THEME_COOKIE
from marketplace.site import search_engines, security
from marketplace.site.filling import is_filled
from marketplace.site.icons import icon

THEMES = ("auto", "light", "dark")

COVER = "insurance.index"  # The vendor says what it is called.

# Who sees which way: endpoint, words, and the roles of which the person needs one.
WAYS: tuple[tuple[str, LazyText, frozenset[Role]], ...] = (
    ("directory.index", _l("Find a partner"), frozenset(Role)),
    (COVER, _l("Support cover"), frozenset(Role)),
    ("jobs.index", _l("Your requests"), frozenset({Role.PERSON})),
    ("jobs.work", _l("Your work"), frozenset({Role.PARTNER})),
    ("insights.today", _l("Console"), frozenset({Role.STAFF})),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation, and the part of the site to which it leads."""

    label: str
    url: str

    @property
    def part(self) -> str:
        """The first part of its address, which all pages below it share."""
        return self.url.split("/")[1]


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the templates know of the installation."""

    name: str
    url: str
    vendor_name: str
    cover_name: str
    sandbox: bool
    demo: bool
    languages: list[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Give the templates their words and facts."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        translate.gettext, translate.ngettext, newstyle=True, pgettext=translate.pgettext
    )
    app.jinja_env.globals.update(gettext=_say, _=_say)
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # As the catalogues are extracted.
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        icon=icon, field_label=field_label, field_labels=field_labels, demo_is_filled=is_filled
    )
    for words in (
        translate.format_money, translate.format_day, translate.format_month, translate.format_moment,
        translate.format_clock, translate.format_weekday_clock, translate.format_duration, translate.format_minutes,
        translate.format_number, translate.format_and,
        translate.language_name, translate.country_name, translate.currency_name, translate.zone_city,
        translate.localized, translate.language_of, translate.own_name, translate.text_direction,
    ):  # fmt: skip
        app.jinja_env.filters[words.__name__] = words
    app.context_processor(facts)


@pass_context
def _say(context: Context, message: str, /, **gaps: object) -> str:
    """Translate, as Jinja's own function does, but fill only what has gaps: most of a page has none."""
    text = translate.gettext(message)
    shown = Markup(text) if context.eval_ctx.autoescape else text  # noqa: S704 - our own words
    return shown % gaps if "%" in text else shown


def facts() -> dict[str, Any]:
    """Give what every template may use; a letter is written without a request, so nobody is signed in there."""
    settings = current_app.extensions["handrail_settings"]
    site = SiteFacts(
        name=settings.site_name,
        url=settings.base_url,
        vendor_name=settings.vendor_name,
        cover_name=str(settings.cover_name.label),
        sandbox=settings.is_sandbox,
        demo=settings.demo,
        languages=[(code, own_name(code)) for code in languages()],
    )
    common = {"site": site, "locale": reader().language, "direction": text_direction()}
    return common | _request_facts() if has_request_context() else common


def _request_facts() -> dict[str, Any]:
    theme = request.cookies.get(THEME_COOKIE, "auto")
    roles = security.roles()
    return {
        "roles": roles,
        "person": current_user if current_user.is_authenticated else None,
        "zone": reader().zone.key,
        "theme": theme if theme in THEMES else "auto",
        "navigation": navigation(roles),
        "here": request.full_path.rstrip("?"),
        "now": utcnow(),
        "findable": search_engines.this_page(),
    }


def field_label(name: str, label: str) -> str:
    """Write the label of a field; the summary of what is wrong with a form will call the field so."""
    field_labels()[name] = label
    return label


def field_labels() -> dict[str, str]:
    """Give the labels of all fields that stand on the page so far, by the names of the fields."""
    labels: dict[str, str] = g.setdefault("field_labels", {})
    return labels


def navigation(roles: set[Role]) -> list[Way]:
    """List the ways that somebody with these roles may go."""
    mine = roles | {Role.ANYONE}
    names = {COVER: current_app.extensions["handrail_settings"].cover_name.label}
    return [
        Way(str(names.get(endpoint, label)), url_for(endpoint)) for endpoint, label, wanted in WAYS if wanted & mine
    ]
