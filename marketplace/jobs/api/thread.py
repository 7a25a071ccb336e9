"""Following a request by JSON: the thread, and the moves of its customer and its partner."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.conversation import queries as conversation
from marketplace.conversation.rules import Side
from marketplace.jobs import answers, commands
from marketplace.jobs.api.common import blueprint, move, repeatable, view_of
from marketplace.jobs.rules import Solution
from marketplace.jobs.schemas import MessageSchema, PromiseSchema, RatingSchema, ReasonSchema, SolutionSchema
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.repeating import once
from providers.profiles.callers import acting_member


@blueprint.get("/requests/<string:reference>/messages")
@blueprint.etag
@blueprint.response(200, answers.page_of(answers.MessageAnswer))
@open_to(Role.PERSON)
def messages(reference: str) -> dict[str, Any]:
    """Give the thread, the oldest message first.

    Follow it by asking again with the `ETag` of the answer before in `If-None-Match`: 304 means that nothing is new.
    """
    thread = view_of(reference).thread
    return answers.page([answers.message_facts(reference, one) for one in thread])


@blueprint.post("/requests/<string:reference>/messages")
@blueprint.arguments(MessageSchema)
@blueprint.response(201, answers.MessageAnswer)
@repeatable
@open_to(Role.PERSON)
def write(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Write in the thread.

    With `next_update_minutes` a partner promises the next update.
    """
    is_customer = view_of(reference).side is Side.CUSTOMER
    minutes = typed.get("next_update_minutes")
    member = None if is_customer else acting_member()

    def perform(session: Session) -> dict[str, Any]:
        if member is None:
            said = commands.write_as_customer(
                session, reference, customer_id=caller_id(), body=typed["body"], uploads=[], now=utcnow()
            )
        else:
            said = commands.write_as_provider(
                session,
                reference,
                member=member,
                body=typed["body"],
                uploads=[],
                next_update_in=timedelta(minutes=minutes) if minutes else None,
                now=utcnow(),
            )
        return {"message_id": said.id}

    done = once(perform, typed)
    return answers.message_facts(reference, conversation.message(reading(), done["message_id"]))


@blueprint.post("/requests/<string:reference>/promise")
@blueprint.arguments(PromiseSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def promise(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Promise the next update of a job."""
    due_in = timedelta(minutes=typed["next_update_minutes"])
    return move(commands.promise, reference, member=acting_member(), due_in=due_in)


@blueprint.post("/requests/<string:reference>/resolve")
@blueprint.arguments(SolutionSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def resolve(solution: Solution, reference: str) -> dict[str, Any]:
    """State what fixed it."""
    return move(commands.resolve, reference, member=acting_member(), solution=solution)


@blueprint.post("/requests/<string:reference>/confirm")
@blueprint.response(200, answers.RequestAnswer)
@repeatable
@open_to(Role.PERSON)
def confirm(reference: str) -> dict[str, Any]:
    """Say that it is solved.

    The partner is paid then.
    """

    def perform(session: Session) -> dict[str, Any]:
        commands.confirm(session, reference, customer_id=caller_id(), now=utcnow())
        return {}

    once(perform, {})
    return answers.request_facts(view_of(reference))


@blueprint.post("/requests/<string:reference>/reopen")
@blueprint.arguments(ReasonSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def reopen(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Say that it is not solved.

    The same partner goes on, at no new charge.
    """
    return move(commands.reopen, reference, customer_id=caller_id(), reason=typed["reason"])


@blueprint.post("/requests/<string:reference>/rating")
@blueprint.arguments(RatingSchema)
@blueprint.response(204)
@open_to(Role.PERSON)
def rate(typed: dict[str, Any], reference: str) -> None:
    """Say how the help was."""
    with transaction() as session:
        commands.rate(session, reference, customer_id=caller_id(), now=utcnow(), **typed)


@blueprint.post("/requests/<string:reference>/customer-rating")
@blueprint.arguments(RatingSchema)
@blueprint.response(204)
@open_to(Role.MEMBER)
def rate_customer(typed: dict[str, Any], reference: str) -> None:
    """Say how it was to work with the customer.

    The customer reads it once both sides have written or a week has passed, and so do partners asked later.
    """
    with transaction() as session:
        commands.rate_customer(session, reference, member=acting_member(), now=utcnow(), **typed)
