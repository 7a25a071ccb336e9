"""The Checkout page: somebody pays with a card."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import LazyText, _, use_locale
from marketplace.sandbox.stripe.cards import NOT_AUTHENTICATED, TEST_CARDS, UNKNOWN, Decline
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages import card_form
from marketplace.sandbox.stripe.pages.card_form import Typed
from marketplace.sandbox.stripe.pages.frame import has_token, language, money, nothing_here, page, simulator
from marketplace.sandbox.stripe.resources import checkout_sessions, payment_intents
from marketplace.sandbox.stripe.resources.checkout_sessions import Status

blueprint = Blueprint("checkout", __name__, url_prefix="/c/pay")

GONE = 410
NOT_AS_IT_SHOULD_BE = 422
SEE_OTHER = 303

DECLINES = {decline.decline_code: decline for decline in (card.decline for card in TEST_CARDS.values()) if decline}
DECLINES |= {decline.decline_code: decline for decline in (UNKNOWN, NOT_AUTHENTICATED)}


@blueprint.get("/<session_id>")
def show(session_id: str) -> ResponseReturnValue:
    """Show the form, or that it is too late for it."""
    with simulator().world(base_url=base_url()) as world:
        session = find_session(world, session_id)
        if session is None:
            return nothing_here(world)
        if session.body["status"] != Status.OPEN:
            return closed_page(world, session)
        email = (session.body["customer_details"] or {}).get("email") or ""
        return _form_page(world, session, Typed(email=email), {**_last_fault(world, session)})


@blueprint.post("/<session_id>")
def pay(session_id: str) -> ResponseReturnValue:
    """Try to pay with what was typed."""
    with simulator().world(base_url=base_url()) as world:
        session = find_session(world, session_id)
        if session is None:
            return nothing_here(world)
        if session.body["status"] == Status.COMPLETE:  # A second click; the first one paid.
            return redirect(success_url(session), SEE_OTHER)
        if session.body["status"] == Status.EXPIRED:
            return closed_page(world, session)
        typed = card_form.read(request.form)
        if "use_card" in request.form:
            return _form_page(world, session, card_form.filled_in(typed, request.form["use_card"], world.now), {})
        return _tried(world, session, typed)


def _tried(world: World, session: Record, typed: Typed) -> Response:
    with use_locale(language(session.body["locale"])):
        if not has_token(world, session.id):
            found = {"": _("This page was open for too long. Check your answers and try again.")}
        else:
            found = card_form.faults(typed, world.now)
    if found:
        return _form_page(world, session, typed.without_code(), found, status=NOT_AS_IT_SHOULD_BE)
    intent = checkout_sessions.pay(world, session, card_form.details(typed))
    if session.body["status"] == Status.COMPLETE:
        return redirect(success_url(session), SEE_OTHER)
    if intent.body["status"] == payment_intents.Status.REQUIRES_ACTION:
        return redirect(intent.body["next_action"]["redirect_to_url"]["url"], SEE_OTHER)
    return _form_page(world, session, typed.without_code(), _last_fault(world, session), status=NOT_AS_IT_SHOULD_BE)


def base_url() -> str:
    """Tell under which address this page was asked for."""
    return request.host_url.rstrip("/")


def find_session(world: World, session_id: str) -> Record | None:
    """Look a session up; None when there is none."""
    record = world.find(session_id)
    return record if record and record.body["object"] == checkout_sessions.KIND else None


def success_url(session: Record) -> str:
    """Tell where somebody goes who has paid."""
    return str(session.body["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


def closed_page(world: World, session: Record) -> Response:
    """Show that a session is paid, or that its time is over."""
    is_complete = session.body["status"] == Status.COMPLETE
    return page(
        "sandbox/checkout_closed.html",
        world=world,
        subject=session.id,
        locale=session.body["locale"],
        status=200 if is_complete else GONE,
        is_complete=is_complete,
        way_back=success_url(session) if is_complete else session.body["cancel_url"],
    )


def summary(world: World, session: Record) -> Json:
    """Tell what is paid for, as the pages show it; a hold is taken only later."""
    currency = session.body["currency"]
    intent = checkout_sessions.intent_of(world, session)
    given = session.hidden["intent"]
    return {
        "total": money(session.body["amount_total"], currency),
        "description": intent.body["description"] if intent else given.get("description"),
        "is_hold": given.get("capture_method") == "manual",
        "items": [
            {
                "name": item["description"],
                "quantity": item["quantity"],
                "amount": money(item["amount_total"], currency),
            }
            for item in session.hidden["line_items"]
        ],
    }


def _form_page(world: World, session: Record, typed: Typed, found: dict[str, str], *, status: int = 200) -> Response:
    with use_locale(language(session.body["locale"])):
        order = summary(world, session)
    return page(
        "sandbox/checkout.html",
        world=world,
        subject=session.id,
        locale=session.body["locale"],
        status=status,
        leads_to=[session.body["success_url"]],
        cancel_url=session.body["cancel_url"],
        here=url_for(".pay", session_id=session.id),
        order=order,
        typed=typed,
        faults=found,
        cards=TEST_CARDS.values(),
    )


def _last_fault(world: World, session: Record) -> dict[str, str]:
    """Say why the last try to pay came to nothing, if there was one."""
    intent = checkout_sessions.intent_of(world, session)
    error = intent.body["last_payment_error"] if intent else None
    if not error:
        return {}
    decline: Decline = DECLINES[error["decline_code"]]
    words: LazyText = decline.words
    with use_locale(language(session.body["locale"])):
        return {"card_number": str(words)}
