"""Extra work by JSON: proposed by the partner, approved and paid by the customer, or not."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.jobs import answers, commands
from marketplace.jobs.api.common import blueprint, page_being_made, repeatable, to_payment, view_of
from marketplace.jobs.schemas import ExtraSchema
from marketplace.jobs.schemas_of_paying import PayingSchema, paying_of
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import transaction
from marketplace.kernel.repeating import once
from providers.profiles.callers import acting_member

EXAMPLE = {
    "description": "The thumbnails are broken as well. Making all of them anew takes about an hour.",
    "price": {"amount": 3000, "currency": "EUR"},
}


@blueprint.post("/requests/<string:reference>/extras")
@blueprint.arguments(ExtraSchema, example=EXAMPLE)
@blueprint.response(201, answers.RequestAnswer)
@repeatable
@open_to(Role.MEMBER)
def propose_extra(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Propose extra work on a job, for a price of its own.

    The customer approves and pays it, or declines; the job goes on either way. One proposal is open at a time.
    """
    member = acting_member()

    def perform(session: Session) -> dict[str, Any]:
        extra = commands.propose_extra(session, reference, member=member, now=utcnow(), **typed)
        return {"part": extra.part}

    once(perform, typed)
    return answers.request_facts(view_of(reference))


@blueprint.post("/requests/<string:reference>/extras/<int:part>/approve")
@blueprint.arguments(PayingSchema, required=False)
@blueprint.response(200, answers.SubmittedAnswer)
@page_being_made
@repeatable
@open_to(Role.PERSON)
def approve_extra(typed: dict[str, Any], reference: str, part: int) -> Any:
    """Say yes to extra work.

    It is taken as soon as it is paid, by the cover of a `policy`, with a saved `card` or on the page at `checkout_url`.
    """

    def perform(session: Session) -> dict[str, Any]:
        message_id = commands.approve_extra(
            session, reference, part, customer_id=caller_id(), now=utcnow(), **paying_of(typed)
        )
        return {"message_id": message_id}

    return to_payment(reference, once(perform, typed)["message_id"], part)


@blueprint.post("/requests/<string:reference>/extras/<int:part>/decline")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def decline_extra(reference: str, part: int) -> dict[str, Any]:
    """Say no to extra work, also after approving it, as long as it is not paid."""
    with transaction() as session:
        commands.decline_extra(session, reference, part, customer_id=caller_id(), now=utcnow())
    return answers.request_facts(view_of(reference))


@blueprint.post("/requests/<string:reference>/extras/<int:part>/withdraw")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def withdraw_extra(reference: str, part: int) -> dict[str, Any]:
    """Take back a proposal of extra work that is not paid."""
    member = acting_member()
    with transaction() as session:
        commands.withdraw_extra(session, reference, part, member=member, now=utcnow())
    return answers.request_facts(view_of(reference))
