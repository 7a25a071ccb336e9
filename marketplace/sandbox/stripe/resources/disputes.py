"""Disputes: payments that the owner of a card contests, and what the platform says to that."""

from marketplace.sandbox.stripe.engine.endpoints import Endpoint, Resource
from marketplace.sandbox.stripe.engine.errors import Refused
from marketplace.sandbox.stripe.engine.listing import page
from marketplace.sandbox.stripe.engine.shapes import (
    RETRIEVE,
    Fields,
    Flag,
    Given,
    Metadata,
    Text,
    lists_by,
    merged,
    takes,
)
from marketplace.sandbox.stripe.engine.world import Json, World
from marketplace.sandbox.stripe.resources import disputing
from marketplace.sandbox.stripe.resources.dispute_body import KIND, LONG_TEXTS, SHORT_TEXTS, TEXTS
from marketplace.sandbox.stripe.resources.disputing import Action

URL = "/v1/disputes"

LONG_TEXT_MAX = 20_000
EVIDENCE_MAX = 150_000  # Characters of all texts together.


def retrieve(world: World, _given: Given, dispute: str) -> Json:
    """Show a dispute."""
    return world.get(KIND, dispute).body


def list_all(world: World, given: Given) -> Json:
    """List disputes."""
    return page(world, KIND, URL, given, by=["charge", "payment_intent"])


def update(world: World, given: Given, dispute: str) -> Json:
    """Add evidence, and hand all of it to the bank unless `submit` is false; it can be handed in once.

    Raises:
        Refused: it was handed in already, or the dispute is over; or there is too much to read.
    """
    record = world.get(KIND, dispute)
    if "metadata" in given:
        record.body["metadata"] = merged(record.body["metadata"], given["metadata"])
    is_answer = "evidence" in given or "submit" in given
    if is_answer and not disputing.allows(record, Action.ANSWER):
        raise Refused(f"Evidence for {record.id} can no longer be changed: its status is {record.body['status']}.")
    evidence = record.body["evidence"]
    evidence.update(given.get("evidence", {}))
    if sum(len(evidence[name] or "") for name in TEXTS) > EVIDENCE_MAX:
        raise Refused(f"All evidence together may have at most {EVIDENCE_MAX} characters.", param="evidence")
    details = record.body["evidence_details"]
    details["has_evidence"] = details["has_evidence"] or any(given.get("evidence", {}).values())
    if is_answer and given.get("submit", True) and details["has_evidence"]:
        disputing.answer(world, record)
    else:
        world.save(record, "charge.dispute.updated")
    return record.body


def close(world: World, _given: Given, dispute: str) -> Json:
    """Give a dispute up: it is lost.

    Raises:
        Refused: it is answered or over already, or only an inquiry.
    """
    record = world.get(KIND, dispute)
    if record.body["status"] != disputing.Status.NEEDS_RESPONSE:
        raise Refused(f"Only a dispute that needs a response can be closed. {record.id} is {record.body['status']}.")
    disputing.lose(world, record)
    return record.body


UPDATE = takes(
    optional={
        "evidence": Fields(
            optional={
                **dict.fromkeys(LONG_TEXTS, Text(clearable=True, longest=LONG_TEXT_MAX)),
                **dict.fromkeys(SHORT_TEXTS, Text(clearable=True)),
            }
        ),
        "metadata": Metadata(),
        "submit": Flag(),
    }
)

RESOURCE = Resource(
    KIND,
    endpoints=(
        Endpoint("GET", URL, lists_by(charge=Text(), payment_intent=Text()), list_all),
        Endpoint("GET", f"{URL}/<dispute>", RETRIEVE, retrieve),
        Endpoint("POST", f"{URL}/<dispute>", UPDATE, update),
        Endpoint("POST", f"{URL}/<dispute>/close", RETRIEVE, close),
    ),
    links=frozenset({"charge", "payment_intent"}),
    when_due=disputing.settle,
)
