"""What people are allowed besides the rules, for the vendor's people: found, allowed, taken back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.exams import allowances, commands, queries, wording
from certification.exams.rules.allowances import ChangesNothing, opens_on
from certification.exams.rules.tries import MAX_EXTRA_PERCENT, MAX_REASON_LENGTH
from certification.exams.schemas.allowing import AllowSchema, FindPersonSchema, PageSchema, ReasonSchema
from certification.exams.views import blueprint
from marketplace.accounts import queries as accounts
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load, load_form, query_values
from marketplace.kernel.translate import _, reader

PAGE = 50


@blueprint.get("/vendor/certification/allowances")
@open_to(Role.CERTIFICATION)
def allowed() -> ResponseReturnValue:
    """List what holds besides the rules, and ask for somebody."""
    offset: int = load(PageSchema(), query_values(PageSchema(), request.args))["offset"]
    return _list(offset, {})


def _list(offset: int, errors: Any) -> str:
    found = allowances.standing(reading(), offset=offset, limit=PAGE + 1)
    return render_template(
        "exams/allowances.html",
        found=found[:PAGE],
        wording=wording,
        email=request.form.get("email", ""),
        errors=errors,
        next_url=url_for(".allowed", offset=offset + PAGE) if len(found) > PAGE else None,
        previous_url=url_for(".allowed", offset=max(offset - PAGE, 0) or None) if offset else None,
    )


@blueprint.post("/vendor/certification/allowances")
@open_to(Role.CERTIFICATION)
def find_person() -> ResponseReturnValue:
    """Go to whoever has an email address; it is posted, so that it stands in no log of addresses."""
    try:
        email = load_form(FindPersonSchema())["email"]
    except InvalidInput as error:
        return _list(0, error.fields), 422
    found = accounts.person_by_email(reading(), email)
    if found is None:
        return _list(0, {"email": [_("Nobody has an account with this address. Look at how it is written.")]}), 422
    return redirect(url_for(".candidate", person_id=found.id))


@blueprint.get("/vendor/certification/people/<int:person_id>")
@open_to(Role.CERTIFICATION)
def candidate(person_id: int) -> ResponseReturnValue:
    """Show what somebody has tried and is allowed."""
    return _candidate(person_id, {}, {})


@blueprint.post("/vendor/certification/people/<int:person_id>")
@open_to(Role.CERTIFICATION)
def allow(person_id: int) -> ResponseReturnValue:
    """Allow somebody more time, or one more try."""
    now = utcnow()
    try:
        typed = load_form(AllowSchema())
        may_try_from = opens_on(typed["try_from"], reader().zone, now) if typed["may_try"] else None
        facts = {"extra_percent": typed["extra_percent"], "may_try_from": may_try_from, "reason": typed["reason"]}
        with transaction() as session:
            commands.allow(session, person_id, typed["track"], **facts, by=caller_id(), now=now)
    except InvalidInput as error:
        return _candidate(person_id, request.form, error.fields), 422
    except ChangesNothing:
        wanted = _("Allow more time or one more try; all that is chosen here holds already.")
        return _candidate(person_id, request.form, {"extra_percent": [wanted]}), 422
    flash(_("It is allowed, from the next start on."))
    return redirect(url_for(".candidate", person_id=person_id))


def _candidate(person_id: int, typed: Any, errors: Any) -> str:
    session = reading()
    person = accounts.person(session, person_id)
    tracks = allowances.examined_tracks(session)
    return render_template(
        "exams/candidate.html",
        person=person,
        wording=wording,
        is_self=person_id == caller_id(),
        attempts=queries.attempts_of(session, person_id)[::-1],
        given=allowances.of_person(session, person_id),
        standing={one.id: allowances.left(session, person_id, one.id) for one in tracks},
        running=allowances.running(session, person_id),
        tracks=tracks,
        typed=typed,
        errors=errors,
        most_percent=MAX_EXTRA_PERCENT,
        max_reason_length=MAX_REASON_LENGTH,
    )


@blueprint.get("/vendor/certification/allowances/<int:allowance_id>/end")
@open_to(Role.CERTIFICATION)
def ask_to_take_back(allowance_id: int) -> ResponseReturnValue:
    """Say what taking something back brings, and ask for the reason."""
    return _taking_back(allowance_id, "", {})


@blueprint.post("/vendor/certification/allowances/<int:allowance_id>/end")
@open_to(Role.CERTIFICATION)
def take_back(allowance_id: int) -> ResponseReturnValue:
    """Let the rules hold for somebody again as for all."""
    try:
        reason = load_form(ReasonSchema())["reason"]
    except InvalidInput as error:
        return _taking_back(allowance_id, request.form.get("reason", ""), error.fields), 422
    with transaction() as session:
        made = commands.take_back(session, allowance_id, reason=reason, by=caller_id(), now=utcnow())
        person_id = made.person_id
    flash(_("It is taken back. The rules hold again as for all."))
    return redirect(url_for(".candidate", person_id=person_id))


def _taking_back(allowance_id: int, reason: str, errors: Any) -> str:
    session = reading()
    found = allowances.allowance(session, allowance_id)
    return render_template(
        "exams/take_back.html",
        allowance=found,
        wording=wording,
        left=allowances.left(session, found.person_id, found.track_id),
        is_self=found.person_id == caller_id(),
        reason=reason,
        errors=errors,
        max_reason_length=MAX_REASON_LENGTH,
    )
