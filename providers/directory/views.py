"""The public list of providers, and each provider's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from certification.credentials.seals import seal_of
from certification.tracks import queries as tracks
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import LAYER_LABELS
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import localized, reader, use_reader
from providers.availability.rules import HoursStrip, days_ahead, hours_strip
from providers.directory import asking, choices, queries
from providers.directory.queries import Listed, Search, Snapshot
from providers.directory.rules import Relaxation, Sort, cheapest
from providers.directory.schemas import MAX_TEXT_LENGTH, SearchSchema
from providers.profiles import queries as profiles
from providers.services.rules import Terms

REVIEWS = 20

blueprint = Blueprint("directory", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A provider in the list, as the page shows it."""

    snapshot: Snapshot
    strip: HoursStrip
    niches: Sequence[str]
    cheapest: Terms | None


@dataclass(frozen=True, slots=True)
class WayOut:
    """A condition to drop when nobody fits, how many that brings, and the address of the list without it."""

    label: str
    count: int
    url: str


@blueprint.get("/providers")
@open_to(Role.ANYONE)
def index() -> ResponseReturnValue:
    """Show who can help, by what is asked."""
    session, now, query = reading(), utcnow(), _known(request.args)
    errors: dict[str, list[str]] = {}
    try:
        asked = asking.search_from(session, query)
        listed = queries.search(session, asked, now)
    except InvalidInput as error:  # The form is shown again, with all that can be chosen.
        errors = error.fields
        asked = queries.search_for_anybody(asking.this_reader(session))
        listed = queries.search(session, asked, now)
    with use_reader(reader().language, asked.reader.zone):
        page = render_template(
            "directory/providers.html",
            errors=errors,
            found=listed.found,
            rows=[_row(one, asked, now) for one in listed.snapshots] if not errors else [],
            values=query,
            sorts=[(one.value, one.label) for one in Sort],
            max_text_length=MAX_TEXT_LENGTH,
            **_choices(session, query, asked, listed),
        )
    return page, 422 if errors else 200


def _known(query: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """Leave out what is no question to the list, such as what other sites add to addresses."""
    known = SearchSchema().fields
    return MultiDict([(name, value) for name, value in query.items(multi=True) if name in known])


def _row(snapshot: Snapshot, asked: Search, now: datetime) -> Row:
    names = {one.service.niche.slug: localized(one.service.niche.names) for one in snapshot.services}
    found = cheapest(snapshot.card, asked.filters)
    return Row(
        snapshot=snapshot,
        strip=hours_strip(snapshot.hours, asked.reader.zone, now),
        niches=list(names.values()),
        cheapest=found.terms if found else None,
    )


def _choices(session: Session, query: "MultiDict[str, str]", asked: Search, listed: Listed) -> dict[str, Any]:
    """Give what can be chosen, what is chosen, and where the list goes on."""
    names = choices.Names(
        niches={one.slug: localized(one.names) for one in catalogue.niches(session)},
        tracks={one.slug: localized(one.names) for one in tracks.tracks(session)},
        currency=asked.reader.currency,
    )
    say = choices.labels(names)
    found = listed.found
    return {
        "facets": choices.options(found.facets, query, say),
        "chosen": choices.chosen(query, say),
        "ways_out": [_way_out(one, query, say) for one in found.relax],
        "next_url": choices.url_of_page(query, found.next_cursor) if found.next_cursor else None,
    }


def _way_out(one: Relaxation, query: "MultiDict[str, str]", say: Mapping[str, choices.Label]) -> WayOut:
    values = dict.fromkeys(value for value in query.getlist(one.condition) if value)
    label = choices.shortened(", ".join(say[one.condition](value) for value in values))
    return WayOut(label, one.count, choices.url_without(query, one.condition))


@blueprint.get("/providers/<slug>")
@open_to(Role.ANYONE)
def show(slug: str) -> ResponseReturnValue:
    """Show somebody who can help: who, when, for how much, and how it went so far."""
    session, now = reading(), utcnow()
    snapshot = queries.snapshot(session, slug, asking.this_reader(session), now)
    zone = reader().zone
    return render_template(
        "directory/provider.html",
        snapshot=snapshot,
        provider=snapshot.provider,
        strip=hours_strip(snapshot.hours, zone, now),
        week=days_ahead(snapshot.hours, zone, now),
        seals=[seal_of(one, now) for one in snapshot.credentials],
        reviews=profiles.reviews(session, snapshot.provider.id, limit=REVIEWS),
        cheapest=min((one.terms for one in snapshot.services), key=lambda one: one.most, default=None),
        layers=LAYER_LABELS,
    )
