"""The last look before money moves, and sending it: what it costs, who pays what of it, and the way to pay."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.conversation.rules import Side
from marketplace.insurance.rules import CoverHasChanged
from marketplace.jobs import commands, intake, queries, stages, wording, wording_of_terms
from marketplace.jobs.callers import ways_to_pay
from marketplace.jobs.rules import Choice
from marketplace.jobs.schemas_of_paying import ChoiceFormSchema, PayingFormSchema, paying_of
from marketplace.jobs.views import blueprint
from marketplace.jobs.views.intake import FIELD_PREFIX, Errors, choose_page, own_draft, wishes
from marketplace.jobs.views.request_page import page as request_page
from marketplace.jobs.views.request_page import read_form
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.schema import form_values, load
from marketplace.payments.models import Hold
from marketplace.payments.rules import CardIsGone
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Mode
from marketplace.tariffs.rules import NO_TAX
from providers.profiles import queries as profiles


@blueprint.get("/requests/<reference>/check")
@open_to(Role.PERSON)
def check(reference: str) -> ResponseReturnValue:
    """Show all that was said and what it will cost, before money moves."""
    draft = own_draft(reference)
    if draft.is_vendors:
        return _check_page(draft, None)
    try:
        choice, _paying = _choice(draft, request.args)
        return _check_page(draft, choice)
    except InvalidInput as error:
        return choose_page(draft, error.fields, request.args)
    except Conflict as error:
        return choose_page(draft, {"ceiling": [error.text]}, request.args)


def _check_page(draft: SupportRequest, choice: Choice | None, *, errors: Errors | None = None) -> ResponseReturnValue:
    """Show what was chosen, and what it costs.

    Raises:
        Conflict, InvalidInput: nobody can be asked on these terms; as for `queries.price_of_choice`.
    """
    price = queries.price_of_choice(reading(), draft, choice, utcnow()) if choice else None
    need = queries.need_of_choice(reading(), draft, choice, price, utcnow()) if choice and price else None
    chosen_id = choice.provider_id if choice else None
    provider = profiles.providers_by_id(reading(), [chosen_id])[chosen_id] if chosen_id else None
    files, now = requests.files(reading(), draft.id), utcnow()
    page = render_template(
        "jobs/check.html",
        draft=draft,
        choice=choice,
        price=price,
        tax=queries.tax_of_request(reading(), draft, now) if choice else NO_TAX,
        provider=provider,
        typed=request.values,
        errors=errors or {},
        ways=ways_to_pay(draft, {"price": need}).get("price") if need else None,
        wishes=wishes(),
        terms_of_partner=queries.match_of_choice(reading(), draft, chosen_id, now).terms if chosen_id else None,
        **wording_of_terms.last_look(draft, price, now),
        answers=wording.last_look(draft, files, FIELD_PREFIX),
    )
    return page, 409 if errors else 200


def _choice(draft: SupportRequest, values: Mapping[str, str]) -> tuple[Choice, dict[str, Any]]:
    """Read the choice out of a form, and how it is to be paid.

    Raises:
        InvalidInput: names the field.
    """
    typed = load(ChoiceFormSchema(), form_values(ChoiceFormSchema(), values))  # type: ignore[arg-type]
    if typed["mode"] is Mode.CHOSEN:
        choice = intake.chosen(reading(), typed.get("provider", ""), may_fall_back=typed["fall_back"])
    elif typed["mode"] is Mode.QUOTES:
        choice = Choice(Mode.QUOTES)
    else:
        ceiling = intake.amount_from(typed.get("ceiling", ""), draft.currency, field="ceiling")
        choice = Choice(Mode.BEST_FIT, ceiling=ceiling)
    return choice, paying_of(typed)


@blueprint.post("/requests/<reference>/submit")
@open_to(Role.PERSON)
def submit(reference: str) -> ResponseReturnValue:
    """Ask, and pay or lead to Checkout if there is something to set aside; a second click finds what the first did."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=False)
    if view.hold is not None and LIFECYCLE.allows(view.request.status, Action.LAPSE):
        return redirect(url_for("payments.pay", hold_id=view.hold.id), code=303)
    if not stages.is_unsent(view) and (view.is_for_quotes or view.is_paid_in_one_step):
        return redirect(url_for(".show", reference=reference), code=303)
    is_free = view.request.is_vendors
    choice, paying = (Choice(Mode.CHOSEN), {}) if is_free else _choice(view.request, request.form)
    try:
        with transaction() as session:
            made, message_id = commands.submit(
                session, reference, customer_id=caller_id(), choice=choice, now=utcnow(), **paying
            )
            request_id = made.id
    except CardIsGone as error:
        return _check_page(own_draft(reference), choice, errors={"card": [error.text]})
    except CoverHasChanged as error:
        return _check_page(own_draft(reference), choice, errors={"cover": [error.text]})
    return _to_payment(reference, request_id, message_id)


@blueprint.post("/requests/<reference>/pay")
@open_to(Role.PERSON)
def pay_again(reference: str) -> ResponseReturnValue:
    """Pay, or lead to a new Checkout page, after the bank refused; a second click finds what the first did."""
    typed, wrong = read_form(PayingFormSchema(), reference)
    if wrong:
        return wrong
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=False)
    hold = _paid_again(view)
    if hold is not None:
        return redirect(url_for("payments.pay", hold_id=hold.id), code=303)
    try:
        with transaction() as session:
            message_id = commands.pay_again(
                session, reference, customer_id=caller_id(), now=utcnow(), **paying_of(typed)
            )
    except CardIsGone as error:
        return request_page(reference, {"card": [error.text]}, status=409)
    except CoverHasChanged as error:
        return request_page(reference, {"cover": [error.text]}, status=409)
    return _to_payment(reference, view.request.id, message_id)


def _paid_again(view: queries.RequestView) -> Hold | None:
    """Find with what the customer has paid, or goes to pay, since the bank refused what was agreed."""
    if view.side is not Side.CUSTOMER or view.job is None or view.hold not in view.live_holds:
        return None
    is_done = LIFECYCLE.allows(view.request.status, Action.PAY) or view.is_paid_in_one_step
    return view.hold if is_done else None


def _to_payment(reference: str, request_id: int, message_id: int | None) -> ResponseReturnValue:
    if message_id is None:
        return redirect(url_for(".show", reference=reference), code=303)
    outbox.deliver_now(message_id)
    hold = queries.hold_of(reading(), request_id)
    return redirect(url_for("payments.pay", hold_id=hold.id), code=303)
