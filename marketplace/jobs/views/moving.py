"""Moving a session: free times of whoever holds it, and what the other side proposes."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.jobs import commands, queries, slots, wording_of_moves
from marketplace.jobs.callers import is_staff
from marketplace.jobs.models import Job
from marketplace.jobs.moving import MoveStatus, NothingToMove
from marketplace.jobs.schemas_of_sessions import DaySchema, StartSchema
from marketplace.jobs.terms import TimeIsGone
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.intake import Errors
from marketplace.jobs.views.request_page import move
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load, load_form, query_values
from marketplace.kernel.translate import _


@blueprint.get("/requests/<reference>/move")
@open_to(Role.PERSON)
def times_to_move_to(reference: str) -> ResponseReturnValue:
    """Show to either side of a session when it could be held instead."""
    return _page(reference, {})


@blueprint.post("/requests/<reference>/move")
@open_to(Role.PERSON)
def move_session(reference: str) -> ResponseReturnValue:
    """Move it to one of these times, or propose that."""
    try:
        starts_at = load_form(StartSchema())["starts_at"]
        with transaction() as session:
            done = commands.move_session(session, reference, person_id=caller_id(), starts_at=starts_at, now=utcnow())
            is_proposed = done is not None and done.status is MoveStatus.PROPOSED
    except InvalidInput as error:
        return _page(reference, error.fields)
    except TimeIsGone as error:
        return _page(reference, {"starts_at": [error.text]}, status=409)
    tell(
        _("The other side is asked. Until there is an answer, the session stays where it is.")
        if is_proposed
        else _("The session is moved. Both of you get a letter that changes your calendars.")
    )
    return redirect(url_for(".show", reference=reference))


def _page(reference: str, errors: Errors, status: int = 422) -> ResponseReturnValue:
    now, session = utcnow(), reading()
    view = queries.view_request(session, reference, person_id=caller_id(), is_staff=is_staff())
    job = _job_to_come(view)
    if not wording_of_moves.may_be_moved(view, now):
        raise NothingToMove
    asked: dict[str, Any] = load(DaySchema(), query_values(DaySchema(), request.args))
    at_once = wording_of_moves.moves_at_once(view, job, now)
    page = render_template(
        "jobs/move.html",
        view=view,
        job=job,
        at_once=at_once,
        rule=wording_of_moves.rule_now(view, job, now),
        card=wording_of_moves.move_card(view, now),
        times=slots.page_of(
            lambda within: queries.times_to_move_to(session, job, within, now, asks=not at_once),
            ZoneInfo(current_user.zone),
            asked["day"],
            now,
        ),
        errors=errors,
    )
    return page, status if errors else 200


def _job_to_come(view: queries.RequestView) -> Job:
    if not view.is_in_session or view.job is None:
        raise NotFound(reference=view.request.reference)
    return view.job


@blueprint.post("/requests/<reference>/moves/<int:number>/agree")
@open_to(Role.PERSON)
def agree_to_move(reference: str, number: int) -> ResponseReturnValue:
    """Agree to what the other side proposes."""
    told = _("The session is moved. Both of you get a letter that changes your calendars.")
    return _answer(commands.agree_to_move, reference, number, told)


@blueprint.post("/requests/<reference>/moves/<int:number>/decline")
@open_to(Role.PERSON)
def decline_move(reference: str, number: int) -> ResponseReturnValue:
    """Leave the session where it is."""
    return _answer(commands.decline_move, reference, number, _("The session stays where it is."))


@blueprint.post("/requests/<reference>/moves/<int:number>/withdraw")
@open_to(Role.PERSON)
def withdraw_move(reference: str, number: int) -> ResponseReturnValue:
    """Take back what one has proposed."""
    return _answer(commands.withdraw_move, reference, number, _("The session stays where it is."))


def _answer(command: Callable[..., object], reference: str, number: int, told: str) -> ResponseReturnValue:
    return move(command, reference, number=number, person_id=caller_id(), told=told)
