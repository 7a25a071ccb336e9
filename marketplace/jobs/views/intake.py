"""Asking for help, one question per screen: what kind, what exactly, who, and a last look before money moves."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import choices
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Category
from marketplace.jobs import commands, intake, queries, stages, wording, wording_of_terms
from marketplace.jobs.callers import form_key, new_form_key, sent_files, ways_to_pay
from marketplace.jobs.rules import Choice, StalePage
from marketplace.jobs.schemas import DraftSchema
from marketplace.jobs.schemas_of_paying import ChoiceFormSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel import outbox
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.idempotency import claim, fingerprint
from marketplace.kernel.money import Money
from marketplace.kernel.schema import form_values, load
from marketplace.kernel.storage import ACCEPTED
from marketplace.kernel.translate import reader
from marketplace.matching import queries as matching
from marketplace.payments.rules import CardIsGone
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action, Mode
from marketplace.tariffs.rules import NO_TAX
from providers.profiles import queries as profiles
from providers.profiles.rules import Cefr

FIELD_PREFIX = "field-"  # Of the category's own questions, in the form.
Errors = Mapping[str, list[str]]
WISHES = ("provider", "ceiling")  # What was said of the partner already; it goes along from page to page.


@blueprint.get("/requests/new")
@open_to(Role.PERSON)
def new() -> ResponseReturnValue:
    """Ask what kind of problem it is."""
    return render_template(
        "jobs/kind.html",
        categories=catalogue.categories(reading()),
        provider=request.args.get("provider", ""),
    )


@blueprint.get("/requests/new/<slug>")
@open_to(Role.PERSON)
def describe(slug: str) -> ResponseReturnValue:
    """Ask what exactly it is."""
    category = catalogue.category(reading(), slug)
    values = {
        "language": reader().language,
        "level": Cefr.B1.value,
        "currency": current_user.currency,
        "timezone": current_user.zone,
        "urgency_hours": "24",
    }
    return _describe_page(category, values, {}, key=new_form_key())


@blueprint.post("/requests/new/<slug>")
@open_to(Role.PERSON)
def create(slug: str) -> ResponseReturnValue:
    """Write the problem down; the same form sent twice makes one request."""
    category = catalogue.category(reading(), slug)
    key = form_key()
    try:
        draft = intake.draft_from(reading(), category, _form(), person=current_user, now=utcnow())
        uploads = sent_files()
    except InvalidInput as error:
        return _describe_page(category, request.form, error.fields, key=key)
    content = fingerprint(slug, sorted(request.form.items(multi=True)))
    with transaction() as session:
        claimed = claim(session, person_id=caller_id(), key=key, content=content, now=utcnow())
        if not claimed.outcome:
            made = commands.draft(session, customer_id=caller_id(), draft=draft, now=utcnow())
            commands.attach(session, made, uploads, now=utcnow())
            claimed.outcome = {"reference": made.reference}
        reference = claimed.outcome["reference"]
    return redirect(url_for(".choose", reference=reference, **_wishes()))


@blueprint.get("/requests/<reference>/edit")
@open_to(Role.PERSON)
def edit(reference: str) -> ResponseReturnValue:
    """Show what was written, to be changed."""
    draft = _own_draft(reference)
    return _describe_page(draft.category, intake.values_of(draft, FIELD_PREFIX), {}, draft=draft)


@blueprint.post("/requests/<reference>/edit")
@open_to(Role.PERSON)
def save(reference: str) -> ResponseReturnValue:
    """Keep what was changed; if it was changed elsewhere meanwhile, say so and show what was typed."""
    stored = _own_draft(reference)
    category, version = stored.category, request.form.get("version", type=int) or 0
    try:
        draft = intake.draft_from(reading(), category, _form(), person=current_user, now=utcnow())
        uploads = sent_files()
        with transaction() as session:
            changed = commands.edit_draft(
                session, reference, customer_id=caller_id(), draft=draft, version=version, now=utcnow()
            )
            commands.attach(session, changed, uploads, now=utcnow())
    except InvalidInput as error:
        return _describe_page(category, request.form, error.fields, draft=stored)
    except StalePage as error:
        return _describe_page(category, request.form, {"title": [error.text]}, draft=stored, status=409)
    return redirect(url_for(".choose", reference=reference, **_wishes()))


def _wishes() -> dict[str, Any]:
    return {name: request.args[name] for name in WISHES if request.args.get(name)}


def _own_draft(reference: str) -> SupportRequest:
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=False)
    LIFECYCLE.after(view.request.status, Action.SUBMIT)
    return view.request


def _form() -> dict[str, Any]:
    """Give what was typed, with the answers to the category's own questions apart."""
    schema = DraftSchema(exclude=("fields_",))
    typed = form_values(schema, request.form)
    typed.pop("version", None)
    answers = {
        name.removeprefix(FIELD_PREFIX): typed.pop(name) for name in list(typed) if name.startswith(FIELD_PREFIX)
    }
    return {**typed, "fields": answers}


def _describe_page(
    category: Category,
    values: Mapping[str, Any],
    errors: Errors,
    *,
    key: str = "",
    draft: SupportRequest | None = None,
    status: int = 422,
) -> ResponseReturnValue:
    # An error of a category's own question is about the form's field of that name.
    shown = {name.replace("fields.", FIELD_PREFIX, 1): texts for name, texts in errors.items()}
    page = render_template(
        "jobs/describe.html",
        category=category,
        values=values,
        errors=shown,
        form_key=key,
        draft=draft,
        files=requests.files(reading(), draft.id) if draft else [],
        releases=[(one.version, f"{one.product.name} {one.version}") for one in catalogue.releases(reading())],
        languages=intake.spoken_languages(reading()),
        levels=wording.level_choices(),
        zones=choices.zones(utcnow(), chosen=str(values.get("timezone", ""))),
        currencies=choices.currencies(reading()),
        urgencies=wording.urgency_choices(str(values.get("urgency_hours", ""))),
        accepted=ACCEPTED,
        field_prefix=FIELD_PREFIX,
        wishes=_wishes(),
    )
    return page, status if errors else 200


@blueprint.get("/requests/<reference>/partner")
@open_to(Role.PERSON)
def choose(reference: str) -> ResponseReturnValue:
    """Show who fits and why, and ask: one of them, or the best fit within a limit?"""
    return _choose_page(_own_draft(reference), {}, request.args)


def _choose_page(
    draft: SupportRequest, errors: Errors, values: Mapping[str, str], status: int = 200
) -> ResponseReturnValue:
    matches = [] if draft.is_vendors else matching.matches(reading(), draft, utcnow())
    page = render_template(
        "jobs/choose.html",
        draft=draft,
        matches=matches,
        providers=profiles.providers_by_id(reading(), [match.provider_id for match in matches]),
        strips=matching.strips(reading(), [match.provider_id for match in matches], utcnow()),
        no_match=wording.no_match(matching.gap(reading(), draft, utcnow())) if not matches else "",
        ceiling=values.get("ceiling") or wording.amount(intake.median_price(matches)) if matches else "",
        wished=values.get("provider", ""),
        wishes=_wishes(),
        errors=errors,
        values=values,
    )
    return page, 422 if errors else status


@blueprint.get("/requests/<reference>/check")
@open_to(Role.PERSON)
def check(reference: str) -> ResponseReturnValue:
    """Show all that was said and what it will cost, before money moves."""
    draft = _own_draft(reference)
    if draft.is_vendors:
        return _check_page(draft, None)
    try:
        choice, _card_id = _choice(draft, request.args)
        price = queries.price_of_choice(reading(), draft, choice, utcnow())
    except InvalidInput as error:
        return _choose_page(draft, error.fields, request.args)
    except Conflict as error:
        return _choose_page(draft, {"ceiling": [error.text]}, request.args)
    return _check_page(draft, choice, price)


def _check_page(
    draft: SupportRequest, choice: Choice | None, price: Money | None = None, *, errors: Errors | None = None
) -> ResponseReturnValue:
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
        ways_to_pay=ways_to_pay() if price else [],
        wishes=_wishes(),
        terms_of_partner=queries.match_of_choice(reading(), draft, chosen_id, now).terms if chosen_id else None,
        **wording_of_terms.last_look(draft, price, now),
        answers=wording.last_look(draft, files, FIELD_PREFIX),
    )
    return page, 409 if errors else 200


def _choice(draft: SupportRequest, values: Mapping[str, str]) -> tuple[Choice, int | None]:
    """Read the choice out of a form, and the saved card that is to pay, if one is.

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
    return choice, typed.get("card")


@blueprint.post("/requests/<reference>/submit")
@open_to(Role.PERSON)
def submit(reference: str) -> ResponseReturnValue:
    """Ask, and pay or lead to Checkout if there is something to set aside; a second click finds what the first did."""
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=False)
    if view.hold is not None and LIFECYCLE.allows(view.request.status, Action.LAPSE):
        return redirect(url_for("payments.pay", hold_id=view.hold.id), code=303)
    is_paid_by_card = view.hold is not None and view.hold.card_id is not None
    if not stages.is_unsent(view) and (view.is_for_quotes or is_paid_by_card):
        return redirect(url_for(".show", reference=reference), code=303)
    is_free = view.request.is_vendors
    choice, card_id = (Choice(Mode.CHOSEN), None) if is_free else _choice(view.request, request.form)
    try:
        with transaction() as session:
            made, message_id = commands.submit(
                session, reference, customer_id=caller_id(), choice=choice, card_id=card_id, now=utcnow()
            )
            request_id = made.id
    except CardIsGone as error:
        draft = _own_draft(reference)
        price = queries.price_of_choice(reading(), draft, choice, utcnow())
        return _check_page(draft, choice, price, errors={"card": [error.text]})
    return _to_payment(reference, request_id, message_id)


@blueprint.post("/requests/<reference>/pay")
@open_to(Role.PERSON)
def pay_again(reference: str) -> ResponseReturnValue:
    """Lead to a new Checkout page after the bank refused."""
    with transaction() as session:
        message_id = commands.pay_again(session, reference, customer_id=caller_id(), now=utcnow())
    view = queries.view_request(reading(), reference, person_id=caller_id(), is_staff=False)
    return _to_payment(reference, view.request.id, message_id)


def _to_payment(reference: str, request_id: int, message_id: int | None) -> ResponseReturnValue:
    if message_id is None:
        return redirect(url_for(".show", reference=reference), code=303)
    outbox.deliver_now(message_id)
    hold = queries.hold_of(reading(), request_id)
    return redirect(url_for("payments.pay", hold_id=hold.id), code=303)
