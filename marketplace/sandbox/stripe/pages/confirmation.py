"""The bank's page (3-D Secure): somebody confirms that it is they who pay."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.translate import use_locale
from marketplace.sandbox.stripe.engine.world import Record, World
from marketplace.sandbox.stripe.pages.checkout import (
    SEE_OTHER,
    base_url,
    closed_page,
    success_url,
    summary,
)
from marketplace.sandbox.stripe.pages.frame import has_token, language, nothing_here, page, simulator
from marketplace.sandbox.stripe.resources import checkout_sessions, payment_intents
from marketplace.sandbox.stripe.resources.checkout_sessions import Status

blueprint = Blueprint("confirmation", __name__, url_prefix="/c/confirm")


@blueprint.get("/<intent_id>/<challenge>")
def show(intent_id: str, challenge: str) -> ResponseReturnValue:
    """Ask whether it is they who pay."""
    with simulator().world(base_url=base_url()) as world:
        session = _waiting_session(world, intent_id, challenge)
        if session is None:
            return nothing_here(world)
        if session.body["status"] != Status.OPEN:
            return closed_page(world, session)
        locale = session.body["locale"]
        with use_locale(language(locale)):
            order = summary(world, session)
        return page(
            "sandbox/confirmation.html",
            world=world,
            subject=intent_id,
            locale=locale,
            leads_to=[session.body["success_url"]],
            order=order,
        )


@blueprint.post("/<intent_id>/<challenge>")
def answer(intent_id: str, challenge: str) -> ResponseReturnValue:
    """Take the answer, and lead on: to the end of the payment, or back to the card."""
    with simulator().world(base_url=base_url()) as world:
        session = _waiting_session(world, intent_id, challenge)
        if session is None:
            return nothing_here(world)
        if session.body["status"] == Status.EXPIRED:
            return closed_page(world, session)
        if not has_token(world, intent_id):
            return redirect(url_for(".show", intent_id=intent_id, challenge=challenge), SEE_OTHER)
        if session.body["status"] == Status.OPEN:
            checkout_sessions.authenticate(world, session, is_confirmed=request.form.get("answer") == "confirm")
        if session.body["status"] == Status.COMPLETE:
            return redirect(success_url(session), SEE_OTHER)
        return redirect(url_for("checkout.show", session_id=session.id), SEE_OTHER)


def _waiting_session(world: World, intent_id: str, challenge: str) -> Record | None:
    """Look up the session whose payment waits, or waited, for this page."""
    intent = world.find(intent_id)
    if intent is None or intent.hidden.get("challenge") != challenge:
        return None
    session = next(world.every(checkout_sessions.KIND, payment_intent=intent_id), None)
    is_over = session is not None and session.body["status"] != Status.OPEN
    return session if is_over or payment_intents.challenge_of(intent) == challenge else None
