"""Taking an exam: one question on a page, a clock that the server holds, and what came of it."""

import base64
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks.kinds import Posted
from certification.banks.kinds.texts import image_type
from certification.exams import commands, queries, wording
from certification.exams.addresses import image_address, traces
from certification.exams.commands import AnsweredElsewhere, AttemptEnded
from certification.exams.models import AskedQuestion, ExamAttempt
from certification.exams.rules import bands
from certification.exams.schemas import StartSchema
from certification.exams.views import blueprint
from certification.exams.views.showing import exam_page
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import MAX_ID, reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import HOUSEKEEPING, load_form
from marketplace.kernel.translate import _

OWN_FIELDS = HOUSEKEEPING | {"sequence", "then"}
STAY, OVERVIEW = "stay", "overview"


@blueprint.post("/exams/<slug>/attempts")
@open_to(Role.PERSON)
def start(slug: str) -> ResponseReturnValue:
    """Begin, or go on, when the statement of honesty is made."""
    exam = queries.published_exam(reading(), slug)
    try:
        load_form(StartSchema())
    except InvalidInput as error:
        return exam_page(exam, error.fields), 422
    with transaction() as session:
        begun = commands.start(session, slug, person_id=caller_id(), traces=traces(), now=utcnow())
        reference = begun.reference
    return redirect(_place(reference, 1))


@blueprint.get("/attempts/<reference>")
@open_to(Role.PERSON)
def attempt(reference: str) -> ResponseReturnValue:
    """Show what is answered and what is not; when it is over, what came of it."""
    return _overview(queries.attempt(reading(), reference, caller_id()))


def _overview(found: ExamAttempt) -> str:
    if not found.is_open:
        topics = bands([one.marked for one in found.questions]) if found.is_graded else {}
        again = queries.opens_at(reading(), found.exam, found.person_id) if found.is_graded else None
        return render_template(
            "exams/result.html", attempt=found, bands=topics, opens_at=again, now=utcnow(), wording=wording
        )
    return render_template(
        "exams/overview.html",
        attempt=found,
        takes_answers=found.takes_answers(utcnow()),
        unanswered=[one.position for one in found.questions if not one.is_answered],
        **_clock(found),
    )


def _clock(found: ExamAttempt) -> dict[str, Any]:
    now = utcnow()
    return {
        "now": now,
        "minutes": wording.minutes_left(found.deadline_at, now),
        "said": wording.said_by_the_clock(),
        "wording": wording,
    }


def _place(reference: str, position: int) -> str:
    return url_for("exams.question", reference=reference, position=position)


@blueprint.get("/attempts/<reference>/questions/<int:position>")
@open_to(Role.PERSON)
def question(reference: str, position: int) -> ResponseReturnValue:
    """Ask one question, with the answer that is saved."""
    found = queries.attempt(reading(), reference, caller_id())
    if not found.takes_answers(utcnow()):
        return redirect(url_for(".attempt", reference=reference))
    return _question(found, queries.asked(reading(), found.id, position))


@blueprint.post("/attempts/<reference>/questions/<int:position>")
@open_to(Role.PERSON)
def answer(reference: str, position: int) -> ResponseReturnValue:
    """Save an answer, and go where the button leads."""
    then, sequence = _wishes()
    posted = {name: values for name, values in request.form.lists() if name not in OWN_FIELDS}
    try:
        with transaction() as session:
            commands.answer(
                session,
                reference,
                position,
                person_id=caller_id(),
                posted=posted,
                sequence=sequence,
                now=utcnow(),
            )
    except AttemptEnded:
        flash(_("Your time is up. All that was saved in time counts."))
        return redirect(url_for(".attempt", reference=reference), 303)
    except (InvalidInput, AnsweredElsewhere) as error:
        return _refused(reference, position, posted, error)
    if then == OVERVIEW:
        return redirect(url_for(".attempt", reference=reference), 303)
    return redirect(_place(reference, position if then == STAY else int(then)), 303)


def _wishes() -> tuple[str, int]:
    """Read which answer the person had before, and where to go.

    Raises:
        NotFound: no button of ours says so.
    """
    then, sequence = request.form.get("then", STAY), request.form.get("sequence", "")
    if not (then in (STAY, OVERVIEW) or (then.isascii() and then.isdigit())):
        raise NotFound(then=then)
    if not (sequence.isascii() and sequence.isdigit() and 0 < int(sequence) <= MAX_ID):
        raise NotFound(sequence=sequence)
    return then, int(sequence)


def _refused(
    reference: str, position: int, posted: Posted, error: InvalidInput | AnsweredElsewhere
) -> ResponseReturnValue:
    """Show the question again with what was typed, and why it is not saved."""
    found = queries.attempt(reading(), reference, caller_id())
    asked = queries.asked(reading(), found.id, position)
    if isinstance(error, InvalidInput):
        return _question(found, asked, posted=posted, errors=error.fields), 422
    return _question(found, asked, posted=posted, is_elsewhere=True), 409


def _question(
    found: ExamAttempt,
    asked: AskedQuestion,
    *,
    posted: Posted | None = None,
    errors: Any = None,
    is_elsewhere: bool = False,
) -> str:
    content, ids = asked.version.content, asked.shown_ids
    saved = content.write_response(tuple(asked.response), ids)
    return render_template(
        "exams/question.html",
        attempt=found,
        asked=asked,
        questions=found.questions,
        seen=content.seen(ids).with_images(partial(image_address, found.reference, asked)),
        given=saved if posted is None else posted,
        saved=saved,
        errors=errors or {},
        is_elsewhere=is_elsewhere,
        **_clock(found),
    )


@blueprint.get("/attempts/<reference>/questions/<int:position>/images/<int:number>")
@open_to(Role.PERSON)
def image(reference: str, position: int, number: int) -> ResponseReturnValue:
    """Give an image of a question, as long as it is asked."""
    found = queries.attempt(reading(), reference, caller_id())
    images = queries.asked(reading(), found.id, position).version.content.images
    if not found.takes_answers(utcnow()) or not 0 < number <= len(images):
        raise NotFound(number=number)
    data = base64.b64decode(images[sorted(images)[number - 1]])
    kind = image_type(data)
    assert kind is not None, "a bank takes nothing else"
    return storage.picture(data, kind)


@blueprint.post("/attempts/<reference>/submit")
@open_to(Role.PERSON)
def submit(reference: str) -> ResponseReturnValue:
    """Hand in; after the time, see what came of what was saved."""
    with transaction() as session:
        commands.submit(session, reference, person_id=caller_id(), now=utcnow())
    return redirect(url_for(".attempt", reference=reference), 303)
