"""Attempts at which a person has to look, for the vendor's people; whose they are is not told while they are marked."""

from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks.kinds import Criterion, Essay
from certification.exams import commands, queries, queries_of_signals
from certification.exams.models import AskedQuestion, ExamAttempt
from certification.exams.rules import LIFECYCLE, AttemptAction
from certification.exams.schemas import VoidSchema
from certification.exams.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _

MAX_DIGITS = 3
PERCENT_MAX = 100


@blueprint.get("/vendor/certification/reviews")
@open_to(Role.CERTIFICATION)
def reviews() -> ResponseReturnValue:
    """List what waits for a person, the longest first."""
    return render_template("exams/reviews.html", waiting=queries.under_review(reading()))


@blueprint.get("/vendor/certification/reviews/<reference>")
@open_to(Role.CERTIFICATION)
def review(reference: str) -> ResponseReturnValue:
    """Show what was written, by what it is marked, and what can be decided."""
    return _page(queries.attempt_for_staff(reading(), reference), {})


def _page(attempt: ExamAttempt, errors: Any) -> str:
    texts = [one for one in attempt.questions if isinstance(one.version.content, Essay) and one.is_answered]
    return render_template(
        "exams/review.html",
        attempt=attempt,
        texts=texts,
        unmarked=[one.position for one in texts if one.is_scored and one.mark is None],
        signals=queries_of_signals.of_attempt(reading(), attempt.id, but_of=caller_id()),
        errors=errors,
        may_mark=LIFECYCLE.allows(attempt.state, AttemptAction.MARK),
        may_void=LIFECYCLE.allows(attempt.state, AttemptAction.VOID),
    )


@blueprint.post("/vendor/certification/reviews/<reference>/marks/<int:position>")
@open_to(Role.CERTIFICATION)
def mark(reference: str, position: int) -> ResponseReturnValue:
    """Mark what was written."""
    try:
        with transaction() as session:
            attempt = queries.attempt_for_staff(session, reference, lock=True)
            worth = _worth(queries.asked(session, attempt.id, position))
            commands.mark_text(session, attempt, position, worth, by=caller_id(), now=utcnow())
    except InvalidInput as error:
        return _page(queries.attempt_for_staff(reading(), reference), error.fields), 422
    flash(_("The mark is kept."))
    return redirect(url_for(".review", reference=reference))


def _worth(asked: AskedQuestion) -> Fraction:
    """Read what an answer is worth: points by its rubric, or a share of the whole.

    Raises:
        InvalidInput: a number is missing or too high; names the fields.
    """
    content = asked.version.content
    if not isinstance(content, Essay) or not content.rubric:
        name = f"percent-{asked.position}"
        if not 0 <= (percent := _number(name)) <= PERCENT_MAX:
            raise InvalidInput({name: [_("Write a whole number from 0 to 100.")]})
        return Fraction(percent, PERCENT_MAX)
    try:
        return content.mark_by_rubric({one.id: _number(_field(asked, one)) for one in content.rubric})
    except InvalidInput as error:
        names = {one.id: _field(asked, one) for one in content.rubric}
        raise InvalidInput({names[own]: texts for own, texts in error.fields.items()}) from None


def _field(asked: AskedQuestion, criterion: Criterion) -> str:
    """Name the field of a criterion: several texts of an attempt may have the same rubric."""
    return f"points-{asked.position}-{criterion.id}"


def _number(name: str) -> int:
    """Read a whole number that is not below nothing; -1 if it is none."""
    text = request.form.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else -1


@blueprint.post("/vendor/certification/reviews/<reference>/conclude")
@open_to(Role.CERTIFICATION)
def conclude(reference: str) -> ResponseReturnValue:
    """Tell the result to the candidate."""
    with transaction() as session:
        attempt = queries.attempt_for_staff(session, reference, lock=True)
        commands.conclude(session, attempt, by=caller_id(), now=utcnow())
    flash(_("The result is told. The candidate gets a letter."))
    return redirect(url_for(".review", reference=reference))


@blueprint.post("/vendor/certification/reviews/<reference>/void")
@open_to(Role.CERTIFICATION)
def void(reference: str) -> ResponseReturnValue:
    """Let an attempt count for nothing."""
    try:
        reason = load_form(VoidSchema())["reason"]
    except InvalidInput as error:
        return _page(queries.attempt_for_staff(reading(), reference), error.fields), 422
    with transaction() as session:
        attempt = queries.attempt_for_staff(session, reference, lock=True)
        commands.void(session, attempt, reason=reason, by=caller_id(), now=utcnow())
    flash(_("The attempt does not count any more."))
    return redirect(url_for(".review", reference=reference))
