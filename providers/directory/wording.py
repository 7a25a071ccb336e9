"""How searches are said."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from marketplace.kernel.translate import _, format_and, localized
from providers.directory import choices, queries
from providers.directory.choices import Label


def labels(session: Session, currency: str) -> dict[str, Label]:
    """Tell how the values of each parameter are said, prices in a currency."""
    niches, tracks = queries.names_in_use(session)
    names = choices.Names(
        niches={slug: localized(texts) for slug, texts in niches.items()},
        tracks={slug: localized(texts) for slug, texts in tracks.items()},
        releases=queries.releases_in_use(session),
        currency=currency,
    )
    return choices.labels(names)


def in_words(query: str, say: Mapping[str, Label]) -> str:
    """Say what a search asks for; `query` is one that is kept."""
    asked = parse_qsl(query)
    is_about_language = any(name == "language" for name, _value in asked)
    said = [say[name](value) for name, value in asked if name in say and (name != "level" or is_about_language)]
    return choices.shortened(format_and(said)) if said else _("Any partner")
