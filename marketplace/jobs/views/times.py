"""Choosing when a session starts: free times of the partners who could hold it, or of one of them."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands, slots
from marketplace.jobs.schemas_of_sessions import DaySchema, StartSchema
from marketplace.jobs.terms import TimeIsGone
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.intake import Errors, own_draft, wishes
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load, load_form, query_values
from marketplace.matching import queries as matching
from marketplace.support_requests.models import SupportRequest
from providers.profiles import queries as profiles
from providers.profiles.models import Provider


@blueprint.get("/requests/<reference>/times")
@open_to(Role.PERSON)
def times(reference: str) -> ResponseReturnValue:
    """Show when those who could hold the session are free, day by day."""
    return _page(_draft(reference), {})


def _draft(reference: str) -> SupportRequest:
    """Find the caller's own draft of a session, or raise `NotFound`."""
    draft = own_draft(reference)
    if draft.service_kind is not ServiceKind.SESSION:
        raise NotFound(reference=reference)
    return draft


def _wished() -> Provider | None:
    """Find the partner of whom the free times are wanted; an unknown one is like none."""
    slug = request.args.get("provider", "")
    return profiles.providers_by_slug(reading(), [slug]).get(slug)


def _page(draft: SupportRequest, errors: Errors, status: int = 422) -> ResponseReturnValue:
    now, partner = utcnow(), _wished()
    asked: dict[str, Any] = load(DaySchema(), query_values(DaySchema(), request.args))
    wish, among = matching.wish_of(draft), {partner.id} if partner else None
    page = render_template(
        "jobs/times.html",
        draft=draft,
        partner=partner,
        times=slots.page_of(
            lambda within: matching.free_times(reading(), wish, within, now, among=among),
            ZoneInfo(draft.zone),
            asked["day"],
            now,
        ),
        chosen=slots.written(draft.starts_at) if draft.starts_at else "",
        wishes=wishes(),
        errors=errors,
    )
    return page, status if errors else 200


@blueprint.post("/requests/<reference>/times")
@open_to(Role.PERSON)
def pick_time(reference: str) -> ResponseReturnValue:
    """Choose one of them."""
    draft, partner = _draft(reference), _wished()
    try:
        starts_at = load_form(StartSchema())["starts_at"]
        with transaction() as session:
            commands.pick_time(
                session,
                reference,
                customer_id=caller_id(),
                starts_at=starts_at,
                provider_id=partner.id if partner else None,
                now=utcnow(),
            )
    except InvalidInput as error:
        return _page(draft, error.fields)
    except TimeIsGone as error:
        return _page(draft, {"starts_at": [error.text]}, status=409)
    return redirect(url_for(".choose", reference=reference, **wishes()))
