"""Writing questions: one after the other on one page, with what the candidate will see, and what is asked already."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks import commands
from certification.banks.kinds import Kind
from certification.banks.schemas import ONLY_LOOKED_AT, NextSchema, QuestionSchema, Step
from certification.banks.typed import entry_typed, fields_wrong
from certification.banks.views import blueprint
from certification.banks.views.forms import form_facts
from certification.tracks import queries as tracks
from certification.tracks.models import Track
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.schema import form_values, load, query_values
from marketplace.kernel.translate import SOURCE_LANGUAGE, _


@blueprint.get("/vendor/certification/banks/<slug>/questions/new")
@open_to(Role.CERTIFICATION)
def new(slug: str) -> ResponseReturnValue:
    """Ask what a new question says."""
    schema = NextSchema()
    values = load(schema, query_values(schema, request.args))
    is_next: bool = values.pop("after", None) is not None
    first = {"grade-1": "100"} if values["kind"] is Kind.MULTICHOICE else {}
    return _form(tracks.track_by_slug(reading(), slug), {**values, **first}, {}, is_next=is_next)


@blueprint.post("/vendor/certification/banks/<slug>/questions/new")
@open_to(Role.CERTIFICATION)
def make(slug: str) -> ResponseReturnValue:
    """Write a new question, or show what it would be."""
    track = tracks.track_by_slug(reading(), slug)
    typed = form_values(QuestionSchema(), request.form)
    if typed.get("step") in ONLY_LOOKED_AT:
        return _form(track, typed, {})
    try:
        values = load(QuestionSchema(), typed)
        entry = entry_typed(values, values["language"], {})
        with transaction() as session:
            bank = commands.open_bank(session, slug, by=caller_id(), now=utcnow())
            made = commands.write_question(session, bank.id, entry, by=caller_id(), now=utcnow()).id
    except InvalidInput as error:
        return _form(track, typed, fields_wrong(error.fields)), 422
    flash(_("Saved: %(name)s") % {"name": entry.name})
    if values["step"] is Step.SAVE:
        return redirect(url_for(".question", question_id=made))
    kept = {name: values[name].value for name in ("kind", "difficulty")}
    address = url_for(".new", slug=slug, after=made, topic=entry.topic or None, language=values["language"], **kept)
    return redirect(address)


def _form(track: Track, typed: dict[str, Any], errors: dict[str, list[str]], *, is_next: bool = False) -> str:
    language = typed.get("language", SOURCE_LANGUAGE)
    facts = form_facts(track.bank_id, typed, language=language)
    return render_template("banks/new.html", track=track, is_next=is_next, errors=errors, **facts)
