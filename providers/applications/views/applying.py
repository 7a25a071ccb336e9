"""The way of an application: what is asked, the list of steps, sending it, and what comes of it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from certification.exams import queries as exams
from certification.tracks import queries as tracks
from marketplace.accounts import choices
from marketplace.kernel.access import Role, caller_id, caller_id_or_none, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from marketplace.tariffs import queries as tariffs
from providers.applications import commands, queries, wording
from providers.applications.models import Application
from providers.applications.rules import (
    CONDUCT_POINTS,
    CONDUCT_VERSION,
    MAX_ANSWER_LENGTH,
    NEEDED_TO_SUBMIT,
    REAPPLY_AFTER,
    Step,
)
from providers.applications.schemas import ABOUT, AnswerSchema, BeginSchema, ConductSchema
from providers.applications.views.common import Errors, blueprint, in_languages, save
from providers.profiles import queries as profiles
from providers.profiles.callers import about_member, acting_member
from providers.profiles.rules import MAX_ABOUT_LENGTH, MAX_CAPACITY


@blueprint.get("/apply")
@open_to(Role.ANYONE)
def start() -> ResponseReturnValue:
    """Say what is asked of partners, and what happens next."""
    session, person_id = reading(), caller_id_or_none()
    return render_template(
        "applications/start.html",
        steps=list(Step),
        by_level=tariffs.commission_by_level(session, utcnow().date()),
        tracks=tracks.tracks(session),
        with_exam={one.track_id for one in exams.published_exams(session)},
        member=profiles.membership(session, person_id) if person_id else None,
        reapply_days=REAPPLY_AFTER.days,
    )


@blueprint.get("/apply/begin")
@open_to(Role.PERSON)
def ask_who() -> ResponseReturnValue:
    """Ask for the business with which somebody applies."""
    if profiles.membership(reading(), caller_id()) is not None:
        return redirect(url_for("jobs.work"))
    return _begin_page({})


def _begin_page(errors: Errors) -> ResponseReturnValue:
    known = {"name": current_user.name, "country": current_user.country, "capacity": 3}
    known |= {"currency": current_user.currency, "zone": current_user.zone}
    values = request.form or known
    page = render_template(
        "applications/begin.html",
        values=values,
        countries=choices.countries(),
        currencies=choices.currencies(reading()),
        zones=choices.zones(utcnow(), chosen=values.get("zone", "")),
        abouts=in_languages(ABOUT),
        max_about_length=MAX_ABOUT_LENGTH,
        max_capacity=MAX_CAPACITY,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/apply/begin")
@open_to(Role.PERSON)
def begin() -> ResponseReturnValue:
    """Begin to apply."""
    try:
        values = load_form(BeginSchema())
        _check_currency(values["currency"])
        with transaction() as session:
            commands.begin(session, caller_id(), **values, now=utcnow())
    except InvalidInput as error:
        return _begin_page(error.fields)
    flash(_("Your application is begun. You can go away and come back at any time."))
    return redirect(url_for(".overview"))


def _check_currency(code: str) -> None:
    if code not in choices.currency_codes(reading()):
        raise InvalidInput({"currency": [_("This currency is not used here. Choose another one.")]})


@blueprint.get("/work/application")
@open_to(Role.MEMBER)
def overview() -> ResponseReturnValue:
    """Show which steps are done, what was asked, and what was decided."""
    return _overview_page({})


def _overview_page(errors: Errors) -> ResponseReturnValue:
    member, now = acting_member(), utcnow()
    found = _application_of(member.provider_id)
    done = queries.all_done(reading(), [found], now)[found.id]
    page = render_template(
        "applications/overview.html",
        **about_member(member),
        application=found,
        steps=wording.said(reading(), found, done, now),
        is_ready=done >= NEEDED_TO_SUBMIT,
        may_again=found.may_apply_again_at is None or now >= found.may_apply_again_at,
        earlier=queries.applications_of(reading(), member.provider_id)[1:],
        max_answer_length=MAX_ANSWER_LENGTH,
        errors=errors,
    )
    return page, 422 if errors else 200


def _application_of(provider_id: int) -> Application:
    found = queries.latest_application(reading(), provider_id)
    if found is None:  # On the list since before there were applications.
        raise NotFound
    return found


@blueprint.get("/work/application/check")
@open_to(Role.MEMBER)
def check() -> ResponseReturnValue:
    """Show all that was said once more, before it is sent."""
    member, now = acting_member(), utcnow()
    found = _application_of(member.provider_id)
    done = queries.all_done(reading(), [found], now)[found.id]
    return render_template(
        "applications/check.html",
        **about_member(member),
        application=found,
        steps=wording.said(reading(), found, done, now),
        is_ready=done >= NEEDED_TO_SUBMIT,
    )


@blueprint.post("/work/application/check")
@open_to(Role.MEMBER)
def submit() -> ResponseReturnValue:
    """Send the application."""
    with transaction() as session:
        commands.submit(session, acting_member(), now=utcnow())
    flash(_("Your application is sent. You get a letter as soon as there is news."))
    return redirect(url_for(".overview"))


@blueprint.post("/work/application/answer")
@open_to(Role.MEMBER)
def answer() -> ResponseReturnValue:
    """Answer what was asked."""

    def perform(session: Session, values: dict[str, str]) -> None:
        commands.answer(session, acting_member(), values["answer"], now=utcnow())

    return save(AnswerSchema(), _overview_page, perform, told=_("Your answer is sent."))


@blueprint.post("/work/application/withdraw")
@open_to(Role.MEMBER)
def withdraw() -> ResponseReturnValue:
    """Apply no more."""
    with transaction() as session:
        commands.withdraw(session, acting_member(), now=utcnow())
    flash(_("Your application is withdrawn. What you have written is kept."))
    return redirect(url_for(".overview"))


@blueprint.post("/work/application/again")
@open_to(Role.MEMBER)
def apply_again() -> ResponseReturnValue:
    """Begin another application with what was said before."""
    with transaction() as session:
        commands.apply_again(session, acting_member(), now=utcnow())
    flash(_("Your application is begun. What you have written before is still there."))
    return redirect(url_for(".overview"))


@blueprint.get("/work/application/conduct")
@open_to(Role.MEMBER)
def conduct() -> ResponseReturnValue:
    """Show what every partner promises."""
    return _conduct_page({})


def _conduct_page(errors: Errors) -> ResponseReturnValue:
    member = acting_member()
    page = render_template(
        "applications/conduct.html",
        **about_member(member),
        application=_application_of(member.provider_id),
        points=CONDUCT_POINTS,
        version=CONDUCT_VERSION,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/application/conduct")
@open_to(Role.MEMBER)
def accept_conduct() -> ResponseReturnValue:
    """Accept the statement of conduct as it was shown."""

    def perform(session: Session, _values: object) -> None:
        commands.accept_conduct(session, acting_member(), now=utcnow())

    return save(ConductSchema(), _conduct_page, perform, told=_("Your acceptance is kept, with the day."))
