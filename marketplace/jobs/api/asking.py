"""From the problem to the payment, by JSON."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_login import current_user
from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Category
from marketplace.jobs import answers, commands, intake, queries
from marketplace.jobs.api.common import blueprint, page_being_made, repeatable, to_payment, view_of
from marketplace.jobs.callers import is_staff, sent_files
from marketplace.jobs.covering import cover_price
from marketplace.jobs.rules import Choice
from marketplace.jobs.schemas import CancelSchema, ListSchema, RequestInSchema
from marketplace.jobs.schemas_of_paying import ChoiceSchema, PayingSchema, paying_of
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.repeating import once
from marketplace.kernel.translate import _
from marketplace.matching import queries as matching
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import MAX_FILES, Mode
from providers.profiles import queries as profiles

PAGE_LENGTH = 50
EXAMPLE = {
    "category": "upgrade",
    "title": "Photos are gone since the upgrade",
    "description": "I upgraded on Monday. Since then every album shows grey boxes.",
    "language": "es",
    "level": "B2",
    "timezone": "America/Santiago",
    "release": "4.2",
    "fields": {"from_version": "4.1.6", "method": "docker"},
    "urgency_hours": 24,
    "budget": {"amount": 6000, "currency": "EUR"},
}
FILES = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {"type": "array", "maxItems": MAX_FILES, "items": {"type": "string", "format": "binary"}}
                },
            }
        }
    },
}

# Describes the calls that lead to a Checkout page.


@blueprint.post("/requests")
@blueprint.arguments(RequestInSchema, example=EXAMPLE)
@blueprint.response(201, answers.DraftAnswer)
@repeatable
@open_to(Role.PERSON)
def create(typed: dict[str, Any]) -> dict[str, Any]:
    """Write down a problem.

    Answers with its triage and with who could solve it, the best first.
    """
    values = {name: value for name, value in request.get_json().items() if name not in {"category", "budget"}}

    def perform(session: Session) -> dict[str, Any]:
        category = category_of(session, typed["category"])
        draft = intake.draft_from(session, category, values, person=current_user, now=utcnow())
        made = commands.draft(session, customer_id=caller_id(), draft=draft, budget=typed.get("budget"), now=utcnow())
        return {"reference": made.reference}

    done = once(perform, typed)
    view = view_of(done["reference"])
    return answers.request_facts(view) | {"matches": _matches(view.request)}


def category_of(session: Session, slug: str) -> Category:
    """Find a category, or raise `InvalidInput`."""
    try:
        return catalogue.category(session, slug)
    except NotFound:
        raise InvalidInput({"category": [_("Choose one of the categories of the catalogue.")]}) from None


def _matches(support_request: SupportRequest) -> list[dict[str, Any]]:
    if support_request.is_vendors:
        return []
    found = matching.matches(reading(), support_request, utcnow())
    providers = profiles.providers_by_id(reading(), [match.provider_id for match in found])
    ways, now = queries.ways_to_cover(reading(), support_request, utcnow()), utcnow()
    needs = [
        queries.need_of(support_request, match.price, match.terms, is_accepted=match.accepts_cover) for match in found
    ]
    return [
        answers.match_facts(match, providers, cover_price(ways, need, now))
        for match, need in zip(found, needs, strict=True)
    ]


@blueprint.get("/requests")
@blueprint.arguments(ListSchema, location="query")
@blueprint.response(200, answers.page_of(answers.RequestLine))
@open_to(Role.PERSON)
def index(typed: dict[str, Any]) -> dict[str, Any]:
    """List the requests that the caller may see, the newest first.

    A customer's own; those that the caller's provider has accepted; for the vendor's staff all but drafts.
    """
    session = reading()
    member = profiles.membership(session, caller_id())
    seer = requests.Seer(caller_id(), member.provider_id if member and member.takes_jobs else None, is_staff=is_staff())
    try:
        found, total = requests.requests_seen_by(session, seer, after=typed["cursor"], limit=PAGE_LENGTH + 1)
    except NotFound:
        raise InvalidInput({"cursor": [_("This page of the list is not known. Begin at the first one.")]}) from None
    shown = found[:PAGE_LENGTH]
    following = shown[-1].reference if len(found) > PAGE_LENGTH else None
    return answers.page([answers.request_line(one) for one in shown], following=following, total=total)


@blueprint.get("/requests/<string:reference>")
@blueprint.etag
@blueprint.response(200, answers.RequestAnswer)
@open_to(Role.PERSON)
def show(reference: str) -> dict[str, Any]:
    """Tell all about a request that its caller may see."""
    return answers.request_facts(view_of(reference))


@blueprint.post("/requests/<string:reference>/submit")
@blueprint.arguments(ChoiceSchema, required=False)
@blueprint.response(200, answers.SubmittedAnswer)
@page_being_made
@repeatable
@open_to(Role.PERSON)
def submit(typed: dict[str, Any], reference: str) -> Any:
    """Ask for help.

    A provider given means chosen. Nothing given means the best fit, with a ceiling from the request's budget, or else
    the median price of those who fit. What costs nothing has no `checkout_url`, and quotes have none before one of
    them is chosen. A saved `card` pays at once; there is a `checkout_url` only if its bank wants more than that.

    With a `policy`, cover pays as far as it does and the rest is asked of the card; there is no `checkout_url` if cover
    pays all of it. If something else than `cover_seen` is covered by now: `urn:handrail:CoverHasChanged`.
    """
    draft = view_of(reference).request

    def perform(session: Session) -> dict[str, Any]:
        choice = _choice(session, draft, typed)
        _made, message_id = commands.submit(
            session, reference, customer_id=caller_id(), choice=choice, now=utcnow(), **paying_of(typed)
        )
        return {"message_id": message_id}

    return to_payment(reference, once(perform, typed)["message_id"])


@blueprint.post("/requests/<string:reference>/pay")
@blueprint.arguments(PayingSchema, required=False)
@blueprint.response(200, answers.SubmittedAnswer)
@page_being_made
@repeatable
@open_to(Role.PERSON)
def pay_again(typed: dict[str, Any], reference: str) -> Any:
    """Pay again after the bank has refused.

    Somebody has accepted by then: what was agreed stays as it is. A saved `card` pays at once.
    """

    def perform(session: Session) -> dict[str, Any]:
        message_id = commands.pay_again(session, reference, customer_id=caller_id(), now=utcnow(), **paying_of(typed))
        return {"message_id": message_id}

    return to_payment(reference, once(perform, typed)["message_id"])


def _choice(session: Session, draft: SupportRequest, typed: Mapping[str, Any]) -> Choice:
    """Read a choice as the API gives it.

    Raises:
        InvalidInput: mode and details do not go together.
    """
    if draft.is_vendors:
        return Choice(Mode.CHOSEN)
    provider, ceiling = typed.get("provider"), typed.get("ceiling")
    mode = typed.get("mode") or (Mode.CHOSEN if provider else Mode.BEST_FIT)
    if mode is Mode.CHOSEN:
        return replace(intake.chosen(session, provider or "", may_fall_back=typed["fall_back"]), ceiling=ceiling)
    if mode is Mode.QUOTES:
        return _for_quotes(typed)
    if provider is not None:
        raise InvalidInput({"provider": [_("The best fit is found for you: leave this out, or choose this partner.")]})
    if ceiling is not None:
        return Choice(Mode.BEST_FIT, ceiling=ceiling)
    found = matching.matches(session, draft, utcnow(), ceiling=None)
    return Choice(Mode.BEST_FIT, ceiling=draft.ceiling or (intake.median_price(found) if found else None))


def _for_quotes(typed: Mapping[str, Any]) -> Choice:
    told = [name for name in ("provider", "ceiling") if typed.get(name) is not None]
    if told:
        text = _("Quotes come from several partners at prices of their own. Leave this out, or choose another way.")
        raise InvalidInput({name: [text] for name in told})
    return Choice(Mode.QUOTES)


@blueprint.post("/requests/<string:reference>/cancel")
@blueprint.arguments(CancelSchema)
@blueprint.response(200, answers.RequestAnswer)
@repeatable
@open_to(Role.PERSON)
def cancel(typed: dict[str, Any], reference: str) -> dict[str, Any]:
    """Take a request back before work has begun.

    What was set aside is let go. A session can be called off until it begins, for a fee by its rules.
    """

    def perform(session: Session) -> dict[str, Any]:
        commands.cancel(session, reference, customer_id=caller_id(), now=utcnow(), **typed)
        return {}

    once(perform, typed)
    return answers.request_facts(view_of(reference))


@blueprint.post("/requests/<string:reference>/files")
@blueprint.response(201, answers.RequestAnswer)
@blueprint.doc(requestBody=FILES)
@open_to(Role.PERSON)
def attach(reference: str) -> dict[str, Any]:
    """Add files to one's own request."""
    uploads = sent_files()
    if not uploads:
        raise InvalidInput({"files": [_("Send at least one file.")]})
    with transaction() as session:
        mine = requests.lock_own_request(session, reference, caller_id())
        commands.attach(session, mine, uploads, now=utcnow())
    return answers.request_facts(view_of(reference))


@blueprint.get("/requests/<string:reference>/files/<int:file_id>")
@blueprint.response(200, description="The file as it was sent")
@blueprint.doc(responses={200: {"content": {kind: {} for kind in storage.ENDINGS}}})
@open_to(Role.PERSON)
def file(reference: str, file_id: int) -> Response:
    """Give a file of a request."""
    stored = queries.file_for(reading(), reference, file_id, person_id=caller_id(), is_staff=is_staff())
    return storage.answer(stored, shown=False)
