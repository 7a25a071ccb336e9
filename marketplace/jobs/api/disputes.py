"""Disputes by JSON: the customer asks for money back, the partner answers or gives way, the vendor's people decide."""

from typing import Any

from sqlalchemy.orm import Session

from marketplace.jobs import answers, commands, queries
from marketplace.jobs.api.common import blueprint, move, repeatable, view_of
from marketplace.jobs.disputes import Complaint, at_stake, split
from marketplace.jobs.schemas_of_disputes import (
    AnswerSchema,
    ConcedeSchema,
    DisputeSchema,
    SplitSchema,
    VerdictSchema,
)
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading
from marketplace.kernel.money import Money
from marketplace.kernel.repeating import once
from providers.profiles.callers import acting_member

COMPLAINT = {
    "reason": "not_solved",
    "statement": "The photos were back for a day. Since yesterday they are gone again.",
    "asked": {"amount": 3000, "currency": "EUR"},
}
VERDICT = {
    "back": {"amount": 2000, "currency": "EUR"},
    "verdict": "The first fix did not hold, but half of the work was done as agreed.",
}


@blueprint.post("/requests/<string:reference>/dispute")
@blueprint.arguments(DisputeSchema, example=COMPLAINT)
@blueprint.response(201, answers.RequestAnswer)
@repeatable
@open_to(Role.PERSON)
def dispute(complaint: Complaint, reference: str) -> dict[str, Any]:
    """Ask for money back, while work goes on or before it is confirmed.

    The partner has three days to answer; then the vendor's staff decide. Nothing is paid out meanwhile.
    """

    def perform(session: Session) -> dict[str, Any]:
        made = commands.dispute(session, reference, customer_id=caller_id(), complaint=complaint, now=utcnow())
        return {"dispute_id": made.id}

    asked = {"amount": complaint.asked.minor, "currency": complaint.asked.currency}
    once(perform, {"reason": complaint.reason, "statement": complaint.statement, "asked": asked})
    return answers.request_facts(view_of(reference))


@blueprint.post("/requests/<string:reference>/dispute/withdraw")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def withdraw_dispute(reference: str) -> dict[str, Any]:
    """Take a dispute back: all goes on as before."""
    return move(commands.withdraw_dispute, reference, customer_id=caller_id())


@blueprint.post("/requests/<string:reference>/dispute/answer")
@blueprint.arguments(AnswerSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def answer_dispute(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Say how it was, once."""
    return move(commands.answer_dispute, reference, member=acting_member(), **typed)


@blueprint.post("/requests/<string:reference>/dispute/concede")
@blueprint.arguments(ConcedeSchema, required=False)
@blueprint.response(200, answers.RequestAnswer)
@repeatable
@open_to(Role.MEMBER)
def concede_dispute(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Give way: the customer gets back what was asked, or everything, at once."""
    member = acting_member()

    def perform(session: Session) -> dict[str, Any]:
        commands.concede_dispute(session, reference, member=member, now=utcnow(), **typed)
        return {}

    once(perform, typed)
    return answers.request_facts(view_of(reference))


@blueprint.get("/requests/<string:reference>/dispute/split")
@blueprint.arguments(SplitSchema, location="query")
@blueprint.response(200, answers.SplitAnswer)
@open_to(Role.SUPPORT, Role.FINANCE)
def split_dispute(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Tell who would have what if so much went back: exactly what the same decision would do."""
    found = queries.latest_dispute(reading(), reference)
    stakes = queries.stakes(reading(), found.job)
    stake = at_stake(stakes, found.currency)
    back = min(found.asked, stake) if typed["back"] is None else Money(typed["back"], found.currency)
    commands.check_split(back, stake)
    return answers.split_facts(split(stakes, back, found.job.terms), stake)


@blueprint.post("/requests/<string:reference>/dispute/decide")
@blueprint.arguments(VerdictSchema, example=VERDICT)
@blueprint.response(200, answers.RequestAnswer)
@repeatable
@open_to(Role.SUPPORT, Role.FINANCE)
def decide_dispute(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Decide how much goes back to the customer; the rest is shared with the partner by the frozen terms.

    Possible once the partner has answered, or three days have passed; not while the customer's bank is taking the
    payment back.
    """

    def perform(session: Session) -> dict[str, Any]:
        commands.decide_dispute(session, reference, by=caller_id(), now=utcnow(), **typed)
        return {}

    once(perform, typed)
    return answers.request_facts(view_of(reference))
