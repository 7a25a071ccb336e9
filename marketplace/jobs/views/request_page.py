"""The page of a request: calm while it runs, with what happens next and by when on top."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask import flash as tell
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import Schema

from marketplace.conversation.rules import Side, promise_view
from marketplace.insurance.models import PolicyYear
from marketplace.jobs import (
    queries,
    stages,
    wording,
    wording_of_cover,
    wording_of_moves,
    wording_of_quotes,
    wording_of_sessions,
    wording_of_terms,
)
from marketplace.jobs.callers import is_staff, new_form_key, ways_to_pay
from marketplace.jobs.disputes import DisputeReason, DisputeStatus
from marketplace.jobs.views import blueprint
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import fingerprint
from marketplace.kernel.schema import load_form
from marketplace.kernel.storage import ACCEPTED
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.matching.rules import offer_clock
from marketplace.support_requests import queries as requests
from marketplace.support_requests.rules import OPEN, Status
from providers.availability import queries as availability
from providers.profiles import queries as profiles
from providers.profiles.models import Review

EARLIER_REVIEWS = 5


@blueprint.get("/requests")
@open_to(Role.PERSON)
def index() -> ResponseReturnValue:
    """List one's own requests."""
    own = requests.requests_of(reading(), caller_id())
    asked = queries.asked_to_move(reading(), caller_id(), own, utcnow())
    return render_template("jobs/index.html", requests=own, asked_to_move=asked)


@blueprint.get("/requests/<reference>")
@open_to(Role.PERSON)
def show(reference: str) -> ResponseReturnValue:
    """Show everything about a request: what happens next and by when on top, then the thread, then the facts."""
    return page(reference, {})


def page(reference: str, errors: Mapping[str, list[str]], *, status: int = 422) -> ResponseReturnValue:
    """Show a request as the caller may see it, with what is wrong with a form that was sent."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    if view.side is Side.CUSTOMER and stages.is_unsent(view):
        return redirect(url_for(".choose", reference=reference))
    page = render_template("jobs/request.html", **_facts(view), errors=errors, typed=request.form)
    return page, status if errors else 200


def move(command: Callable[..., object], reference: str, *, told: str, **given: object) -> ResponseReturnValue:
    """Do something about a request in a transaction of its own, and go back to its page, where that is told."""
    with transaction() as session:
        command(session, reference, **given, now=utcnow())
    tell(told)
    return redirect(url_for(".show", reference=reference))


def move_as_typed(
    command: Callable[..., object], schema: Schema, reference: str, *, told: str, **given: object
) -> ResponseReturnValue:
    """Do something about a request with what is typed in a form of its page, whose fields the command takes."""
    typed, wrong = read_form(schema, reference)
    return wrong or move(command, reference, told=told, **given, **typed)


def _facts(view: queries.RequestView) -> dict[str, Any]:
    now = utcnow()
    return {
        "view": view,
        "request_": view.request,
        "stage": stages.stage_of(view, now),
        "opening": wording.opening(view),
        "nobody": wording.nobody(matching.gap(reading(), view.request, now)) if _is_unmatched(view) else "",
        **_clock(view, now),
        **_quotes(view, now),
        "ways": ways_to_pay(view.request, queries.needs_of(view)),
        "meter": wording_of_terms.meter(view),
        "session_card": wording_of_sessions.session_card(view),
        "move_card": wording_of_moves.move_card(view, now),
        "reasons": [(one.value, one.label) for one in DisputeReason],
        "calling_off": wording_of_terms.calling_off(view, now),
        "environment": [*wording.environment(view.request), *_away(view, now)],
        "money": wording.money(view),
        "earlier_reviews": _earlier_reviews(view),
        "cover_years": _cover_years(view),
        "accepted": ACCEPTED,
        "form_key": new_form_key(),
    }


def _away(view: queries.RequestView, now: datetime) -> list[tuple[str, str]]:
    """Say that whoever works on it is away; of what is over nobody needs to know."""
    is_under_way = view.job is not None and view.request.status in OPEN
    absent = availability.absent_on(reading(), view.job.member_id, now) if view.job and is_under_way else None
    return [(_("Away"), wording.who_is_away(view, absent))] if absent else []


def _earlier_reviews(view: queries.RequestView) -> list[Review]:
    """List what partners have said of the customer about other requests: for who works on this one, and for staff."""
    is_at_work = view.side is Side.PROVIDER and view.request.status in OPEN
    if view.side is not Side.VENDOR and not is_at_work:
        return []
    said = profiles.reviews_of_customer(reading(), view.request.customer_id, limit=EARLIER_REVIEWS)
    return [one for one in said if one.request_id != view.request.id]


def _cover_years(view: queries.RequestView) -> list[tuple[str, PolicyYear]]:
    """Tell a customer which policies pay, by their names, and what is left in their years."""
    years = queries.years_that_cover(reading(), view.request.id) if view.side is Side.CUSTOMER else []
    return [(wording_of_cover.plan_name(one.policy), one) for one in years]


def _quotes(view: queries.RequestView, now: datetime) -> dict[str, Any]:
    strips = matching.strips(reading(), [one.provider_id for one in view.quotes], now) if view.is_for_quotes else {}
    tax = queries.tax_of_request(reading(), view.request, now)
    return {
        "cards": wording_of_quotes.cards(view, strips, tax),
        "still_thinking": wording_of_quotes.still_thinking(view),
    }


def _is_unmatched(view: queries.RequestView) -> bool:
    return view.request.status is Status.UNMATCHED


def _clock(view: queries.RequestView, now: datetime) -> dict[str, Any]:
    """Give the clock that runs: of the next update, or of the answer of whoever is asked."""
    if view.renewal is not None:
        return {"clock": offer_clock(view.renewal.created_at, view.renewal.answer_by, now), "clock_label": _("Until")}
    if view.promise is not None:
        return {"clock": promise_view(view.promise, now), "clock_label": None}
    if view.open_dispute is not None and view.open_dispute.status is DisputeStatus.OPEN:
        dispute = view.open_dispute
        return {"clock": offer_clock(dispute.opened_at, dispute.answer_by, now), "clock_label": _("Answer by")}
    if view.open_offer is not None:
        return {"clock": matching.clock_of(view.open_offer, now), "clock_label": _("Answer by")}
    if view.may_ask_more and view.thinking:
        latest = max(view.thinking, key=lambda one: one.expires_at)
        return {"clock": matching.clock_of(latest, now), "clock_label": _("More quotes may come until")}
    return {"clock": None, "clock_label": None}


@blueprint.get("/requests/<reference>/live")
@open_to(Role.PERSON)
def live(reference: str) -> ResponseReturnValue:
    """Give the moving parts of the page, or say that nothing has moved since the caller last looked."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    money_states = [one.status for one in view.holds.values()], view.renewal and view.renewal.status
    # A clock runs, or calling a session off comes to cost more.
    is_timed = view.renewal or view.open_offer or view.is_for_quotes or (view.job and view.job.starts_at)
    is_running = view.promise or view.open_dispute or is_timed
    minute = utcnow().replace(second=0, microsecond=0) if is_running else None
    tag = fingerprint(view.request.version, money_states, minute, current_user.language, current_user.zone)[:16]
    if tag in request.if_none_match:
        unchanged = Response(status=304)
        unchanged.set_etag(tag)
        return unchanged
    parts = render_template("jobs/live_parts.html", **_facts(view), errors={}, typed={})
    response = Response(parts, mimetype="text/html")
    response.set_etag(tag)
    return response


@blueprint.get("/requests/<reference>/files/<int:file_id>")
@open_to(Role.PERSON)
def file(reference: str, file_id: int) -> ResponseReturnValue:
    """Hand out a file to whoever may see it; pictures are shown in the browser."""
    stored = queries.file_for(reading(), reference, file_id, person_id=caller_id(), is_staff=is_staff())
    return storage.answer(stored, shown=True)


def read_form(schema: Schema, reference: str) -> tuple[Any, ResponseReturnValue | None]:
    """Read a form of the page; when something is wrong, the second value is the page that says so."""
    try:
        return load_form(schema), None
    except InvalidInput as error:
        return None, page(reference, error.fields)
