"""Which exams there are, what each one asks, and how somebody has done so far."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from certification.exams import allowances, queries, wording
from certification.exams.models import Exam
from certification.exams.rules import HONESTY, HONESTY_VERSION
from certification.exams.views import blueprint
from marketplace.kernel.access import Role, caller_id_or_none, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading


@blueprint.get("/exams")
@open_to(Role.ANYONE)
def index() -> ResponseReturnValue:
    """List the exams that can be tried."""
    return render_template("exams/index.html", exams=queries.published_exams(reading()), wording=wording)


@blueprint.get("/exams/<slug>")
@open_to(Role.ANYONE)
def show(slug: str) -> ResponseReturnValue:
    """Show what the exam of a track asks, and when the reader may begin."""
    return exam_page(queries.published_exam(reading(), slug), {})


def exam_page(exam: Exam, errors: Any) -> str:
    """Draw the page of an exam."""
    person_id = caller_id_or_none()
    return render_template(
        "exams/exam.html",
        exam=exam,
        topics=wording.topics_of(exam),
        waits=wording.waits_in_words(exam.retakes),
        honesty=HONESTY,
        honesty_version=HONESTY_VERSION,
        wording=wording,
        errors=errors,
        **({} if person_id is None else _standing(exam, person_id)),
    )


def _standing(exam: Exam, person_id: int) -> dict[str, Any]:
    """Tell what a person has tried, and when the next try may begin."""
    session, now = reading(), utcnow()
    opens_at = queries.opens_at(session, exam, person_id)
    allowed = allowances.left(session, person_id, exam.track_id)
    return {
        "is_known": True,
        "attempts": queries.attempts_of(session, person_id, exam.track_id)[::-1],
        "running": queries.attempt_in_progress(session, person_id, exam.track_id),
        "opens_at": opens_at if opens_at is not None and now < opens_at else None,
        "extra_percent": allowed.extra_percent,
        "further_try_from": allowed.may_try_from,
    }
