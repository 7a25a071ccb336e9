"""What a business sells, and for how much; the same pages before and after it is listed."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.rules import LAYER_LABELS, ServiceKind
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import amount_typed, flat
from marketplace.kernel.translate import _, format_minutes, localized
from providers.applications.schemas import INCLUDES, MAX_INCLUDES_LENGTH, ServiceSchema, TermsSchema, check_minutes
from providers.applications.views.common import Errors, blueprint, in_languages, save
from providers.profiles.callers import about_member, acting_member
from providers.profiles.rules import check_owner
from providers.services import commands, queries
from providers.services.commands import Place
from providers.services.models import Service
from providers.services.rules import ANY_URGENCY, URGENCIES_HOURS, Terms, say_urgency

CAPS_HOURS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 40)
LENGTHS_MINUTES = (15, 30, 45, 60, 90, 120, 180, 240, 480)


@blueprint.get("/work/services")
@open_to(Role.MEMBER)
def services() -> ResponseReturnValue:
    """List what the business sells, and what it has sold."""
    member = acting_member()
    sold = queries.services_of(reading(), member.provider_id)
    return render_template("applications/services.html", **about_member(member), services=sold, layers=LAYER_LABELS)


@blueprint.get("/work/services/new")
@open_to(Role.MEMBER)
def new_service() -> ResponseReturnValue:
    """Ask what else the business sells."""
    check_owner(acting_member().role)
    return _form({}, None)


@blueprint.post("/work/services/new")
@open_to(Role.MEMBER)
def add_service() -> ResponseReturnValue:
    """Sell something more."""

    def perform(session: Session, values: dict[str, Any]) -> None:
        member = acting_member()
        terms = _terms(values["kind"], values, member.provider.currency)
        # A session has its start: how soon an answer comes is not asked of it.
        urgency_hours = ANY_URGENCY if values["kind"] is ServiceKind.SESSION else values["urgency_hours"]
        place = Place(_niche_id(session, values["niche"]), values["layer"], urgency_hours)
        commands.add_service(session, member, place, terms, values["includes"], now=utcnow())

    return save(ServiceSchema(), lambda errors: _form(errors, None), perform, told=_("The service is kept."))


@blueprint.get("/work/services/<int:service_id>")
@open_to(Role.MEMBER)
def service(service_id: int) -> ResponseReturnValue:
    """Show what a service costs, to change it."""
    member = acting_member()
    check_owner(member.role)
    return _form({}, queries.service_of(reading(), service_id, member.provider_id))


@blueprint.post("/work/services/<int:service_id>")
@open_to(Role.MEMBER)
def change_service(service_id: int) -> ResponseReturnValue:
    """Ask another price, or say more about what is included."""

    def found() -> Service:
        return queries.service_of(reading(), service_id, acting_member().provider_id)

    def perform(session: Session, values: dict[str, Any]) -> None:
        known = found()
        _check_minutes(known.kind, values)
        terms = _terms(known.kind, values, known.currency)
        commands.change_service(session, acting_member(), service_id, terms, values["includes"], now=utcnow())

    told = _("The service is changed. What was offered already keeps its price.")
    return save(TermsSchema(), lambda errors: _form(errors, found()), perform, told=told)


def _check_minutes(kind: ServiceKind, values: dict[str, Any]) -> None:
    try:
        check_minutes(kind, values)
    except ValidationError as error:
        raise InvalidInput(flat(error.normalized_messages())) from None


def _terms(kind: ServiceKind, values: Mapping[str, Any], currency: str) -> Terms:
    """Make terms of what was typed; minutes that belong to another kind are left alone."""
    return Terms(
        kind,
        amount_typed(values["price"], currency, field="price"),
        cap_minutes=values["cap_minutes"] if kind is ServiceKind.HOURLY else None,
        session_minutes=values["session_minutes"] if kind is ServiceKind.SESSION else None,
    )


def _niche_id(session: Session, slug: str) -> int:
    try:
        return catalogue.niche(session, slug).id
    except NotFound:
        raise InvalidInput({"niche": [_("Choose a kind of work from the list.")]}) from None


def _form(errors: Errors, known: Service | None) -> ResponseReturnValue:
    member = acting_member()
    page = render_template(
        "applications/service.html",
        **about_member(member),
        service=known,
        values=request.form or (_values(known) if known else {}),
        niches=[(one.slug, localized(one.names)) for one in catalogue.niches(reading())],
        layers=LAYER_LABELS,
        kinds=[(one.value, one.label) for one in ServiceKind],
        caps=[(60 * hours, format_minutes(60 * hours)) for hours in CAPS_HOURS],
        urgencies=[(ANY_URGENCY, _("Requests of any urgency")), *((one, say_urgency(one)) for one in URGENCIES_HOURS)],
        lengths=[(minutes, format_minutes(minutes)) for minutes in LENGTHS_MINUTES],
        includes=in_languages(INCLUDES),
        max_includes_length=MAX_INCLUDES_LENGTH,
        errors=errors,
    )
    return page, 422 if errors else 200


def _values(known: Service) -> dict[str, Any]:
    texts = {f"{INCLUDES}{code}": text for code, text in known.includes.items()}
    minutes = {"cap_minutes": known.cap_minutes, "session_minutes": known.session_minutes}
    return {"price": f"{known.terms.price.major:f}", **minutes, **texts}


@blueprint.post("/work/services/<int:service_id>/stop")
@open_to(Role.MEMBER)
def stop_selling(service_id: int) -> ResponseReturnValue:
    """Offer a service to nobody any more."""
    return _sell(service_id, is_active=False, told=_("Nobody is offered this any more. Work under way goes on."))


@blueprint.post("/work/services/<int:service_id>/resume")
@open_to(Role.MEMBER)
def sell_again(service_id: int) -> ResponseReturnValue:
    """Offer a service again."""
    return _sell(service_id, is_active=True, told=_("The service is on sale again."))


def _sell(service_id: int, *, is_active: bool, told: str) -> ResponseReturnValue:
    with transaction() as session:
        commands.sell(session, acting_member(), service_id, is_active=is_active, now=utcnow())
    flash(told)
    return redirect(url_for(".services"))
