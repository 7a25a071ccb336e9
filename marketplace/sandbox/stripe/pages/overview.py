"""The overview: what the stand-in holds, and whom it told what."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.translate import format_moment, use_locale
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages.checkout import SEE_OTHER
from marketplace.sandbox.stripe.pages.frame import has_token, language, money, nothing_here, page
from marketplace.sandbox.stripe.resources import balance, events
from marketplace.sandbox.stripe.webhooks import deliveries

blueprint = Blueprint("overview", __name__)

ROWS = 20
SUBJECT = "overview"


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """Show the latest payments, transfers and events."""
    with simulator().world() as world:
        with use_locale(language()):
            values: Json = {
                "now": format_moment(world.now),
                "balances": _balances(world),
                "payments": [_movement(one) for one in world.latest("payment_intent", ROWS)],
                "transfers": [_movement(one) for one in world.latest("transfer", ROWS)],
                "events": [_event(world, one) for one in world.latest("event", ROWS)],
            }
        return page("sandbox/overview.html", world=world, subject=SUBJECT, current=SUBJECT, **values)


@blueprint.post("/events/<event_id>/resend")
def resend(event_id: str) -> ResponseReturnValue:
    """Deliver an event once more to every endpoint that it went to."""
    with simulator().world() as world:
        event = events.find(world, event_id)
        if event is None:
            return nothing_here(world)
        if has_token(world, SUBJECT):
            events.send_again(world, event)
    return redirect(url_for(".show"), SEE_OTHER)


def _balances(world: World) -> list[Json]:
    shown = balance.retrieve(world, {})
    pairs = zip(shown["available"], shown["pending"], strict=True)
    return [
        {
            "available": money(available["amount"], available["currency"]),
            "pending": money(pending["amount"], pending["currency"]),
        }
        for available, pending in pairs
    ]


def _movement(record: Record) -> Json:
    body = record.body
    return {
        "id": record.id,
        "amount": money(body["amount"], body["currency"]),
        "received": money(body.get("amount_received", 0), body["currency"]),
        "status": body.get("status"),
        "description": body["description"],
        "destination": body.get("destination"),
        "created": _moment(body["created"]),
    }


def _event(world: World, record: Record) -> Json:
    return {
        "id": record.id,
        "type": record.body["type"],
        "about": record.body["data"]["object"].get("id"),
        "created": _moment(record.body["created"]),
        "deliveries": [
            {
                "url": row.url,
                "attempts": row.attempts,
                "outcome": row.outcome,
                "is_delivered": row.delivered_at is not None,
                "is_due": row.due_at is not None,
                "is_held_back": row.due_at is None and row.outcome == deliveries.HELD_BACK,
            }
            for row in deliveries.of_event(world.connection, record.id)
        ],
    }


def _moment(timestamp: int) -> str:
    return format_moment(datetime.fromtimestamp(timestamp, UTC))
