"""Where the vendor's people look at applications, ask, and decide."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from certification.credentials import queries as credentials
from certification.credentials.seals import seal_of
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, reader
from providers.applications import commands, queries, wording
from providers.applications.rules import MAX_QUESTION_LENGTH, ApplicationAction, Step
from providers.applications.schemas import QuestionSchema, RefusalSchema
from providers.applications.views.common import Errors, blueprint
from providers.availability import queries as availability
from providers.availability.rules import hours_strip
from providers.profiles.rules import MAX_REASON_LENGTH


@blueprint.get("/vendor/applications")
@open_to(Role.CERTIFICATION)
def desk() -> ResponseReturnValue:
    """List who waits for a decision, with what is missing."""
    session, now = reading(), utcnow()
    waiting = queries.waiting_applications(session)
    done = queries.all_done(session, waiting, now)
    return render_template(
        "applications/desk.html",
        waiting=[(one, [step for step in Step if step not in done[one.id]]) for one in waiting],
        decided=queries.decided_applications(session),
    )


@blueprint.get("/vendor/applications/<int:application_id>")
@open_to(Role.CERTIFICATION)
def case(application_id: int) -> ResponseReturnValue:
    """Show all that a business says, and what is missing."""
    return _case(application_id, {})


def _case(application_id: int, errors: Errors) -> ResponseReturnValue:
    session, now = reading(), utcnow()
    found = queries.application(session, application_id)
    provider = found.provider
    done = queries.all_done(session, [found], now)[found.id]
    hours = availability.hours_by_provider(session, [provider.id], around=now.date())[provider.id]
    held = credentials.all_credentials(session, [member.person_id for member in provider.members])
    page = render_template(
        "applications/case.html",
        application=found,
        provider=provider,
        steps=wording.said(session, found, done, now),
        strip=hours_strip(hours, reader().zone, now),
        seals=[seal_of(one, now) for several in held.values() for one in several],
        earlier=[one for one in queries.applications_of(session, provider.id) if one.id < found.id],
        is_own=caller_id() in {member.person_id for member in provider.members},
        may={action.value for action in ApplicationAction if found.allows(action)},
        typed=request.form,
        max_question_length=MAX_QUESTION_LENGTH,
        max_reason_length=MAX_REASON_LENGTH,
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/applications/<int:application_id>/ask")
@open_to(Role.CERTIFICATION)
def ask(application_id: int) -> ResponseReturnValue:
    """Ask the business something."""
    try:
        question = load_form(QuestionSchema())["question"]
    except InvalidInput as error:
        return _case(application_id, error.fields)
    return _decide(
        application_id,
        lambda session: commands.ask(session, application_id, question, by=caller_id(), now=utcnow()),
        _("Your question is sent."),
    )


@blueprint.post("/vendor/applications/<int:application_id>/approve")
@open_to(Role.CERTIFICATION)
def approve(application_id: int) -> ResponseReturnValue:
    """Put the business on the list."""
    return _decide(
        application_id,
        lambda session: commands.approve(session, application_id, by=caller_id(), now=utcnow()),
        _("They are in the directory now, and get a letter."),
    )


@blueprint.post("/vendor/applications/<int:application_id>/refuse")
@open_to(Role.CERTIFICATION)
def refuse(application_id: int) -> ResponseReturnValue:
    """Leave the business off the list, and say why."""
    try:
        reason = load_form(RefusalSchema())["reason"]
    except InvalidInput as error:
        return _case(application_id, error.fields)
    return _decide(
        application_id,
        lambda session: commands.refuse(session, application_id, reason=reason, by=caller_id(), now=utcnow()),
        _("It is refused. They get a letter with your reason."),
    )


def _decide(application_id: int, perform: Callable[[Session], None], told: str) -> ResponseReturnValue:
    queries.application(reading(), application_id)  # A draft is nobody's business but its writer's.
    with transaction() as session:
        perform(session)
    flash(told)
    return redirect(url_for(".case", application_id=application_id))
