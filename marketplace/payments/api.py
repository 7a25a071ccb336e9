"""Saved cards, and amounts that are set aside once more, by JSON."""

from typing import Any

from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.schema import money_json
from marketplace.payments import commands, queries
from marketplace.payments.models import Hold, Renewal, SavedCard
from marketplace.payments.schemas import AllowSchema, CardAnswer, CardsAnswer, RenewalsAnswer

blueprint = CallsBlueprint(
    "payments_api", __name__, url_prefix="/api/v1", description="Saved cards, and what is set aside once more"
)


@blueprint.get("/cards")
@blueprint.response(200, CardsAnswer)
@open_to(Role.PERSON)
def cards() -> dict[str, Any]:
    """List the cards that the caller has saved, the newest first.

    What agrees to a price takes the id of one as `card`, and pays with it in one step.
    """
    found = queries.cards_of(reading(), caller_id())
    return {"items": [_card(one) for one in found], "next": None, "total": len(found)}


@blueprint.post("/cards/<int:card_id>/remove")
@blueprint.response(204)
@open_to(Role.PERSON)
def remove_card(card_id: int) -> None:
    """Let a card be forgotten, here at once and at Stripe as soon as it answers."""
    with transaction() as session:
        message_id = commands.remove_card(session, card_id, person_id=caller_id(), now=utcnow())
    outbox.deliver_now(message_id)


@blueprint.post("/cards/<int:card_id>/renewals")
@blueprint.arguments(AllowSchema)
@blueprint.response(200, CardAnswer)
@open_to(Role.PERSON)
def allow_renewals(typed: dict[str, Any], card_id: int) -> dict[str, Any]:
    """Say whether a card may be used to set an amount aside once more while its owner is away."""
    with transaction() as session:
        commands.allow_renewals(session, card_id, person_id=caller_id(), is_allowed=typed["allowed"], now=utcnow())
    return _card(queries.card_of_payer(reading(), card_id, caller_id()))


@blueprint.get("/renewals")
@blueprint.response(200, RenewalsAnswer)
@open_to(Role.PERSON)
def renewals() -> dict[str, Any]:
    """List what the caller is asked to set aside once more, the most urgent first.

    Banks hold an amount for some days. Whoever still looks for a partner by then sets it aside once more, on the page
    at `checkout_url`, or the search ends; a card that is allowed for renewals does it by itself the first time.
    """
    found = queries.asked_renewals_of(reading(), caller_id())
    return {"items": [_renewal(*one) for one in found], "next": None, "total": len(found)}


def _card(card: SavedCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "brand": card.brand,
        "last4": card.last4,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "expired": card.is_over(utcnow()),
        "allowed": bool(card.may_renew),
        "saved_at": card.saved_at,
    }


def _renewal(renewal: Renewal, hold: Hold) -> dict[str, Any]:
    return {
        "description": hold.description,
        "page": hold.return_path,
        "amount": money_json(hold.amount),
        "answer_by": renewal.answer_by,
        "checkout_url": renewal.checkout_url,
    }
