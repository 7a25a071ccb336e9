"""A question in other languages, and its images: each change is a new version."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from certification.banks import commands, queries
from certification.banks.kinds.texts import MAX_IMAGE_BYTES
from certification.banks.models import Question, QuestionVersion
from certification.banks.previews import preview
from certification.banks.rewording import sayings
from certification.banks.schemas import MAX_ALT_LENGTH, ImageSchema, RemoveImageSchema, translation_schema
from certification.banks.views import blueprint
from certification.banks.views.forms import images_of
from marketplace.kernel import storage
from marketplace.kernel.access import Role, caller_id, open_to
from marketplace.kernel.clock import utcnow
from marketplace.kernel.database import reading, transaction
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.schema import load_form
from marketplace.kernel.translate import _, languages, own_name


def _latest(question_id: int) -> tuple[Question, QuestionVersion]:
    found = queries.question(reading(), question_id)
    return found, queries.versions(reading(), question_id)[-1]


@blueprint.get("/vendor/certification/questions/<int:question_id>/translations/<language>")
@open_to(Role.CERTIFICATION)
def translation(question_id: int, language: str) -> ResponseReturnValue:
    """Show what a question says beside its translation."""
    return _translation(question_id, language, {}, {})


@blueprint.post("/vendor/certification/questions/<int:question_id>/translations/<language>")
@open_to(Role.CERTIFICATION)
def translate(question_id: int, language: str) -> ResponseReturnValue:
    """Keep a translation."""
    _question, version = _latest(question_id)
    _check_language(version, language)
    said = sayings(version.written, language)
    try:
        typed = load_form(translation_schema(len(said)))
        words = [typed.get(f"words-{one.number}", "") for one in said]
        still_right = {one.number for one in said if typed.get(f"fits-{one.number}")}
        facts = {"still_right": still_right, "seen": typed["seen"], "by": caller_id(), "now": utcnow()}
        with transaction() as session:
            commands.translate(session, question_id, language, words, **facts)
    except InvalidInput as error:
        wrong = {name if name.startswith("words-") else "words-1": texts for name, texts in error.fields.items()}
        return _translation(question_id, language, request.form, wrong), 422
    flash(_("The translation is saved."))
    return redirect(url_for(".question", question_id=question_id))


def _check_language(version: QuestionVersion, language: str) -> None:
    if language not in languages() or language == version.content.stem.source:
        raise NotFound(language=language)


def _translation(question_id: int, language: str, typed: Any, errors: Any) -> str:
    found, version = _latest(question_id)
    _check_language(version, language)
    source = version.content.stem.source
    return render_template(
        "banks/translation.html",
        question=found,
        latest=version,
        language=language,
        source=source,
        seen=preview(version.content, images_of(version)),
        said=sayings(version.written, language),
        others=[(one, own_name(one)) for one in languages() if one not in (language, source)],
        typed=typed,
        errors=errors,
    )


@blueprint.get("/vendor/certification/questions/<int:question_id>/images")
@open_to(Role.CERTIFICATION)
def images(question_id: int) -> ResponseReturnValue:
    """Show the images of a question, and the form for one more."""
    return _images(question_id, "", {})


@blueprint.post("/vendor/certification/questions/<int:question_id>/images")
@open_to(Role.CERTIFICATION)
def add_image(question_id: int) -> ResponseReturnValue:
    """Show one more image below the text of a question."""
    try:
        typed = load_form(ImageSchema())
        upload = storage.check_upload(_sent(), field="image")
        with transaction() as session:
            commands.add_image(session, question_id, upload, **typed, by=caller_id(), now=utcnow())
    except InvalidInput as error:
        return _images(question_id, request.form.get("alt", ""), _at_fields(error)), 422
    flash(_("The image stands below the text."))
    return redirect(url_for(".images", question_id=question_id))


def _sent() -> Any:
    """Give the file that was sent; raises `InvalidInput` if there is none."""
    sent = request.files.get("image")
    if sent is None or not sent.filename:
        raise InvalidInput({"image": [_("Choose an image.")]})
    return sent


@blueprint.post("/vendor/certification/questions/<int:question_id>/images/<name>/remove")
@open_to(Role.CERTIFICATION)
def remove_image(question_id: int, name: str) -> ResponseReturnValue:
    """Show an image no more."""
    try:
        typed = load_form(RemoveImageSchema())
        with transaction() as session:
            commands.remove_image(session, question_id, name, **typed, by=caller_id(), now=utcnow())
    except InvalidInput as error:
        return _images(question_id, "", _at_fields(error)), 422
    flash(_("The image is shown no more. Earlier versions keep it."))
    return redirect(url_for(".images", question_id=question_id))


def _at_fields(error: InvalidInput) -> dict[str, list[str]]:
    """Tell at which field of the form each problem stands: what is wrong with the question, at the image."""
    found: dict[str, list[str]] = {}
    for name, texts in error.fields.items():
        found.setdefault("alt" if name == "alt" else "image", []).extend(texts)
    return found


def _images(question_id: int, alt: str, errors: Any) -> str:
    found, version = _latest(question_id)
    return render_template(
        "banks/images.html",
        question=found,
        latest=version,
        names=sorted(version.content.images),
        seen=preview(version.content, images_of(version)),
        alt=alt,
        max_alt_length=MAX_ALT_LENGTH,
        max_megabytes=MAX_IMAGE_BYTES // 1_000_000,
        errors=errors,
    )
