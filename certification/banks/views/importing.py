"""Questions from a file: first what it would do, with each question as its candidates will see it; then it is done.

Between both the file is laid by in the store, and the page holds its ticket: a form can't carry 20 MB back and forth.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks import commands, formats, queries, wording
from certification.banks.comparing import Comparison, compare
from certification.banks.formats import MAX_FILE_BYTES, Entry, FileFormat, Found, Refusal
from certification.banks.previews import carried, preview
from certification.banks.schemas import MAX_PASTED_LENGTH, CheckSchema, FileSchema, ImportSchema
from certification.banks.views import blueprint
from certification.tracks import queries as tracks
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import form_values, load, load_form, query_values
from marketplace.kernel.translate import SOURCE_LANGUAGE, _, languages, own_name

PAGE = 25
MAX_LISTED = 500  # Refusals and notices; whoever has more mends these first.


@dataclass(frozen=True)
class Plan:
    """What an import would do."""

    found: Found
    comparison: Comparison

    @cached_property
    def refused(self) -> list[Refusal]:
        """What can't be taken, in the order of the file."""
        return sorted([*self.found.refused, *self.comparison.refused], key=lambda one: one.line)

    @cached_property
    def taken(self) -> list[tuple[Entry, str]]:
        """What can be taken, and what becomes of it: it is `new`, `changed` or the `same`."""
        changed = [entry for _version, entry in self.comparison.changed]
        fates = {"new": self.comparison.new, "changed": changed, "same": self.comparison.same}
        return sorted(((entry, fate) for fate, found in fates.items() for entry in found), key=lambda one: one[0].line)


@blueprint.get("/vendor/certification/banks/<slug>/import")
@open_to(Role.CERTIFICATION)
def ask_file(slug: str) -> ResponseReturnValue:
    """Ask for a file."""
    return _ask(slug, {"language": SOURCE_LANGUAGE}, {})


def _ask(slug: str, typed: dict[str, str], errors: dict[str, list[str]]) -> ResponseReturnValue:
    page = render_template(
        "banks/import.html",
        track=tracks.track_by_slug(reading(), slug),
        typed=typed,
        errors=errors,
        formats=[(one.value, label) for one, label in wording.FORMAT_LABELS.items()],
        languages=[(code, own_name(code)) for code in languages()],
        max_length=MAX_PASTED_LENGTH,
        max_mb=MAX_FILE_BYTES // 1_000_000,
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/certification/banks/<slug>/import")
@open_to(Role.CERTIFICATION)
def take_file(slug: str) -> ResponseReturnValue:
    """Lay a file by, and lead to what it would do."""
    tracks.track_by_slug(reading(), slug)
    try:
        values = load_form(FileSchema())
        name, data = _sent(values.get("text", ""))
    except InvalidInput as error:
        return _ask(slug, form_values(FileSchema(), request.form), dict(error.fields))
    ticket = storage.lay_by(data, now=utcnow())
    file_format: FileFormat = values.get("file_format") or formats.guess(name, data)
    return redirect(_address(slug, ticket, file_format, values["language"]), code=303)


def _sent(text: str) -> tuple[str, bytes]:
    """Give the name and the bytes of what was sent."""
    file = request.files.get("file")
    if file is not None and file.filename:
        data = file.stream.read(MAX_FILE_BYTES + 1)
        if text:
            raise InvalidInput({"file": [_("Choose a file or paste its text, not both.")]})
        if len(data) > MAX_FILE_BYTES:
            words = _("The file is too big: at most %(n)d MB. Make several files of it.")
            raise InvalidInput({"file": [words % {"n": MAX_FILE_BYTES // 1_000_000}]})
        return file.filename, data
    if not text:
        raise InvalidInput({"file": [_("Choose a file, or paste its text.")]})
    return "", text.encode()


def _address(slug: str, ticket: str, file_format: FileFormat, language: str, offset: int | None = None) -> str:
    facts: dict[str, Any] = {"file_format": file_format.value, "language": language, "offset": offset or None}
    return url_for(".check_file", slug=slug, ticket=ticket, **facts)


@blueprint.get("/vendor/certification/banks/<slug>/import/<ticket>")
@open_to(Role.CERTIFICATION)
def check_file(slug: str, ticket: str) -> ResponseReturnValue:
    """Show what a file would do."""
    schema = CheckSchema()
    try:
        values = load(schema, query_values(schema, request.args))
    except InvalidInput:
        raise NotFound(query=request.query_string) from None
    return _show(slug, ticket, values["file_format"], values["language"], values["offset"], {})


def _plan(slug: str, ticket: str, file_format: FileFormat, language: str) -> Plan:
    session = reading()
    bank = queries.bank_of(session, slug)
    found = formats.read(storage.laid_by(ticket), file_format, language=language)
    return Plan(found, compare(queries.latest_versions(session, bank.id) if bank else [], found.entries))


def _show(
    slug: str, ticket: str, file_format: FileFormat, language: str, offset: int, errors: dict[str, list[str]]
) -> ResponseReturnValue:
    plan = _plan(slug, ticket, file_format, language)
    shown = plan.taken[offset : offset + PAGE]
    where = slug, ticket, file_format, language
    page = render_template(
        "banks/check.html",
        track=tracks.track_by_slug(reading(), slug),
        ticket=ticket,
        file_format=file_format,
        language=language,
        plan=plan,
        refused=plan.refused[:MAX_LISTED],
        notices=[(entry, words) for entry, _fate in plan.taken for words in entry.content.notices()][:MAX_LISTED],
        shown=[(entry, fate, preview(entry.content, carried(entry.content.images))) for entry, fate in shown],
        first=offset + 1,
        next_url=_address(*where, offset + PAGE) if len(plan.taken) > offset + PAGE else None,
        previous_url=_address(*where, max(offset - PAGE, 0)) if offset else None,
        errors=errors,
        wording=wording,
    )
    return page, 422 if errors else 200


@blueprint.post("/vendor/certification/banks/<slug>/import/<ticket>")
@open_to(Role.CERTIFICATION)
def import_file(slug: str, ticket: str) -> ResponseReturnValue:
    """Do what was shown; with refusals only if the person leaves them out."""
    values = load_form(ImportSchema())
    facts = slug, ticket, values["file_format"], values["language"]
    found = formats.read(storage.laid_by(ticket), values["file_format"], language=values["language"])
    try:
        with transaction() as session:
            bank = commands.open_bank(session, slug, by=caller_id(), now=utcnow())
            done = commands.import_questions(session, bank.id, found.entries, by=caller_id(), now=utcnow())
            _check_left_out(len(found.refused) + len(done.refused), values["leaves_out"])
    except InvalidInput as error:
        return _show(*facts, 0, dict(error.fields))
    storage.throw_away(ticket)
    flash(wording.imported(len(done.new), len(done.changed), len(done.same)))
    return redirect(url_for(".show", slug=slug), code=303)


def _check_left_out(refused: int, left_out: int) -> None:
    """Refuse unless the person has seen how many questions are left out."""
    if refused != left_out:
        raise InvalidInput({"leaves_out": [_("Nothing was written. Mend the file, or leave out what was refused.")]})
