"""The tracks with their banks, and what is in a bank."""

from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks import commands, queries, wording
from certification.banks.kinds import Kind
from certification.banks.queries import Wanted
from certification.banks.rules import LIFECYCLE, QuestionAction, QuestionState
from certification.banks.schemas import MoveAllSchema, SearchSchema
from certification.banks.views import blueprint
from certification.tracks import queries as tracks
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load, load_form, query_values

PAGE = 100


@blueprint.get("/vendor/certification")
@open_to(Role.CERTIFICATION)
def index() -> ResponseReturnValue:
    """List the tracks, with how many questions their banks have."""
    session = reading()
    return render_template("banks/tracks.html", tracks=tracks.tracks(session), counts=queries.counts(session))


@blueprint.get("/vendor/certification/banks/<slug>")
@open_to(Role.CERTIFICATION)
def show(slug: str) -> ResponseReturnValue:
    """Show the questions of a track's bank, by topic."""
    return _show(slug, {})


def _show(slug: str, errors: dict[str, list[str]]) -> ResponseReturnValue:
    session = reading()
    track, bank = tracks.track_by_slug(session, slug), queries.bank_of(session, slug)
    typed, wanted, offset = _wanted(errors)
    found = queries.search(session, bank.id, wanted, offset=offset, limit=PAGE + 1) if bank else []
    shown = found[:PAGE]
    there: dict[str, Any] = {"slug": slug, **{name: one for name, one in typed.items() if name != "offset"}}
    page = render_template(
        "banks/bank.html",
        track=track,
        by_topic=[(topic, list(group)) for topic, group in groupby(shown, key=lambda one: one.question.topic)],
        actions=_actions({one.question.state for one in shown}),
        typed={name: one for name, one in typed.items() if name != "offset"},
        topics=[(path, wording.topic(path)) for path in (queries.topics(session, bank.id) if bank else [])],
        states=[(one.value, one.label) for one in QuestionState],
        kinds=[(one.value, one.label) for one in Kind],
        counts=queries.counts(session).get(bank.id, {}) if bank else {},
        errors=errors,
        wording=wording,
        next_url=url_for(".show", offset=offset + PAGE, **there) if len(found) > PAGE else None,
        previous_url=url_for(".show", offset=max(offset - PAGE, 0) or None, **there) if offset else None,
    )
    return page, 422 if errors else 200


def _wanted(errors: dict[str, list[str]]) -> tuple[dict[str, Any], Wanted, int]:
    """Read what is looked for; with a mistake in it, which is noted in `errors`, all is shown."""
    schema = SearchSchema()
    typed: dict[str, Any] = {}
    try:
        typed = query_values(schema, request.args)
        values = load(schema, typed)
    except InvalidInput as error:
        errors |= error.fields
        values = {}
    offset: int = values.pop("offset", 0)
    return typed, Wanted(**values), offset


def _actions(states: set[QuestionState]) -> list[QuestionAction]:
    """List what can be done with questions in these states."""
    return [action for action in QuestionAction if any(LIFECYCLE.allows(state, action) for state in states)]


@blueprint.post("/vendor/certification/banks/<slug>/move")
@open_to(Role.CERTIFICATION)
def move_all(slug: str) -> ResponseReturnValue:
    """Do the same with several questions."""
    try:
        values = load_form(MoveAllSchema())
    except InvalidInput as error:
        return _show(slug, dict(error.fields))
    with transaction() as session:
        bank = queries.bank_of(session, slug)
        if bank is None:
            raise NotFound(slug=slug)
        chosen, action = values["questions"], values["action"]
        moved, stayed = commands.move_all(session, bank.id, chosen, action, by=caller_id(), now=utcnow())
    flash(wording.moved(action, moved, stayed))
    return redirect(url_for(".show", slug=slug), code=303)
