"""One question: what it says and has said, and how far it has come."""

import base64
from itertools import pairwise
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks import commands, queries, wording
from certification.banks.kinds.texts import image_type
from certification.banks.models import Question, QuestionVersion
from certification.banks.previews import preview
from certification.banks.rules import LIFECYCLE, QuestionAction
from certification.banks.schemas import ONLY_LOOKED_AT, MoveSchema, QuestionSchema
from certification.banks.typed import entry_typed, fields_wrong, typed_of
from certification.banks.views import blueprint
from certification.banks.views.forms import form_facts, images_of
from certification.tracks import queries as tracks
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import form_values, load, load_form
from marketplace.kernel.translate import _, languages, own_name


@blueprint.get("/vendor/certification/questions/<int:question_id>")
@open_to(Role.CERTIFICATION)
def question(question_id: int) -> ResponseReturnValue:
    """Show a question, with the form that changes it."""
    found, version = _latest(question_id)
    return _page(found, version, typed_of(queries.entry(version), version.content.stem.source), {})


@blueprint.post("/vendor/certification/questions/<int:question_id>")
@open_to(Role.CERTIFICATION)
def save(question_id: int) -> ResponseReturnValue:
    """Change a question, or show what it would be."""
    found, version = _latest(question_id)
    typed = form_values(QuestionSchema(), request.form)
    if typed.get("step") in ONLY_LOOKED_AT:
        return _page(found, version, typed, {})
    try:
        values = {**load(QuestionSchema(), typed), "kind": found.kind}
        entry = entry_typed(values, version.content.stem.source, version.content.images)
        with transaction() as session:
            seen = values.get("seen", 0)
            commands.rewrite(session, question_id, entry, seen=seen, by=caller_id(), now=utcnow())
    except InvalidInput as error:
        return _page(found, version, typed, fields_wrong(error.fields)), 422
    flash(_("Saved: %(name)s") % {"name": entry.name})
    return redirect(url_for(".question", question_id=question_id))


def _latest(question_id: int) -> tuple[Question, QuestionVersion]:
    found = queries.question(reading(), question_id)
    return found, queries.versions(reading(), question_id)[-1]


def _page(question: Question, latest: QuestionVersion, typed: dict[str, Any], errors: dict[str, list[str]]) -> str:
    session = reading()
    versions = queries.versions(session, question.id)
    said = [wording.changes(before.content, after.content) for before, after in pairwise(versions)]
    source = latest.content.stem.source
    return render_template(
        "banks/question_page.html",
        question=question,
        latest=latest,
        wording=wording,
        source=source,
        others=[(one, own_name(one)) for one in languages() if one != source],
        tracks=tracks.tracks_of_bank(session, question.bank_id),
        versions=list(reversed(list(zip(versions, [[], *said], strict=True)))),
        actions=[action for action in QuestionAction if LIFECYCLE.allows(question.state, action)],
        errors=errors,
        **form_facts(question.bank_id, {**typed, "kind": question.kind.value}, language=source, latest=latest),
    )


@blueprint.post("/vendor/certification/questions/<int:question_id>/move")
@open_to(Role.CERTIFICATION)
def move(question_id: int) -> ResponseReturnValue:
    """Bring a question into exams, or out of them."""
    action: QuestionAction = load_form(MoveSchema())["action"]
    with transaction() as session:
        _MOVES[action](session, question_id, by=caller_id(), now=utcnow())
    flash(wording.moved(action, 1, 0))
    return redirect(url_for(".question", question_id=question_id), code=303)


_MOVES = {
    QuestionAction.TRY: commands.try_out,
    QuestionAction.PUT_LIVE: commands.put_live,
    QuestionAction.RETIRE: commands.retire,
    QuestionAction.BRING_BACK: commands.bring_back,
}


@blueprint.get("/vendor/certification/questions/<int:question_id>/versions/<int:number>")
@open_to(Role.CERTIFICATION)
def version(question_id: int, number: int) -> ResponseReturnValue:
    """Show what a question said in a version, as its candidates saw it."""
    found = queries.version(reading(), question_id, number)
    seen = preview(found.content, images_of(found))
    return render_template("banks/version.html", version=found, question=found.question, seen=seen)


@blueprint.get("/vendor/certification/questions/<int:question_id>/versions/<int:number>/images/<name>")
@open_to(Role.CERTIFICATION)
def image(question_id: int, number: int, name: str) -> ResponseReturnValue:
    """Give an image of a version; what it is, its bytes say."""
    data = base64.b64decode(queries.version(reading(), question_id, number).content.images.get(name, ""))
    kind = image_type(data)
    if kind is None:
        raise NotFound(name=name)
    return storage.picture(data, kind)
