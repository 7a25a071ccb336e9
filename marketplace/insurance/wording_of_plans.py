"""Versions of plans in words: how each differs from the one before, and how customers will read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import ndiff

from flask import render_template
from markupsafe import Markup

from marketplace.catalogue.models import Category
from marketplace.insurance import wording
from marketplace.insurance.models import PlanVersion
from marketplace.kernel.translate import _, languages, own_name, text_direction, use_locale


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What was changed in the terms in full, in one language.

    Attributes:
        language: its name, in itself.
        code: of the language.
        lines: what was taken out ("-") and put in ("+"), line by line.
    """

    language: str
    code: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as somebody who reads one language will see it."""

    code: str
    language: str
    direction: str
    page: Markup


def promises(version: PlanVersion, categories: Sequence[Category]) -> dict[str, str]:
    """Say all that a version promises, by what it is called."""
    price = {_("Price"): wording.price_of(version.terms.price, version.interval)}
    return price | dict(wording.terms_of(version.terms, categories))


def differences(before: PlanVersion, after: PlanVersion, categories: Sequence[Category]) -> list[tuple[str, str, str]]:
    """Compare two versions: what it is called, before, now; only what differs."""
    was, now = _named(before), _named(after)
    changed = [name for name in {**now, **was} if was.get(name) != now.get(name)]
    called = [(name, was.get(name, _("None")), now.get(name, _("None"))) for name in changed]
    return called + wording.difference(before.terms, after.terms, categories)


def _named(version: PlanVersion) -> dict[str, str]:
    """Say what a version is called, and what it costs."""
    names = {_("Name in %(language)s") % {"language": own_name(code)}: name for code, name in version.names.items()}
    return {**names, _("Price"): wording.price_of(version.terms.price, version.interval)}


def rewritten(before: PlanVersion, after: PlanVersion) -> list[Rewritten]:
    """Compare the terms in full, in each language in which they differ."""
    found = []
    for code in sorted({*before.terms_texts, *after.terms_texts}):
        was, now = (one.terms_texts.get(code, "").splitlines() for one in (before, after))
        lines = [(line[0], line[2:]) for line in ndiff(was, now) if line[0] in "-+"]
        if lines:
            found.append(Rewritten(own_name(code), code, lines))
    return found


def as_read(version: PlanVersion, categories: Sequence[Category]) -> Iterator[Reading]:
    """Show a version as customers will see it, in each language of the site."""
    for code in languages():
        with use_locale(code):
            page = render_template("insurance/promises.html", version=version, categories=categories, wording=wording)
            shown = Markup(page)  # noqa: S704 - the template has escaped it
            yield Reading(code, own_name(code), text_direction(code), shown)
