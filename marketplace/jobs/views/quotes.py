"""Quotes: the customer compares and chooses, partners give, revise and withdraw them."""

from flask import flash as tell
from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from marketplace.insurance.rules import CoverHasChanged
from marketplace.jobs import commands, intake, queries, rules
from marketplace.jobs.callers import form_key
from marketplace.jobs.quotations import quotation_from
from marketplace.jobs.schemas import QuoteFormSchema
from marketplace.jobs.schemas_of_paying import ChooseFormSchema, paying_of
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.request_page import move, page, read_form
from marketplace.jobs.views.work import offer_page
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import claim, fingerprint
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, ngettext
from marketplace.matching import queries as matching
from marketplace.matching.rules import OfferStatus, QuoteChanged, QuoteOver
from marketplace.payments.rules import CardIsGone
from providers.profiles.callers import acting_member

# What a customer reads on the page of the request, beside the quotes that can be had instead.
CHOOSE_ANOTHER = (QuoteChanged, QuoteOver, rules.QuoteNotFree, rules.PageStillOpen, CardIsGone, CoverHasChanged)


@blueprint.post("/requests/<reference>/choose")
@open_to(Role.PERSON)
def choose_quote(reference: str) -> ResponseReturnValue:
    """Choose a quote, and pay or lead to Checkout; a second click finds what the first did."""
    typed, wrong = read_form(ChooseFormSchema(), reference)
    if wrong:
        return wrong
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=False)
    offer = next((one for one in view.offers if one.quote is not None and one.quote.id == typed["quote"]), None)
    status = offer.status if offer else None
    if status is OfferStatus.ACCEPTED:  # Paid in one step.
        return redirect(url_for(".show", reference=reference), code=303)
    if status is not OfferStatus.CHOSEN:
        try:
            with transaction() as session:
                message_id = commands.choose_quote(
                    session, reference, typed["quote"], customer_id=caller_id(), now=utcnow(), **paying_of(typed)
                )
        except CHOOSE_ANOTHER as error:
            return page(reference, {"quote": [error.text]}, status=409)
        if message_id is None:  # All of it is covered.
            return redirect(url_for(".show", reference=reference), code=303)
        outbox.deliver_now(message_id)
    hold = queries.hold_of(reading(), view.request.id)
    return redirect(url_for("payments.pay", hold_id=hold.id), code=303)


@blueprint.post("/requests/<reference>/let-go")
@open_to(Role.PERSON)
def let_go_of_choice(reference: str) -> ResponseReturnValue:
    """Leave the quote that was chosen unpaid."""
    told = _("Nothing is taken. Choose among the quotes again.")
    return move(commands.let_go_of_choice, reference, customer_id=caller_id(), told=told)


@blueprint.post("/requests/<reference>/ask-more")
@open_to(Role.PERSON)
def ask_more(reference: str) -> ResponseReturnValue:
    """Ask more partners for quotes."""
    with transaction() as session:
        asked = commands.ask_more(session, reference, customer_id=caller_id(), now=utcnow())
    text = ngettext("%(n)d more partner is asked now.", "%(n)d more partners are asked now.", asked)
    tell(text % {"n": asked})
    return redirect(url_for(".show", reference=reference))


@blueprint.post("/requests/<reference>/take-back")
@open_to(Role.PERSON)
def take_back(reference: str) -> ResponseReturnValue:
    """Ask for quotes no more, and choose again how to find a partner."""
    with transaction() as session:
        commands.take_back(session, reference, customer_id=caller_id(), now=utcnow())
    tell(_("You ask for quotes no more. Choose how you want to find a partner."))
    return redirect(url_for(".choose", reference=reference))


@blueprint.post("/work/offers/<int:offer_id>/quote")
@open_to(Role.MEMBER)
def give_quote(offer_id: int) -> ResponseReturnValue:
    """Say what a partner takes for a request; the same form sent twice says it once."""
    member = acting_member()
    offer = matching.offer_to(reading(), offer_id, member.provider_id)
    try:
        typed = load_form(QuoteFormSchema())
        price = intake.amount_from(typed.pop("price"), offer.currency, field="price")
        kind, cap_minutes = typed.pop("kind"), typed.pop("cap_minutes", None)
        quotation = quotation_from(offer, typed, kind=kind, price=price, cap_minutes=cap_minutes)
        content = fingerprint(offer_id, typed, price.minor, kind, cap_minutes)
        with transaction() as session:
            claimed = claim(session, person_id=caller_id(), key=form_key(), content=content, now=utcnow())
            if not claimed.outcome:
                commands.give_quote(session, offer_id, member=member, quotation=quotation, now=utcnow())
                claimed.outcome = {"done": True}
    except InvalidInput as error:
        return offer_page(offer_id, error.fields)
    tell(_("Your quote is with the customer. You get a letter when it is chosen."))
    return redirect(url_for(".offer", offer_id=offer_id))


@blueprint.post("/work/offers/<int:offer_id>/withdraw")
@open_to(Role.MEMBER)
def withdraw_quote(offer_id: int) -> ResponseReturnValue:
    """Take back a quote that is not chosen."""
    with transaction() as session:
        commands.withdraw_quote(session, offer_id, member=acting_member(), now=utcnow())
    tell(_("Your quote is withdrawn. This does not count against you."))
    return redirect(url_for(".work"))
