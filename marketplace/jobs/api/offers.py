"""A partner's inbox by JSON."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.jobs import answers, commands, queries
from marketplace.jobs.api.common import blueprint, repeatable, view_of
from marketplace.jobs.schemas import AcceptSchema, DeclineSchema
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.repeating import once
from marketplace.matching import queries as matching
from marketplace.support_requests import queries as requests
from providers.profiles.callers import acting_member


@blueprint.get("/offers")
@blueprint.response(200, answers.page_of(answers.OfferAnswer))
@open_to(Role.MEMBER)
def offers() -> dict[str, Any]:
    """List what waits for the answer of the caller's provider, the most urgent first; then the quotes that stand."""
    session, now, provider_id = reading(), utcnow(), acting_member().provider_id
    found = matching.open_offers_to(session, provider_id) + matching.standing_quotes_of(session, provider_id)
    files = requests.files_of(session, [one.request_id for one in found])
    shares = {one.id: queries.sharing(session, one, now).of(one.asks.most).payee for one in found}
    covered = queries.covered_of(session, [one.request_id for one in found])
    return answers.page(
        [
            answers.offer_facts(one, files[one.request_id], shares[one.id], is_covered=one.request_id in covered)
            for one in found
        ]
    )


@blueprint.post("/offers/<int:offer_id>/accept")
@blueprint.arguments(AcceptSchema, required=False)
@blueprint.response(200, answers.RequestAnswer)
@repeatable
@open_to(Role.MEMBER)
def accept(typed: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """Take an offered request, and promise the first answer."""
    member = acting_member()
    first_answer_in = timedelta(minutes=typed["first_answer_minutes"])

    def perform(session: Session) -> dict[str, Any]:
        job = commands.accept(session, offer_id, member=member, first_answer_in=first_answer_in, now=utcnow())
        return {"reference": job.support_request.reference}

    return answers.request_facts(view_of(once(perform, typed)["reference"]))


@blueprint.post("/offers/<int:offer_id>/decline")
@blueprint.arguments(DeclineSchema)
@blueprint.response(204)
@open_to(Role.MEMBER)
def decline(typed: dict[str, Any], offer_id: int) -> None:
    """Say no to an offered request, or to quoting for it; the next partner is asked."""
    member = acting_member()
    with transaction() as session:
        commands.decline(session, offer_id, member=member, now=utcnow(), **typed)
