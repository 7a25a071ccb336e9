"""Asking for help, one question per screen: what kind, what exactly, and who."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts import choices
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Category
from marketplace.catalogue.rules import ServiceKind
from marketplace.jobs import commands, intake, queries, wording, wording_of_cover, wording_of_terms
from marketplace.jobs.callers import form_key, new_form_key, sent_files
from marketplace.jobs.covering import cover_price
from marketplace.jobs.rules import StalePage
from marketplace.jobs.schemas import DraftSchema
from marketplace.jobs.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.idempotency import claim, fingerprint
from marketplace.kernel.schema import form_values
from marketplace.kernel.storage import ACCEPTED
from marketplace.kernel.translate import reader
from marketplace.matching import queries as matching
from marketplace.matching.rules import Match
from marketplace.support_requests import queries as requests
from marketplace.support_requests.models import SupportRequest
from marketplace.support_requests.rules import LIFECYCLE, Action
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
        draft = intake.draft_from(reading(), category, _form(), person=current_user, picks_later=True, now=utcnow())
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
    return redirect(url_for(".choose", reference=reference, **wishes()))


@blueprint.get("/requests/<reference>/edit")
@open_to(Role.PERSON)
def edit(reference: str) -> ResponseReturnValue:
    """Show what was written, to be changed."""
    draft = own_draft(reference)
    return _describe_page(draft.category, intake.values_of(draft, FIELD_PREFIX), {}, draft=draft)


@blueprint.post("/requests/<reference>/edit")
@open_to(Role.PERSON)
def save(reference: str) -> ResponseReturnValue:
    """Keep what was changed; if it was changed elsewhere meanwhile, say so and show what was typed."""
    stored = own_draft(reference)
    category, version = stored.category, request.form.get("version", type=int) or 0
    try:
        draft = intake.draft_from(reading(), category, _form(), person=current_user, picks_later=True, now=utcnow())
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
    return redirect(url_for(".choose", reference=reference, **wishes()))


def wishes() -> dict[str, Any]:
    """Give what was said of the partner already."""
    return {name: request.args[name] for name in WISHES if request.args.get(name)}


def own_draft(reference: str) -> SupportRequest:
    """Find the caller's own draft, or raise `NotFound`, or `IllegalMove` once it is sent."""
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
        wishes=wishes(),
    )
    return page, status if errors else 200


@blueprint.get("/requests/<reference>/partner")
@open_to(Role.PERSON)
def choose(reference: str) -> ResponseReturnValue:
    """Show who fits and why, and ask: one of them, or the best fit within a limit? A session needs a time first."""
    draft = own_draft(reference)
    if draft.service_kind is ServiceKind.SESSION and draft.starts_at is None:
        return redirect(url_for(".times", reference=reference, **wishes()))
    return choose_page(draft, {}, request.args)


def choose_page(
    draft: SupportRequest, errors: Errors, values: Mapping[str, str], status: int = 200
) -> ResponseReturnValue:
    """Show who fits, with what is wrong with what was chosen."""
    matches = [] if draft.is_vendors else matching.matches(reading(), draft, utcnow())
    wished = values.get("provider", "")
    page = render_template(
        "jobs/choose.html",
        draft=draft,
        matches=matches,
        providers=profiles.providers_by_id(reading(), [match.provider_id for match in matches]),
        strips=matching.strips(reading(), [match.provider_id for match in matches], utcnow()),
        no_match=wording.no_match(matching.gap(reading(), draft, utcnow())) if not matches else "",
        ceiling=values.get("ceiling") or wording.amount(intake.median_price(matches)) if matches else "",
        with_cover=_with_cover(draft, matches),
        wished=wished,
        absent=profiles.on_break(reading(), wished, utcnow()) if wished else None,
        starts=wording_of_terms.start_of_draft(draft),
        wishes=wishes(),
        errors=errors,
        values=values,
    )
    return page, 422 if errors else status


def _with_cover(draft: SupportRequest, matches: Sequence[Match]) -> dict[int, str]:
    """Say what each partner costs with cover."""
    now = utcnow()
    ways = queries.ways_to_cover(reading(), draft, now)
    needs = {
        match.provider_id: queries.need_of(draft, match.price, match.terms, is_accepted=match.accepts_cover)
        for match in matches
    }
    return {one: wording_of_cover.with_cover(cover_price(ways, need, now)) for one, need in needs.items()}
