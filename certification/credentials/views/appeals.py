"""Appeals, for holders who ask for another look and for the vendor's people who decide."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.credentials import commands, queries, rules
from certification.credentials.models import Credential, CredentialAppeal
from certification.credentials.schemas import AppealSchema, DecisionSchema
from certification.credentials.views import blueprint
from marketplace.accounts import queries as accounts
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotAllowed
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _


@blueprint.get("/credentials/<reference>/appeal")
@open_to(Role.PERSON)
def write_appeal(reference: str) -> ResponseReturnValue:
    """Ask why a certificate should be given back."""
    return _form(_to_appeal(reference), "", {})


@blueprint.post("/credentials/<reference>/appeal")
@open_to(Role.PERSON)
def make_appeal(reference: str) -> ResponseReturnValue:
    """Send it to the vendor's people."""
    try:
        statement = load_form(AppealSchema())["statement"]
    except InvalidInput as error:
        return _form(_to_appeal(reference), request.form.get("statement", ""), error.fields), 422
    with transaction() as session:
        commands.appeal(session, reference, person_id=caller_id(), statement=statement, now=utcnow())
    flash(_("It is sent. A person reads it, and you get a letter with the decision."))
    return redirect(url_for(".show", reference=reference))


def _to_appeal(reference: str) -> Credential:
    """Find a certificate of the caller that may be appealed for now, or raise what stands in the way."""
    credential = queries.own_credential(reading(), reference, caller_id())
    is_appealed = queries.appeal_of(reading(), credential) is not None
    rules.check_appeal(credential.revoked_at, is_appealed=is_appealed, now=utcnow())
    return credential


def _form(credential: Credential, statement: str, errors: Any) -> str:
    assert credential.revoked_at is not None, "it may be appealed for"
    return render_template(
        "credentials/appeal.html",
        credential=credential,
        until=rules.appeal_until(credential.revoked_at),
        statement=statement,
        errors=errors,
        max_length=rules.MAX_APPEAL_LENGTH,
    )


@blueprint.get("/vendor/certification/appeals")
@open_to(Role.CERTIFICATION)
def appeals() -> ResponseReturnValue:
    """List what waits for a decision, and what was decided last."""
    session = reading()
    return render_template(
        "credentials/appeals.html", waiting=queries.open_appeals(session), decided=queries.decided_appeals(session)
    )


@blueprint.get("/vendor/certification/appeals/<int:appeal_id>")
@open_to(Role.CERTIFICATION)
def appeal(appeal_id: int) -> ResponseReturnValue:
    """Show why a certificate was revoked, and what its holder says."""
    return _case(queries.appeal(reading(), appeal_id), {}, {})


@blueprint.post("/vendor/certification/appeals/<int:appeal_id>")
@open_to(Role.CERTIFICATION)
def decide_appeal(appeal_id: int) -> ResponseReturnValue:
    """Give the certificate back, or keep it revoked."""
    try:
        typed = load_form(DecisionSchema())
    except InvalidInput as error:
        return _case(queries.appeal(reading(), appeal_id), request.form, error.fields), 422
    with transaction() as session:
        commands.decide_appeal(session, appeal_id, **typed, by=caller_id(), now=utcnow())
    flash(_("It is decided. The holder gets a letter with your reason."))
    return redirect(url_for(".appeals"))


def _case(found: CredentialAppeal, typed: Any, errors: Any) -> str:
    return render_template(
        "credentials/appeal_case.html",
        appeal=found,
        credential=found.credential,
        obstacle=_obstacle(found),
        revoked_by=found.revoked_by and accounts.person(reading(), found.revoked_by),
        decided_by=found.decided_by and accounts.person(reading(), found.decided_by),
        decisions=[(one.value, one.label) for one in rules.AppealDecision],
        typed=typed,
        errors=errors,
        max_length=rules.MAX_APPEAL_LENGTH,
    )


def _obstacle(found: CredentialAppeal) -> str | None:
    """Tell why the caller may not decide; None if they may."""
    officers = [one.id for one in accounts.officers(reading(), Role.CERTIFICATION)]
    holder_id = found.credential.person_id
    try:
        rules.check_decider(caller_id(), holder_id=holder_id, revoked_by=found.revoked_by, officers=officers)
    except NotAllowed as error:
        return error.text
    return None
