"""What the calls about requests share: whose request it is, and the way to its payment."""

from collections.abc import Callable
from typing import Any

from marketplace.jobs import answers, queries
from marketplace.jobs.callers import is_staff
from marketplace.jobs.rules import FIRST_PART
from marketplace.kernel import outbox
from marketplace.kernel.access import caller_id
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.repeating import KEY_PARAMETER, RETRY_AFTER, RETRY_AFTER_S
from marketplace.payments.rules import HoldStatus

blueprint = CallsBlueprint("jobs_api", __name__, url_prefix="/api/v1", description="Requests, offers and jobs")

# Describes the calls that go through `once`.
repeatable = blueprint.doc(parameters=[KEY_PARAMETER])

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


def move(command: Callable[..., object], reference: str, **given: object) -> dict[str, Any]:
    """Do something about a request in a transaction of its own, and give the request as it stands then."""
    with transaction() as session:
        command(session, reference, **given, now=utcnow())
    return answers.request_facts(view_of(reference))


def view_of(reference: str) -> queries.RequestView:
    """Put together a request for the caller, or raise `NotFound` if it is not theirs."""
    return queries.view_request(reading(), reference, person_id=caller_id(), is_staff=is_staff())
