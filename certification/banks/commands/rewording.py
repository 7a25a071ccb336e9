"""Saying anew what a question says: in another language, with an image, or without one. Each is a new version."""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from certification.banks import queries
from certification.banks.commands.writing import check_seen, new_version
from certification.banks.kinds import content_of
from certification.banks.models import QuestionVersion
from certification.banks.rewording import Written, translated, with_image, without_image
from marketplace.kernel import audit
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.storage import Upload
from marketplace.kernel.translate import _

IMAGE_ENDINGS: Mapping[str, str] = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def translate(
    session: Session,
    question_id: int,
    language: str,
    words: Sequence[str],
    *,
    still_right: Collection[int],
    seen: int,
    by: int,
    now: datetime,
) -> None:
    """Translate what a question says, which is a new version.

    Args:
        session: the transaction in which it is done.
        question_id: of the question.
        language: any but that in which it was written.
        words: one for each text, in their order; empty if it is not translated.
        still_right: the numbers of texts whose old translation still fits.
        seen: the version that was translated.
        by: who translates.
        now: the present moment.

    Raises:
        NotFound: there is no such question.
        InvalidInput: it can't be asked so, or `seen` is not its latest version.
    """
    version = _seen(session, question_id, seen)
    _reword(session, version, translated(version.written, language, words, still_right=still_right), by, now)


def add_image(
    session: Session, question_id: int, upload: Upload, *, alt: str, seen: int, by: int, now: datetime
) -> None:
    """Show an image below the text of a question, which is a new version.

    Raises:
        NotFound: there is no such question.
        InvalidInput: it is no image or too big, or `seen` is not its latest version.
    """
    version = _seen(session, question_id, seen)
    ending = IMAGE_ENDINGS.get(upload.content_type)
    if ending is None:
        raise InvalidInput({"image": [_("Choose a PNG, JPEG, GIF or WebP image.")]})
    taken = version.content.images
    number = next(one for one in count(1) if not any(name.startswith(f"image-{one}.") for name in taken))
    data = b64encode(upload.content).decode()
    _reword(session, version, with_image(version.written, f"image-{number}.{ending}", data, alt), by, now)


def remove_image(session: Session, question_id: int, name: str, *, seen: int, by: int, now: datetime) -> None:
    """Show an image of a question no more, which is a new version.

    Raises:
        NotFound: there is no such question, or it has no such image.
        InvalidInput: it could not be asked any more, or `seen` is not its latest version.
    """
    version = _seen(session, question_id, seen)
    if name not in version.content.images:
        raise NotFound(name=name)
    _reword(session, version, without_image(version.written, name), by, now)


def _seen(session: Session, question_id: int, seen: int) -> QuestionVersion:
    queries.lock_question(session, question_id)
    version = queries.versions(session, question_id)[-1]
    check_seen(version, seen)
    return version


def _reword(session: Session, version: QuestionVersion, written: Written, by: int, now: datetime) -> None:
    """Write a new version, unless it says the same."""
    content = content_of(version.kind, written)
    if content == version.content:
        return
    problems = content.check()
    if problems:
        raise InvalidInput(problems)
    session.add(new_version(version.question, version.number + 1, written, by, now))
    audit.record(session, version.question, "write", by=by, at=now, version=version.number)
