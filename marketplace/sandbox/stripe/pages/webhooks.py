"""The page of webhook endpoints: who is told about what, and with which secret."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.translate import _l, use_locale
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages.checkout import SEE_OTHER
from marketplace.sandbox.stripe.pages.frame import has_token, language, nothing_here, page
from marketplace.sandbox.stripe.resources import webhook_endpoints
from marketplace.sandbox.stripe.webhooks.deliveries import ENABLED
from marketplace.sandbox.stripe.webhooks.secrets import good_secrets

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

SUBJECT = "webhooks"
HOUR_S = 60 * 60
OVERLAPS = {
    "none": (_l("The old one ends at once"), 0),
    "hour": (_l("The old one stays good for an hour"), HOUR_S),
    "day": (_l("The old one stays good for a day"), 24 * HOUR_S),
}


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the endpoints with their secrets."""
    with simulator().world() as world:
        with use_locale(language()):
            overlaps = [(name, str(label)) for name, (label, _seconds) in OVERLAPS.items()]
        endpoints = [_endpoint(world, one) for one in world.every(webhook_endpoints.KIND)]
        return page(
            "sandbox/webhooks.html",
            world=world,
            subject=SUBJECT,
            current=SUBJECT,
            endpoints=endpoints,
            overlaps=overlaps,
        )


@blueprint.post("/<endpoint_id>/roll")
def roll(endpoint_id: str) -> ResponseReturnValue:
    """Give an endpoint a new secret."""
    overlap = OVERLAPS.get(request.form.get("overlap", ""))
    with simulator().world() as world:
        record = webhook_endpoints.find(world, endpoint_id)
        if record is None:
            return nothing_here(world)
        if overlap and has_token(world, SUBJECT):
            _label, seconds = overlap
            webhook_endpoints.roll_secret(world, record, overlap_s=seconds)
    return redirect(url_for(".show"), SEE_OTHER)


def _endpoint(world: World, record: Record) -> Json:
    secret, *earlier = good_secrets(record.hidden, world.timestamp)
    return {
        "id": record.id,
        "url": record.body["url"],
        "is_enabled": record.body["status"] == ENABLED,
        "is_for_accounts": bool(record.hidden["connect"]),
        "events": record.body["enabled_events"],
        "secret": secret,
        "earlier": earlier,
    }
