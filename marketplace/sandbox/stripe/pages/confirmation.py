"""The bank's page (3-D Secure): somebody confirms that it is they who pay, or who store a card."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import use_locale
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages.checkout import (
    SEE_OTHER,
    base_url,
    closed_page,
    success_url,
    summary,
)
from marketplace.sandbox.stripe.pages.frame import has_token, language, money, nothing_here, page
from marketplace.sandbox.stripe.resources import checking_out, paying, setting_up
from marketplace.sandbox.stripe.resources.checking_out import Status

blueprint = Blueprint("confirmation", __name__, url_prefix="/c/confirm")

PROCESSES = {"payment_intent": paying, "setup_intent": setting_up}
CONFIRMED = {paying.Status.REQUIRES_CAPTURE, paying.Status.SUCCEEDED, setting_up.Status.SUCCEEDED}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, or waited, for this page; a session if it was begun on a Checkout page."""

    intent: Record
    session: Record | None

    @property
    def locale(self) -> str | None:
        """The language that the page was made for."""
        return self.session.body["locale"] if self.session else None


@blueprint.get("/<intent_id>/<challenge>")
def show(intent_id: str, challenge: str) -> ResponseReturnValue:
    """Ask whether it is they who pay."""
    with simulator().world(base_url=base_url()) as world:
        waiting = _waiting(world, intent_id, challenge)
        if waiting is None:
            return nothing_here(world)
        session = waiting.session
        if session and session.body["status"] != Status.OPEN:
            return closed_page(world, session)
        with use_locale(language(waiting.locale)):
            order = summary(world, session) if session else _order(waiting.intent)
        return page(
            "sandbox/confirmation.html",
            world=world,
            subject=intent_id,
            locale=waiting.locale,
            leads_to=[session.body["success_url"] if session else waiting.intent.hidden.get("return_url")],
            order=order,
        )


@blueprint.post("/<intent_id>/<challenge>")
def answer(intent_id: str, challenge: str) -> ResponseReturnValue:
    """Take the answer, and lead on: to the end of the payment, or back to the card."""
    with simulator().world(base_url=base_url()) as world:
        waiting = _waiting(world, intent_id, challenge)
        if waiting is None:
            return nothing_here(world)
        session = waiting.session
        if session and session.body["status"] == Status.EXPIRED:
            return closed_page(world, session)
        if not has_token(world, intent_id):
            return redirect(url_for(".show", intent_id=intent_id, challenge=challenge), SEE_OTHER)
        is_confirmed = request.form.get("answer") == "confirm"
        if session is None:
            PROCESSES[waiting.intent.body["object"]].authenticate(world, waiting.intent, is_confirmed=is_confirmed)
            return _after(world, waiting.intent)
        if session.body["status"] == Status.OPEN:
            checking_out.authenticate(world, session, is_confirmed=is_confirmed)
        if session.body["status"] == Status.COMPLETE:
            return redirect(success_url(session), SEE_OTHER)
        return redirect(url_for("checkout.show", session_id=session.id), SEE_OTHER)


def _waiting(world: World, intent_id: str, challenge: str) -> Waiting | None:
    intent = world.find(intent_id)
    if intent is None or intent.hidden.get("challenge") != challenge:
        return None
    world.follow(intent)
    session = checking_out.session_of(world, intent)
    is_over = session is not None and session.body["status"] != Status.OPEN
    is_asked = PROCESSES[intent.body["object"]].challenge_of(intent) == challenge
    return Waiting(intent, session) if is_over or is_asked else None


def _after(world: World, intent: Record) -> Response:
    """Lead back to where the intent was confirmed, as Stripe does, or say that this is all."""
    is_confirmed = intent.body["status"] in CONFIRMED
    return_url = intent.hidden.get("return_url")
    if not return_url:
        return page("sandbox/confirmation_done.html", world=world, subject=intent.id, is_confirmed=is_confirmed)
    kind = intent.body["object"]
    told = {
        kind: intent.id,
        f"{kind}_client_secret": intent.body["client_secret"],
        "redirect_status": "succeeded" if is_confirmed else "failed",
    }
    return redirect(f"{return_url}{'&' if '?' in return_url else '?'}{urlencode(told)}", SEE_OTHER)


def _order(intent: Record) -> Json | None:
    if intent.body["object"] == setting_up.KIND:
        return None
    return {
        "total": money(intent.body["amount"], intent.body["currency"]),
        "description": intent.body["description"],
        "is_hold": intent.body["capture_method"] == "manual",
        "items": [],
    }
