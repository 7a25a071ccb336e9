"""The main job by JSON: ask, submit, follow, answer, solve, confirm."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Response, request
from flask_login import current_user
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.conversation import queries as conversation
from marketplace.conversation.rules import Side
from marketplace.jobs import answers, commands, intake, queries
from marketplace.jobs.callers import acting_member, is_staff, sent_files
from marketplace.jobs.rules import Choice, Solution
from marketplace.jobs.schemas import (
    AcceptSchema,
    ChoiceSchema,
    DeclineSchema,
    MessageSchema,
    PromiseSchema,
    RatingSchema,
    ReasonSchema,
    RequestInSchema,
    SolutionSchema,
)
from marketplace.kernel import outbox, storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import MAX_KEY_LENGTH, claim, fingerprint
from marketplace.kernel.money import Money
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import Mode
from providers.profiles import queries as profiles

RETRY_AFTER_S = 2

blueprint = Blueprint("jobs_api", __name__, url_prefix="/api/v1", description="Requests, offers and jobs")


def _once(perform: Callable[[Session], dict[str, Any]], content: Mapping[str, Any]) -> dict[str, Any]:
    """Do it in one transaction; a call with the same Idempotency-Key gets what came of it the first time."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > MAX_KEY_LENGTH:
        raise InvalidInput({"Idempotency-Key": [_("A key has at most %(n)d characters.") % {"n": MAX_KEY_LENGTH}]})
    with transaction() as session:
        if not key:
            return perform(session)
        asked = fingerprint(request.path, content)
        claimed = claim(session, person_id=caller_id(), key=key, content=asked, now=utcnow())
        if not claimed.outcome:
            claimed.outcome = {"done": perform(session)}
        return dict(claimed.outcome["done"])


def _view(reference: str) -> queries.RequestView:
    return queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())


@blueprint.post("/requests")
@blueprint.arguments(RequestInSchema)
@blueprint.response(201, answers.DraftAnswer)
@open_to(Role.PERSON)
def create(typed: dict[str, Any]) -> dict[str, Any]:
    """Write down a problem: answers with its triage and with who could solve it."""
    category = catalogue.category(reading(), typed["category"])
    budget = typed.get("budget")
    values = {name: value for name, value in request.get_json().items() if name not in {"category", "budget"}}
    draft = intake.draft_from(reading(), category, values, person=current_user)
    ceiling = Money(budget["amount"], budget["currency"]) if budget else None

    def perform(session: Session) -> dict[str, Any]:
        made = commands.draft(session, customer_id=caller_id(), draft=draft, budget=ceiling, now=utcnow())
        return {"reference": made.reference}

    done = _once(perform, typed)
    view = _view(done["reference"])
    return answers.request_facts(view) | {"matches": _matches(view.request)}


def _matches(support_request: SupportRequest) -> list[dict[str, Any]]:
    if support_request.is_vendors:
        return []
    found = matching.matches(reading(), support_request, utcnow())
    providers = profiles.providers_by_id(reading(), [match.provider_id for match in found])
    return [answers.match_facts(match, providers) for match in found]


@blueprint.get("/requests")
@blueprint.response(200, answers.page_of(answers.RequestLine))
@open_to(Role.PERSON)
def index() -> dict[str, Any]:
    """List one's own requests, the newest first."""
    return answers.page([answers.request_line(one) for one in requests.requests_of(reading(), caller_id())])


@blueprint.get("/requests/<string:reference>")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def show(reference: str) -> dict[str, Any]:
    """Tell all about a request that its caller may see."""
    return answers.request_facts(_view(reference))


@blueprint.post("/requests/<string:reference>/submit")
@blueprint.arguments(ChoiceSchema)
@blueprint.response(200, answers.SubmittedAnswer)
@blueprint.alt_response(202, schema=answers.SubmittedAnswer, description="The Checkout page is being made: ask again.")
@open_to(Role.PERSON)
def submit(typed: dict[str, Any], reference: str) -> Any:
    """Ask for help. A provider given means chosen; nothing given means the best fit within the request's budget."""
    draft = _view(reference).request
    choice = _choice(draft, typed)

    def perform(session: Session) -> dict[str, Any]:
        _made, message_id = commands.submit(session, reference, customer_id=caller_id(), choice=choice, now=utcnow())
        return {"message_id": message_id}

    done = _once(perform, typed)
    if done["message_id"] is not None:
        outbox.deliver_now(done["message_id"])
    view = _view(reference)
    is_waiting = view.hold is not None and view.hold.checkout_url is None
    answer = {
        "id": reference,
        "status": view.request.status.value,
        "checkout_url": view.hold.checkout_url if view.hold else None,
    }
    return (answer, 202, {"Retry-After": str(RETRY_AFTER_S)}) if is_waiting else answer


def _choice(draft: SupportRequest, typed: Mapping[str, Any]) -> Choice:
    """Read a choice as the API gives it.

    Raises:
        InvalidInput: mode and details do not go together.
    """
    if draft.is_vendors:
        return Choice(Mode.CHOSEN)
    provider, ceiling = typed.get("provider"), typed.get("ceiling")
    mode = typed.get("mode") or (Mode.CHOSEN if provider else Mode.BEST_FIT)
    if mode is Mode.CHOSEN:
        return intake.chosen(reading(), provider or "", may_fall_back=typed["fall_back"])
    if ceiling is not None:
        return Choice(Mode.BEST_FIT, ceiling=Money(ceiling["amount"], ceiling["currency"]))
    found = matching.matches(reading(), draft, utcnow(), ceiling=None)
    return Choice(Mode.BEST_FIT, ceiling=draft.ceiling or (intake.median_price(found) if found else None))


@blueprint.post("/requests/<string:reference>/cancel")
@blueprint.arguments(ReasonSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def cancel(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Take a request back before work has begun."""

    def perform(session: Session) -> dict[str, Any]:
        commands.cancel(session, reference, customer_id=caller_id(), reason=typed["reason"], now=utcnow())
        return {}

    _once(perform, typed)
    return answers.request_facts(_view(reference))


@blueprint.post("/requests/<string:reference>/confirm")
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def confirm(reference: str) -> dict[str, Any]:
    """Say that it is solved: the partner is paid."""

    def perform(session: Session) -> dict[str, Any]:
        commands.confirm(session, reference, customer_id=caller_id(), now=utcnow())
        return {}

    _once(perform, {})
    return answers.request_facts(_view(reference))


@blueprint.post("/requests/<string:reference>/reopen")
@blueprint.arguments(ReasonSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def reopen(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Say that it is not solved."""
    with transaction() as session:
        commands.reopen(session, reference, customer_id=caller_id(), reason=typed["reason"], now=utcnow())
    return answers.request_facts(_view(reference))


@blueprint.post("/requests/<string:reference>/rating")
@blueprint.arguments(RatingSchema)
@blueprint.response(204)
@open_to(Role.PERSON)
def rate(typed: dict[str, Any], reference: str) -> None:
    """Say how the help was."""
    with transaction() as session:
        commands.rate(session, reference, customer_id=caller_id(), now=utcnow(), **typed)


@blueprint.get("/requests/<string:reference>/messages")
@blueprint.response(200, answers.page_of(answers.MessageAnswer))
@open_to(Role.PERSON)
def messages(reference: str) -> dict[str, Any]:
    """Give the thread, the oldest message first; follow it with If-None-Match."""
    thread = _view(reference).thread
    return answers.page([answers.message_facts(reference, one) for one in thread])


@blueprint.post("/requests/<string:reference>/messages")
@blueprint.arguments(MessageSchema)
@blueprint.response(201, answers.MessageAnswer)
@open_to(Role.PERSON)
def write(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Write in the thread; a partner may promise the next update with it."""
    is_customer = _view(reference).side is Side.CUSTOMER
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

    done = _once(perform, typed)
    return answers.message_facts(reference, conversation.message(reading(), done["message_id"]))


@blueprint.post("/requests/<string:reference>/files")
@blueprint.response(201, answers.RequestAnswer)
@open_to(Role.PERSON)
def attach(reference: str) -> dict[str, Any]:
    """Add files to one's own request, as multipart/form-data in the field `files`."""
    uploads = sent_files()
    if not uploads:
        raise InvalidInput({"files": [_("Send at least one file.")]})
    with transaction() as session:
        mine = requests.lock_own_request(session, reference, caller_id())
        commands.attach(session, mine, uploads, now=utcnow())
    return answers.request_facts(_view(reference))


@blueprint.get("/requests/<string:reference>/files/<int:file_id>")
@blueprint.response(200, {"format": "binary", "type": "string"}, content_type="application/octet-stream")
@open_to(Role.PERSON)
def file(reference: str, file_id: int) -> Response:
    """Give a file of a request."""
    stored = queries.file_for(reading(), reference, file_id, person_id=caller_id(), is_staff=is_staff())
    response = Response(storage.read(stored), mimetype=stored.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=stored.name)
    return response


@blueprint.post("/requests/<string:reference>/promise")
@blueprint.arguments(PromiseSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def promise(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Promise the next update of a job."""
    due_in = timedelta(minutes=typed["next_update_minutes"])
    member = acting_member()
    with transaction() as session:
        commands.promise(session, reference, member=member, due_in=due_in, now=utcnow())
    return answers.request_facts(_view(reference))


@blueprint.post("/requests/<string:reference>/resolve")
@blueprint.arguments(SolutionSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def resolve(solution: Solution, reference: str) -> dict[str, Any]:
    """State what fixed it."""
    member = acting_member()
    with transaction() as session:
        commands.resolve(session, reference, member=member, solution=solution, now=utcnow())
    return answers.request_facts(_view(reference))


@blueprint.get("/offers")
@blueprint.response(200, answers.page_of(answers.OfferAnswer))
@open_to(Role.MEMBER)
def offers() -> dict[str, Any]:
    """List what waits for the answer of the caller's provider, the most urgent first."""
    found = matching.open_offers_to(reading(), acting_member().provider_id)
    return answers.page([answers.offer_facts(one) for one in found])


@blueprint.post("/offers/<int:offer_id>/accept")
@blueprint.arguments(AcceptSchema)
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.MEMBER)
def accept(typed: dict[str, Any], offer_id: int) -> dict[str, Any]:
    """Take an offered request, and promise the first answer."""
    member = acting_member()
    first_answer_in = timedelta(minutes=typed["first_answer_minutes"])

    def perform(session: Session) -> dict[str, Any]:
        job = commands.accept(session, offer_id, member=member, first_answer_in=first_answer_in, now=utcnow())
        return {"reference": job.support_request.reference}

    return answers.request_facts(_view(_once(perform, typed)["reference"]))


@blueprint.post("/offers/<int:offer_id>/decline")
@blueprint.arguments(DeclineSchema)
@blueprint.response(204)
@open_to(Role.MEMBER)
def decline(typed: dict[str, Any], offer_id: int) -> None:
    """Say no to an offered request; the next partner is asked."""
    member = acting_member()
    with transaction() as session:
        commands.decline(session, offer_id, member=member, now=utcnow(), **typed)
