"""How the member holds guided sessions: the pause around them, how long ahead they are booked, where the call is."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.kernel.access import Role, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _
from providers.availability import commands, queries
from providers.availability.rules import ONE_HOUR
from providers.availability.schemas import SessionsSchema
from providers.availability.views.common import Errors, blueprint
from providers.availability.wording import notice_choices, pause_choices
from providers.profiles.callers import about_member, acting_member

ONE_MINUTE = timedelta(minutes=1)


@blueprint.get("/work/hours/sessions")
@open_to(Role.MEMBER)
def sessions() -> ResponseReturnValue:
    """Show how the member holds sessions."""
    return _page({})


def _page(errors: Errors) -> ResponseReturnValue:
    member = acting_member()
    kept = queries.spacing(reading(), [member.id])[member.id]
    link = queries.call_link(reading(), member.id)
    pause, notice = kept.pause // ONE_MINUTE, kept.notice // ONE_HOUR
    page = render_template(
        "availability/sessions.html",
        **about_member(member),
        values=request.form or {"pause_minutes": pause, "notice_hours": notice, "call_link": link},
        pauses=pause_choices(pause),
        notices=notice_choices(notice),
        errors=errors,
    )
    return page, 422 if errors else 200


@blueprint.post("/work/hours/sessions")
@open_to(Role.MEMBER)
def hold_sessions() -> ResponseReturnValue:
    """Say what is kept free around sessions, how long ahead they are booked, and where the calls usually are."""
    try:
        values = load_form(SessionsSchema())
        with transaction() as session:
            commands.hold_sessions(session, acting_member(), **values, now=utcnow())
    except InvalidInput as error:
        return _page(error.fields)
    flash(_("It is kept. Sessions that are booked stay."))
    return redirect(url_for(".sessions"))
