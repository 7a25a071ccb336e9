"""Appeals, for those who write them and for the vendor's people who answer."""

from typing import Any

from flask import flash as tell
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.insurance import commands, queries, wording
from marketplace.insurance.models import Appeal, Policy
from marketplace.insurance.rules import Obstacle
from marketplace.insurance.schemas_of_appeals import CLAIM, AnswerSchema, AppealSchema
from marketplace.insurance.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _


@blueprint.get("/cover/policies/<reference>/appeal")
@open_to(Role.PERSON)
def write_appeal(reference: str) -> ResponseReturnValue:
    """Ask why something should be covered; `about` says what, if the page that leads here knows."""
    policy = queries.policy_by_reference(reading(), reference, caller_id())
    return _form(policy, {"about": request.args.get("about", "")}, {})


@blueprint.post("/cover/policies/<reference>/appeal")
@open_to(Role.PERSON)
def make_appeal(reference: str) -> ResponseReturnValue:
    """Send it to the vendor's people."""
    policy = queries.policy_by_reference(reading(), reference, caller_id())
    try:
        typed = load_form(AppealSchema())
        with transaction() as session:
            commands.appeal(session, reference, person_id=caller_id(), now=utcnow(), **typed)
    except NotFound:  # The claim of another policy.
        return _form(policy, request.form, {"about": [_("Choose one of the answers.")]}), 422
    except InvalidInput as error:
        return _form(policy, request.form, error.fields), 422
    tell(_("It is sent. A person reads it, and you get a letter with the answer."))
    return redirect(url_for(".show", reference=reference))


def _form(policy: Policy, typed: Any, errors: Any) -> str:
    claims = [(f"{CLAIM}{one.id}", one.description) for one in queries.claims_of(reading(), [policy.id])]
    return render_template(
        "insurance/appeal.html",
        policy=policy,
        claims=claims,
        obstacles=[(one.value, one.label) for one in Obstacle],
        typed=typed,
        errors=errors,
    )


@blueprint.get("/vendor/cover/appeals")
@open_to(Role.SUPPORT, Role.FINANCE)
def appeals() -> ResponseReturnValue:
    """List what waits for an answer, and what was answered last."""
    session = reading()
    return render_template(
        "insurance/appeals.html", waiting=queries.open_appeals(session), answered=queries.answered_appeals(session)
    )


@blueprint.get("/vendor/cover/appeals/<int:appeal_id>")
@open_to(Role.SUPPORT, Role.FINANCE)
def appeal(appeal_id: int) -> ResponseReturnValue:
    """Show what a customer says, and how the policy stands."""
    return _case(queries.appeal(reading(), appeal_id), {}, {})


@blueprint.post("/vendor/cover/appeals/<int:appeal_id>")
@open_to(Role.SUPPORT, Role.FINANCE)
def answer_appeal(appeal_id: int) -> ResponseReturnValue:
    """Answer with a reason."""
    found = queries.appeal(reading(), appeal_id)
    try:
        typed = load_form(AnswerSchema())
    except InvalidInput as error:
        return _case(found, request.form, error.fields), 422
    reading().rollback()
    with transaction() as session:
        commands.answer_appeal(session, appeal_id, answer=typed["answer"], by=caller_id(), now=utcnow())
    tell(_("Your answer is sent."))
    return redirect(url_for(".appeals"))


def _case(found: Appeal, typed: Any, errors: Any) -> str:
    policy, now = found.policy, utcnow()
    return render_template(
        "insurance/appeal_case.html",
        appeal=found,
        policy=policy,
        is_own=policy.person_id == caller_id(),
        year=queries.year_at(reading(), policy.id, now),
        claims=[wording.claim_line(one) for one in queries.claims_of(reading(), [policy.id])],
        typed=typed,
        errors=errors,
        wording=wording,
    )
