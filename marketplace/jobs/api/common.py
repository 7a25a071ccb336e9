"""What the calls about requests share: whose request it is, and one effect however often a call is repeated."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from marketplace.jobs import answers, queries
from marketplace.jobs.callers import is_staff
from marketplace.jobs.rules import FIRST_PART
from marketplace.kernel import outbox
from marketplace.kernel.access import caller_id
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import MAX_KEY_LENGTH, claim, fingerprint
from marketplace.kernel.translate import _
from marketplace.payments.rules import HoldStatus

KEY_HEADER = "Idempotency-Key"
RETRY_AFTER_S = 2
RETRY_AFTER = {
    "description": "Seconds after which it is worth asking again",
    "required": True,
    "schema": {"type": "integer"},
}


blueprint = CallsBlueprint("jobs_api", __name__, url_prefix="/api/v1", description="Requests, offers and jobs")

# Describes the calls that go through `once`.
repeatable = blueprint.doc(
    parameters=[
        {
            "name": KEY_HEADER,
            "in": "header",
            "description": (
                "Your own key for this call. With the same key it is done once, however often it is sent; a repeated "
                "call is answered by how what it made stands now. A key with other content is refused: 409."
            ),
            "schema": {"type": "string", "maxLength": MAX_KEY_LENGTH},
        }
    ]
)


page_being_made = blueprint.alt_response(
    202,
    schema=answers.SubmittedAnswer,
    description=(
        "The Checkout page is being made, or the bank of a saved card asked: ask for the request until it has a "
        "`checkout_url`, or another status"
    ),
    headers={"Retry-After": RETRY_AFTER},
)


def to_payment(reference: str, message_id: int | None, part: int = FIRST_PART) -> Any:
    """Answer with the Checkout page of a part, if there is something to pay there and the page is made already."""
    if message_id is not None:
        outbox.deliver_now(message_id)
    view = view_of(reference)
    hold = view.holds.get(part)
    is_waiting = hold is not None and hold.status is HoldStatus.OPENING
    answer = {
        "id": reference,
        "status": view.request.status,
        "checkout_url": answers.checkout_url(view, part),
        "card_refusal": hold.card_refusal if hold else None,
    }
    return (answer, 202, {"Retry-After": str(RETRY_AFTER_S)}) if is_waiting else answer


def once(perform: Callable[[Session], dict[str, Any]], content: Mapping[str, Any]) -> dict[str, Any]:
    """Do it in one transaction; a call with the same Idempotency-Key gets what came of it the first time.

    Raises:
        InvalidInput: the key is too long, or nothing that can be written down.
        KeyUsedOtherwise: the key stands for another call.
    """
    key = request.headers.get(KEY_HEADER, "")
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        text = _("Use a key of at most %(n)d printable characters.") % {"n": MAX_KEY_LENGTH}
        raise InvalidInput({KEY_HEADER: [text]})
    with transaction() as session:
        if not key:
            return perform(session)
        asked = fingerprint(request.path, content)
        claimed = claim(session, person_id=caller_id(), key=key, content=asked, now=utcnow())
        if not claimed.outcome:
            claimed.outcome = {"done": perform(session)}
        return dict(claimed.outcome["done"])


def move(command: Callable[..., object], reference: str, **given: object) -> dict[str, Any]:
    """Do something about a request in a transaction of its own, and give the request as it stands then."""
    with transaction() as session:
        command(session, reference, **given, now=utcnow())
    return answers.request_facts(view_of(reference))


def view_of(reference: str) -> queries.RequestView:
    """Put together a request for the caller, or raise `NotFound` if it is not theirs."""
    return queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
