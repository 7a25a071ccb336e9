"""One's own saved cards: what there is, what it is used for, one more, one less."""

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import _
from marketplace.payments import commands, queries
from marketplace.payments.rules import CallKind, brand_name
from marketplace.payments.views import blueprint


@blueprint.get("/account/cards")
@open_to(Role.PERSON)
def cards() -> ResponseReturnValue:
    """Show the cards that somebody has saved."""
    found = queries.cards_of(reading(), caller_id())
    return render_template("payments/cards.html", cards=found, brand_name=brand_name, now=utcnow())


@blueprint.post("/account/cards")
@open_to(Role.PERSON)
def add_card() -> ResponseReturnValue:
    """Lead to the page on which a card is saved; a second click finds the same page."""
    _look()  # Perhaps the page that we know of is used by now.
    with transaction() as session:
        message_id = commands.ask_card(session, caller_id(), now=utcnow())
    if message_id is not None:
        outbox.deliver_now(message_id)
    payer = queries.payer(reading(), caller_id())
    if payer is None or payer.setup_url is None:
        is_refused = queries.is_refused(reading(), CallKind.SETUP, caller_id())
        refused = _("Stripe did not make the page to save a card on. The vendor sees it. You can pay all the same.")
        tell(refused if is_refused else _("Stripe did not answer. Try again in a minute."))
        return redirect(url_for(".cards"), code=303)
    return redirect(payer.setup_url, code=303)


@blueprint.get("/account/cards/back")
@open_to(Role.PERSON)
def card_added() -> ResponseReturnValue:
    """Take somebody back from Stripe; coming back proves nothing, so Stripe is asked.

    It writes on a GET, as `payments.back` does, and is as harmless: it notes which cards Stripe lists.
    """
    payer = queries.payer(reading(), caller_id())
    if payer is not None and payer.setup_url is not None and not _look():
        tell(_("Stripe did not answer. A card that you have just saved appears here in a minute."))
    return redirect(url_for(".cards"))


def _look() -> bool:
    """Have Stripe asked which cards there are; tell whether the answer is known. The worker asks again if not."""
    if queries.payer(reading(), caller_id()) is None:
        return True
    with transaction() as session:
        message_id = commands.look_at_cards(session, caller_id(), now=utcnow())
    return outbox.deliver_now(message_id)


@blueprint.post("/account/cards/<int:card_id>/remove")
@open_to(Role.PERSON)
def remove_card(card_id: int) -> ResponseReturnValue:
    """Let a card be forgotten, here at once and at Stripe as soon as it answers."""
    with transaction() as session:
        message_id = commands.remove_card(session, card_id, person_id=caller_id(), now=utcnow())
    outbox.deliver_now(message_id)
    tell(_("The card is removed."))
    return redirect(url_for(".cards"))


@blueprint.post("/account/cards/<int:card_id>/renewals")
@open_to(Role.PERSON)
def allow_renewals(card_id: int) -> ResponseReturnValue:
    """Say whether a card may be used to set an amount aside once more while its owner is away."""
    is_allowed = request.form.get("allowed") == "yes"
    with transaction() as session:
        commands.allow_renewals(session, card_id, person_id=caller_id(), is_allowed=is_allowed, now=utcnow())
    tell(_("Noted: this card may be used.") if is_allowed else _("Noted: this card is used only when you choose it."))
    return redirect(url_for(".cards"))
