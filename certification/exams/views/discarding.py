"""Throwing a draft away, after a look at what goes."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from certification.exams import commands, queries
from certification.exams.rules import EXAM_LIFECYCLE, ExamAction
from certification.exams.views import blueprint
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.translate import _


@blueprint.get("/vendor/certification/exams/<int:exam_id>/discard")
@open_to(Role.CERTIFICATION)
def ask_to_discard(exam_id: int) -> ResponseReturnValue:
    """Say what would be thrown away."""
    exam = queries.exam(reading(), exam_id)
    EXAM_LIFECYCLE.after(exam.state, ExamAction.CHANGE)
    return render_template("exams/discard.html", exam=exam)


@blueprint.post("/vendor/certification/exams/<int:exam_id>/discard")
@open_to(Role.CERTIFICATION)
def discard_draft(exam_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    with transaction() as session:
        commands.discard_draft(session, exam_id, by=caller_id(), now=utcnow())
    flash(_("The draft is thrown away."))
    return redirect(url_for(".vendor_index"))
