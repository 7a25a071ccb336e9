"""Grading a question anew: first a look at who would change, then the last word; and what was done."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks import queries as banks
from certification.banks.kinds import Kind
from certification.banks.models import Question
from certification.exams import commands, wording
from certification.exams import queries_of_regrades as queries
from certification.exams.commands import OutdatedDryRun
from certification.exams.rules.dry_runs import DryRun
from certification.exams.rules.regrading import Decision, Fallback, Remedy
from certification.exams.rules.tries import MAX_REASON_LENGTH
from certification.exams.schemas.regrading import RegradeSchema
from certification.exams.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import form_values, load, load_form
from marketplace.kernel.translate import _

Errors = Mapping[str, Sequence[str]]


@blueprint.get("/vendor/certification/questions/<int:question_id>/regrade")
@open_to(Role.CERTIFICATION)
def ask_to_regrade(question_id: int) -> ResponseReturnValue:
    """Ask what was wrong with a question, and what is done about it."""
    question = banks.question(reading(), question_id)
    asked = queries.asked_versions(reading(), question_id)
    newest = banks.versions(reading(), question_id)[-1].number
    wrong = [number for number in asked if number != newest] or list(asked)
    remedy = Remedy.FULL_MARKS if question.kind is Kind.ESSAY else Remedy.NEWEST_KEY
    typed = {"versions": wrong, "remedy": remedy.value, "fallback": Fallback.FULL_MARKS.value}
    return _page(question, asked, typed)


@blueprint.post("/vendor/certification/questions/<int:question_id>/regrade")
@open_to(Role.CERTIFICATION)
def regrade(question_id: int) -> ResponseReturnValue:
    """Show who would change; what was looked at is done at the next click, and nothing else."""
    question = banks.question(reading(), question_id)
    asked = queries.asked_versions(reading(), question_id)
    typed = form_values(RegradeSchema(), request.form)
    try:
        values = load_form(RegradeSchema())
        decision = _decision(question, asked, values)
    except InvalidInput as error:
        return _page(question, asked, typed, errors=error.fields), 422
    if values["seen"] is None:
        found = queries.dry_run(reading(), question_id, decision, sorted(set(values["versions"])))
        return _page(question, asked, typed, found=found)
    return _regrade(question, asked, typed, decision)


def _decision(question: Question, asked: Mapping[int, int], values: Mapping[str, Any]) -> Decision:
    """Read what is done.

    Raises:
        InvalidInput: a version was never asked, or a person has marked the answers.
    """
    if set(values["versions"]) - set(asked):
        raise InvalidInput({"versions": [_("Choose among the versions that were asked.")]})
    remedy: Remedy = values["remedy"]
    if remedy not in _remedies(question):
        raise InvalidInput({"remedy": [_("A person has marked these answers, so there is no key to mark them by.")]})
    return Decision(remedy, values["fallback"] if remedy is Remedy.NEWEST_KEY else None)


def _regrade(
    question: Question, asked: Mapping[int, int], typed: Mapping[str, Any], decision: Decision
) -> ResponseReturnValue:
    values = load(RegradeSchema(), typed)
    numbers = sorted(set(values["versions"]))
    facts = {"versions": numbers, "reason": values["reason"], "seen": values["seen"]}
    try:
        with transaction() as session:
            made = commands.regrade(session, question.id, decision, **facts, by=caller_id(), now=utcnow())
            regrade_id = made.id
    except OutdatedDryRun as outdated:
        found = queries.dry_run(reading(), question.id, decision, numbers)
        return _page(banks.question(reading(), question.id), asked, typed, found=found, outdated=outdated.text), 409
    flash(_("The question is graded anew. Whoever has passed by it gets a letter."))
    return redirect(url_for(".regraded", regrade_id=regrade_id))


def _page(
    question: Question,
    asked: Mapping[int, int],
    typed: Mapping[str, Any],
    *,
    found: DryRun | None = None,
    outdated: str = "",
    errors: Errors | None = None,
) -> str:
    return render_template(
        "exams/regrade.html",
        question=question,
        versions=[(number, wording.asked_in_words(number, count)) for number, count in asked.items()],
        remedies=[(one.value, one.label, one.explanation) for one in _remedies(question)],
        fallbacks=[(one.value, one.label) for one in Fallback],
        has_key=Remedy.NEWEST_KEY in _remedies(question),
        typed=typed,
        errors=errors or {},
        found=found,
        changes=sorted(found.changes, key=lambda one: one.rank) if found else [],
        is_own=found is not None and any(one.person_id == caller_id() for one in found.changes),
        outdated=outdated,
        wording=wording,
        max_reason_length=MAX_REASON_LENGTH,
    )


def _remedies(question: Question) -> list[Remedy]:
    """List what can be done: what a person has marked has no key."""
    return [one for one in Remedy if one is not Remedy.NEWEST_KEY or question.kind is not Kind.ESSAY]


@blueprint.get("/vendor/certification/regrades/<int:regrade_id>")
@open_to(Role.CERTIFICATION)
def regraded(regrade_id: int) -> ResponseReturnValue:
    """Show what was decided about a question, and what it made of each attempt."""
    made = queries.regrade(reading(), regrade_id)
    return render_template(
        "exams/regraded.html",
        made=made,
        attempts=queries.regraded_by(reading(), regrade_id),
        is_still_asked=queries.is_still_asked(reading(), made),
        wording=wording,
    )
