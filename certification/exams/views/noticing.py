"""What is worth a look in attempts, for the vendor's people; no page and no call tells a candidate of it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.exams import queries_of_signals as queries
from certification.exams.commands.noticing import put_aside
from certification.exams.rules.signals.kinds import MAX_NOTE_LENGTH
from certification.exams.schemas.allowing import PageSchema
from certification.exams.schemas.noticing import PutAsideSchema
from certification.exams.views import blueprint
from certification.exams.wording_of_signals import seen_in_words
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import load, load_form, query_values
from marketplace.kernel.translate import _

PAGE = 50


@blueprint.get("/vendor/certification/signals")
@open_to(Role.CERTIFICATION)
def signals() -> ResponseReturnValue:
    """List what waits for a look, the newest first, and what was put aside last."""
    session, offset = reading(), load(PageSchema(), query_values(PageSchema(), request.args))["offset"]
    found = queries.open_signals(session, but_of=caller_id(), offset=offset, limit=PAGE + 1)
    return render_template(
        "exams/signals.html",
        found=found[:PAGE],
        aside=queries.put_aside(session, but_of=caller_id(), limit=PAGE),
        seen_in_words=seen_in_words,
        next_url=url_for(".signals", offset=offset + PAGE) if len(found) > PAGE else None,
        previous_url=url_for(".signals", offset=max(offset - PAGE, 0) or None) if offset else None,
    )


@blueprint.get("/vendor/certification/signals/<int:signal_id>")
@open_to(Role.CERTIFICATION)
def signal(signal_id: int) -> ResponseReturnValue:
    """Show what was seen, what it may mean, and where to look."""
    return _page(signal_id, "", {})


@blueprint.post("/vendor/certification/signals/<int:signal_id>")
@open_to(Role.CERTIFICATION)
def put_signal_aside(signal_id: int) -> ResponseReturnValue:
    """Put it aside, so that it does not come back."""
    try:
        note = load_form(PutAsideSchema())["note"]
    except InvalidInput as error:
        return _page(signal_id, request.form.get("note", ""), error.fields), 422
    with transaction() as session:
        put_aside(session, signal_id, note=note, by=caller_id(), now=utcnow())
    flash(_("It is put aside, and does not come back."))
    return redirect(url_for(".signals"))


def _page(signal_id: int, note: str, errors: Any) -> str:
    found = queries.signal(reading(), signal_id, but_of=caller_id())
    return render_template(
        "exams/signal.html",
        signal=found,
        seen=seen_in_words(found),
        note=note,
        errors=errors,
        max_note_length=MAX_NOTE_LENGTH,
    )
