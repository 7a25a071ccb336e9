"""The public list of providers, as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from certification.credentials.models import Credential
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.schema import money_json
from marketplace.kernel.translate import localized
from providers.availability.rules import ONE_WEEK, open_intervals
from providers.directory import asking, queries
from providers.directory.queries import OfferedService, Snapshot
from providers.directory.rules import ANYBODY, Filters, Nearest, price_from
from providers.directory.schemas import ReaderSchema, SearchSchema
from providers.directory.schemas_of_answers import ProviderListSchema, ProviderSchema
from providers.profiles import queries as profiles
from providers.profiles.models import Review
from providers.profiles.rules import Figures
from providers.profiles.rules.speech import Medium, Speech

REVIEWS = 20

blueprint = CallsBlueprint("directory_api", __name__, url_prefix="/api/v1", description="Finding providers")


@blueprint.get("/providers")
@blueprint.arguments(SearchSchema, location="query")
@blueprint.response(200, ProviderListSchema)
@open_to(Role.ANYONE)
def search(values: dict[str, Any]) -> dict[str, Any]:
    """Search the list of providers."""
    session = reading()
    asked = queries.search_for(session, values, asking.this_reader(session))
    listed = queries.search(session, asked, utcnow())
    return {
        "items": [_card(one, asked.filters) for one in listed.snapshots],
        "next": listed.found.next_cursor,
        "total": listed.found.total,
        "facets": listed.found.facets,
        "relax": [{"parameter": one.parameter, "value": one.value, "total": one.count} for one in listed.found.relax],
        "nearest": _nearest(listed.found.nearest),
    }


def _nearest(nearest: Nearest | None) -> dict[str, Any] | None:
    return None if nearest is None else {"parameters": nearest.parameters, "total": nearest.count}


@blueprint.get("/providers/<slug>")
@blueprint.arguments(ReaderSchema, location="query")
@blueprint.response(200, ProviderSchema)
@open_to(Role.ANYONE)
def show(values: dict[str, Any], slug: str) -> dict[str, Any]:
    """Tell everything public about a provider."""
    session, now = reading(), utcnow()
    reader = queries.reader_of(session, values, asking.this_reader(session))
    snapshot = queries.snapshot(session, slug, reader, now)
    return (
        _card(snapshot, ANYBODY)
        | _details(snapshot, now)
        | {"reviews": [_review(one) for one in profiles.reviews(session, snapshot.provider.id, limit=REVIEWS)]}
    )


def _speech(language: str, speech: Speech) -> dict[str, Any]:
    return {
        "language": language,
        "level": speech.level,
        "spoken": speech.spoken,
        "written": speech.written,
        "proven": [one for one in Medium if speech.is_proven(one)],
    }


def _card(snapshot: Snapshot, filters: Filters) -> dict[str, Any]:
    provider, card = snapshot.provider, snapshot.card
    price = price_from(card, filters)
    return {
        "slug": provider.slug,
        "name": provider.name,
        "country": provider.country,
        "partner_level": provider.level,
        "url": _address("directory.show", slug=provider.slug),
        "languages": [_speech(code, one) for code, one in card.languages.items()],
        "niches": card.niches,
        "layers": sorted({offering.layer for offering in card.offerings}),
        "credentials": sorted(card.tracks),
        "releases": sorted(card.releases),
        "price_from": money_json(price) if price else None,
        "open_now": card.is_open,
        "next_open": card.next_open,
        "break_until": card.break_until,
        "accepts_cover": card.accepts_cover,
        "overlap_hours": card.overlap_hours,
        "figures": _figures(card.figures),
    }


def _address(endpoint: str, **values: Any) -> str:
    """Give the address of a page as people type it, whatever host the call came to."""
    return f"{current_app.config['BASE_URL']}{url_for(endpoint, **values)}"


def _figures(figures: Figures) -> Mapping[str, Any]:
    wait = figures.first_answer_after
    return {
        "promises_due": figures.promises_due,
        "promises_kept": figures.promises_kept,
        "kept_percent": figures.kept_percent,
        "ratings": figures.ratings,
        "stars": figures.stars,
        "jobs_done": figures.jobs_done,
        "first_answers": figures.first_answers,
        "first_answer_minutes": None if wait is None else wait.total_seconds() // 60,
    }


def _details(snapshot: Snapshot, now: datetime) -> dict[str, Any]:
    return {
        "about": localized(snapshot.provider.abouts),
        "hours": [{"start": one.start, "end": one.end} for one in open_intervals(snapshot.hours, now, now + ONE_WEEK)],
        "services": [_service(one) for one in snapshot.services],
        "certificates": [_credential(one) for one in snapshot.credentials],
    }


def _service(offered: OfferedService) -> dict[str, Any]:
    service = offered.service
    return {
        "niche": service.niche.slug,
        "layer": service.layer,
        "kind": service.kind,
        "urgency_hours": service.urgency_hours,
        "includes": localized(service.includes),
        "price": money_json(offered.terms.price),
        "own_price": money_json(service.terms.price),
        "most": money_json(offered.terms.most),
        "cap_minutes": service.cap_minutes,
        "session_minutes": service.session_minutes,
        "terms": offered.terms.text,
    }


def _credential(credential: Credential) -> dict[str, Any]:
    return {
        "reference": credential.reference,
        "track": credential.track.slug,
        "niche": credential.track.niche.slug,
        "level": credential.track.level,
        "holder": credential.person.name,
        "valid_until": credential.valid_until,
        "url": _address("credentials.show", reference=credential.reference),
    }


def _review(review: Review) -> dict[str, Any]:
    return {
        "author": review.author_first_name,
        "stars": review.stars,
        "body": review.body,
        "language": review.language,
        "at": review.at,
        "answer": review.answer,
    }
