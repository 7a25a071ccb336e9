"""Following a request: the calm page while it runs, and the moves of its customer and its partner."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask import flash as tell
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import Schema

from marketplace.conversation.rules import Side, promise_view
from marketplace.jobs import commands, queries, stages, wording
from marketplace.jobs.callers import acting_member, form_key, is_staff, new_form_key, sent_files
from marketplace.jobs.schemas import MessageSchema, PromiseSchema, RatingSchema, ReasonSchema, SolutionSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import claim, fingerprint
from marketplace.kernel.schema import load_form
from marketplace.kernel.storage import ACCEPTED
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.support_requests import queries as requests
from marketplace.support_requests.rules import Status


@blueprint.get("/requests")
@open_to(Role.PERSON)
def index() -> ResponseReturnValue:
    """List one's own requests."""
    return render_template("jobs/index.html", requests=requests.requests_of(reading(), caller_id()))


@blueprint.get("/requests/<reference>")
@open_to(Role.PERSON)
def show(reference: str) -> ResponseReturnValue:
    """Show everything about a request: what happens next and by when on top, then the thread, then the facts."""
    return _page(reference, {})


def _page(reference: str, errors: Mapping[str, list[str]]) -> ResponseReturnValue:
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    if view.side is Side.CUSTOMER and stages.is_unsent(view):
        return redirect(url_for(".choose", reference=reference))
    page = render_template("jobs/request.html", **_facts(view), errors=errors, typed=request.form)
    return page, 422 if errors else 200


def _facts(view: queries.RequestView) -> dict[str, Any]:
    now = utcnow()
    return {
        "view": view,
        "request_": view.request,
        "stage": stages.stage_of(view, now),
        "opening": wording.opening(view),
        "nobody": wording.nobody(matching.gap(reading(), view.request, now)) if _is_unmatched(view) else "",
        **_clock(view, now),
        "environment": wording.environment(view.request),
        "money": wording.money(view),
        "accepted": ACCEPTED,
        "form_key": new_form_key(),
    }


def _is_unmatched(view: queries.RequestView) -> bool:
    return view.request.status is Status.UNMATCHED


def _clock(view: queries.RequestView, now: datetime) -> dict[str, Any]:
    """Give the clock that runs: of the next update, or of the answer of whoever is asked."""
    if view.promise is not None:
        return {"clock": promise_view(view.promise, now), "clock_label": None}
    if view.open_offer is not None:
        return {"clock": matching.clock_of(view.open_offer, now), "clock_label": _("Answer by")}
    return {"clock": None, "clock_label": None}


@blueprint.get("/requests/<reference>/live")
@open_to(Role.PERSON)
def live(reference: str) -> ResponseReturnValue:
    """Give the moving parts of the page, or say that nothing has moved since the caller last looked."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    hold_state = view.hold.status if view.hold else ""
    minute = utcnow().replace(second=0, microsecond=0) if view.promise or view.open_offer else None  # A clock runs.
    tag = fingerprint(view.request.version, hold_state, minute, current_user.language, current_user.zone)[:16]
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


def _typed(schema: Schema, reference: str) -> tuple[Any, ResponseReturnValue | None]:
    """Read a form of the page; when something is wrong, the second value is the page that says so."""
    try:
        return load_form(schema), None
    except InvalidInput as error:
        return None, _page(reference, error.fields)


@blueprint.post("/requests/<reference>/messages")
@open_to(Role.PERSON)
def write(reference: str) -> ResponseReturnValue:
    """Say something in the thread; the same form sent twice says it once."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
    try:
        typed = load_form(MessageSchema())
        uploads = sent_files()
        with transaction() as session:
            claimed = claim(
                session,
                person_id=caller_id(),
                key=form_key(),
                content=fingerprint(reference, typed),
                now=utcnow(),
            )
            if not claimed.outcome:
                _write(session, view.side, reference, typed, uploads)
                claimed.outcome = {"done": True}
    except InvalidInput as error:
        return _page(reference, error.fields)
    return redirect(url_for(".show", reference=reference, _anchor="latest"))


def _write(session: Any, side: Side, reference: str, typed: Mapping[str, Any], uploads: list[storage.Upload]) -> None:
    if side is Side.CUSTOMER:
        commands.write_as_customer(
            session, reference, customer_id=caller_id(), body=typed["body"], uploads=uploads, now=utcnow()
        )
        return
    minutes = typed.get("next_update_minutes")
    commands.write_as_provider(
        session,
        reference,
        member=acting_member(),
        body=typed["body"],
        uploads=uploads,
        next_update_in=timedelta(minutes=minutes) if minutes else None,
        now=utcnow(),
    )


@blueprint.post("/requests/<reference>/promise")
@open_to(Role.MEMBER)
def promise(reference: str) -> ResponseReturnValue:
    """Promise the next update."""
    typed, wrong = _typed(PromiseSchema(), reference)
    if wrong:
        return wrong
    due_in = timedelta(minutes=typed["next_update_minutes"])
    with transaction() as session:
        commands.promise(session, reference, member=acting_member(), due_in=due_in, now=utcnow())
    tell(_("Your customer knows when to expect the next update."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/resolve")
@open_to(Role.MEMBER)
def resolve(reference: str) -> ResponseReturnValue:
    """State what fixed it."""
    solution, wrong = _typed(SolutionSchema(), reference)
    if wrong:
        return wrong
    with transaction() as session:
        commands.resolve(session, reference, member=acting_member(), solution=solution, now=utcnow())
    tell(_("Your solution is stated. Your customer is asked to confirm it."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/give-back")
@open_to(Role.MEMBER)
def give_back(reference: str) -> ResponseReturnValue:
    """End a job that can't be done; the customer gets everything back."""
    typed, wrong = _typed(ReasonSchema(), reference)
    if wrong:
        return wrong
    with transaction() as session:
        commands.give_back(session, reference, member=acting_member(), reason=typed["reason"], now=utcnow())
    tell(_("The job is ended. Your customer gets everything back."))
    return redirect(url_for(".work"))


@blueprint.post("/requests/<reference>/confirm")
@open_to(Role.PERSON)
def confirm(reference: str) -> ResponseReturnValue:
    """Say that it is solved."""
    with transaction() as session:
        commands.confirm(session, reference, customer_id=caller_id(), now=utcnow())
    tell(_("Good. Your partner is paid now."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/reopen")
@open_to(Role.PERSON)
def reopen(reference: str) -> ResponseReturnValue:
    """Say that it is not solved."""
    typed, wrong = _typed(ReasonSchema(), reference)
    if wrong:
        return wrong
    with transaction() as session:
        commands.reopen(session, reference, customer_id=caller_id(), reason=typed["reason"], now=utcnow())
    tell(_("Your partner goes on with it, at no new charge."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/cancel")
@open_to(Role.PERSON)
def cancel(reference: str) -> ResponseReturnValue:
    """Take the request back before work has begun."""
    typed, wrong = _typed(ReasonSchema(), reference)
    if wrong:
        return wrong
    with transaction() as session:
        commands.cancel(session, reference, customer_id=caller_id(), reason=typed["reason"], now=utcnow())
    tell(_("Your request is cancelled. Nothing was charged."))
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/rating")
@open_to(Role.PERSON)
def rate(reference: str) -> ResponseReturnValue:
    """Say how the help was."""
    typed, wrong = _typed(RatingSchema(), reference)
    if wrong:
        return wrong
    with transaction() as session:
        commands.rate(session, reference, customer_id=caller_id(), now=utcnow(), **typed)
    tell(_("Thank you. Your rating helps the next customer to choose."))
    return redirect(url_for(".show", reference=reference))
