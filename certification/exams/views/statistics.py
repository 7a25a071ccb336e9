"""What attempts at an exam say about it and its questions, for the vendor's people, who can take a bad one out."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from certification.banks.rules import LIFECYCLE, QuestionAction
from certification.exams import commands, evidence, queries, wording_of_statistics
from certification.exams.rules.judging import LEAST_ANSWERS, oddities
from certification.exams.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import _


@blueprint.get("/vendor/certification/exams/<int:exam_id>/statistics")
@open_to(Role.CERTIFICATION)
def statistics(exam_id: int) -> ResponseReturnValue:
    """Show what attempts say, the worst questions first."""
    session = reading()
    exam = queries.exam(session, exam_id)
    found = evidence.report(session, exam_id, utcnow())
    rows = [(question, one, oddities(one)) for question, one in found.questions]
    may_retire = {one.id for one, _evidence in found.questions if LIFECYCLE.allows(one.state, QuestionAction.RETIRE)}
    return render_template(
        "exams/statistics.html",
        exam=exam,
        found=found,
        is_enough=found.counted.attempts >= LEAST_ANSWERS,
        odd=[row for row in rows if row[2] and row[0].id in may_retire],
        retired=[row for row in rows if row[0].id not in may_retire],
        rows=rows,
        needed=queries.needed(session, exam.track.bank_id) if exam.track.bank_id else set(),
        editions=[one for one in queries.editions(session, exam.track_id) if one.published_at and one.id != exam.id],
        wording=wording_of_statistics,
        least=LEAST_ANSWERS,
    )


@blueprint.post("/vendor/certification/exams/<int:exam_id>/questions/<int:question_id>/drop")
@open_to(Role.CERTIFICATION)
def drop_question(exam_id: int, question_id: int) -> ResponseReturnValue:
    """Ask a question no more."""
    with transaction() as session:
        commands.drop_question(session, exam_id, question_id, by=caller_id(), now=utcnow())
    flash(_("The question is retired. Attempts that have begun keep it. You find it below, if you want it back."))
    return redirect(url_for(".statistics", exam_id=exam_id), 303)
