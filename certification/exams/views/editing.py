"""The exams of the tracks, for the vendor's people: prepared, published, withdrawn."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks.rules import Difficulty
from certification.exams import commands, queries
from certification.exams import queries_of_angoff as angoff
from certification.exams.models import Exam
from certification.exams.rules import (
    EXAM_LIFECYCLE,
    Candidate,
    CannotPublish,
    ExamAction,
    ExamState,
    Part,
    missing,
    pool,
    topics_of,
)
from certification.exams.rules.drafts import MAX_PARTS
from certification.exams.rules.tries import MAX_MINUTES, MIN_MINUTES
from certification.exams.schemas import NewDraftSchema, TermsSchema
from certification.exams.views import blueprint
from certification.tracks import queries as tracks
from marketplace.catalogue import queries as catalogue
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, format_percent

ADD_ROW = "add_row"
Errors = Mapping[str, Sequence[str]]


@blueprint.get("/vendor/certification/exams")
@open_to(Role.CERTIFICATION)
def vendor_index() -> ResponseReturnValue:
    """List the tracks with their exams, and how these went."""
    session = reading()
    by_track: dict[int, dict[ExamState, Exam]] = {}
    for exam in queries.editions(session):
        by_track.setdefault(exam.track_id, {}).setdefault(exam.state, exam)
    return render_template(
        "exams/tracks.html", tracks=tracks.tracks(session), exams=by_track, counts=queries.counts(session)
    )


@blueprint.post("/vendor/certification/tracks/<slug>/exams")
@open_to(Role.CERTIFICATION)
def make_draft(slug: str) -> ResponseReturnValue:
    """Begin the next edition."""
    values = load_form(NewDraftSchema())
    with transaction() as session:
        draft = commands.make_draft(session, slug, **values, by=caller_id(), now=utcnow())
        exam_id = draft.id
    return redirect(url_for(".vendor_exam", exam_id=exam_id))


@blueprint.get("/vendor/certification/exams/<int:exam_id>")
@open_to(Role.CERTIFICATION)
def vendor_exam(exam_id: int) -> ResponseReturnValue:
    """Show an exam; a draft as a form."""
    exam = queries.exam(reading(), exam_id)
    return _page(exam, _as_typed(exam), {})


@blueprint.post("/vendor/certification/exams/<int:exam_id>")
@open_to(Role.CERTIFICATION)
def change_draft(exam_id: int) -> ResponseReturnValue:
    """Save a draft, or only show one more row of its blueprint."""
    if ADD_ROW in request.form:
        return _page(queries.exam(reading(), exam_id), request.form, {}, more=1)
    try:
        terms = load_form(TermsSchema())
    except InvalidInput as error:
        return _page(queries.exam(reading(), exam_id), request.form, error.fields), 422
    with transaction() as session:
        commands.change_draft(session, exam_id, terms, by=caller_id(), now=utcnow())
    flash(_("The draft is saved."))
    return redirect(url_for(".vendor_exam", exam_id=exam_id))


@blueprint.post("/vendor/certification/exams/<int:exam_id>/publish")
@open_to(Role.CERTIFICATION)
def publish(exam_id: int) -> ResponseReturnValue:
    """Let candidates begin it."""
    try:
        with transaction() as session:
            commands.publish(session, exam_id, by=caller_id(), now=utcnow())
    except CannotPublish:
        exam = queries.exam(reading(), exam_id)
        return _page(exam, _as_typed(exam), {}), 409
    flash(_("The exam is published. Candidates can begin it now."))
    return redirect(url_for(".vendor_exam", exam_id=exam_id))


@blueprint.post("/vendor/certification/exams/<int:exam_id>/withdraw")
@open_to(Role.CERTIFICATION)
def withdraw(exam_id: int) -> ResponseReturnValue:
    """Let nobody begin it any more."""
    with transaction() as session:
        commands.withdraw(session, exam_id, by=caller_id(), now=utcnow())
    flash(_("The exam is withdrawn. Attempts that have begun go on."))
    return redirect(url_for(".vendor_exam", exam_id=exam_id))


def _page(exam: Exam, typed: Mapping[str, Any], errors: Errors, *, more: int = 0) -> str:
    if not EXAM_LIFECYCLE.allows(exam.state, ExamAction.CHANGE):
        return render_template(
            "exams/edition.html",
            exam=exam,
            editions=_editions(exam),
            pass_mark=format_percent(Decimal(exam.pass_percent)),
            is_judged=angoff.is_judged(reading(), exam.id),
            may_withdraw=EXAM_LIFECYCLE.allows(exam.state, ExamAction.RETIRE),
        )
    candidates = queries.candidates(reading(), exam.track.bank_id)
    rows = _rows(typed, candidates, more)
    return render_template(
        "exams/draft.html",
        exam=exam,
        editions=_editions(exam),
        typed=typed,
        errors=errors,
        missing=list(missing(exam.blueprint, candidates)),
        rows=rows,
        is_full=len(rows) == MAX_PARTS,
        topics=_topics(rows, candidates),
        difficulties=[(one.value, one.label) for one in Difficulty],
        releases=_releases(exam),
        least_minutes=MIN_MINUTES,
        most_minutes=MAX_MINUTES,
    )


def _editions(exam: Exam) -> Sequence[Exam]:
    return [one for one in queries.editions(reading(), exam.track_id) if one.id != exam.id]


def _releases(exam: Exam) -> list[tuple[int, str]]:
    found = catalogue.releases(reading())
    return [(one.id, one.version) for one in found if one.product_id == exam.track.product_id]


def _as_typed(exam: Exam) -> dict[str, Any]:
    """Give a draft as it would have been typed."""
    rows: dict[str, Any] = {}
    for number, part in enumerate(exam.blueprint, start=1):
        rows[f"topic_{number}"] = part.topic
        rows[f"difficulty_{number}"] = part.difficulty.value if part.difficulty else ""
        rows[f"questions_{number}"] = str(part.questions)
    return {
        **rows,
        "release_id": exam.release_id or "",
        "minutes": exam.minutes,
        "pass_percent": exam.pass_percent,
        "valid_days": exam.valid_days,
        "waits_days": ", ".join(map(str, exam.waits_days)),
        "tries_max": exam.tries_max,
        "window_days": exam.window_days,
        "trial_questions": exam.trial_questions,
        "is_reviewed": "yes" if exam.is_reviewed else "",
    }


def _rows(typed: Mapping[str, Any], candidates: Sequence[Candidate], more: int) -> list[dict[str, Any]]:
    """Give the rows of a blueprint as they were typed, each with how many questions there are for it."""
    shown = [number for number in range(1, MAX_PARTS + 1) if f"questions_{number}" in typed]
    number = min(max(shown, default=1) + more, MAX_PARTS)
    return [_row(typed, candidates, one) for one in range(1, number + 1)]


def _row(typed: Mapping[str, Any], candidates: Sequence[Candidate], number: int) -> dict[str, Any]:
    topic, chosen = typed.get(f"topic_{number}", ""), typed.get(f"difficulty_{number}", "")
    difficulty = Difficulty(chosen) if chosen in set(Difficulty) else None
    return {
        "number": number,
        "topic": topic,
        "difficulty": chosen,
        "questions": typed.get(f"questions_{number}", ""),
        "stock": len(pool(Part(topic, difficulty, 1), candidates)),
    }


def _topics(rows: Sequence[Mapping[str, Any]], candidates: Sequence[Candidate]) -> list[tuple[str, str]]:
    """List what a part can be about; what a row says stays in the list, though no question is about it any more."""
    paths = sorted({*topics_of(candidates), *(row["topic"] for row in rows)} - {""})
    return [(path, path.replace("//", "\0").replace("/", " › ").replace("\0", "/")) for path in paths]
