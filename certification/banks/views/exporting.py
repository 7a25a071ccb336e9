"""Banks as files."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from certification.banks import formats, queries, wording
from certification.banks.formats import FORMATS, FileFormat, Written
from certification.banks.schemas import LanguageSchema
from certification.banks.views import blueprint
from certification.tracks import queries as tracks
from marketplace.kernel.access import Role, open_to
from marketplace.kernel.database import reading
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load, query_values
from marketplace.kernel.translate import SOURCE_LANGUAGE, languages, own_name


@blueprint.get("/vendor/certification/banks/<slug>/export")
@open_to(Role.CERTIFICATION)
def ask_format(slug: str) -> ResponseReturnValue:
    """Offer the bank in each format, with the questions that it can't hold."""
    track = tracks.track_by_slug(reading(), slug)
    errors, language = {}, SOURCE_LANGUAGE
    try:
        language = _language()
    except InvalidInput as error:
        errors = error.fields
    page = render_template(
        "banks/export.html",
        track=track,
        files=[(one, _written(slug, one, language)) for one in FileFormat],
        language=language,
        languages=[(code, own_name(code)) for code in languages()],
        errors=errors,
        wording=wording,
    )
    return page, 422 if errors else 200


@blueprint.get("/vendor/certification/banks/<slug>/export/<file_format>")
@open_to(Role.CERTIFICATION)
def export(slug: str, file_format: str) -> ResponseReturnValue:
    """Give the bank as a file."""
    if file_format not in set(FileFormat):
        raise NotFound(file_format=file_format)
    kind = FileFormat(file_format)
    answer = Response(_written(slug, kind, _language()).data, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}.{FORMATS[kind].ending}")
    return answer


def _written(slug: str, file_format: FileFormat, language: str) -> Written:
    session = reading()
    bank = queries.bank_of(session, slug)
    return formats.write(queries.entries(session, bank.id) if bank else [], file_format, language=language)


def _language() -> str:
    schema = LanguageSchema()
    language: str = load(schema, query_values(schema, request.args)).get("language", SOURCE_LANGUAGE)
    return language
