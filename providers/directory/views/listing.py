"""The public list of providers, and each provider's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from certification.credentials.seals import seal_of
from marketplace.catalogue.rules import LAYER_LABELS
from marketplace.kernel.access import Role, caller_id_or_none, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.translate import reader, use_reader
from providers.availability import queries as availability
from providers.availability.rules import days_ahead, hours_strip
from providers.directory import asking, choices, linked_data, preview, queries, wording
from providers.directory.queries import Listed, Search
from providers.directory.rules import LEVEL, SHORT_LIST, Nearest, Relaxation, Sort
from providers.directory.schemas import MAX_TEXT_LENGTH
from providers.directory.views.common import blueprint, known_of, rows_of, saved_among
from providers.profiles import queries as profiles

REVIEWS = 20


@dataclass(frozen=True, slots=True)
class WayOut:
    """What to ask for instead when nobody fits, or a condition to drop; how many that brings, and where."""

    label: str
    count: int
    url: str
    is_dropped: bool


@dataclass(frozen=True, slots=True)
class NearestWay:
    """What to leave out, all of it, where no one change is enough; how many that brings, and where."""

    labels: Sequence[str]
    count: int
    url: str


@blueprint.get("/providers")
@open_to(Role.ANYONE)
def index() -> ResponseReturnValue:
    """Show who can help, by what is asked."""
    session, now, query = reading(), utcnow(), known_of(request.args)
    errors: dict[str, list[str]] = {}
    try:
        asked = asking.search_from(session, query)
        listed = queries.search(session, asked, now)
        if asked.cursor and not listed.snapshots:  # Whoever stood there has left.
            raise queries.unknown_page()
    except InvalidInput as error:  # The form is shown again, with all that can be chosen.
        errors = error.fields
        asked = queries.search_for_anybody(asking.this_reader(session))
        listed = queries.search(session, asked, now)
    with use_reader(reader().language, asked.reader.zone):
        rows = rows_of(session, listed.snapshots, asked, now) if not errors else []
        page = render_template(
            "directory/providers.html",
            errors=errors,
            found=listed.found,
            rows=rows,
            linked_data=linked_data.of_list(
                [(one.snapshot.provider.name, one.path) for one in rows], listed.found.total
            ),
            values=query,
            sorts=[(one.value, one.label) for one in Sort],
            max_text_length=MAX_TEXT_LENGTH,
            **_choices(session, query, asked, listed),
        )
    return page, 422 if errors else 200


def _choices(session: Session, query: "MultiDict[str, str]", asked: Search, listed: Listed) -> dict[str, Any]:
    """Give what can be chosen, what is chosen, and where the list goes on."""
    say = wording.labels(session, asked.reader.currency)
    found = listed.found
    return {
        "facets": choices.options(found.facets, query, say),
        "chosen": choices.chosen(query, say),
        "ways_out": [_way_out(one, query, say) for one in found.relax],
        "nearest": _nearest_way(found.nearest, query, asked, say) if found.nearest else None,
        "waiting": _waiting(session, query, asked, listed),
        "next_url": choices.url_of_page(query, found.next_cursor) if found.next_cursor else None,
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a short list says of telling when somebody fits: where to save the search, and whether it is saved."""

    url: str
    is_saved: bool | None  # None for a visitor.


def _waiting(session: Session, query: "MultiDict[str, str]", asked: Search, listed: Listed) -> Waiting | None:
    if listed.found.total > SHORT_LIST:
        return None
    person_id, kept = caller_id_or_none(), asking.kept_from(query, asked)
    is_saved = None if person_id is None else queries.same_search(session, person_id, kept) is not None
    return Waiting(choices.url_of_saving(query), is_saved)


def _way_out(one: Relaxation, query: "MultiDict[str, str]", say: Mapping[str, choices.Label]) -> WayOut:
    if one.value is not None:
        url = choices.url_with(query, one.parameter, one.value)
        return WayOut(say[one.parameter](one.value), one.count, url, is_dropped=False)
    label = _label(one.parameter, query, say)
    return WayOut(label, one.count, choices.url_without(query, one.parameter), is_dropped=True)


def _label(parameter: str, query: "MultiDict[str, str]", say: Mapping[str, choices.Label]) -> str:
    values = dict.fromkeys(value for value in query.getlist(parameter) if value)
    return choices.shortened(", ".join(say[parameter](value) for value in values))


def _nearest_way(
    nearest: Nearest, query: "MultiDict[str, str]", asked: Search, say: Mapping[str, choices.Label]
) -> NearestWay:
    labels = [
        say[one](asked.filters.highest_level) if one == LEVEL else _label(one, query, say) for one in nearest.parameters
    ]
    return NearestWay(labels, nearest.count, choices.url_without_all(query, nearest.parameters))


@blueprint.get("/providers/<slug>")
@open_to(Role.ANYONE)
def show(slug: str) -> ResponseReturnValue:
    """Show somebody who can help: who, when, for how much, and how it went so far."""
    session, now = reading(), utcnow()
    snapshot = queries.snapshot(session, slug, asking.this_reader(session), now)
    zone = reader().zone
    saved = saved_among(session, [snapshot.provider.id])
    return render_template(
        "directory/provider.html",
        snapshot=snapshot,
        provider=snapshot.provider,
        is_saved=None if saved is None else bool(saved),
        strip=hours_strip(snapshot.hours, zone, now),
        week=days_ahead(snapshot.hours, zone, now),
        seals=[seal_of(one, now) for one in snapshot.credentials],
        reviews=profiles.reviews(session, snapshot.provider.id, limit=REVIEWS),
        cheapest=min((one.terms for one in snapshot.services), key=lambda one: one.most, default=None),
        layers=LAYER_LABELS,
        description=linked_data.summary(snapshot),
        linked_data=linked_data.of_provider(snapshot, now),
    )


@blueprint.get("/providers/<slug>/card.png")
@open_to(Role.ANYONE)
def card(slug: str) -> ResponseReturnValue:
    """Draw what other sites show beside a link to a provider."""
    session, now = reading(), utcnow()
    provider = profiles.provider_by_slug(session, slug)
    return preview.picture(
        provider, availability.hours_by_provider(session, [provider.id], now.date())[provider.id], now
    )
