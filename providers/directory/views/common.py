"""What the pages of the list share."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, get_template_attribute, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from marketplace.kernel.access import caller_id_or_none
from marketplace.kernel.translate import localized, reader
from providers.availability.rules import hours_strip
from providers.directory import queries
from providers.directory.queries import Search, Snapshot
from providers.directory.rules import cheapest
from providers.directory.schemas import SEARCH
from providers.services.rules import Terms

blueprint = Blueprint("directory", __name__)


MOST_PICTURES = 4  # Of a provider: for readers of other languages and zones, and in the minutes before.


@dataclass(frozen=True, slots=True)
class Row:
    """A provider in a list, as the page shows it; `is_saved` is None for a visitor, who can save nobody."""

    snapshot: Snapshot
    path: str
    picture: Markup
    choice: Markup
    cheapest: Terms | None
    is_saved: bool | None


def rows_of(session: Session, snapshots: Sequence[Snapshot], asked: Search, now: datetime) -> list[Row]:
    """Show providers to whoever has asked."""
    saved = saved_among(session, [one.provider.id for one in snapshots])
    return [_row(one, asked, now, saved) for one in snapshots]


def saved_among(session: Session, provider_ids: Collection[int]) -> set[int] | None:
    """Tell which of some providers the caller has saved; None for a visitor."""
    person_id = caller_id_or_none()
    return None if person_id is None else queries.saved_among(session, person_id, provider_ids)


def _row(snapshot: Snapshot, asked: Search, now: datetime, saved: set[int] | None) -> Row:
    found = cheapest(snapshot.card, asked.filters)
    path, picture, choice = _drawn(snapshot, asked.reader.zone, now)
    return Row(
        snapshot=snapshot,
        path=path,
        picture=Markup(picture),  # noqa: S704 - drawn by our own template
        choice=Markup(choice),  # noqa: S704 - the same
        cheapest=found.terms if found else None,
        is_saved=None if saved is None else snapshot.provider.id in saved,
    )


def _drawn(snapshot: Snapshot, zone: ZoneInfo, now: datetime) -> Sequence[str]:
    """Draw a row, with the path of its page; the same few are on most pages, and hours change by the minute."""
    key, pictures = (reader().language, zone.key, now.replace(second=0, microsecond=0)), snapshot.pictures
    if key not in pictures:
        if len(pictures) >= MOST_PICTURES:
            pictures.clear()
        niches = {one.service.niche.slug: localized(one.service.niche.names) for one in snapshot.services}
        draw = get_template_attribute("directory/row.html", "picture")
        choose = get_template_attribute("directory/keeping.html", "choose")
        pictures[key] = (
            url_for("directory.show", slug=snapshot.provider.slug),
            draw(snapshot, hours_strip(snapshot.hours, zone, now), list(niches.values())),
            choose(snapshot.provider),
        )
    return pictures[key]


def known_of(query: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """Leave out what is no question to the list, such as what other sites add to addresses."""
    return MultiDict([(name, value) for name, value in query.items(multi=True) if name in SEARCH.fields])
