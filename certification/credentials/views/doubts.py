"""Passes in doubt, for the vendor's people: each stands until one of them decides."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.credentials import commands, queries
from certification.credentials.schemas import DoubtSchema
from certification.credentials.views import blueprint
from certification.exams import queries_of_regrades as regrades
from certification.exams import wording
from certification.exams.models_of_regrades import PassInDoubt
from certification.exams.rules.doubts import MAX_ANSWER_LENGTH, DoubtDecision, DoubtStatus
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _


@blueprint.get("/vendor/certification/doubts")
@open_to(Role.CERTIFICATION)
def doubts() -> ResponseReturnValue:
    """List what waits for a decision, and what was decided last."""
    session = reading()
    return render_template(
        "credentials/doubts.html", waiting=regrades.open_doubts(session), ended=regrades.ended_doubts(session)
    )


@blueprint.get("/vendor/certification/doubts/<int:doubt_id>")
@open_to(Role.CERTIFICATION)
def doubt(doubt_id: int) -> ResponseReturnValue:
    """Show what was graded anew, and what hangs on it."""
    return _page(regrades.doubt(reading(), doubt_id), {}, {})


@blueprint.post("/vendor/certification/doubts/<int:doubt_id>")
@open_to(Role.CERTIFICATION)
def decide_doubt(doubt_id: int) -> ResponseReturnValue:
    """Let the pass stand, or take it back."""
    try:
        typed = load_form(DoubtSchema())
    except InvalidInput as error:
        return _page(regrades.doubt(reading(), doubt_id), request.form, error.fields), 422
    with transaction() as session:
        commands.decide_doubt(session, doubt_id, **typed, by=caller_id(), now=utcnow())
    flash(_("It is decided."))
    return redirect(url_for(".doubts"))


def _page(found: PassInDoubt, typed: Any, errors: Any) -> str:
    attempt = found.regraded.attempt
    return render_template(
        "credentials/doubt.html",
        doubt=found,
        regraded=found.regraded,
        made=found.regraded.regrade,
        attempt=attempt,
        credential=queries.brought_by(reading(), attempt),
        is_open=found.status is DoubtStatus.OPEN,
        is_own=attempt.person_id == caller_id(),
        decisions=[(one.value, one.label, one.explanation) for one in DoubtDecision],
        typed=typed,
        errors=errors,
        max_length=MAX_ANSWER_LENGTH,
        wording=wording,
    )
