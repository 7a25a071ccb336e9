"""Exams and attempts as JSON. No answer ever shows what is right, and no id in it means anything elsewhere."""

from functools import partial
from typing import Any

from certification.banks.kinds import ANSWER, Posted, Shown
from certification.exams import answers, commands, queries
from certification.exams.addresses import image_address, traces
from certification.exams.models import AskedQuestion, Exam, ExamAttempt
from certification.exams.rules import bands
from certification.exams.schemas import AnswerCallSchema, StartSchema
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.calls import CallsBlueprint
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction

blueprint = CallsBlueprint("exams_api", __name__, url_prefix="/api/v1", description="Exams, and attempts at them")
Facts = dict[str, Any]


@blueprint.get("/tracks")
@blueprint.response(200, answers.TracksAnswer)
@open_to(Role.ANYONE)
def tracks() -> Facts:
    """List the tracks whose exam can be tried, with what it asks."""
    items = [_exam(one) for one in queries.published_exams(reading())]
    return {"items": items, "next": None, "total": len(items)}


def _exam(exam: Exam) -> Facts:
    return {
        "slug": exam.track.slug,
        "name": exam.track.names,
        "product": exam.track.product.slug,
        "niche": exam.track.niche.slug,
        "level": exam.track.level,
        "release": exam.release.version if exam.release else None,
        "questions": exam.questions + exam.trial_questions,
        "minutes": exam.minutes,
        "pass_percent": exam.pass_percent,
        "valid_days": exam.valid_days,
        "waits_days": exam.waits_days,
        "tries_max": exam.tries_max,
        "window_days": exam.window_days,
    }


@blueprint.post("/tracks/<slug>/attempts")
@blueprint.arguments(StartSchema)
@blueprint.response(201, answers.AttemptAnswer)
@open_to(Role.PERSON)
def start(_typed: Facts, slug: str) -> Facts:
    """Begin an attempt, or go on with the one that is in progress."""
    with transaction() as session:
        begun = commands.start(session, slug, person_id=caller_id(), traces=traces(), now=utcnow())
        return _attempt(begun)


@blueprint.get("/attempts/<reference>")
@blueprint.response(200, answers.AttemptAnswer)
@open_to(Role.PERSON)
def show(reference: str) -> Facts:
    """Show an attempt: its questions as long as it runs, and what came of it afterwards."""
    return _attempt(queries.attempt(reading(), reference, caller_id()))


@blueprint.put("/attempts/<reference>/answers/<int:position>")
@blueprint.arguments(AnswerCallSchema, example={"answer": ["0b1c2d3e4f50"], "sequence": 1})
@blueprint.response(200, answers.SavedAnswer)
@open_to(Role.PERSON)
def answer(typed: Facts, reference: str, position: int) -> Facts:
    """Save an answer; its `sequence` is one more than that of the answer that is known."""
    with transaction() as session:
        asked = commands.answer(
            session,
            reference,
            position,
            person_id=caller_id(),
            posted=_posted(typed),
            sequence=typed["sequence"],
            now=utcnow(),
        )
        return {"number": asked.position, "sequence": asked.sequence, "answered_at": asked.answered_at}


def _posted(typed: Facts) -> Posted:
    """Bring an answer into the form in which a page posts it."""
    return {ANSWER: typed["answer"]} | {f"{ANSWER}-{one}": [value] for one, value in typed["answers"].items()}


@blueprint.post("/attempts/<reference>/submit")
@blueprint.response(200, answers.AttemptAnswer)
@open_to(Role.PERSON)
def submit(reference: str) -> Facts:
    """Hand in; what was handed in before stays so."""
    with transaction() as session:
        return _attempt(commands.submit(session, reference, person_id=caller_id(), now=utcnow()))


def _attempt(attempt: ExamAttempt) -> Facts:
    takes_answers, now = attempt.takes_answers(utcnow()), utcnow()
    is_told = attempt.is_graded
    topics = bands([one.marked for one in attempt.questions]) if is_told else {}
    return {
        "id": attempt.reference,
        "track": attempt.exam.track.slug,
        "status": attempt.state,
        "started_at": attempt.started_at,
        "deadline_at": attempt.deadline_at,
        "seconds_left": max(0, int((attempt.deadline_at - now).total_seconds())) if takes_answers else 0,
        "ended_at": attempt.ended_at,
        "percent": attempt.percent if is_told else None,
        "topics": [{"topic": topic, "band": band} for topic, band in topics.items()],
        "questions": [_question(attempt, one) for one in attempt.questions] if takes_answers else [],
    }


def _question(attempt: ExamAttempt, asked: AskedQuestion) -> Facts:
    content, ids = asked.version.content, asked.shown_ids
    seen = content.seen(ids).with_images(partial(image_address, attempt.reference, asked))
    saved = content.write_response(tuple(asked.response), ids)
    prefix = f"{ANSWER}-"
    return {
        "number": asked.position,
        "control": seen.control,
        "text": seen.stem,
        "options": _shown(seen.options),
        "prompts": _shown(seen.prompts),
        "answer": list(saved.get(ANSWER, [])),
        "answers": {name.removeprefix(prefix): one[0] for name, one in saved.items() if name.startswith(prefix)},
        "sequence": asked.sequence,
        "answered_at": asked.answered_at,
    }


def _shown(parts: tuple[Shown, ...]) -> list[Facts]:
    return [{"id": one.id, "text": one.text} for one in parts]
