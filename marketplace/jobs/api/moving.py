"""Moving a session, by JSON."""

from typing import Any

from marketplace.jobs import answers, commands, queries, wording_of_moves
from marketplace.jobs.api.common import blueprint, move, view_of
from marketplace.jobs.api.slots import slots_facts
from marketplace.jobs.moving import NothingToMove
from marketplace.jobs.schemas_of_sessions import DaysSchema, SessionMoveSchema, SlotsAnswer
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.errors import NotFound


@blueprint.get("/requests/<string:reference>/moves/slots")
@blueprint.arguments(DaysSchema, location="query")
@blueprint.response(200, SlotsAnswer)
@open_to(Role.PERSON)
def times_to_move_to(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Tell either side of a session when it could be held instead.

    These are free times of whoever holds it. As long as the customer may move it without asking, they are those with
    the notice that this partner needs; nobody needs notice for what both agree to.
    """
    session, now, view = reading(), utcnow(), view_of(reference)
    job = view.job
    if not view.is_in_session or job is None:
        raise NotFound(reference=reference)
    if not wording_of_moves.may_be_moved(view, now):
        raise NothingToMove
    asks = not wording_of_moves.moves_at_once(view, job, now)
    return slots_facts(
        job.provider.slug, lambda within: queries.times_to_move_to(session, job, within, now, asks=asks), typed, now
    )


@blueprint.post("/requests/<string:reference>/moves")
@blueprint.arguments(SessionMoveSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def move_session(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Move a session to another time, or propose that to the other side.

    Its customer moves it at once until `moves_freely_until`. After that, and for the partner always, the other side
    agrees or declines. What the other side has proposed is declined by proposing something else.
    """
    return move(commands.move_session, reference, person_id=caller_id(), **typed)


@blueprint.post("/requests/<string:reference>/moves/<int:number>/agree")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def agree_to_move(reference: str, number: int) -> dict[str, Any]:
    """Agree to the time that the other side has proposed."""
    return move(commands.agree_to_move, reference, number=number, person_id=caller_id())


@blueprint.post("/requests/<string:reference>/moves/<int:number>/decline")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def decline_move(reference: str, number: int) -> dict[str, Any]:
    """Leave a session where it is though the other side would like to move it."""
    return move(commands.decline_move, reference, number=number, person_id=caller_id())


@blueprint.post("/requests/<string:reference>/moves/<int:number>/withdraw")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def withdraw_move(reference: str, number: int) -> dict[str, Any]:
    """Take back the time that one has proposed."""
    return move(commands.withdraw_move, reference, number=number, person_id=caller_id())
