"""The Checkout page: somebody pays with a card, or stores one."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.translate import _, use_locale
from marketplace.sandbox.stripe.cards import decline_for
from marketplace.sandbox.stripe.debits import TEST_ACCOUNTS, iban_of
from marketplace.sandbox.stripe.engine.gate import simulator
from marketplace.sandbox.stripe.engine.world import Json, Record, World
from marketplace.sandbox.stripe.pages import card_form
from marketplace.sandbox.stripe.pages.card_choice import CARD_GROUPS
from marketplace.sandbox.stripe.pages.card_form import Typed
from marketplace.sandbox.stripe.pages.frame import has_token, language, money, nothing_here, page
from marketplace.sandbox.stripe.pages.words import renewal_words
from marketplace.sandbox.stripe.resources import checking_out
from marketplace.sandbox.stripe.resources.billing import checkout_subscriptions
from marketplace.sandbox.stripe.resources.checking_out import Chosen, Status

blueprint = Blueprint("checkout", __name__, url_prefix="/c/pay")

GONE = 410
NOT_AS_IT_SHOULD_BE = 422
SEE_OTHER = 303
REQUIRES_ACTION = "requires_action"


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
        stored = checking_out.stored_methods(world, session)
        first = stored[0].id if stored else card_form.NEW_CARD
        return _form_page(world, session, Typed(email=email, pay_with=first), {**_last_fault(world, session)})


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
    chosen = None if found else _chosen(world, session, typed)
    if chosen is None:
        return _form_page(world, session, typed.without_code(), found, status=NOT_AS_IT_SHOULD_BE)
    intent = checking_out.try_to_pay(world, session, chosen)
    if session.body["status"] == Status.COMPLETE:
        return redirect(success_url(session), SEE_OTHER)
    if intent.body["status"] == REQUIRES_ACTION:
        return redirect(intent.body["next_action"]["redirect_to_url"]["url"], SEE_OTHER)
    return _form_page(world, session, typed.without_code(), _last_fault(world, session), status=NOT_AS_IT_SHOULD_BE)


def _chosen(world: World, session: Record, typed: Typed) -> Chosen | None:
    """Read what is to be used; None when it is a card that is not stored, or what this page does not take."""
    if typed.pay_with == card_form.NEW_CARD:
        return Chosen(card_form.details(typed), email=typed.email, name=typed.name, is_kept=typed.keeps)
    if typed.pay_with == card_form.BANK and checking_out.takes_debits(session):
        return Chosen(iban_of(typed.iban), email=typed.email, name=typed.name)
    for method in checking_out.stored_methods(world, session):
        if method.id == typed.pay_with:
            return Chosen(method, email=typed.email, name=method.body["billing_details"]["name"])
    return None


def base_url() -> str:
    """Tell under which address this page was asked for."""
    return request.host_url.rstrip("/")


def find_session(world: World, session_id: str) -> Record | None:
    """Look a session up; None when there is none."""
    record = world.find(session_id)
    if record is None or record.body["object"] != checking_out.KIND:
        return None
    world.follow(record)
    return record


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
        is_payment=session.body["mode"] != checking_out.NO_PAYMENT,
        way_back=success_url(session) if is_complete else session.body["cancel_url"],
    )


def summary(world: World, session: Record) -> Json | None:
    """Tell what is paid for, as the pages show it; a hold is taken only later. None when a card is only stored."""
    if session.body["mode"] == checking_out.NO_PAYMENT:
        return None
    currency = session.body["currency"]
    intent = checking_out.intent_of(world, session)
    given = session.hidden["intent"]
    return {
        "total": money(session.body["amount_total"], currency),
        "description": intent.body["description"] if intent else given.get("description"),
        "is_hold": given.get("capture_method") == "manual",
        "renews": _renewal(world, session),
        "items": [
            {
                "name": item["description"],
                "quantity": item["quantity"],
                "amount": money(item["amount_total"], currency),
            }
            for item in session.hidden["line_items"]
        ],
    }


def _renewal(world: World, session: Record) -> str | None:
    """Say how a subscription goes on; None when nothing is subscribed to."""
    if session.body["mode"] != checking_out.SUBSCRIPTION:
        return None
    trial_end = checkout_subscriptions.trial_end(world, session.hidden["subscription_data"])
    return renewal_words(session.hidden["line_items"], trial_end)


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
        stored=[method.body for method in checking_out.stored_methods(world, session)],
        accounts=TEST_ACCOUNTS.values() if checking_out.takes_debits(session) else [],
        may_keep=checking_out.may_keep(session),
        is_kept_anyway=bool(session.hidden["intent"].get("setup_future_usage"))
        or session.body["mode"] != checking_out.PAYMENT,
        card_groups=CARD_GROUPS,
    )


def _last_fault(world: World, session: Record) -> dict[str, str]:
    """Say why the last try to pay came to nothing, if there was one."""
    error = checking_out.last_problem(world, session)
    if error is None:
        return {}
    words = decline_for(error["code"], error.get("decline_code")).words  # A bank answers only after the page is closed.
    with use_locale(language(session.body["locale"])):
        return {"card_number": str(words)}
