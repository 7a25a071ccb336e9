"""Partners side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from certification.credentials.seals import Seal, seal_of
from marketplace.catalogue.rules import ServiceKind
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.translate import format_minutes
from providers.availability.rules import HoursStrip, hours_strip
from providers.directory import asking, queries
from providers.directory.parameters import MAX_VALUES
from providers.directory.queries import Reader, Snapshot
from providers.directory.rules import ANYBODY, Offering, cheapest
from providers.directory.schemas_of_keeping import CompareSchema
from providers.directory.views.common import blueprint, saved_among
from providers.profiles import queries as profiles

PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Column:
    """A partner beside others, as the page shows it; `url_without` compares the others."""

    snapshot: Snapshot
    strip: HoursStrip
    overlap: str | None
    cheapest: dict[ServiceKind, Offering]
    seals: Sequence[Seal]
    is_saved: bool | None
    url_without: str


@blueprint.get("/compare")
@open_to(Role.ANYONE)
def compare() -> ResponseReturnValue:
    """Show a few partners side by side, in the order in which they are named."""
    session, now = reading(), utcnow()
    slugs = list(dict.fromkeys(one for one in request.args.getlist(PARTNER) if one.strip()))
    errors: dict[str, list[str]] = {}
    try:
        load(CompareSchema(), query_values(CompareSchema(), MultiDict([(PARTNER, one) for one in slugs])))
    except InvalidInput as error:
        errors = error.fields
    by_slug = profiles.providers_by_slug(session, slugs[:MAX_VALUES])
    providers = [by_slug[one] for one in slugs if one in by_slug]
    who = asking.this_reader(session)
    compared = [] if errors else queries.snapshots(session, providers, who, now)
    saved = saved_among(session, [one.provider.id for one in compared])
    page = render_template(
        "directory/compare.html",
        errors=errors,
        chosen=[(one.slug, one.name) for one in providers],
        unknown=[] if errors else [one for one in slugs if one not in by_slug],
        columns=[_column(one, who, now, saved, slugs) for one in compared],
        kinds=[kind for kind in ServiceKind if any(_sells(one, kind) for one in compared)],
    )
    return page, 422 if errors else 404 if slugs and not compared else 200


def _column(one: Snapshot, who: Reader, now: datetime, saved: set[int] | None, slugs: Sequence[str]) -> Column:
    minutes = round(one.card.overlap_hours * 60)
    return Column(
        snapshot=one,
        strip=hours_strip(one.hours, who.zone, now),
        overlap=format_minutes(minutes) if minutes else None,
        cheapest={kind: found for kind in ServiceKind if (found := _sells(one, kind))},
        seals=[seal_of(credential, now) for credential in one.credentials],
        is_saved=None if saved is None else one.provider.id in saved,
        url_without=url_for(".compare", partner=[slug for slug in slugs if slug != one.provider.slug]),
    )


def _sells(one: Snapshot, kind: ServiceKind) -> Offering | None:
    return cheapest(one.card, replace(ANYBODY, kinds=frozenset({kind})))
